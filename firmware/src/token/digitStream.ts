/**
 * Digits that are whole bytes, taken out of other bytes: a digit a byte, and one byte that is none where a run ends.
 * Source: docs/reference/clear-fields.md.   Floor: token; imports nothing.
 */

/** A way to write a digit as a byte. */
export interface DigitBytes {
  /** The digit 0; the others follow it. */
  readonly zero: number;
  /** By byte: 1 for one that may stand between two digits of a number. 00 is one where it's no digit: UTF-16 of either order. */
  readonly isSeparator: Uint8Array;
}

/** Space, quotation mark, ( ) * + , - . / : ; = ? _ | of each alphabet. */
const ASCII_SEPARATORS = [0x00, 0x20, 0x27, 0x28, 0x29, 0x2a, 0x2b, 0x2c, 0x2d, 0x2e, 0x2f, 0x3a, 0x3b, 0x3d, 0x3f];
const EBCDIC_SEPARATORS = [0x00, 0x40, 0x7d, 0x4d, 0x5d, 0x5c, 0x4e, 0x6b, 0x60, 0x4b, 0x61, 0x7a, 0x5e, 0x7e, 0x6f];
const BREAK = 0xff;

export const TEXT: DigitBytes = { zero: 0x30, isSeparator: tableOf([...ASCII_SEPARATORS, 0x5f, 0x7c]) };
export const EBCDIC: DigitBytes = { zero: 0xf0, isSeparator: tableOf([...EBCDIC_SEPARATORS, 0x6d, 0x4f]) };
export const UNPACKED: DigitBytes = { zero: 0x00, isSeparator: tableOf([...ASCII_SEPARATORS.slice(1), BREAK]) };

/** @returns new bytes, which the caller erases */
export function digitStream(bytes: Uint8Array, { zero, isSeparator }: DigitBytes): Uint8Array {
  const stream = new Uint8Array(bytes.length);
  let count = 0;
  let isBroken = true;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] as number;
    const digit = byte - zero;
    if (digit >= 0 && digit <= 9) {
      stream[count] = digit;
      count += 1;
      isBroken = false;
    } else if (!isBroken && isSeparator[byte] === 0) {
      stream[count] = BREAK;
      count += 1;
      isBroken = true;
    }
  }
  return stream.subarray(0, count);
}

/** A to Z, a to z, 0 to 9, and + / - _ of either alphabet. */
export function isBase64(byte: number): boolean {
  const letter = byte & 0xdf;
  const isLetter = byte >= 0x41 && letter >= 0x41 && letter <= 0x5a && byte <= 0x7a;
  return isLetter || (byte >= 0x30 && byte <= 0x39) || byte === 0x2b || byte === 0x2d || byte === 0x2f || byte === 0x5f;
}

function tableOf(bytes: readonly number[]): Uint8Array {
  const table = new Uint8Array(256);
  for (const byte of bytes) table[byte] = 1;
  return table;
}
