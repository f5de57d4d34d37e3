import { type ImageSignature } from '@comptoir/protocol/image';
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
export declare function releaseKey(privateKey: Uint8Array): ReleaseKey;
/** @param publicKey X then Y, 64 bytes @throws Error when it's no point of the curve */
export declare function releasePublicKey(publicKey: Uint8Array): ReleasePublicKey;
/** Deterministic, RFC 6979: the same header gives the same signature. */
export declare function signHeader(headerBytes: Uint8Array, { privateKey, id }: ReleaseKey): ImageSignature;
/** High and low s alike. */
export declare function isSignatureOf(
  headerBytes: Uint8Array,
  { signature }: ImageSignature,
  key: ReleasePublicKey,
): boolean;
export declare function keyOf(
  signature: ImageSignature,
  keys: readonly ReleasePublicKey[],
): ReleasePublicKey | undefined;
