/**
 * Is an image whole, and signed by whom it must be? The same questions in the same order as the boot stage's.
 * Source: docs/explanation/boot-and-update.md.   Floor: sdk release.
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
 * did nobody sign twice, are there two; only then the curve.
 */
export function verifySignatures(
  headerBytes: Uint8Array,
  signatures: readonly ImageSignature[],
  keys: readonly ReleasePublicKey[],
): RefusalName | undefined {
  const signers = signatures.map((signature) => keyOf(signature, keys));
  if (signers.includes(undefined)) return 'unknownKey';
  if (new Set(signers).size < signers.length) return 'sameSignerTwice';
  if (signers.length < SIGNATURES_NEEDED) return 'tooFewSignatures';
  const areGood = signatures.every((signature, index) => {
    const key = signers[index];
    return key !== undefined && isSignatureOf(headerBytes, signature, key);
  });
  return areGood ? undefined : 'badSignature';
}
