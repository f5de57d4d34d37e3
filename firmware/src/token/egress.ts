/**
 * The last gate before the host: data that a card wrote leaves only when the card number can't be read from it.
 * A card may put its number where no number belongs, a label for instance.
 * Floor: token.
 */
import { countDigits, digitAt } from '../emv/cardNumber.js';

const ASCII_ZERO = 0x30;

/**
 * True when `bytes` hold the number as packed digits at either half byte, as ASCII digits, as hexadecimal text of the
 * packed digits (which is the same text), or as a binary integer.
 * @param cardNumber packed, ten bytes
 */
export function showsCardNumber(bytes: Uint8Array, cardNumber: Uint8Array): boolean {
  const digits = countDigits(cardNumber);
  if (digits === 0) return false;
  return (
    showsPacked(bytes, cardNumber, digits) ||
    showsAscii(bytes, cardNumber, digits) ||
    showsInteger(bytes, cardNumber, digits)
  );
}

function showsPacked(bytes: Uint8Array, cardNumber: Uint8Array, digits: number): boolean {
  return isAnywhere(bytes.length * 2, digits, (at, i) => digitAt(bytes, at) === digitAt(cardNumber, i));
}

function showsAscii(bytes: Uint8Array, cardNumber: Uint8Array, digits: number): boolean {
  return isAnywhere(bytes.length, digits, (at, i) => bytes[at] === ASCII_ZERO + digitAt(cardNumber, i));
}

function showsInteger(bytes: Uint8Array, cardNumber: Uint8Array, digits: number): boolean {
  let value = 0n;
  for (let i = 0; i < digits; i += 1) value = value * 10n + BigInt(digitAt(cardNumber, i));
  const integer: number[] = [];
  for (; value > 0n; value >>= 8n) integer.push(Number(value & 0xffn));
  const length = integer.length;
  const isBigEndian = isAnywhere(bytes.length, length, (at, i) => bytes[at] === integer[length - 1 - i]);
  return isBigEndian || isAnywhere(bytes.length, length, (at, i) => bytes[at] === integer[i]);
}

function isAnywhere(positions: number, length: number, agrees: (at: number, i: number) => boolean): boolean {
  if (length === 0) return false;
  for (let start = 0; start + length <= positions; start += 1) {
    let matched = 0;
    while (matched < length && agrees(start + matched, matched)) matched += 1;
    if (matched === length) return true;
  }
  return false;
}
