/**
 * The last gate before the host: data that a card wrote leaves only when the card number can't be read from it.
 * A card may put its number where no number belongs, a label for instance.
 * Source: the rule that no byte that leaves shows the number, docs/explanation/where-the-card-number-goes.md.   Floor: token.
 * Memory: what is looked for is as sensitive as the number, and erased with it.
 */
import { sensitive } from '../apdu/sensitive.js';
import { countDigits, digitAt } from '../emv/cardNumber.js';

const ASCII_ZERO = 0x30;
/** 19 digits are below 2 ** 64. */
const INTEGER_BYTES = 8;
/** With so many digits at once, a byte times their power of ten stays below 2 ** 31. */
const DIGITS_AT_ONCE = 6;
const NONE = -1;

/** One way to write a number: whole bytes, and the half bytes that stick out at either end, or NONE. */
interface Spelling {
  readonly before: number;
  readonly bytes: Uint8Array;
  readonly after: number;
}

/** A card number in every way that the gate looks for. Made once for a card. */
export type CardNumberSpellings = readonly Spelling[];

/**
 * The number as packed digits at either half byte, as ASCII digits, as hexadecimal text of the packed digits (which is the same
 * text), or as a binary integer of either order.
 * @param cardNumber packed, ten bytes
 */
export function spellingsOf(cardNumber: Uint8Array): CardNumberSpellings {
  const digits = countDigits(cardNumber);
  if (digits === 0) return [];
  const text = sensitive(new Uint8Array(digits));
  for (let i = 0; i < digits; i += 1) text[i] = ASCII_ZERO + digitAt(cardNumber, i);
  const integer = integerOf(cardNumber, digits);
  const littleEndian = sensitive(integer.slice());
  for (let i = 0; i < integer.length; i += 1) littleEndian[i] = integer[integer.length - 1 - i] as number;
  return [packedFrom(cardNumber, digits, 0), packedFrom(cardNumber, digits, 1), whole(text)].concat(
    integer.length === 0 ? [] : [whole(integer), whole(littleEndian)],
  );
}

/** True when `bytes` hold the number in one of these ways. */
export function showsCardNumber(bytes: Uint8Array, spellings: CardNumberSpellings): boolean {
  return spellings.some((spelling) => isAnywhere(bytes, spelling));
}

function whole(bytes: Uint8Array): Spelling {
  return { before: NONE, bytes, after: NONE };
}

/** @param first digits before the first whole byte: 0 or 1 */
function packedFrom(cardNumber: Uint8Array, digits: number, first: number): Spelling {
  const bytes = sensitive(new Uint8Array((digits - first) >> 1));
  for (let i = 0; i < bytes.length; i += 1)
    bytes[i] = (digitAt(cardNumber, first + 2 * i) << 4) | digitAt(cardNumber, first + 2 * i + 1);
  const last = first + 2 * bytes.length;
  return {
    before: first === 0 ? NONE : digitAt(cardNumber, 0),
    bytes,
    after: last === digits ? NONE : digitAt(cardNumber, last),
  };
}

/** Big endian, without leading zeros: bytes can be erased, a BigInt can't. */
function integerOf(cardNumber: Uint8Array, digits: number): Uint8Array {
  const integer = sensitive(new Uint8Array(INTEGER_BYTES));
  for (let at = 0; at < digits; ) {
    let [factor, value] = [1, 0];
    for (const end = Math.min(at + DIGITS_AT_ONCE, digits); at < end; at += 1) {
      factor *= 10;
      value = value * 10 + digitAt(cardNumber, at);
    }
    multiplyAndAdd(integer, factor, value);
  }
  let from = 0;
  while (from < INTEGER_BYTES && integer[from] === 0) from += 1;
  return integer.subarray(from);
}

/** In place. */
function multiplyAndAdd(integer: Uint8Array, factor: number, addend: number): void {
  let carry = addend;
  for (let at = INTEGER_BYTES - 1; at >= 0; at -= 1) {
    const value = (integer[at] as number) * factor + carry;
    integer[at] = value & 0xff;
    carry = value >> 8;
  }
}

/** The engine looks for a byte far faster than a loop of the script does. */
function isAnywhere(text: Uint8Array, spelling: Spelling): boolean {
  const { bytes } = spelling;
  const { length } = bytes;
  if (length === 0) return isFramedAnywhere(text, spelling);
  const lastStart = text.length - length;
  if (lastStart < 0) return false;
  const first = bytes[0] as number;
  for (let at = text.indexOf(first); at >= 0 && at <= lastStart; at = text.indexOf(first, at + 1)) {
    let matched = 1;
    while (matched < length && text[at + matched] === bytes[matched]) matched += 1;
    if (matched === length && isFramed(text, at, spelling)) return true;
  }
  return false;
}

/** Of a number of one or two digits, there may be no whole byte. */
function isFramedAnywhere(text: Uint8Array, spelling: Spelling): boolean {
  for (let at = 0; at <= text.length; at += 1) if (isFramed(text, at, spelling)) return true;
  return false;
}

/** Whether the half bytes around the whole ones, which are at `at`, agree, too. */
function isFramed(text: Uint8Array, at: number, { before, bytes, after }: Spelling): boolean {
  const end = at + bytes.length;
  const isBefore = before === NONE || (at > 0 && ((text[at - 1] as number) & 15) === before);
  return isBefore && (after === NONE || (end < text.length && (text[end] as number) >> 4 === after));
}
