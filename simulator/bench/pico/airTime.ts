/**
 * How long an exchange takes in the air at 106 kbit/s, when neither side thinks: bits, and the least pauses between frames.
 * Source: ISO/IEC 14443-3 §6.2 (type A: frame delay time, frames), ISO/IEC 14443-4 §7 (blocks).
 */

/** One bit is 128 periods of the carrier of 13.56 MHz. */
const BIT_NANOS = (128 / 13.56e6) * 1e9;
/** Eight bits with parity. */
const BITS_PER_BYTE = 9;
/** Start and end of a frame. */
const BITS_PER_FRAME = 2;
/** Each way, from the last bit of one frame to the first of the next: 1172 periods of the carrier. */
const TURN_AROUND_NANOS = (1172 / 13.56e6) * 1e9;
/** FSD and FSC are 256: a block has PCB, and two bytes of CRC. */
const BLOCK_OVERHEAD_BYTES = 3;
const BLOCK_DATA_BYTES = 253;
/** REQA 7 bits and ATQA, anticollision and UID, SELECT and SAK, RATS and an ATS of six bytes: a card with an identifier of four bytes. */
const ACTIVATION_FRAMES_BYTES: readonly (readonly [command: number, answer: number])[] = [
  [1, 2],
  [2, 5],
  [9, 3],
  [4, 8],
];

export interface AirExchange {
  readonly command: Uint8Array;
  readonly response: Uint8Array;
}

/** @returns nanoseconds, the activation included */
export function airNanos(exchanges: readonly AirExchange[]): number {
  let nanos = 0;
  for (const [command, answer] of ACTIVATION_FRAMES_BYTES) nanos += roundTrip(command, answer);
  for (const { command, response } of exchanges) {
    // Each block of a chain but the last is answered by an R-block of no data.
    for (const block of blocksOf(command.length).slice(0, -1)) nanos += roundTrip(block, BLOCK_OVERHEAD_BYTES);
    nanos += roundTrip(blocksOf(command.length).at(-1) ?? 0, blocksOf(response.length)[0] ?? 0);
    for (const block of blocksOf(response.length).slice(1)) nanos += roundTrip(BLOCK_OVERHEAD_BYTES, block);
  }
  return nanos;
}

/** Bytes of each block. */
function blocksOf(length: number): readonly number[] {
  const count = Math.max(1, Math.ceil(length / BLOCK_DATA_BYTES));
  return Array.from(
    { length: count },
    (_, at) => Math.min(BLOCK_DATA_BYTES, length - at * BLOCK_DATA_BYTES) + BLOCK_OVERHEAD_BYTES,
  );
}

function roundTrip(command: number, answer: number): number {
  const bits = (command + answer) * BITS_PER_BYTE + 2 * BITS_PER_FRAME;
  return bits * BIT_NANOS + 2 * TURN_AROUND_NANOS;
}
