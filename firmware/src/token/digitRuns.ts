/**
 * Follows the digits of a number through bytes that may spell it, digit for digit.
 * Source: docs/reference/clear-fields.md.   Floor: token; imports nothing.
 */

/** A way to write a digit as a byte. */
export interface DigitBytes {
  /** The digit 0; the others follow it. */
  readonly zero: number;
  /** What may stand between two digits of a number. 00 is there where it's no digit: UTF-16 of either order. */
  readonly separators: Uint8Array;
}

/** ASCII, EBCDIC, unpacked. Separators: space, quotation mark, ( ) * + , - . / : ; = ? _ and | of each alphabet. */
export const DIGIT_BYTES: readonly DigitBytes[] = [
  {
    zero: 0x30,
    separators: Uint8Array.of(0, 32, 39, 40, 41, 42, 43, 44, 45, 46, 47, 58, 59, 61, 63, 95, 124),
  },
  {
    zero: 0xf0,
    separators: Uint8Array.of(0, 64, 125, 77, 93, 92, 78, 107, 96, 75, 97, 122, 94, 126, 111, 109, 79),
  },
  { zero: 0x00, separators: Uint8Array.of(255, 32, 39, 40, 41, 42, 43, 44, 45, 46, 47, 58, 59, 61, 63, 95, 124) },
];

/** @param by 1 or -1: which way, from `at` on @param placeBy the same in the number, from `place` on @returns how many digits agree */
export function followBytes(
  bytes: Uint8Array,
  { zero, separators }: DigitBytes,
  at: number,
  by: number,
  number: Uint8Array,
  place: number,
  placeBy: number,
): number {
  let there = at + by;
  let followed = 0;
  for (let next = place + placeBy; next >= 0 && next < number.length; next += placeBy) {
    const digit = zero + (number[next] as number);
    // No digit is a separator, and a call costs more than it does to compare.
    for (let byte = bytes[there]; byte !== digit; byte = bytes[there]) {
      if (byte === undefined || separators.indexOf(byte) < 0) return followed;
      there += by;
    }
    there += by;
    followed += 1;
  }
  return followed;
}

/** Which half of a byte is read first. */
export type Halves = 'inOrder' | 'swapped';

/** The same of half bytes. @param at of the half byte that `place` is at, 0 being the first half of the first byte */
export function followHalves(
  bytes: Uint8Array,
  halves: Halves,
  at: number,
  by: number,
  number: Uint8Array,
  place: number,
  placeBy: number,
): number {
  const high = halves === 'inOrder' ? 0 : 1;
  let there = at + by;
  let followed = 0;
  for (let next = place + placeBy; next >= 0 && next < number.length; next += placeBy) {
    const byte = bytes[there >> 1];
    if (byte === undefined || ((there & 1) === high ? byte >> 4 : byte & 15) !== number[next]) break;
    there += by;
    followed += 1;
  }
  return followed;
}
