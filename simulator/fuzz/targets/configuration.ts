/** The content of a signed configuration, where it lies in flash: whoever may sign can sign anything. Every hash is zeros. */
import { decodeMessage, encodeMessage, equalBytes, type Message } from '@comptoir/protocol';
import { readContent } from '../../../firmware/src/commands/configuration/storedConfiguration.js';
import { EXAMPLES } from '../../src/cli/docs/exampleMessages.js';
import { hold, Input } from '../target.js';

type Verifier = Parameters<typeof readContent>[1];

const APPLICATIONS_MAX = 16;
const secure = { sha1: () => new Uint8Array(20) } as unknown as Verifier;

/** The first two are accepted: what is refused at the first field leads nowhere. */
export function seeds(): readonly Uint8Array[] {
  const good: Message<'configuration'> = {
    ...EXAMPLES.configuration,
    terminalCapabilities: Uint8Array.of(0x20, 0x28, 0xc8),
    terminalTransactionQualifiers: Uint8Array.of(0x33, 0x80, 0x40, 0x00),
  };
  const { certificationAuthorityKeys = [] } = good;
  const variants: readonly Message<'configuration'>[] = [
    { ...good, certificationAuthorityKeys: [] },
    { ...good, certificationAuthorityKeys: certificationAuthorityKeys.map(zeroHash) },
    good,
    { ...good, applications: [] },
  ];
  return variants.map((message) => encodeMessage(message));
}

function zeroHash<K>(key: K): K & { readonly sha1: Uint8Array } {
  return { ...key, sha1: new Uint8Array(20) };
}

export function fuzz(data: Uint8Array): void {
  const bytes = new Input(data).rest();
  const store = {
    read: (_place: number, at: number, length: number) => bytes.slice(at, at + length),
    sha256: () => new Uint8Array(32),
  };
  const stored = { store, place: 0, end: bytes.length } as unknown as Parameters<typeof readContent>[0];
  const content = readContent(stored, secure, 0);
  if (!content.ok) {
    hold(/^[A-Za-z0-9[\].]*$/.test(content.at), 'where a fault is, is the name of a field');
    return;
  }
  const { applications, keysAt, revokedAt } = content;
  hold(applications.length > 0 && applications.length <= APPLICATIONS_MAX, 'there are 1 to 16 applications');
  const decoded = decodeMessage(bytes);
  hold(decoded.ok && equalBytes(encodeMessage(decoded.message), bytes), 'a configuration is written as it was read');
  hold(keysAt <= revokedAt && revokedAt <= bytes.length, 'the lists lie one behind the other');
}
