/**
 * Looks for one card number in what a card wrote: for its hidden digits, those that the mask doesn't show.
 *
 *   a run of the number counts    when it covers all hidden digits, or has seven digits of which two are hidden
 *   whole bytes a digit           ASCII, EBCDIC, UTF-16, unpacked; separators between them are passed over
 *   half bytes                    packed from either half byte on, halves swapped
 *   integers                      of either order: the number, without its first or last digit, the hidden digits alone
 *   text of bytes                 base64 from any place on (encodedText.ts), hexadecimal
 *
 * Every run forwards and backwards. Zeros alone are no run: a card that hides 000000 has them all over.
 * Source: docs/reference/clear-fields.md; how often it errs: firmware/test/numberSearch.test.ts.   Floor: token.
 * Memory: all that is made of the number is erased by `erase`.
 */
import { countDigits, digitAt, hiddenDigits } from '../emv/cardNumber.js';
import { digitStream, EBCDIC, isBase64, TEXT, UNPACKED } from './digitStream.js';
import { asciiInHex, bytesInBase64, HEX_CHARACTERS_MIN, sixBits } from './encodedText.js';
import { integersOf } from './numberIntegers.js';

/** A run so long counts when two of its digits are hidden: a card may leave out any one digit. */
const WINDOW_DIGITS = 7;
const HIDDEN_IN_WINDOW = 2;
/** Of packed digits, a shorter run that covers all hidden ones is found by chance: numbers of 13 to 15 digits hide three to five. */
const PACKED_RUN_DIGITS = 6;
/**
 * Letters and figures are packed digits, too, of which few differ: 41 to 59 is most of the alphabet. Base64 has four times the places. And
 * where one value ends and the next begins, a counter does, there are more zeros than chance would have.
 */
const UNCERTAIN_DIGITS = 9;
/** Of digits that are whole bytes. Three hidden digits of a number of 13 aren't told from chance without a fourth. */
const BYTES_RUN_DIGITS = 4;
/** Six characters hold nine packed digits, wherever they begin; four hold three of ASCII. */
const BASE64_CHARACTERS_MIN = 5;
const ASCII_STAR = 0x2a;

/** Of a byte among the values: nothing, the first of another value, or in a value that has the form of a text. */
export const MARK = { none: 0, first: 1, text: 2 } as const;

/** What a byte may be the start of. */
const PAIR = 1;
const TEXT_DIGIT = 2;
const EBCDIC_DIGIT = 4;
const UNPACKED_DIGIT = 8;
const BASE64 = 16;

const TEXT_STARTS: Uint8Array = new Uint8Array(256);
for (let byte = 0; byte < 256; byte += 1) if (isBase64(byte)) TEXT_STARTS[byte] = BASE64;

/** How the digits of a stream are read. */
type Reading = 'bytes' | 'halves' | 'swapped halves';

export class NumberSearch {
  /** The mask, as text in bytes. */
  readonly mask: Uint8Array;
  private readonly number: Uint8Array;
  private readonly from: number;
  private readonly to: number;
  private readonly starts: Uint8Array = new Uint8Array(256);
  /** By place: the digit there and the next one, packed. */
  private readonly pairs: Uint8Array;
  private readonly swappedPairs: Uint8Array;
  private readonly integers: readonly Uint8Array[];

