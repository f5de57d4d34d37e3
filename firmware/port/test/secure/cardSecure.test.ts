/** What the port's cryptography does for a dynamic card, against the simulator's, OpenSSL's and noble's; hostile blocks are refused. */

import { seededBytes } from '@comptoir/crypto/seed';
import { wrapKey } from '@comptoir/issuer';
import { WRAPPED } from '@comptoir/protocol/wallet';
import { cmac } from '@noble/ciphers/aes.js';
import { describe, expect, test } from 'vitest';
import { cardSecure } from '../../../../simulator/src/world/cards/dynamic/cardSecure.js';
import { createRsaKey, type RsaExponent } from '../../../../simulator/src/world/pki/rsaKey.js';
import { CARD_KEY } from '../../../src/board/cardBoard.js';
import type { TwinKind } from '../hostTarget.js';
import { askSecure, hexWord as hex } from './askSecure.js';

const kinds: readonly TwinKind[] = ['host', 'host-sanitized'];
const SIZES: readonly (readonly [bits: number, exponent: RsaExponent])[] = [
  [512, 3],
  [528, 65537],
  [768, 3],
  [1008, 65537],
  [1024, 3],
  [1136, 3],
  [1152, 65537],
];
const bytes = seededBytes('card secure');
const signingKeys = SIZES.map(([bits, exponent]) => createRsaKey(bytes, bits, exponent));

async function answers(kind: TwinKind, lines: readonly string[]): Promise<readonly string[]> {
  return (await askSecure(kind, lines)).slice(1);
}

/** A block as EMV signs it, from its header on; the largest one of a size, too. */
function blockOf(length: number, rest = bytes(length - 1)): Uint8Array {
  return Uint8Array.of(0x6a, ...rest);
}

/** What the card of the simulator signs with the same key. */
function signedBySoftware(crt: Uint8Array, block: Uint8Array): string {
  const wrapping = bytes(16);
  const secure = cardSecure([{ name: CARD_KEY.transport, key: wrapping, identifier: new Uint8Array(0) }], bytes);
  const wrapped = wrapKey(wrapping, WRAPPED.rsa, bytes(12), crt);
  const key = secure.unwrapKey(secure.findKey(CARD_KEY.transport), WRAPPED.rsa, wrapped);
  return hex(secure.rsaSign(key, block));
}

