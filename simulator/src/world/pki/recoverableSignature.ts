/**
 * The one signature scheme of offline data authentication: the signature gives its message back.
 * Source: EMV 4.4 Book 2 Annex A2.1 (ISO/IEC 9796-2 with SHA-1).   Floor: simulator world.
 */
import { createHash } from 'node:crypto';
import { concatBytes } from '@comptoir/protocol';
import type { RsaKey } from './rsaKey.js';

export const HASH_SHA_1 = 0x01;
export const PUBLIC_KEY_RSA = 0x01;

const HEADER = 0x6a;
const TRAILER = 0xbc;
const PADDING = 0xbb;
/** Header, SHA-1 and trailer. */
const FRAME_SIZE_BYTES = 22;

/** SHA-1 of the joined parts, 20 bytes. */
export function sha1(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(
    createHash('sha1')
      .update(concatBytes(...parts))
      .digest(),
  );
}

/** @returns `bytes`, then BB up to `length` */
export function padded(bytes: Uint8Array, length: number): Uint8Array {
  const field = new Uint8Array(length).fill(PADDING);
  field.set(bytes);
  return field;
}

/** How many bytes a signature under this key can carry. */
export function contentSize(key: RsaKey): number {
  return key.modulus.length - FRAME_SIZE_BYTES;
}

/**
 * Signs 6A | content | SHA-1(content, hashed) | BC.
 * @param content exactly as long as `contentSize` says
 * @param hashed  what the hash covers beyond the content
 */
export function signBlock(key: RsaKey, content: Uint8Array, hashed: Uint8Array): Uint8Array {
  return key.sign(concatBytes(Uint8Array.of(HEADER), content, sha1(content, hashed), Uint8Array.of(TRAILER)));
}
