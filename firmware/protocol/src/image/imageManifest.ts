/**
 * The manifest before the body of an image, and the whole image. In flash the chunk table has sectors of its own.
 *
 *   offset  size
 *   0       256   header, see imageHeader.ts
 *   256     240   three signatures of 80 bytes; one that is not used is zero
 *   496     16    zero
 *   512     3584  FF
 *   4096    8192  chunk table: SHA-256 of each 4,096 bytes of the body, the last one of what is left; not used: FF
 *   12288         the body
 *
 * Floor: protocol. Hashes and signatures are checked by whoever has the means; see `@comptoir/factory`.
 * Memory: decoded parts are views of the input.
 */
import { CHUNK_BYTES, decodeImageHeader, IMAGE_HEADER_BYTES, type ImageHeader } from './imageHeader.js';
import type { RefusalName } from './refusal.js';

/** Where the chunk table begins. */
export const CHUNK_TABLE_OFFSET = 4096;
export const MANIFEST_BYTES = 12_288;
/** Header and signatures: what an update begins with. */
export const SIGNED_HEADER_BYTES = 512;
export const SIGNATURES_MAX = 3;
export const KEY_ID_BYTES = 8;
const SIGNATURE_ENTRY_BYTES = 80;
const SIGNATURE_BYTES = 64;
const HASH_BYTES = 32;
/** ECDSA on P-256 over SHA-256. */
const ALGORITHM = 1;

export interface ImageSignature {
  /** The first 8 bytes of SHA-256 of the public key, X then Y. */
  readonly keyId: Uint8Array;
  /** r then s, 64 bytes, over the header's 256 bytes. */
  readonly signature: Uint8Array;
}

export interface Image {
  readonly header: ImageHeader;
  /** 256 bytes. */
  readonly headerBytes: Uint8Array;
  readonly signatures: readonly ImageSignature[];
  /** Header and signatures, 512 bytes. */
  readonly signedHeader: Uint8Array;
  /** The used part. */
  readonly chunkTable: Uint8Array;
  readonly body: Uint8Array;
}

export type ImageResult =
  | { readonly ok: true; readonly image: Image }
  | { readonly ok: false; readonly refusal: RefusalName };

/** Chunks of a body. */
export function chunkCount(bodyLength: number): number {
  return Math.ceil(bodyLength / CHUNK_BYTES);
}

/** The chunks of a body, views of it. */
export function chunksOf(body: Uint8Array): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < body.length; at += CHUNK_BYTES) chunks.push(body.subarray(at, at + CHUNK_BYTES));
  return chunks;
}

/** The bytes of an image at the start of its slot: a view; all of it when there is no header to tell the length. */
export function imageBytes(slot: Uint8Array): Uint8Array {
  const decoded = decodeImageHeader(slot.subarray(0, IMAGE_HEADER_BYTES));
  return decoded.ok ? slot.subarray(0, MANIFEST_BYTES + decoded.header.bodyLength) : slot;
}

/** @returns manifest and body */
export function encodeImage(
  headerBytes: Uint8Array,
  signatures: readonly ImageSignature[],
  chunkTable: Uint8Array,
  body: Uint8Array,
): Uint8Array {
  const bytes = new Uint8Array(MANIFEST_BYTES + body.length);
  bytes.set(headerBytes);
  let at = IMAGE_HEADER_BYTES;
  for (const { keyId, signature } of signatures) {
    bytes.set(keyId, at);
    bytes[at + KEY_ID_BYTES] = ALGORITHM;
    bytes.set(signature, at + SIGNATURE_ENTRY_BYTES - SIGNATURE_BYTES);
    at += SIGNATURE_ENTRY_BYTES;
  }
  bytes.fill(0xff, SIGNED_HEADER_BYTES, MANIFEST_BYTES);
  bytes.set(chunkTable, CHUNK_TABLE_OFFSET);
  bytes.set(body, MANIFEST_BYTES);
  return bytes;
}

/**
 * Takes an image apart. Nothing is hashed here. Refusals in the order in which they are looked for: those of the header,
 * `tooLong` when the body isn't as long as the header says, `chunkTableWrong` when unused bytes around the table are set, `badSignature`
 * when an entry is no signature.
 * @param bytes untrusted
 */
export function decodeImage(bytes: Uint8Array): ImageResult {
  const headerBytes = bytes.subarray(0, IMAGE_HEADER_BYTES);
  const decoded = decodeImageHeader(headerBytes);
  if (!decoded.ok) return decoded;
  const { header } = decoded;
  if (bytes.length !== MANIFEST_BYTES + header.bodyLength) return { ok: false, refusal: 'tooLong' };
  const tableEnd = CHUNK_TABLE_OFFSET + chunkCount(header.bodyLength) * HASH_BYTES;
  const unused = [bytes.subarray(SIGNED_HEADER_BYTES, CHUNK_TABLE_OFFSET), bytes.subarray(tableEnd, MANIFEST_BYTES)];
  if (unused.some((part) => part.some((byte) => byte !== 0xff))) return { ok: false, refusal: 'chunkTableWrong' };
  const signatures = decodeSignatures(bytes.subarray(IMAGE_HEADER_BYTES, SIGNED_HEADER_BYTES));
  if (signatures === undefined) return { ok: false, refusal: 'badSignature' };
  const image: Image = {
    header,
    headerBytes,
    signatures,
    signedHeader: bytes.subarray(0, SIGNED_HEADER_BYTES),
    chunkTable: bytes.subarray(CHUNK_TABLE_OFFSET, tableEnd),
    body: bytes.subarray(MANIFEST_BYTES),
  };
  return { ok: true, image };
}

/** @param bytes 256 of them, untrusted @returns undefined when something is neither unused nor a signature */
export function decodeSignatures(bytes: Uint8Array): ImageSignature[] | undefined {
  const signatures: ImageSignature[] = [];
  for (let index = 0; index < SIGNATURES_MAX; index += 1) {
    const entry = bytes.subarray(index * SIGNATURE_ENTRY_BYTES, (index + 1) * SIGNATURE_ENTRY_BYTES);
    if (isZero(entry)) continue;
    const signatureAt = SIGNATURE_ENTRY_BYTES - SIGNATURE_BYTES;
    if (entry[KEY_ID_BYTES] !== ALGORITHM || !isZero(entry.subarray(KEY_ID_BYTES + 1, signatureAt))) return undefined;
    signatures.push({ keyId: entry.subarray(0, KEY_ID_BYTES), signature: entry.subarray(signatureAt) });
  }
  return isZero(bytes.subarray(SIGNATURES_MAX * SIGNATURE_ENTRY_BYTES)) ? signatures : undefined;
}

function isZero(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0);
}
