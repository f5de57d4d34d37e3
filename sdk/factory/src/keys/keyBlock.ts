/**
 * Key blocks: a key under another, with what it's good for, in characters.
 *
 *   characters  header
 *   1           D
 *   4           length of the block, decimal
 *   2 1 1       usage, algorithm, mode of use
 *   2 1         version of the key, exportability
 *   2 2         number of optional blocks, decimal; 00
 *   …           optional blocks: identifier 2, length 2 hexadecimal, data; together a multiple of 16
 *   …           hexadecimal: AES-CBC, with the MAC as IV, of length of the key in bits 2, key, random padding
 *   32          hexadecimal: AES-CMAC of header and what was encrypted
 *
 * Source: ANSI X9.143-2021, TR-31:2018, version D.   Floor: factory. Keys are in clear here: this runs where keys are made.
 */
import {
  concatBytes,
  equalBytes,
  fromHex,
  latin1ToBytes,
  toHex,
  unsignedFromBytes,
  unsignedToBytes,
} from '@comptoir/protocol';
import { cbc, cmac } from '@noble/ciphers/aes.js';

export interface OptionalBlock {
  /** Two characters. */
  readonly identifier: string;
  /** Printable ASCII. */
  readonly data: string;
}

export interface KeyBlockHeader {
  /** B0 base derivation key, B1 initial DUKPT key, K1 key block protection key, M7 HMAC key, and others. */
  readonly usage: string;
  /** A AES, H HMAC, and others. */
  readonly algorithm: string;
  /** X derives keys, C generates and verifies, B wraps and unwraps, and others. */
  readonly modeOfUse: string;
  /** Two characters; 00: none. */
  readonly keyVersion: string;
  /** E, N or S. */
  readonly exportability: string;
  readonly optionalBlocks: readonly OptionalBlock[];
}

export type KeyBlockFault = 'LENGTH' | 'HEADER' | 'OPTIONAL_BLOCK' | 'CHARACTER' | 'MAC' | 'KEY_LENGTH';

export type KeyBlockResult =
  | {
      readonly ok: true;
      readonly header: KeyBlockHeader;
      /** 16, 24 or 32 bytes of AES, or any other length. */
      readonly key: Uint8Array;
    }
  | { readonly ok: false; readonly fault: KeyBlockFault; readonly at: number };

const HEADER_CHARACTERS = 16;
const MAC_BYTES = 16;
const BLOCK_BYTES = 16;
const LENGTH_BYTES = 2;
const OPTIONAL_HEAD_CHARACTERS = 4;
const CHARACTERS_MAX = 9992;
const CHECK_VALUE_BYTES = 5;
const PADDING_BLOCK = 'PB';
const DERIVE = { encryption: 0, authentication: 1 } as const;
/** Of the derivation data, by length of the protection key. */
const ALGORITHM: Readonly<Record<number, number>> = { 16: 2, 24: 3, 32: 4 };

/**
 * @param protectionKey AES, 16, 24 or 32 bytes; not shorter than the key
 * @param random        the padding is made of it: as long as it is, nobody sees how long the key is
 * @throws Error when the header is none, or the key is stronger than what protects it
 */
export function wrapKeyBlock(
  protectionKey: Uint8Array,
  header: KeyBlockHeader,
  key: Uint8Array,
  random: (length: number) => Uint8Array,
): string {
  if (key.length > protectionKey.length) throw new Error('a key is protected by one that is at least as long');
  const plainBytes = Math.ceil((LENGTH_BYTES + protectionKey.length) / BLOCK_BYTES) * BLOCK_BYTES;
  const padding = random(plainBytes - LENGTH_BYTES - key.length);
  const plain = concatBytes(unsignedToBytes(key.length * 8, LENGTH_BYTES), key, padding);
  const text = headerText(header, 2 * (plainBytes + MAC_BYTES));
  const mac = cmac(concatBytes(latin1ToBytes(text), plain), derived(protectionKey, DERIVE.authentication));
  const encryptionKey = derived(protectionKey, DERIVE.encryption);
  const encrypted = cbc(encryptionKey, mac, { disablePadding: true }).encrypt(plain);
  plain.fill(0);
  return text + toHex(encrypted) + toHex(mac);
}

/** @param block untrusted @returns the key, or the fault and the character where it shows */
export function unwrapKeyBlock(protectionKey: Uint8Array, block: string): KeyBlockResult {
  const read = readKeyBlockHeader(block);
  if (!read.ok) return read;
  const { header, end } = read;
  const macAt = block.length - 2 * MAC_BYTES;
  const encrypted = upperHex(block.slice(end, macAt));
  const mac = upperHex(block.slice(macAt));
  if (encrypted === undefined || mac === undefined) return { ok: false, fault: 'CHARACTER', at: end };
  if (encrypted.length === 0 || encrypted.length % BLOCK_BYTES !== 0) return { ok: false, fault: 'LENGTH', at: end };
  const encryptionKey = derived(protectionKey, DERIVE.encryption);
  const plain = cbc(encryptionKey, mac, { disablePadding: true }).decrypt(encrypted);
  const expected = cmac(
    concatBytes(latin1ToBytes(block.slice(0, end)), plain),
    derived(protectionKey, DERIVE.authentication),
  );
  const bits = unsignedFromBytes(plain.subarray(0, LENGTH_BYTES));
  const isGenuine = equalBytes(expected, mac);
  const isWhole = bits > 0 && bits % 8 === 0 && bits / 8 <= plain.length - LENGTH_BYTES;
  const key = isGenuine && isWhole ? plain.slice(LENGTH_BYTES, LENGTH_BYTES + bits / 8) : undefined;
  plain.fill(0);
  if (!isGenuine) return { ok: false, fault: 'MAC', at: macAt };
  return key === undefined ? { ok: false, fault: 'KEY_LENGTH', at: end } : { ok: true, header, key };
}

