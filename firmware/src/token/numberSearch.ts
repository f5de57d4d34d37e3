/**
 * Looks for one card number in what a card wrote: for its hidden digits, those that the mask doesn't show.
 *
 *   a run of the number counts    when it covers all hidden digits, or has seven digits of which two are hidden
 *   whole bytes a digit           ASCII, EBCDIC, UTF-16, unpacked; separators between them are passed over
 *   half bytes                    packed from either half byte on, halves swapped
 *   integers                      of either order: the number, without its first or last digit, the hidden digits alone
 *   base64                        of ASCII and packed digits, from any character on
 *
 * Every run forwards and backwards. Zeros alone are no run: a card that hides 000000 has them all over. The engine looks for a byte far
 * faster than a loop of the script does: every run is found by a byte that it must have.
 * Source: docs/reference/clear-fields.md; how often it errs: firmware/test/token/ordinaryMessages.test.ts.   Floor: token.
 * Memory: all that is made of the number is erased by `erase`.
 */
import { countDigits, hiddenDigits } from '../emv/data/cardNumber.js';
import { bytesInBase64, nextBase64Run } from './base64Runs.js';
import { DIGIT_BYTES, type DigitBytes, followBytes, followHalves, type Halves } from './digitRuns.js';
import { hasInteger, integerEndsOf } from './numberIntegers.js';

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
const BASE64_PLACES = 4;
const ASCII_ZERO = 0x30;
const ASCII_STAR = 0x2a;

/** Of a byte among the values: nothing, the first of another value, or in a value that has the form of a text. */
export const MARK = { none: 0, first: 1, text: 2 } as const;

export class NumberSearch {
  /** The mask, as text in bytes. */
  readonly mask: Uint8Array;
  /** A digit a byte. */
  private readonly number: Uint8Array;
  private readonly from: number;
  private readonly to: number;
  /** Every run of whole bytes has one of these two hidden digits. */
  private readonly firstPlace: number;
  private readonly lastPlace: number;
  /** Every run of packed digits has a whole byte of one of these and the digit behind it. */
  private readonly packedPlaces: readonly number[];
  private readonly integerEnds: readonly Uint8Array[];

  /** @param packed the number, ten bytes, filled with F */
  constructor(packed: Uint8Array) {
    const digits = countDigits(packed);
    const { from, to } = hiddenDigits(digits);
    this.from = from;
    this.to = to;
    const number = new Uint8Array(digits + 1);
    for (let at = 0; at < digits; at += 2) {
      const byte = packed[at >> 1] as number;
      number[at] = byte >> 4;
      number[at + 1] = byte & 15;
    }
    const mask = new Uint8Array(digits).fill(ASCII_STAR);
    for (let at = 0; at < from; at += 1) mask[at] = ASCII_ZERO + (number[at] as number);
    for (let at = Math.max(to, 0); at < digits; at += 1) mask[at] = ASCII_ZERO + (number[at] as number);
    this.mask = mask;
    // Of an odd number of digits, F is behind the last.
    number[digits] = 0;
    this.number = number.subarray(0, digits);
    // The first two hidden digits serve alike, and the last two, but of nine not the outermost. Bytes of a zero are the most frequent ones.
    const isFirst = number[from + 1] === 0 || to - from < 2;
    const isLast = to - from < 2 || (number[to - 2] === 0 && !(isFirst && to - from > 8));
    this.firstPlace = isFirst ? from : from + 1;
    this.lastPlace = isLast ? to - 1 : to - 2;
    this.packedPlaces = packedPlacesOf(from, to);
    this.integerEnds = integerEndsOf(this.number, from, to);
  }

  erase(): void {
    this.mask.fill(0);
    this.number.fill(0);
    for (const end of this.integerEnds) end.fill(0);
  }

  /**
   * True when hidden digits can be read in `bytes`: values that a card wrote, one after the other.
   * @param marks by byte: a value of MARK
   */
  isShownIn(bytes: Uint8Array, marks: Uint8Array = new Uint8Array(bytes.length)): boolean {
    return this.hasRun(bytes, marks) || hasInteger(bytes, this.integerEnds, this.number, this.from, this.to);
  }

  /** The same of one value that may be base64. */
  isInBase64(value: Uint8Array): boolean {
    let isFound = false;
    for (let run = nextBase64Run(value, 0); run !== undefined && !isFound; run = nextBase64Run(value, run.end)) {
      for (let place = 0; place < BASE64_PLACES && !isFound; place += 1) {
        const bytes = bytesInBase64(value.subarray(run.start + place, run.end));
        isFound = this.hasRun(bytes, undefined);
        bytes.fill(0);
      }
    }
    return isFound;
  }

