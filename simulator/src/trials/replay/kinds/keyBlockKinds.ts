/**
 * Kind `tr31.import`: key blocks of all versions, as a host that still has old ones must read them. Readers take version D alone, which the SDK has.
 * Source: TR-31:2018 §5.3.   Floor: simulator trials. The keys of these records are test keys, in clear.
 */
import { createCipheriv, createDecipheriv } from 'node:crypto';
import { type KeyBlockHeader, unwrapKeyBlock } from '@comptoir/factory';
import { concatBytes, equalBytes, fromHex, latin1ToBytes, toHex, unsignedFromBytes } from '@comptoir/protocol';
import { isObject } from '../vectorFiles.js';
import { hexField } from './hexField.js';

const DES_BLOCK_BYTES = 8;
const HEADER_CHARACTERS = 16;
/** What the variants of the protection key are mixed with. */
const VARIANT = { encryption: 0x45, authentication: 0x4d } as const;

/** What is read of a block whose MAC is right. */
interface Opened {
  readonly header: KeyBlockHeader;
  readonly key: Uint8Array;
}

export function importKeyBlock(input: unknown): unknown {
  const block = isObject(input) ? input['keyBlock'] : undefined;
  if (typeof block !== 'string') throw new Error('keyBlock is no text');
  const opened = openBlock(block, hexField(input, 'kbpk'));
  if (opened === undefined) return { ok: false };
  const { usage, algorithm, modeOfUse, exportability, optionalBlocks } = opened.header;
  const version = block.slice(0, 1);
  const blocks = optionalBlocks.length;
  return {
    ok: true,
    version,
    usage,
    algorithm,
    modeOfUse,
    exportability,
    optionalBlocks: blocks,
    key: toHex(opened.key),
  };
}

function openBlock(block: string, protectionKey: Uint8Array): Opened | undefined {
  if (block.startsWith('D')) {
    const result = unwrapKeyBlock(protectionKey, block);
    return result.ok ? result : undefined;
  }
  if (Number(block.slice(1, 5)) !== block.length) return undefined;
  const header = headerOf(block);
  const macBytes = block.startsWith('B') ? 8 : 4;
  const macAt = block.length - 2 * macBytes;
  const encrypted = fromHex(block.slice(header.end, macAt));
  const mac = fromHex(block.slice(macAt));
  if (encrypted === undefined || mac === undefined || encrypted.length === 0) return undefined;
  const text = latin1ToBytes(block.slice(0, header.end));
  const plain = block.startsWith('B')
    ? openDerived(protectionKey, text, encrypted, mac)
    : openVariant(protectionKey, text, encrypted, mac);
  if (plain === undefined) return undefined;
  return { header, key: plain.slice(2, 2 + unsignedFromBytes(plain.subarray(0, 2)) / 8) };
}

function headerOf(block: string): KeyBlockHeader & { readonly end: number } {
  const optionalBlocks: { identifier: string; data: string }[] = [];
  let end = HEADER_CHARACTERS;
  for (let count = Number(block.slice(12, 14)); count > 0; count -= 1) {
    const next = end + Number.parseInt(block.slice(end + 2, end + 4), 16);
    optionalBlocks.push({ identifier: block.slice(end, end + 2), data: block.slice(end + 4, next) });
    end = next;
  }
  return {
    usage: block.slice(5, 7),
    algorithm: block.slice(7, 8),
    modeOfUse: block.slice(8, 9),
    keyVersion: block.slice(9, 11),
    exportability: block.slice(11, 12),
    optionalBlocks,
    end,
  };
}

/** Versions A and C: the MAC is over what was encrypted, CBC-MAC, 4 bytes. */
function openVariant(
  key: Uint8Array,
  text: Uint8Array,
  encrypted: Uint8Array,
  mac: Uint8Array,
): Uint8Array | undefined {
  const made = encryptCbc(variantOf(key, VARIANT.authentication), new Uint8Array(8), concatBytes(text, encrypted));
  if (!equalBytes(made.slice(-DES_BLOCK_BYTES, -DES_BLOCK_BYTES / 2), mac)) return undefined;
  return decryptCbc(variantOf(key, VARIANT.encryption), text.subarray(0, DES_BLOCK_BYTES), encrypted);
}

/** Version B: as version D, with CMAC of TDES. */
function openDerived(
  key: Uint8Array,
  text: Uint8Array,
  encrypted: Uint8Array,
  mac: Uint8Array,
): Uint8Array | undefined {
  const plain = decryptCbc(derivedOf(key, 0), mac, encrypted);
  return equalBytes(cmacOf(derivedOf(key, 1), concatBytes(text, plain)), mac) ? plain : undefined;
}

function variantOf(key: Uint8Array, by: number): Uint8Array {
  return key.map((byte) => byte ^ by);
}

function derivedOf(key: Uint8Array, usage: number): Uint8Array {
  const isTriple = key.length === 24;
  const rest = [0, usage, 0, 0, isTriple ? 1 : 0, 0, isTriple ? 0xc0 : 0x80];
  const counters = isTriple ? [1, 2, 3] : [1, 2];
  return concatBytes(...counters.map((counter) => cmacOf(key, Uint8Array.of(counter, ...rest))));
}

/** NIST SP 800-38B with TDES. */
function cmacOf(key: Uint8Array, data: Uint8Array): Uint8Array {
  const whole = data.length > 0 && data.length % DES_BLOCK_BYTES === 0;
  const once = doubled(encryptCbc(key, new Uint8Array(8), new Uint8Array(8)));
  const mask = whole ? once : doubled(once);
  const padded = new Uint8Array(Math.max(1, Math.ceil(data.length / DES_BLOCK_BYTES)) * DES_BLOCK_BYTES);
  padded.set(data);
  if (!whole) padded[data.length] = 0x80;
  for (const [at, byte] of mask.entries()) {
    const place = padded.length - DES_BLOCK_BYTES + at;
    padded[place] = (padded[place] ?? 0) ^ byte;
  }
  return encryptCbc(key, new Uint8Array(8), padded).slice(-DES_BLOCK_BYTES);
}

function doubled(block: Uint8Array): Uint8Array {
  const twice = block.map((byte, at) => ((byte << 1) | ((block[at + 1] ?? 0) >> 7)) & 0xff);
  if (((block[0] ?? 0) & 0x80) !== 0) twice[7] = (twice[7] ?? 0) ^ 0x1b;
  return twice;
}

function encryptCbc(key: Uint8Array, iv: Uint8Array, data: Uint8Array): Uint8Array {
  const cipher = createCipheriv('des-ede3-cbc', tripled(key), iv).setAutoPadding(false);
  return new Uint8Array(cipher.update(data));
}

function decryptCbc(key: Uint8Array, iv: Uint8Array, data: Uint8Array): Uint8Array {
  const decipher = createDecipheriv('des-ede3-cbc', tripled(key), iv).setAutoPadding(false);
  return new Uint8Array(decipher.update(data));
}

function tripled(key: Uint8Array): Uint8Array {
  return key.length === 24 ? key : concatBytes(key, key.subarray(0, 8));
}