export type KeyBlockHeaderResult =
  | { readonly ok: true; readonly header: KeyBlockHeader /** Where the encrypted key begins. */; readonly end: number }
  | { readonly ok: false; readonly fault: KeyBlockFault; readonly at: number };

/** What a block says of itself; only its MAC says that it's true. @param block untrusted */
export function readKeyBlockHeader(block: string): KeyBlockHeaderResult {
  if (block[0] !== 'D' || block.slice(14, 16) !== '00') return { ok: false, fault: 'HEADER', at: 0 };
  if (!isDigits(block.slice(1, 5)) || Number(block.slice(1, 5)) !== block.length || block.length % BLOCK_BYTES !== 0)
    return { ok: false, fault: 'LENGTH', at: 1 };
  if (!isDigits(block.slice(12, 14))) return { ok: false, fault: 'HEADER', at: 12 };
  const optionalBlocks: OptionalBlock[] = [];
  let end = HEADER_CHARACTERS;
  for (let count = Number(block.slice(12, 14)); count > 0; count -= 1) {
    const length = upperHex(block.slice(end + 2, end + OPTIONAL_HEAD_CHARACTERS))?.[0] ?? 0;
    if (length < OPTIONAL_HEAD_CHARACTERS || end + length > block.length - 2 * MAC_BYTES)
      return { ok: false, fault: 'OPTIONAL_BLOCK', at: end };
    const identifier = block.slice(end, end + 2);
    if (identifier !== PADDING_BLOCK)
      optionalBlocks.push({ identifier, data: block.slice(end + OPTIONAL_HEAD_CHARACTERS, end + length) });
    end += length;
  }
  if (end % BLOCK_BYTES !== 0) return { ok: false, fault: 'OPTIONAL_BLOCK', at: HEADER_CHARACTERS };
  const header = {
    usage: block.slice(5, 7),
    algorithm: block.slice(7, 8),
    modeOfUse: block.slice(8, 9),
    keyVersion: block.slice(9, 11),
    exportability: block.slice(11, 12),
    optionalBlocks,
  };
  return { ok: true, header, end };
}

/** Tells two people that they hold the same key: the start of the AES-CMAC of a block of zeros, 5 bytes. @param key 16, 24 or 32 bytes */
export function keyCheckValue(key: Uint8Array): Uint8Array {
  return cmac(new Uint8Array(BLOCK_BYTES), key).slice(0, CHECK_VALUE_BYTES);
}

function headerText(header: KeyBlockHeader, encryptedCharacters: number): string {
  const { usage, algorithm, modeOfUse, keyVersion, exportability, optionalBlocks } = header;
  const blocks = optionalBlocks.map(optionalText);
  const over = blocks.join('').length % BLOCK_BYTES;
  if (over !== 0) {
    const missing = BLOCK_BYTES - over;
    const dataCharacters = missing < OPTIONAL_HEAD_CHARACTERS ? missing + BLOCK_BYTES : missing;
    blocks.push(
      optionalText({ identifier: PADDING_BLOCK, data: '0'.repeat(dataCharacters - OPTIONAL_HEAD_CHARACTERS) }),
    );
  }
  const optional = blocks.join('');
  const length = HEADER_CHARACTERS + optional.length + encryptedCharacters;
  const text = `D${decimal(length, 4)}${usage}${algorithm}${modeOfUse}${keyVersion}${exportability}${decimal(blocks.length, 2)}00${optional}`;
  if (text.length !== HEADER_CHARACTERS + optional.length || length > CHARACTERS_MAX || !isPrintable(text))
    throw new Error('a field of the key block’s header is out of its range');
  return text;
}

function optionalText({ identifier, data }: OptionalBlock): string {
  return identifier + toHex(Uint8Array.of(OPTIONAL_HEAD_CHARACTERS + data.length)) + data;
}

/** counter 1 | usage 2 | 00 | algorithm 2 | bits 2, under AES-CMAC, for each block of the key */
function derived(protectionKey: Uint8Array, usage: number): Uint8Array {
  const { length } = protectionKey;
  const rest = concatBytes(
    unsignedToBytes(usage, 2),
    Uint8Array.of(0),
    unsignedToBytes(ALGORITHM[length] ?? 0, 2),
    unsignedToBytes(length * 8, 2),
  );
  const blocks = [1, 2].map((counter) => cmac(concatBytes(Uint8Array.of(counter), rest), protectionKey));
  return concatBytes(...blocks).slice(0, length);
}

/** Lower case is refused: a block has one spelling. */
function upperHex(text: string): Uint8Array | undefined {
  const bytes = fromHex(text);
  return bytes !== undefined && toHex(bytes) === text ? bytes : undefined;
}

function decimal(value: number, digits: number): string {
  return String(value).padStart(digits, '0');
}

function isDigits(text: string): boolean {
  return [...text].every((character) => character >= '0' && character <= '9');
}

function isPrintable(text: string): boolean {
  return [...text].every((character) => character >= ' ' && character <= '~');
}
