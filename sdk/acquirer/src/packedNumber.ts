/**
 * A card number as bytes: one digit a half byte, left aligned, padded with F to ten bytes. It's never a text.
 * Source: docs/reference/tokens.md.   Floor: acquirer.
 */
import {
  type DataObject,
  findObject,
  TAG_5A_APPLICATION_PAN,
  TAG_57_TRACK_2_EQUIVALENT_DATA,
} from '@comptoir/protocol';

export const PACKED_NUMBER_BYTES = 10;
export const NUMBER_DIGITS_MIN = 8;
/** ISO/IEC 7812. */
export const NUMBER_DIGITS_MAX = 19;

/**
 * The digits of 57 up to its separator, or of 5A.
 * @param cardData of an open envelope
 * @returns 10 new bytes, to be wiped; undefined when there is no card number of 8 to 19 digits
 */
export function packedNumberIn(cardData: readonly DataObject[]): Uint8Array | undefined {
  const source = findObject(cardData, TAG_57_TRACK_2_EQUIVALENT_DATA) ?? findObject(cardData, TAG_5A_APPLICATION_PAN);
  const digits = new Uint8Array(NUMBER_DIGITS_MAX);
  let count = 0;
  for (const nibble of nibblesOf(source?.value ?? digits.subarray(0, 0))) {
    if (nibble > 9) break;
    if (count >= NUMBER_DIGITS_MAX) return undefined;
    digits[count] = nibble;
    count += 1;
  }
  const packed = count < NUMBER_DIGITS_MIN ? undefined : packDigits(digits.subarray(0, count));
  digits.fill(0);
  return packed;
}

/** @param digits 0..9 each, at most 19 @returns new bytes: wipe them */
export function packDigits(digits: Uint8Array): Uint8Array {
  const packed = new Uint8Array(PACKED_NUMBER_BYTES).fill(0xff);
  digits.forEach((digit, place) => {
    const at = place >> 1;
    packed[at] = place % 2 === 0 ? (digit << 4) | 0x0f : ((packed[at] as number) & 0xf0) | digit;
  });
  return packed;
}

/** @param packed 10 bytes @returns the digits, 0..9 each: wipe them; undefined when it's no card number of 8 to 19 digits */
export function digitsOfPacked(packed: Uint8Array): Uint8Array | undefined {
  const nibbles = Uint8Array.from(nibblesOf(packed));
  const end = nibbles.indexOf(0x0f);
  const digits = nibbles.slice(0, end < 0 ? nibbles.length : end);
  const isNumber =
    packed.length === PACKED_NUMBER_BYTES &&
    digits.length >= NUMBER_DIGITS_MIN &&
    digits.length <= NUMBER_DIGITS_MAX &&
    digits.every((digit) => digit <= 9) &&
    nibbles.subarray(digits.length).every((nibble) => nibble === 0x0f);
  nibbles.fill(0);
  return isNumber ? digits : undefined;
}

function* nibblesOf(bytes: Uint8Array): Generator<number> {
  for (const byte of bytes) {
    yield byte >> 4;
    yield byte & 15;
  }
}
