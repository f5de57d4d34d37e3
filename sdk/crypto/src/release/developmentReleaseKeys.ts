/**
 * The release keys of development readers. They are made from a sentence, for all to see: what they sign proves nothing, and
 * only the boot stages of development models take it.
 * Floor: crypto.
 */
import { latin1ToBytes, toHex } from '@comptoir/protocol';
import { p256 } from '@noble/curves/nist.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { type ReleaseKey, releaseKey } from './releaseKey.js';

/** Their epoch, and with it that of every reader so far. */
export const DEVELOPMENT_KEY_EPOCH = 1;

/** Three of them. The scalar is SHA-256 of "comptoir development release key 1" … "3", reduced to 1 ≤ d < n. */
export function developmentReleaseKeys(): readonly ReleaseKey[] {
  return [1, 2, 3].map((number) => releaseKey(developmentScalar(`comptoir development release key ${number}`)));
}

/** Of a key for development: SHA-256 of a sentence, reduced to 1 ≤ d < n of P-256, 32 bytes. Whoever reads the sentence has the key. */
export function developmentScalar(sentence: string): Uint8Array {
  const digest = BigInt(`0x${toHex(sha256(latin1ToBytes(sentence)))}`);
  return p256.Point.Fn.toBytes((digest % (p256.Point.Fn.ORDER - 1n)) + 1n);
}
