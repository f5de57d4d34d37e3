/**
 * The air between a card and a reader: blocks of ISO-DEP at 106 kbit/s, each with a check sum. A block that comes broken is sent again,
 * twice at most; then the reader gives the card up. Block numbers see to it that a card never carries out a command twice.
 * Source: ISO/IEC 14443-4 §7.5 (block protocol; two retransmissions: not verified), ISO/IEC 14443-3 §6.2.   Floor: simulator; imports nothing.
 */

const RETRANSMISSIONS_MAX = 2;
/** FSD and FSC are 256: a block has PCB, and two bytes of check sum. */
const BLOCK_DATA_BYTES = 253;
const BLOCK_OVERHEAD_BYTES = 3;
/** One bit is 128 periods of the carrier of 13.56 MHz; a byte has eight and parity. */
const BYTE_MS = (9 * 128) / 13_560;
const TURN_AROUND_MS = (2 * 1172) / 13_560;
const BITS_PER_BYTE = 8;

/** @returns how long these bytes take, each way, without a broken block, in milliseconds */
export function airMs(bytes: number): number {
  const blocks = Math.max(1, Math.ceil(bytes / BLOCK_DATA_BYTES));
  return (bytes + blocks * BLOCK_OVERHEAD_BYTES) * BYTE_MS + blocks * TURN_AROUND_MS;
}

/**
 * Sends bytes over an air that is noisy.
 * @param random numbers from 0 up to 1, the next each time
 * @returns whether all of them arrived
 */
export function arrives(bytes: number, errorsPerMillionBits: number, random: () => number): boolean {
  for (let rest = bytes; rest > 0; rest -= BLOCK_DATA_BYTES) {
    const bits = (Math.min(rest, BLOCK_DATA_BYTES) + BLOCK_OVERHEAD_BYTES) * BITS_PER_BYTE;
    const whole = (1 - errorsPerMillionBits / 1_000_000) ** bits;
    let tries = 0;
    while (random() >= whole) {
      tries += 1;
      if (tries > RETRANSMISSIONS_MAX) return false;
    }
  }
  return true;
}
