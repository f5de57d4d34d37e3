/**
 * An update package, `comptoir-<version>.update`: the same firmware, linked for each slot.
 *
 *   offset  size
 *   0       4   "RDRP"
 *   4       1   version: 1
 *   5       1   count of the images
 *   6       2   zero
 *   8           for each image its length, 4 bytes little endian, then manifest sector and body
 *
 * Floor: protocol.
 */
import { concatBytes, latin1ToBytes, startsWithBytes } from '../bytes/bytes.js';
import { decodeImage, type Image } from './imageManifest.js';
import type { RefusalName } from './refusal.js';

/** Two slots of four models. */
export const PACKAGE_IMAGES_MAX = 8;
const MAGIC: Uint8Array = latin1ToBytes('RDRP');
const VERSION = 1;
const START_BYTES = 8;

export type PackageFault = 'NOT_A_PACKAGE' | 'UNKNOWN_PACKAGE_VERSION' | 'NO_IMAGES' | 'TRUNCATED' | 'BYTES_LEFT_OVER';

export type UpdatePackageResult =
  | { readonly ok: true; readonly images: readonly Image[] }
  | { readonly ok: false; readonly fault: PackageFault | RefusalName; readonly at: number };

/** @param images each of them as `encodeImage` gives it, 1..8 */
export function encodeUpdatePackage(images: readonly Uint8Array[]): Uint8Array {
  const parts = images.flatMap((image) => {
    const length = new Uint8Array(4);
    new DataView(length.buffer).setUint32(0, image.length, true);
    return [length, image];
  });
  return concatBytes(MAGIC, Uint8Array.of(VERSION, images.length, 0, 0), ...parts);
}

/** @param bytes untrusted @returns views of them, or the fault and the offset where it shows */
export function decodeUpdatePackage(bytes: Uint8Array): UpdatePackageResult {
  if (!startsWithBytes(bytes, MAGIC)) return { ok: false, fault: 'NOT_A_PACKAGE', at: 0 };
  if (bytes.length < START_BYTES) return { ok: false, fault: 'TRUNCATED', at: bytes.length };
  const [version = 0, count = 0, ...zero] = bytes.subarray(MAGIC.length, START_BYTES);
  if (version !== VERSION || zero.some((byte) => byte !== 0))
    return { ok: false, fault: 'UNKNOWN_PACKAGE_VERSION', at: MAGIC.length };
  if (count === 0 || count > PACKAGE_IMAGES_MAX) return { ok: false, fault: 'NO_IMAGES', at: MAGIC.length + 1 };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const images: Image[] = [];
  let at = START_BYTES;
  for (let index = 0; index < count; index += 1) {
    if (at + 4 > bytes.length) return { ok: false, fault: 'TRUNCATED', at: bytes.length };
    const end = at + 4 + view.getUint32(at, true);
    if (end > bytes.length) return { ok: false, fault: 'TRUNCATED', at: bytes.length };
    const decoded = decodeImage(bytes.subarray(at + 4, end));
    if (!decoded.ok) return { ok: false, fault: decoded.refusal, at: at + 4 };
    images.push(decoded.image);
    at = end;
  }
  return at === bytes.length ? { ok: true, images } : { ok: false, fault: 'BYTES_LEFT_OVER', at };
}
