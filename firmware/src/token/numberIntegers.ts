/**
 * A card number as binary integers. Bytes can be erased, a BigInt can't.
 * Source: docs/reference/clear-fields.md.   Floor: token; imports nothing.
 */

/** 19 digits are below 2 ** 64. */
const INTEGER_BYTES = 8;
/** With so many digits at once, a byte times their power of ten stays below 2 ** 31. */
const DIGITS_AT_ONCE = 6;
/** Shorter ones are found by chance. */
const BYTES_MIN = 3;

/**
 * The last three bytes of each integer: of the number, of the number without its first and without its last digit, of the hidden digits. They
 * take a quarter of the time of the whole integers, which are made only where these are found.
 * @param number a digit a byte
 * @returns the caller erases them
 */
export function integerEndsOf(number: Uint8Array, from: number, to: number): readonly Uint8Array[] {
  const last = number.length - 1;
  const short = endOf(number, 0, last);
  const ends = [short * 10 + (number[last] as number), short, endOf(number, 1, last + 1), endOf(number, from, to)];
  return ends.map((end) => Uint8Array.of(end >> 16, end >> 8, end));
}

/** Modulo 2 ** 24. */
function endOf(digits: Uint8Array, first: number, end: number): number {
  let value = 0;
  for (let at = first; at < end; at += 1) value = (value * 10 + (digits[at] as number)) & 0xffffff;
  return value;
}

/** Whether one of the four integers is in `bytes`, in either order. @param ends of them */
export function hasInteger(
  bytes: Uint8Array,
  ends: readonly Uint8Array[],
  number: Uint8Array,
  from: number,
  to: number,
): boolean {
  if (to <= from) return false;
  for (let index = 0; index < ends.length; index += 1) {
    const end = ends[index] as Uint8Array;
    const first = end[0];
    const middle = end[1];
    const last = end[2] as number;
    for (let at = bytes.indexOf(last); at >= 0; at = bytes.indexOf(last, at + 1)) {
      const isEnd =
        (bytes[at - 1] === middle && bytes[at - 2] === first) || (bytes[at + 1] === middle && bytes[at + 2] === first);
      if (!isEnd) continue;
      if (isOneOf(bytes, number, from, to)) return true;
      break;
    }
  }
  return false;
}

function isOneOf(bytes: Uint8Array, number: Uint8Array, from: number, to: number): boolean {
  const integers = integersOf(number, from, to);
  const isIt = integers.some((integer) => isAnywhere(bytes, integer, 1) || isAnywhere(bytes, integer, -1));
  for (const integer of integers) integer.fill(0);
  return isIt;
}

/**
 * The number, the number without its first and without its last digit, and its hidden digits: big endian.
 * @param number a digit a byte
 * @returns those that are long enough, without leading zeros; the caller erases them
 */
function integersOf(number: Uint8Array, from: number, to: number): readonly Uint8Array[] {
  const last = number.length - 1;
  const short = integerOf(number, 0, last);
  const whole = new Uint8Array(INTEGER_BYTES);
  whole.set(short.bytes);
  const wholeFrom = multiplyAndAdd(whole, short.from, 10, number[last] as number);
  return [
    { bytes: whole, from: wholeFrom },
    short,
    integerOf(number, 1, number.length),
    integerOf(number, from, to),
  ].flatMap(({ bytes, from: start }) => {
    if (INTEGER_BYTES - start >= BYTES_MIN) return [bytes.subarray(start)];
    bytes.fill(0);
    return [];
  });
}

/** @param by 1, or -1: little endian */
function isAnywhere(text: Uint8Array, integer: Uint8Array, by: number): boolean {
  const { length } = integer;
  const start = by === 1 ? 0 : length - 1;
  for (let at = text.indexOf(integer[start] as number); at >= 0; at = text.indexOf(integer[start] as number, at + 1)) {
    let matched = 1;
    while (matched < length && text[at + matched] === integer[start + by * matched]) matched += 1;
    if (matched === length) return true;
  }
  return false;
}

interface Integer {
  readonly bytes: Uint8Array;
  /** Where its first byte is that isn't zero. */
  readonly from: number;
}

function integerOf(digits: Uint8Array, first: number, end: number): Integer {
  const bytes = new Uint8Array(INTEGER_BYTES);
  let from = INTEGER_BYTES;
  for (let at = first; at < end; ) {
    let [factor, value] = [1, 0];
    for (const stop = Math.min(at + DIGITS_AT_ONCE, end); at < stop; at += 1) {
      factor *= 10;
      value = value * 10 + (digits[at] as number);
    }
    from = multiplyAndAdd(bytes, from, factor, value);
  }
  return { bytes, from };
}

/** In place. @param from where its first byte is that isn't zero @returns the same, afterwards */
function multiplyAndAdd(integer: Uint8Array, from: number, factor: number, addend: number): number {
  let carry = addend;
  let at = INTEGER_BYTES - 1;
  for (; at >= 0 && (at >= from || carry > 0); at -= 1) {
    const value = (integer[at] as number) * factor + carry;
    integer[at] = value & 0xff;
    carry = value >> 8;
  }
  return at + 1;
}
