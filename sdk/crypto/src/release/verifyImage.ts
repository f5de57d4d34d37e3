/**
 * Is an image whole, and signed by whom it must be? The same questions in the same order as the boot stage's.
 * Source: docs/explanation/boot-and-update.md.   Floor: crypto.
 */
import type { Image, ImageSignature, RefusalName } from '@comptoir/protocol/image';
import { isSignatureOf, keyOf, type ReleasePublicKey } from './releaseKey.js';
import { verifyHashes } from './verifyHashes.js';

const SIGNATURES_NEEDED = 2;

/** @returns why it's refused, or undefined */
export function verifyImage(image: Image, keys: readonly ReleasePublicKey[]): RefusalName | undefined {
  return verifySignatures(image.headerBytes, image.signatures, keys) ?? verifyHashes(image);
}

/**
 * Two good signatures by different keys, and none that isn't good. What costs nothing is looked at first: is every key known,
 * did its owner not sign before, are there two; only then the curve.
 */
export function verifySignatures(
  headerBytes: Uint8Array,
  signatures: readonly ImageSignature[],
  keys: readonly ReleasePublicKey[],
): RefusalName | undefined {
  const signers: ReleasePublicKey[] = [];
  for (const signature of signatures) {
    const key = keyOf(signature, keys);
    if (key === undefined) return 'unknownKey';
    if (signers.includes(key)) return 'sameSignerTwice';
    signers.push(key);
  }
  if (signers.length < SIGNATURES_NEEDED) return 'tooFewSignatures';
  const areGood = signers.every((key, index) => {
    const signature = signatures[index];
    return signature !== undefined && isSignatureOf(headerBytes, signature, key);
  });
  return areGood ? undefined : 'badSignature';
}