  /** @param marks undefined: the bytes were text, and are decoded */
  private hasRun(bytes: Uint8Array, marks: Uint8Array | undefined): boolean {
    const { number, from, to, packedPlaces } = this;
    if (to <= from) return false;
    for (let index = 0; index < packedPlaces.length; index += 1) {
      const place = packedPlaces[index] as number;
      const digit = number[place] as number;
      const next = number[place + 1] as number;
      const inOrder = (digit << 4) | next;
      if (bytes.indexOf(inOrder) >= 0 && this.isPacked(bytes, inOrder, place, 'inOrder', marks)) return true;
      const swapped = (next << 4) | digit;
      if (bytes.indexOf(swapped) >= 0 && this.isPacked(bytes, swapped, place, 'swapped', marks)) return true;
    }
    return this.isInBytes(bytes, this.firstPlace) || this.isInBytes(bytes, this.lastPlace);
  }

  /** @param byte two digits of the number from `place` on @param halves how they are read forwards */
  private isPacked(
    bytes: Uint8Array,
    byte: number,
    place: number,
    halves: Halves,
    marks: Uint8Array | undefined,
  ): boolean {
    for (let at = bytes.indexOf(byte); at >= 0; at = bytes.indexOf(byte, at + 1)) {
      if (this.isHalvesRun(bytes, halves, 2 * at, place, 1, marks)) return true;
      // Backwards the halves are the other way round. Bytes in reverse, which chance gives as often again: nine digits.
      if (halves === 'swapped' && this.isHalvesRun(bytes, 'inOrder', 2 * at, place + 1, -1, marks)) return true;
      if (halves === 'inOrder' && this.isHalvesRun(bytes, 'swapped', 2 * at, place + 1, -1, undefined)) return true;
    }
    return false;
  }

  private isHalvesRun(
    bytes: Uint8Array,
    halves: Halves,
    at: number,
    place: number,
    by: number,
    marks: Uint8Array | undefined,
  ): boolean {
    const { number } = this;
    const before = followHalves(bytes, halves, at, -by, number, place, -1);
    const after = followHalves(bytes, halves, at, by, number, place, 1);
    if (before + after + 1 < PACKED_RUN_DIGITS) return false;
    const start = by === 1 ? at - before : at - after;
    const end = start + before + after;
    return isUncertain(marks, start, end)
      ? this.counts(place - before, place + after, UNCERTAIN_DIGITS, UNCERTAIN_DIGITS)
      : this.counts(place - before, place + after, PACKED_RUN_DIGITS, WINDOW_DIGITS);
  }

  private isInBytes(bytes: Uint8Array, place: number): boolean {
    const { number } = this;
    for (let coding = 0; coding < DIGIT_BYTES.length; coding += 1) {
      const as = DIGIT_BYTES[coding] as DigitBytes;
      const byte = as.zero + (number[place] as number);
      for (let at = bytes.indexOf(byte); at >= 0; at = bytes.indexOf(byte, at + 1))
        if (this.isBytesRun(bytes, as, at, place, 1) || this.isBytesRun(bytes, as, at, place, -1)) return true;
    }
    return false;
  }

  private isBytesRun(bytes: Uint8Array, as: DigitBytes, at: number, place: number, by: number): boolean {
    const { number } = this;
    const after = followBytes(bytes, as, at, by, number, place, 1);
    const before = followBytes(bytes, as, at, -by, number, place, -1);
    if (before + after + 1 < BYTES_RUN_DIGITS) return false;
    return this.counts(place - before, place + after, BYTES_RUN_DIGITS, WINDOW_DIGITS);
  }

  /** @param first place of the first digit of a run @param min digits when it covers all hidden ones @param window when it doesn't */
  private counts(first: number, last: number, min: number, window: number): boolean {
    const { number, from, to } = this;
    const digits = last + 1 - first;
    const isWhole = digits >= min && first <= from && last >= to - 1;
    const isWindow = digits >= window && Math.min(last + 1, to) - Math.max(first, from) >= HIDDEN_IN_WINDOW;
    return (isWhole || isWindow) && number.subarray(first, last + 1).some(isNotZero);
  }
}

/** Of six to eight hidden digits the outermost four are enough, at whichever half byte a run begins; of fewer or more it takes each place. */
function packedPlacesOf(from: number, to: number): readonly number[] {
  const first = Math.max(from - 1, 0);
  if (to - from >= 6 && to - from <= 8) return [first, from, to - 3, to - 2];
  return Array.from({ length: Math.max(to - first, 0) }, (_, index) => first + index);
}

/** Whether a run is in a text, or goes from one value to the next. @param from first half byte @param to last */
function isUncertain(marks: Uint8Array | undefined, from: number, to: number): boolean {
  if (marks === undefined || marks[from >> 1] === MARK.text) return true;
  for (let at = (from >> 1) + 1; at <= to >> 1; at += 1) if (marks[at] !== MARK.none) return true;
  return false;
}

/** Zeros alone are what values are filled with: of a number that hides 000000 they tell nothing. */
function isNotZero(digit: number): boolean {
  return digit !== 0;
}
