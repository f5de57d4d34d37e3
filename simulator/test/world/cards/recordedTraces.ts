/** Cards that answer as in the recorded traces of test-vectors/trace.json. */
import { readFileSync } from 'node:fs';
import { decodeMessage, encodeMessage, fromHex, NO_BYTES, toHex } from '@comptoir/protocol';
import type { Card, CardInterface } from '../../../src/machine/card.js';
import { developmentConfiguration } from '../../../src/world/configuration.js';
import { createTestPki } from '../../../src/world/pki/testPki.js';

interface Trace {
  readonly id: string;
  readonly input: {
    readonly interface: CardInterface;
    readonly apdus: readonly { readonly c: string; readonly r: string }[];
  };
  readonly expected: { readonly mustNotAppearInOutput?: readonly string[] };
}

const recorded: readonly Trace[] = JSON.parse(
  readFileSync(new URL('../../../../test-vectors/trace.json', import.meta.url), 'utf8'),
);

/** American Express on contactless: its directory entry goes to kernel 4, which isn't there, so the reader reads nothing of it. */
const FOR_KERNEL_4 = 'trace-contactless-001';

export const traces: readonly Trace[] = recorded.filter(({ id }) => id !== FOR_KERNEL_4);

const NOT_FOUND = Uint8Array.of(0x6a, 0x82);

/**
 * The reader sends other data than the recorded one did: an answer is found by the command without its data, in order;
 * SELECT and READ RECORD by all of it.
 */
export function traceCard({ id, input }: Trace): Card {
  const used = new Set<number>();
  return {
    name: id,
    interface: input.interface,
    powerOn: () => used.clear(),
    transmit(command) {
      const sent = toHex(command);
      const isExact = command[1] === 0xa4 || command[1] === 0xb2 || command[1] === 0xc0;
      const at = input.apdus.findIndex(
        ({ c }, i) => !used.has(i) && (isExact ? c === sent : c !== '' && c.startsWith(sent.slice(0, 4))),
      );
      if (at < 0) return NOT_FOUND;
      used.add(at);
      return fromHex(input.apdus[at]?.r ?? '') ?? NOT_FOUND;
    },
    powerOff: () => {},
  };
}

interface AuthorityKey {
  readonly rid: string;
  readonly index: string;
  readonly modulus: string;
  readonly exponent: string;
  readonly sha1: string;
}

/** The development configuration, and besides it the applications and CA keys of the recorded cards. */
export function traceConfiguration(): Uint8Array {
  const decoded = decodeMessage(developmentConfiguration(createTestPki()));
  if (!decoded.ok || decoded.message.kind !== 'configuration') throw new Error('no configuration');
  const { applications = [], certificationAuthorityKeys = [], ...rest } = decoded.message;
  const keys: readonly AuthorityKey[] = JSON.parse(
    readFileSync(new URL('../../../../test-vectors/capks.json', import.meta.url), 'utf8'),
  );
  const bytes = (hex: string): Uint8Array => fromHex(hex) ?? NO_BYTES;
  return encodeMessage({
    ...rest,
    applications: [
      ...applications,
      ...['AFFFFFFFFF1234', 'A000000025'].map((aid) => ({
        terminalApplicationIdentifier: bytes(aid),
        exactMatch: 0,
        kernel: 2,
      })),
    ],
    certificationAuthorityKeys: [
      ...certificationAuthorityKeys,
      ...keys
        .filter(
          ({ rid, modulus, exponent }) =>
            ['AFFFFFFFFF', 'A000000025', 'A000000004'].includes(rid) && modulus.length <= 2 * 248 && exponent !== '02',
        )
        .map((key) => ({
          registeredIdentifier: bytes(key.rid),
          keyIndex: Number.parseInt(key.index, 16),
          modulus: bytes(key.modulus),
          exponent: bytes(key.exponent),
          sha1: bytes(key.sha1),
        })),
    ],
  });
}
