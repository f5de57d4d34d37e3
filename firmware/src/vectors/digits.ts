/**
 * Digits as text, for the records: only test numbers come here.
 * Floor: vectors.
 */
import { digitAt } from '../emv/data/cardNumber.js';

const HEX = '0123456789ABCDEF';

/** Half bytes from..end as hexadecimal digits. */
export function halfBytes(packed: Uint8Array, from: number, end: number): string {
  let text = '';
  for (let at = from; at < end; at += 1) text += HEX.charAt(digitAt(packed, at));
  return text;
}

/** Digits as text without the F that fill the bytes. */
export function digitsOf(packed: Uint8Array): string {
  let end = packed.length * 2;
  while (end > 0 && digitAt(packed, end - 1) === 15) end -= 1;
  return halfBytes(packed, 0, end);
}

/** Packed, left aligned, filled with F to at least `length` bytes. */
export function packDigits(digits: string, length: number): Uint8Array {
  const packed = new Uint8Array(Math.max(length, Math.ceil(digits.length / 2))).fill(0xff);
  for (let at = 0; at < digits.length; at += 1) {
    const digit = digits.charCodeAt(at) - 0x30;
    if (digit < 0 || digit > 9) throw new Error('not a digit');
    const byte = at >> 1;
    packed[byte] = at % 2 === 0 ? (digit << 4) | 15 : ((packed[byte] as number) & 0xf0) | digit;
  }
  return packed;
}