describe.each(kinds)('%s', (kind) => {
  test('signatures of every size are those of OpenSSL and of the simulator', async () => {
    const cases = signingKeys.flatMap((key) => {
      const { length } = key.modulus;
      const filled = [0x00, 0xff].map((byte) => blockOf(length, new Uint8Array(length - 1).fill(byte)));
      return [blockOf(length), blockOf(length), ...filled].map((block) => ({ key, block }));
    });
    const lines = cases.map(({ key, block }) => `sign ${hex(key.crt)} ${hex(block)}`);
    const wanted = cases.map(({ key, block }) => hex(key.sign(block)));
    expect(await answers(kind, lines)).toEqual(wanted);
    expect(cases.map(({ key, block }) => signedBySoftware(key.crt, block))).toEqual(wanted);
  });

  test('a key with one wrong number signs nothing, and a block that is not for it neither', async () => {
    const key = signingKeys[4] as (typeof signingKeys)[number];
    const half = key.modulus.length / 2;
    const broken = [0, 1, 2, 3, 4].map((number) => {
      const crt = key.crt.slice();
      const at = number * half + half - 2;
      crt[at] = (crt[at] as number) ^ 0x10;
      return crt;
    });
    const even = key.crt.slice();
    even[half - 1] = (even[half - 1] as number) & 0xfe;
    const zeros = new Uint8Array(key.crt.length);
    const block = blockOf(2 * half);
    const wrong = [...broken, even, zeros];
    expect(
      await answers(
        kind,
        wrong.map((crt) => `sign ${hex(crt)} ${hex(block)}`),
      ),
    ).toEqual(wrong.map(() => 'wrong'));
    expect(wrong.map((crt) => signedBySoftware(crt, block))).toEqual(wrong.map(() => '-'));
    const lines = [
      `sign ${hex(key.crt)} ${hex(block.subarray(1))}`,
      `sign ${hex(key.crt)} ${hex(Uint8Array.of(0x6b, ...block.subarray(1)))}`,
      `sign ${hex(key.crt)} -`,
    ];
    expect(await answers(kind, lines)).toEqual(lines.map(() => 'refused'));
  });

  test.each([0, 5, 155, 159, 161, 164, 365, 400])('%i bytes are no key', async (length) => {
    const block = hex(blockOf(128));
    expect(await answers(kind, [`sign ${hex(length === 0 ? new Uint8Array(0) : bytes(length))} ${block}`])).toEqual([
      'forged',
    ]);
  });

  test('a wrapped key opens with its kind and its wrapping key, and with no bit changed', async () => {
    const [wrapping, key, data] = [bytes(16), bytes(16), bytes(40)];
    const rsa = signingKeys[2] as (typeof signingKeys)[number];
    const block = blockOf(rsa.modulus.length);
    const wrapped = wrapKey(wrapping, WRAPPED.aes, bytes(12), key);
    const wrappedRsa = wrapKey(wrapping, WRAPPED.rsa, bytes(12), rsa.crt);
    const changed = Array.from({ length: wrapped.length }, (_, at) =>
      wrapped.map((byte, i) => (i === at ? byte ^ 1 : byte)),
    );
    const lines = [
      `unwrap ${hex(wrapping)} 1 ${hex(wrapped)} ${hex(data)}`,
      `unwrap ${hex(wrapping)} 2 ${hex(wrappedRsa)} ${hex(block)}`,
    ];
    const forged = [
      `unwrap ${hex(wrapping)} 2 ${hex(wrapped)} -`,
      `unwrap ${hex(wrapping)} 257 ${hex(wrapped)} -`,
      `unwrap ${hex(bytes(16))} 1 ${hex(wrapped)} -`,
      `unwrap ${hex(wrapping)} 1 ${hex(wrapKey(wrapping, WRAPPED.aes, bytes(12), bytes(32)))} -`,
      `unwrap ${hex(wrapping)} 3 ${hex(wrapKey(wrapping, 3, bytes(12), key))} -`,
      `unwrap ${hex(wrapping)} 1 ${hex(wrappedRsa)} -`,
      `unwrap ${hex(wrapping)} 1 -`,
      ...[1, 12, 27, 28, 43].map((length) => `unwrap ${hex(wrapping)} 1 ${hex(wrapped.subarray(0, length))} -`),
      `unwrap ${hex(wrapping)} 1 ${hex(bytes(800))} -`,
      ...changed.map((block) => `unwrap ${hex(wrapping)} 1 ${hex(block)} -`),
    ];
    const wanted = [hex(cmac(data, key)), hex(rsa.sign(block)), ...forged.map(() => 'forged')];
    expect(await answers(kind, [...lines, ...forged])).toEqual(wanted);
  });

  test('keys derived by CMAC', async () => {
    const cases = [0, 1, 7, 16, 41, 300].map(
      (length) => [bytes(16), length === 0 ? new Uint8Array(0) : bytes(length), bytes(20)] as const,
    );
    const lines = cases.map(([key, from, data]) => `cmacderived ${hex(key)} ${hex(from)} ${hex(data)}`);
    expect(await answers(kind, lines)).toEqual(cases.map(([key, from, data]) => hex(cmac(data, cmac(from, key)))));
  });

  test('signing takes no more memory than there is', async () => {
    const key = signingKeys[6] as (typeof signingKeys)[number];
    const [, told = ''] = await answers(kind, [`sign ${hex(key.crt)} ${hex(blockOf(144))}`, 'memory']);
    const [peak = 0, size = 0] = told.split(' ').map(Number);
    expect(peak).toBeGreaterThan(0);
    expect(peak).toBeLessThan(0.95 * size);
  });
});