  /** @param packed the number, ten bytes, filled with F */
  constructor(packed: Uint8Array) {
    const digits = countDigits(packed);
    const { from, to } = hiddenDigits(digits);
    const { starts } = this;
    this.from = from;
    this.to = to;
    this.number = new Uint8Array(digits);
    this.mask = new Uint8Array(digits);
    for (let at = 0; at < digits; at += 1) {
      const digit = digitAt(packed, at);
      this.number[at] = digit;
      this.mask[at] = at < from || at >= to ? TEXT.zero + digit : ASCII_STAR;
    }
    const { number } = this;
    this.pairs = new Uint8Array(digits);
    this.swappedPairs = new Uint8Array(digits);
    starts.set(TEXT_STARTS);
    // Every run that counts has a whole byte with a hidden digit in it, at whichever half byte it begins.
    for (let at = Math.max(from - 1, 0); at < to; at += 1) {
      const [digit, next] = [number[at] as number, number[at + 1] as number];
      this.pairs[at] = (digit << 4) | next;
      this.swappedPairs[at] = (next << 4) | digit;
      mark(starts, this.pairs[at] as number, PAIR);
      mark(starts, this.swappedPairs[at] as number, PAIR);
      if (at < from) continue;
      mark(starts, TEXT.zero + digit, TEXT_DIGIT);
      mark(starts, EBCDIC.zero + digit, EBCDIC_DIGIT);
      mark(starts, UNPACKED.zero + digit, UNPACKED_DIGIT);
    }
    this.integers = to > from ? integersOf(number, from, to) : [];
  }

  erase(): void {
    const { mask, number, starts, pairs, swappedPairs, integers } = this;
    for (const bytes of [mask, number, starts, pairs, swappedPairs, ...integers]) bytes.fill(0);
  }

  /**
   * True when hidden digits can be read in `bytes`: values that a card wrote, one after the other.
   * @param marks by byte: a value of MARK
   */
  isShownIn(bytes: Uint8Array, marks: Uint8Array = new Uint8Array(bytes.length)): boolean {
    return this.hasRun(bytes, marks) || this.integers.some((integer) => isAnywhere(bytes, integer));
  }

  /** @param marks undefined: the bytes were text, and are decoded */
  private hasRun(bytes: Uint8Array, marks?: Uint8Array): boolean {
    const { starts } = this;
    const { length } = bytes;
    let [text, ebcdic, unpacked, base64] = [0, 0, 0, 0];
    for (let at = 0; at < length; at += 1) {
      const flags = starts[bytes[at] as number] as number;
      if ((flags & BASE64) === 0) {
        if (base64 >= BASE64_CHARACTERS_MIN && this.isInText(bytes.subarray(at - base64, at))) return true;
        base64 = 0;
      } else if (marks !== undefined) base64 += 1;
      if ((flags & ~BASE64) === 0) continue;
      if ((flags & PAIR) !== 0 && this.isPackedAt(bytes, at, marks)) return true;
      if ((flags & TEXT_DIGIT) !== 0) text += 1;
      if ((flags & EBCDIC_DIGIT) !== 0) ebcdic += 1;
      if ((flags & UNPACKED_DIGIT) !== 0) unpacked += 1;
    }
    if (base64 >= BASE64_CHARACTERS_MIN && this.isInText(bytes.subarray(length - base64))) return true;
    return (
      (text > 1 && this.isInStream(digitStream(bytes, TEXT))) ||
      (ebcdic > 1 && this.isInStream(digitStream(bytes, EBCDIC))) ||
      (unpacked > 1 && this.isInStream(digitStream(bytes, UNPACKED)))
    );
  }

  /** @param text characters of base64, some of which may be hexadecimal digits */
  private isInText(text: Uint8Array): boolean {
    const values = sixBits(text);
    let isFound = false;
    for (let from = 0; from < 4 && !isFound; from += 1) {
      const bytes = bytesInBase64(values, from);
      isFound = this.hasRun(bytes);
      bytes.fill(0);
    }
    if (!isFound && text.length >= HEX_CHARACTERS_MIN)
      isFound = this.isInStream(asciiInHex(values, 0)) || this.isInStream(asciiInHex(values, 1));
    values.fill(0);
    return isFound;
  }

  /** @param stream a digit a byte; what is above 9 ends a run. Erased. */
  private isInStream(stream: Uint8Array): boolean {
    const { number, from, to } = this;
    let isFound = false;
    for (let at = 0; at < stream.length && !isFound; at += 1) {
      const digit = stream[at];
      for (let place = from; place < to && !isFound; place += 1)
        if (number[place] === digit)
          isFound = this.isRun(stream, 'bytes', at, place, 1) || this.isRun(stream, 'bytes', at, place, -1);
    }
    stream.fill(0);
    return isFound;
  }

