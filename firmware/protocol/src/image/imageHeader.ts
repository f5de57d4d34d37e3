/**
 * The header of a firmware image: what is signed. Little endian.
 *
 *   offset  size                              offset  size
 *   0       4   "RDRF"                        32      32  SHA-256 of the body
 *   4       1   header version: 1             64      4   chunk size: 4096
 *   5       1   image type                    68      32  SHA-256 of the chunk table's used part
 *   6       1   flags: bit 0 development      100     4   build date, Unix seconds; 0: not told
 *   7       1   slot: 0 A, 1 B                104     20  git hash; zero: not told
 *   8       4   model                         124     4   address that the body is linked for
 *   12      4   hardware revisions, a mask    128     128 zero
 *   16      4   version
 *   20      4   security version
 *   24      4   key epoch
 *   28      4   length of the body
 *
 * The boot stage reads the same in firmware/port/boot.   Floor: protocol.
 * Memory: hashes of a decoded header are views of the input.
 */
import type { RefusalName } from './refusal.js';

export const IMAGE_HEADER_BYTES = 256;
export const CHUNK_BYTES = 4096;
export const CHUNKS_MAX = 192;
/** 768 KiB. */
export const BODY_BYTES_MAX: number = CHUNKS_MAX * CHUNK_BYTES;

export const IMAGE_TYPE = { reader: 1, dynamicCard: 2 } as const;
export const SLOT = { A: 0, B: 1 } as const;
export type SlotName = keyof typeof SLOT;
/** Where the boards execute a body, in each slot: firmware/port/boards/pico/flashLayout.h, behind the manifest. */
export const LOAD_ADDRESS: Readonly<Record<SlotName, number>> = { A: 0x10013000, B: 0x100d6000 };
/** All of them are development models. */
export const MODEL = { pico: 1, pico2: 2, simulated: 3 } as const;

export interface ImageHeader {
  /** A value of `IMAGE_TYPE`. */
  readonly imageType: number;
  readonly isDevelopment: boolean;
  /** A value of `SLOT`. */
  readonly slot: number;
  /** A value of `MODEL`. */
  readonly model: number;
  /** Bit n: hardware revision n. */
  readonly hardwareMask: number;
  /** major << 24 | minor << 16 | patch. @see versionText */
  readonly version: number;
  /** Rises when an older image must not come back. */
  readonly securityVersion: number;
  readonly keyEpoch: number;
  /** 1..786,432 bytes. */
  readonly bodyLength: number;
  readonly bodySha256: Uint8Array;
  readonly chunkTableSha256: Uint8Array;
  readonly buildDate: number;
  /** 20 bytes. */
  readonly gitHash: Uint8Array;
  readonly loadAddress: number;
}

export type ImageHeaderResult =
  | { readonly ok: true; readonly header: ImageHeader }
  | { readonly ok: false; readonly refusal: RefusalName };

const MAGIC = 0x46524452; // "RDRF", read little endian
const HEADER_VERSION = 1;
const DEVELOPMENT_FLAG = 1;
const RESERVED_FROM = 128;

/** @returns 256 bytes */
export function encodeImageHeader(header: ImageHeader): Uint8Array {
  const bytes = new Uint8Array(IMAGE_HEADER_BYTES);
  const view = new DataView(bytes.buffer);
  const put = (at: number, value: number): void => view.setUint32(at, value, true);
  put(0, MAGIC);
  bytes.set([HEADER_VERSION, header.imageType, header.isDevelopment ? DEVELOPMENT_FLAG : 0, header.slot], 4);
  put(8, header.model);
  put(12, header.hardwareMask);
  put(16, header.version);
  put(20, header.securityVersion);
  put(24, header.keyEpoch);
  put(28, header.bodyLength);
  bytes.set(header.bodySha256, 32);
  put(64, CHUNK_BYTES);
  bytes.set(header.chunkTableSha256, 68);
  put(100, header.buildDate);
  bytes.set(header.gitHash, 104);
  put(124, header.loadAddress);
  return bytes;
}

/**
 * Checks what a header can say about itself, in this order: its length and magic, its version, flags, slot, chunk size and
 * reserved bytes, the length of the body. What it means for a reader is the reader's to say.
 * @param bytes untrusted
 */
export function decodeImageHeader(bytes: Uint8Array): ImageHeaderResult {
  if (bytes.length !== IMAGE_HEADER_BYTES) return { ok: false, refusal: 'malformedHeader' };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const at = (offset: number): number => view.getUint32(offset, true);
  if (at(0) !== MAGIC) return { ok: false, refusal: 'malformedHeader' };
  const [headerVersion = 0, imageType = 0, flags = 0, slot = 0] = bytes.subarray(4, 8);
  if (headerVersion !== HEADER_VERSION) return { ok: false, refusal: 'unknownHeaderVersion' };
  const isReservedZero = bytes.subarray(RESERVED_FROM).every((byte) => byte === 0);
  if (flags > DEVELOPMENT_FLAG || slot > SLOT.B || at(64) !== CHUNK_BYTES || !isReservedZero)
    return { ok: false, refusal: 'malformedHeader' };
  const bodyLength = at(28);
  if (bodyLength === 0 || bodyLength > BODY_BYTES_MAX) return { ok: false, refusal: 'tooLong' };
  const header: ImageHeader = {
    imageType,
    isDevelopment: flags === DEVELOPMENT_FLAG,
    slot,
    model: at(8),
    hardwareMask: at(12),
    version: at(16),
    securityVersion: at(20),
    keyEpoch: at(24),
    bodyLength,
    bodySha256: bytes.subarray(32, 64),
    chunkTableSha256: bytes.subarray(68, 100),
    buildDate: at(100),
    gitHash: bytes.subarray(104, 124),
    loadAddress: at(124),
  };
  return { ok: true, header };
}
