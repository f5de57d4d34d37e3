/**
 * The last gate before the host: data that a card wrote leaves only when the card number can't be read from it.
 * A card may put its number where no number belongs, a label for instance.
 * Source: the rule that no byte that leaves shows the number, docs/explanation/where-the-card-number-goes.md.   Floor: token.
 */
import { countDigits, digitAt } from '../emv/cardNumber.js';

const ASCII_ZERO = 0x30;
/** 19 digits are below 2 ** 64. */
const INTEGER_BYTES = 8;

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
  const integer = new Uint8Array(INTEGER_BYTES);
  for (let i = 0; i < digits; i += 1) multiplyByTenAndAdd(integer, digitAt(cardNumber, i));
  const from = integer.findIndex((byte) => byte !== 0);
  const length = INTEGER_BYTES - from;
  const isShown =
    from >= 0 &&
    (isAnywhere(bytes.length, length, (at, i) => bytes[at] === integer[from + i]) ||
      isAnywhere(bytes.length, length, (at, i) => bytes[at] === integer[INTEGER_BYTES - 1 - i]));
  integer.fill(0);
  return isShown;
}

/** In place, big endian: bytes can be erased, a BigInt can't. */
function multiplyByTenAndAdd(integer: Uint8Array, digit: number): void {
  let carry = digit;
  for (let at = integer.length - 1; at >= 0; at -= 1) {
    const value = (integer[at] as number) * 10 + carry;
    integer[at] = value & 0xff;
    carry = value >> 8;
  }
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
