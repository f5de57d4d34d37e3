/**
 * Keys that sign images: ECDSA on P-256.
 * Floor: crypto.
 */
import { equalBytes } from '@comptoir/protocol';
import { type ImageSignature, KEY_ID_BYTES } from '@comptoir/protocol/image';
import { p256 } from '@noble/curves/nist.js';
import { sha256 } from '@noble/hashes/sha2.js';

export interface ReleasePublicKey {
  /** The first 8 bytes of SHA-256 of `publicKey`. */
  readonly id: Uint8Array;
  /** X then Y, 64 bytes. */
  readonly publicKey: Uint8Array;
}

export interface ReleaseKey extends ReleasePublicKey {
  /** 32 bytes. */
  readonly privateKey: Uint8Array;
}

/** @param privateKey 32 bytes, big endian @throws Error when it's no scalar of the curve */
export function releaseKey(privateKey: Uint8Array): ReleaseKey {
  return { privateKey, ...releasePublicKey(p256.getPublicKey(privateKey, false).subarray(1)) };
}

/** @param publicKey X then Y, 64 bytes @throws Error when it's no point of the curve */
export function releasePublicKey(publicKey: Uint8Array): ReleasePublicKey {
  p256.Point.fromBytes(sec1(publicKey)).assertValidity();
  return { publicKey, id: sha256(publicKey).subarray(0, KEY_ID_BYTES) };
}

/** Deterministic, RFC 6979: the same header gives the same signature. */
export function signHeader(headerBytes: Uint8Array, { privateKey, id }: ReleaseKey): ImageSignature {
  return { keyId: id, signature: p256.sign(headerBytes, privateKey) };
}

/** High and low s alike. */
export function isSignatureOf(headerBytes: Uint8Array, { signature }: ImageSignature, key: ReleasePublicKey): boolean {
  return p256.verify(signature, headerBytes, sec1(key.publicKey), { lowS: false });
}

export function keyOf(signature: ImageSignature, keys: readonly ReleasePublicKey[]): ReleasePublicKey | undefined {
  return keys.find(({ id }) => equalBytes(id, signature.keyId));
}

function sec1(publicKey: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(1 + publicKey.length);
  bytes[0] = 4;
  bytes.set(publicKey, 1);
  return bytes;
}
