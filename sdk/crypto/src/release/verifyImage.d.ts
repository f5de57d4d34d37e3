/**
 * Is an image whole, and signed by whom it must be? The same questions in the same order as the boot stage's.
 * Source: docs/explanation/boot-and-update.md.   Floor: crypto.
 */
import type { Image, ImageSignature, RefusalName } from '@comptoir/protocol/image';
import { type ReleasePublicKey } from './releaseKey.js';
/** @returns why it's refused, or undefined */
export declare function verifyImage(image: Image, keys: readonly ReleasePublicKey[]): RefusalName | undefined;
/**
 * Two good signatures by different keys, and none that isn't good. What costs nothing is looked at first: is every key known,
 * did its owner not sign before, are there two; only then the curve.
 */
export declare function verifySignatures(
  headerBytes: Uint8Array,
  signatures: readonly ImageSignature[],
  keys: readonly ReleasePublicKey[],
): RefusalName | undefined;
