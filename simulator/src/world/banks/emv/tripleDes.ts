/**
 * DES with keys of two parts, and the MAC that EMV makes with it. Here only: readers and cards of our own speak AES.
 * Source: EMV 4.4 Book 2 Annex A1.2 (ISO/IEC 9797-1 algorithm 3), B1.1.   Floor: simulator world; imports nothing of ours.
 */
import { createCipheriv } from 'node:crypto';

export const BLOCK_BYTES = 8;
export const KEY_BYTES = 16;

/** How data become whole blocks: EMV 80 00…, VISA 00… and nothing when they are whole already. */
export type Padding = 'EMV' | 'VISA';

export function padded(data: Uint8Array, padding: Padding): Uint8Array {
  const length = padding === 'EMV' ? data.length + 1 : data.length;
  const blocks = new Uint8Array(Math.ceil(length / BLOCK_BYTES) * BLOCK_BYTES);
  blocks.set(data);
  if (padding === 'EMV') blocks[data.length] = 0x80;
  return blocks;
}

/** @param key left and right part, 16 bytes; not modified @param blocks whole blocks, each for itself (ECB) */
export function tripleDes(key: Uint8Array, blocks: Uint8Array): Uint8Array {
  return encrypt('des-ede3', left(key), right(key), null, blocks);
}

/**
 * Single DES with the left part in a chain, the last block with both parts.
 * @param key 16 bytes @param blocks one or more whole blocks @returns 8 bytes
 */
export function retailMac(key: Uint8Array, blocks: Uint8Array): Uint8Array {
  const lastAt = blocks.length - BLOCK_BYTES;
  // Encrypt, decrypt, encrypt with one key is that key once: OpenSSL has no single DES any more.
  const chain = encrypt('des-ede3-cbc', left(key), left(key), new Uint8Array(BLOCK_BYTES), blocks.subarray(0, lastAt));
  const chained = lastAt === 0 ? new Uint8Array(BLOCK_BYTES) : chain.subarray(-BLOCK_BYTES);
  return tripleDes(key, xor(chained, blocks.subarray(lastAt)));
}

/** The same key with bit 1 of each byte such that the byte has an odd number of bits set. @param key changed in place */
export function withOddParity(key: Uint8Array): Uint8Array {
  key.forEach((byte, at) => {
    let bits = byte >> 1;
    bits ^= bits >> 4;
    bits ^= bits >> 2;
    bits ^= bits >> 1;
    key[at] = (byte & 0xfe) | (~bits & 1);
  });
  return key;
}

/** @param b as long as `a` or longer */
export function xor(a: Uint8Array, b: Uint8Array): Uint8Array {
  return a.map((byte, at) => byte ^ (b[at] ?? 0));
}

function left(key: Uint8Array): Uint8Array {
  return key.subarray(0, BLOCK_BYTES);
}

function right(key: Uint8Array): Uint8Array {
  return key.subarray(BLOCK_BYTES, KEY_BYTES);
}

function encrypt(mode: string, one: Uint8Array, two: Uint8Array, iv: Uint8Array | null, data: Uint8Array): Uint8Array {
  const key = new Uint8Array(3 * BLOCK_BYTES);
  key.set(one);
  key.set(two, BLOCK_BYTES);
  key.set(one, 2 * BLOCK_BYTES);
  const cipher = createCipheriv(mode, key, iv).setAutoPadding(false);
  key.fill(0);
  return Uint8Array.from(cipher.update(data));
}
