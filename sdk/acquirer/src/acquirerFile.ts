/**
 * An acquirer's own keys in a file: those that envelopes are opened by, and the one that numbers are sealed for it by. A secret.
 * Development only: an acquirer keeps its keys in a hardware security module.
 * Source: docs/reference/tokens.md, files.   Floor: acquirer.
 */
import { toHex } from '@comptoir/protocol';
import { type Described, describedFile, Fields } from '#files';

/** Larger ones are refused before anything is read in them. */
export const ACQUIRER_FILE_BYTES_MAX = 65_536;

export interface AcquirerFile {
  readonly baseDerivationKeys: readonly {
    /** 4 bytes: the start of every KSN under it. */
    readonly identifier: Uint8Array;
    /** AES-256, 32 bytes. */
    readonly key: Uint8Array;
  }[];
  /** AES-SIV, 64 bytes, and its version, 0..31: what a token service seals numbers for this acquirer with. */
  readonly sealing: { readonly version: number; readonly key: Uint8Array };
}

const WHAT = 'comptoir acquirer, development only';
const KEYS_MAX = 100;
const IDENTIFIER_BYTES = 4;
const BDK_BYTES = 32;
const SEALING_BYTES = 64;
const VERSION_MAX = 31;

/** @param text untrusted */
export function readAcquirerFile(text: string): Described<AcquirerFile> {
  return describedFile(text, WHAT, (fields) => {
    const none = new Uint8Array(0);
    const bytes = (of: Fields, name: string, length: number): Uint8Array =>
      of.need(name, of.bytes(name, length, length), none);
    const baseDerivationKeys = fields.list('baseDerivationKeys', KEYS_MAX).map((one) => {
      const read = { identifier: bytes(one, 'identifier', IDENTIFIER_BYTES), key: bytes(one, 'key', BDK_BYTES) };
      one.close();
      return read;
    });
    const inside = fields.need('sealing', fields.inside('sealing'), new Fields({}));
    const version = inside.need('version', inside.whole('version', 0, VERSION_MAX), 0);
    const sealing = { version, key: bytes(inside, 'key', SEALING_BYTES) };
    inside.close();
    return fields.finish(() => ({ baseDerivationKeys, sealing }));
  });
}

export function acquirerFileText({ baseDerivationKeys, sealing }: AcquirerFile): string {
  const keys = baseDerivationKeys.map(({ identifier, key }) => ({ identifier: toHex(identifier), key: toHex(key) }));
  const file = {
    what: WHAT,
    baseDerivationKeys: keys,
    sealing: { version: sealing.version, key: toHex(sealing.key) },
  };
  return `${JSON.stringify(file, null, 2)}\n`;
}
