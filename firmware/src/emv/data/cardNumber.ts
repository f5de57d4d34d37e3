/**
 * Card numbers (PAN) as packed digits: never a string of digits. A number is up to ten bytes, one digit a half byte,
 * left aligned, F after the last digit.
 * Source: EMV 4.4 Book 3 Annex A (5A, 57); ISO/IEC 7812 for the check digit.   Floor: emv.
 */
import { equalBytes } from '@comptoir/protocol';
import { sensitive } from '../../apdu/sensitive.js';

const DIGITS_MAX = 19;
const FIRST_DIGITS_SHOWN = 6;
const LAST_DIGITS_SHOWN = 4;
/** Below this, the first six and the last four would leave too little hidden. */
const DIGITS_FOR_FIRST_SHOWN = 13;
const CARD_NUMBER_BYTES = 10;

let noted: Uint8Array[] = [];

/** Every number that is taken out of card data from here on is noted in that list, once. Said before each step, as in `markInto`. */
export function noteNumbersIn(list: Uint8Array[]): void {
  noted = list;
}

/** The half byte at `position`, 0 being the first. */
export function digitAt(packed: Uint8Array, position: number): number {
  const byte = packed[position >> 1] ?? 0xff;
  return position % 2 === 0 ? byte >> 4 : byte & 15;
}

/** Half bytes before the first one above 9, or all. */
export function countDigits(packed: Uint8Array): number {
  let at = 0;
  for (; at < packed.length; at += 1) {
    const byte = packed[at] as number;
    if (byte > 0x9f) return 2 * at;
    if ((byte & 15) > 9) return 2 * at + 1;
  }
  return 2 * at;
}

/**
 * The number of tag 5A, as ten bytes.
 * @param value untrusted card data
 * @returns undefined when there are no digits, more than 19, or something but F after them
 */
export function cardNumberFromPan(value: Uint8Array): Uint8Array | undefined {
  const digits = countDigits(value);
  for (let at = digits; at < value.length * 2; at += 1) if (digitAt(value, at) !== 15) return undefined;
  return takeDigits(value, digits);
}

/** The number of tag 57 or 9F6B: the digits before the separator D. @param value untrusted card data */
export function cardNumberFromTrack2(value: Uint8Array): Uint8Array | undefined {
  const digits = countDigits(value);
  return digits < value.length * 2 && digitAt(value, digits) === 13 ? takeDigits(value, digits) : undefined;
}

/** Notes the number of which `value` has the digits, packed from its start on, whatever follows them. */
export function noteNumber(value: Uint8Array): void {
  takeDigits(value, Math.min(countDigits(value), DIGITS_MAX));
}

/** The same of digits as text. */
export function noteTextNumber(text: Uint8Array): void {
  const packed = sensitive(new Uint8Array(CARD_NUMBER_BYTES).fill(0xff));
  for (let at = 0; at < DIGITS_MAX && isAsciiDigit(text[at]); at += 1) {
    const digit = (text[at] as number) & 15;
    packed[at >> 1] = at % 2 === 0 ? (digit << 4) | 15 : ((packed[at >> 1] as number) & 0xf0) | digit;
  }
  noteNumber(packed);
}

function isAsciiDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}

function takeDigits(packed: Uint8Array, digits: number): Uint8Array | undefined {
  if (digits < 1 || digits > DIGITS_MAX) return undefined;
  const number = new Uint8Array(CARD_NUMBER_BYTES).fill(0xff);
  const whole = digits >> 1;
  number.set(packed.subarray(0, whole));
  if (digits % 2 === 1) number[whole] = (packed[whole] as number) | 0x0f;
  if (!noted.some((other) => equalBytes(other, number))) noted.push(number);
  return sensitive(number);
}

/** True when the number is valid by the formula of Luhn. @see ISO/IEC 7812-1 Annex B */
export function isLuhnValid(packed: Uint8Array): boolean {
  const digits = countDigits(packed);
  let sum = 0;
  for (let fromRight = 0; fromRight < digits; fromRight += 1) {
    const digit = digitAt(packed, digits - 1 - fromRight);
    const doubled = digit * 2;
    sum += fromRight % 2 === 0 ? digit : doubled > 9 ? doubled - 9 : doubled;
  }
  return digits > 0 && sum % 10 === 0;
}

/** The digits that a mask hides: from `from` on, those before `to`. */
export function hiddenDigits(digits: number): { readonly from: number; readonly to: number } {
  return { from: digits >= DIGITS_FOR_FIRST_SHOWN ? FIRST_DIGITS_SHOWN : 0, to: digits - LAST_DIGITS_SHOWN };
}

/** First six and last four digits with `*` between, or the last four only; as long as the number. */
export function maskCardNumber(packed: Uint8Array): string {
  const digits = countDigits(packed);
  const { from, to } = hiddenDigits(digits);
  let mask = '';
  for (let at = 0; at < digits; at += 1) mask += at < from || at >= to ? String(digitAt(packed, at)) : '*';
  return mask;
}