  /** @param at of a byte that is two digits of the number, packed @param marks undefined: all of it was text */
  private isPackedAt(bytes: Uint8Array, at: number, marks: Uint8Array | undefined): boolean {
    const { pairs, swappedPairs, from, to } = this;
    const byte = bytes[at];
    const half = 2 * at;
    for (let place = Math.max(from - 1, 0); place < to; place += 1) {
      if (pairs[place] === byte) {
        if (this.isRun(bytes, 'halves', half, place, 1, marks)) return true;
        // Bytes in reverse, which chance gives as often again: nine digits.
        if (this.isRun(bytes, 'swapped halves', half, place + 1, -1)) return true;
      }
      if (swappedPairs[place] !== byte) continue;
      if (this.isRun(bytes, 'halves', half, place + 1, -1, marks)) return true;
      if (this.isRun(bytes, 'swapped halves', half, place, 1, marks)) return true;
    }
    return false;
  }

  /**
   * Follows the number both ways from a digit that is at `place` of it and at `at` of the stream.
   * @param by 1, or -1: backwards
   */
  private isRun(
    bytes: Uint8Array,
    reading: Reading,
    at: number,
    place: number,
    by: number,
    marks?: Uint8Array,
  ): boolean {
    const { number, from, to } = this;
    let [first, last] = [place, place];
    let [start, end] = [at - by, at + by];
    for (; first > 0 && digitIn(bytes, reading, start) === number[first - 1]; start -= by) first -= 1;
    for (; last + 1 < number.length && digitIn(bytes, reading, end) === number[last + 1]; end += by) last += 1;
    const digits = last + 1 - first;
    const isWhole = first <= from && last >= to - 1;
    const isWindow = Math.min(last + 1, to) - Math.max(first, from) >= HIDDEN_IN_WINDOW;
    if (!(isWhole || isWindow) || digits < BYTES_RUN_DIGITS || !number.subarray(first, last + 1).some(isNotZero))
      return false;
    if (reading === 'bytes') return isWhole || digits >= WINDOW_DIGITS;
    if (isUncertain(marks, Math.min(start, end) + 1, Math.max(start, end))) return digits >= UNCERTAIN_DIGITS;
    return digits >= (isWhole ? PACKED_RUN_DIGITS : WINDOW_DIGITS);
  }
}

/** Whether a run is in a text, or goes from one value to the next. @param from half byte @param to the one after the last */
function isUncertain(marks: Uint8Array | undefined, from: number, to: number): boolean {
  if (marks === undefined || marks[from >> 1] === MARK.text) return true;
  for (let at = (from >> 1) + 1; 2 * at < to; at += 1) if (marks[at] !== 0) return true;
  return false;
}

/** Zeros alone are what values are filled with: of a number that hides 000000 they tell nothing. */
function isNotZero(digit: number): boolean {
  return digit !== 0;
}

function mark(starts: Uint8Array, byte: number, flag: number): void {
  starts[byte] = (starts[byte] as number) | flag;
}

/** Above 9, or nothing: no digit is there. */
function digitIn(text: Uint8Array, reading: Reading, at: number): number | undefined {
  if (reading === 'bytes') return text[at];
  const byte = text[at >> 1];
  if (byte === undefined) return undefined;
  return at % 2 === (reading === 'halves' ? 0 : 1) ? byte >> 4 : byte & 15;
}

/** The engine looks for a byte far faster than a loop of the script does. */
function isAnywhere(text: Uint8Array, bytes: Uint8Array): boolean {
  const { length } = bytes;
  const first = bytes[0] as number;
  for (let at = text.indexOf(first); at >= 0 && at + length <= text.length; at = text.indexOf(first, at + 1)) {
    let matched = 1;
    while (matched < length && text[at + matched] === bytes[matched]) matched += 1;
    if (matched === length) return true;
  }
  return false;
}
