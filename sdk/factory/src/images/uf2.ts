/**
 * UF2: an image in blocks of 512 bytes, each with its address, as a board's boot drive takes it.
 * Source: github.com/microsoft/uf2, README.   Floor: factory; imports nothing.
 *
 *   offset  size  a block, little endian
 *   0       4     0A324655, "UF2\n"
 *   4       4     9E5D5157
 *   8       4     flags: 00000001 not for the main flash, 00002000 a family is given
 *   12      4     address
 *   16      4     length of the data, at most 476
 *   20      4     number of the block, from 0
 *   24      4     blocks in the file
 *   28      4     family, E48BFF56 for RP2040, E48BFF59 for RP2350 (Arm)
 *   32      476   data, padded
 *   508     4     0AB16F30
 */

const BLOCK_BYTES = 512;
const DATA_BYTES_MAX = 476;
const FIRST_MAGIC = 0x0a324655;
const SECOND_MAGIC = 0x9e5d5157;
const LAST_MAGIC = 0x0ab16f30;
const NOT_MAIN_FLASH = 0x00000001;
const HAS_FAMILY = 0x00002000;
export const RP2040_FAMILY = 0xe48bff56;
export const RP2350_FAMILY = 0xe48bff59;
/** Of a block that we write. */
const PART_BYTES = 256;

/** Bytes and where they go. */
export interface Segment {
  readonly address: number;
  readonly data: Uint8Array;
}

/**
 * @returns what the file holds for RP2040, block by block
 * @throws Error when a block is no block, when blocks are missing, or when nothing is for RP2040
 */
export function readUf2(file: Uint8Array): readonly Segment[] {
  if (file.length === 0 || file.length % BLOCK_BYTES !== 0) throw new Error('a UF2 file has blocks of 512 bytes');
  const segments: Segment[] = [];
  for (let at = 0; at < file.length; at += BLOCK_BYTES) {
    const block = new DataView(file.buffer, file.byteOffset + at, BLOCK_BYTES);
    const word = (offset: number): number => block.getUint32(offset, true);
    if (word(0) !== FIRST_MAGIC || word(4) !== SECOND_MAGIC || word(508) !== LAST_MAGIC)
      throw new Error(`block ${at / BLOCK_BYTES} is no UF2 block`);
    if (word(16) > DATA_BYTES_MAX) throw new Error(`block ${at / BLOCK_BYTES} is too long`);
    const flags = word(8);
    if ((flags & NOT_MAIN_FLASH) !== 0 || (flags & HAS_FAMILY) === 0 || word(28) !== RP2040_FAMILY) continue;
    if (word(20) !== segments.length) throw new Error(`block ${segments.length} is missing`);
    if (word(24) * BLOCK_BYTES > file.length) throw new Error(`the file ends before its ${word(24)} blocks`);
    segments.push({ address: word(12), data: file.slice(at + 32, at + 32 + word(16)) });
  }
  if (segments.length === 0) throw new Error('the file holds nothing for RP2040');
  return segments;
}

/**
 * The other way round: blocks of 256 bytes, as the SDK makes them, for each segment the ones that it fills, FF behind its end.
 * @param segments each at a multiple of 256, none over another
 */
export function writeUf2(segments: readonly Segment[], family: number = RP2040_FAMILY): Uint8Array {
  const parts = segments.flatMap(({ address, data }) =>
    Array.from({ length: Math.ceil(data.length / PART_BYTES) }, (_, index) => ({
      address: address + index * PART_BYTES,
      data: data.subarray(index * PART_BYTES, (index + 1) * PART_BYTES),
    })),
  );
  const file = new Uint8Array(parts.length * BLOCK_BYTES);
  for (const [number, { address, data }] of parts.entries()) {
    const block = new DataView(file.buffer, number * BLOCK_BYTES, BLOCK_BYTES);
    const words = [FIRST_MAGIC, SECOND_MAGIC, HAS_FAMILY, address, PART_BYTES, number, parts.length, family];
    for (const [index, word] of words.entries()) block.setUint32(index * 4, word, true);
    file.fill(0xff, number * BLOCK_BYTES + 32, number * BLOCK_BYTES + 32 + PART_BYTES);
    file.set(data, number * BLOCK_BYTES + 32);
    block.setUint32(508, LAST_MAGIC, true);
  }
  return file;
}
