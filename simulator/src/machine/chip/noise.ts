/**
 * The bit of the ring oscillator: as random as what it's made from.
 * Floor: simulator machine chip; imports nothing.
 */
const BYTES_AT_A_TIME = 32;

/** @param noise gives so many bytes @returns gives one bit of them after the other, the lowest first, the last byte first */
export function bitsOf(noise: (length: number) => Uint8Array): () => number {
  let bits: number[] = [];
  return () => {
    if (bits.length === 0)
      bits = [...noise(BYTES_AT_A_TIME)].flatMap((byte) => [7, 6, 5, 4, 3, 2, 1, 0].map((at) => (byte >> at) & 1));
    return bits.pop() ?? 0;
  };
}
