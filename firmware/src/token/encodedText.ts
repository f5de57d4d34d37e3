/**
 * Text that stands for other bytes: base64 and hexadecimal, from any character on.
 * Source: RFC 4648 §4, §5, §8.   Floor: token; imports nothing.
 * Memory: what is returned is new; the caller erases it.
 */
const DIGITS_FROM = 52;
const PLUS = 62;
const SLASH = 63;
const NO_DIGIT = 0xff;
const ASCII_DIGIT = 3;
/** Three digits of ASCII: fewer than any number hides. */
export const HEX_CHARACTERS_MIN = 6;

/** By character of base64, of either alphabet. @returns six bits a byte */
export function sixBits(text: Uint8Array): Uint8Array {
  const values = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at += 1) {
    const byte = text[at] as number;
    if (byte >= 0x61) values[at] = byte - 0x61 + 26;
    else if (byte >= 0x41 && byte <= 0x5a) values[at] = byte - 0x41;
    else if (byte >= 0x30 && byte <= 0x39) values[at] = byte - 0x30 + DIGITS_FROM;
    else values[at] = byte === 0x2b || byte === 0x2d ? PLUS : SLASH;
  }
  return values;
}

/** @param values see `sixBits` @param from where the first group begins */
export function bytesInBase64(values: Uint8Array, from: number): Uint8Array {
  const count = Math.max(((values.length - from) * 3) >> 2, 0);
  const bytes = new Uint8Array(count);
  for (let at = from, to = 0; to < count; at += 4, to += 3) {
    const [second, third] = [values[at + 1] as number, values[at + 2] ?? 0];
    bytes[to] = ((values[at] as number) << 2) | (second >> 4);
    // What doesn't fit any more falls off the end.
    bytes[to + 1] = (second << 4) | (third >> 2);
    bytes[to + 2] = (third << 6) | (values[at + 3] ?? 0);
  }
  return bytes;
}

/** The digits of ASCII text that is written in hexadecimal. @returns a digit a byte; above 9 where there is none */
export function asciiInHex(values: Uint8Array, from: number): Uint8Array {
  const digits = new Uint8Array(values.length >> 1).fill(NO_DIGIT);
  for (let at = from; at + 1 < values.length; at += 2) {
    const digit = (values[at + 1] as number) - DIGITS_FROM;
    if (values[at] === DIGITS_FROM + ASCII_DIGIT && digit >= 0 && digit <= 9) digits[(at - from) >> 1] = digit;
  }
  return digits;
}
