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
 * The number, the number without its first and without its last digit, and its hidden digits, each in either order of bytes.
 * @param number a digit a byte
 * @returns those that are long enough, without leading zeros; the caller erases them
 */
export function integersOf(number: Uint8Array, from: number, to: number): readonly Uint8Array[] {
  const { length } = number;
  const integers: Uint8Array[] = [];
  for (const digits of [number, number.subarray(1), number.subarray(0, length - 1), number.subarray(from, to)]) {
    const integer = integerOf(digits);
    if (integer.length < BYTES_MIN) {
      integer.fill(0);
      continue;
    }
    const littleEndian = integer.slice();
    for (let at = 0; at < integer.length; at += 1) littleEndian[at] = integer[integer.length - 1 - at] as number;
    integers.push(integer, littleEndian);
  }
  return integers;
}

/** Big endian. */
function integerOf(digits: Uint8Array): Uint8Array {
  const integer = new Uint8Array(INTEGER_BYTES);
  let from = INTEGER_BYTES;
  for (let at = 0; at < digits.length; ) {
    let [factor, value] = [1, 0];
    for (const end = Math.min(at + DIGITS_AT_ONCE, digits.length); at < end; at += 1) {
      factor *= 10;
      value = value * 10 + (digits[at] as number);
    }
    from = multiplyAndAdd(integer, from, factor, value);
  }
  return integer.subarray(from);
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
