/**
 * Packed decimal numbers: EMV format n, two digits a byte, padded with zeros on the left.
 * Source: EMV 4.4 Book 3 §4.3.   Floor: protocol; imports nothing.
 */

/**
 * @param value  0 ≤ value < 10 ** (2 * length), a safe integer
 * @param length in bytes, 1..7
 */
export function unsignedToBcd(value: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let rest = value;
  for (let i = length - 1; i >= 0; i -= 1) {
    const pair = rest % 100;
    bytes[i] = (Math.floor(pair / 10) << 4) | (pair % 10);
    rest = Math.floor(rest / 100);
  }
  return bytes;
}

/** @returns the number, or undefined when a half byte is no decimal digit or there are more than 14 digits */
export function unsignedFromBcd(bytes: Uint8Array): number | undefined {
  if (bytes.length > 7) return undefined;
  let value = 0;
  for (const byte of bytes) {
    const tens = byte >> 4;
    const units = byte & 15;
    if (tens > 9 || units > 9) return undefined;
    value = value * 100 + tens * 10 + units;
  }
  return value;
}
