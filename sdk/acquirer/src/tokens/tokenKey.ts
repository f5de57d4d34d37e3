/**
 * The keys of a merchant's tokens, each by itself from the root key of its region. The root key never leaves the token service; a reader
 * is given the index key of its merchant, and none of the others.
 *
 *   key = HKDF-SHA-256(root key, salt "rdr-tok-v1", info: purpose 3, 00 | region 8 | merchant 15 | version 1)
 *   purpose: `idx` 32 bytes · `siv` 64 bytes · `fpe` 32 bytes; region and merchant filled with spaces
 *
 * Source: docs/reference/tokens.md, RFC 5869.   Floor: acquirer. Keys are in clear here: this runs at the token service alone.
 */
import { concatBytes, latin1ToBytes } from '@comptoir/protocol';
import { hkdf } from '@noble/hashes/hkdf.js';
import { sha256 } from '@noble/hashes/sha2.js';

/** Versions are five bits of a printed index token. */
export const KEY_VERSION_MAX = 31;
export const ROOT_KEY_BYTES = 32;

/** `index`: HMAC, of index tokens. `sealed`: AES-SIV, of sealed tokens. `digits`: FF1, of digit tokens. */
export type TokenPurpose = 'index' | 'sealed' | 'digits';

const LABELS: Readonly<Record<TokenPurpose, readonly [label: string, bytes: number]>> = {
  index: ['idx\0', 32],
  sealed: ['siv\0', 64],
  digits: ['fpe\0', 32],
};
const SALT = latin1ToBytes('rdr-tok-v1');
const REGION_CHARACTERS = 8;
const MERCHANT_CHARACTERS = 15;

export interface TokenRoot {
  /** 32 bytes. */
  readonly rootKey: Uint8Array;
  /** 1 to 8 printable ASCII characters. */
  readonly region: string;
}

/**
 * @param merchant identifier, 9F16: 1 to 15 printable ASCII characters
 * @param version  0..31
 * @returns new bytes: wipe them
 * @throws RangeError for anything else; its message never holds a key
 */
export function deriveTokenKey(
  { rootKey, region }: TokenRoot,
  purpose: TokenPurpose,
  merchant: string,
  version: number,
): Uint8Array {
  if (rootKey.length !== ROOT_KEY_BYTES) throw new RangeError(`a root key has ${ROOT_KEY_BYTES} bytes`);
  const [label, bytes] = LABELS[purpose];
  const place = concatBytes(filled('region', region, REGION_CHARACTERS), merchantField(merchant));
  return hkdf(sha256, rootKey, SALT, concatBytes(latin1ToBytes(label), place, versionByte(version)), bytes);
}

/** 15 bytes, filled with spaces. @throws RangeError */
export function merchantField(merchant: string): Uint8Array {
  return filled('merchant', merchant, MERCHANT_CHARACTERS);
}

/** @throws RangeError */
export function versionByte(version: number): Uint8Array {
  if (!Number.isInteger(version) || version < 0 || version > KEY_VERSION_MAX)
    throw new RangeError(`a key version is 0 to ${KEY_VERSION_MAX}`);
  return Uint8Array.of(version);
}

/** No space at its end: two names must never be one. */
function filled(what: string, text: string, characters: number): Uint8Array {
  if (text.length > characters || !/^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/.test(text))
    throw new RangeError(`a ${what} has 1 to ${characters} printable ASCII characters, no space at its ends`);
  return latin1ToBytes(text.padEnd(characters));
}
