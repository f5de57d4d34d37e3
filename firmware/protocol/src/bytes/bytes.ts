/**
 * Bytes: joining, comparing, and big-endian integers.
 * Source: none, arithmetic.   Floor: protocol; imports nothing.
 * Memory: every function that returns bytes returns new ones, unless it says "view".
 */

/** No bytes. Shared: nothing can be written to it. */
export const NO_BYTES: Uint8Array = new Uint8Array(0);

/** Joins the parts, in order, into new bytes. */
export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array {
  const count = parts.length;
  let length = 0;
  for (let i = 0; i < count; i += 1) length += (parts[i] as Uint8Array).length;
  const joined = new Uint8Array(length);
  let at = 0;
  for (let i = 0; i < count; i += 1) {
    const part = parts[i] as Uint8Array;
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

/** Compares without stopping at the first difference; lengths are not secret. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i += 1) difference |= (a[i] as number) ^ (b[i] as number);
  return difference === 0;
}

/** True when `bytes` begins with all of `start`. */
export function startsWithBytes(bytes: Uint8Array, start: Uint8Array): boolean {
  return bytes.length >= start.length && equalBytes(bytes.subarray(0, start.length), start);
}

/**
 * Writes an unsigned integer, big endian.
 * @param value  0 ≤ value < 256 ** length, a safe integer
 * @param length in bytes, 1..6
 */
export function unsignedToBytes(value: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  const high = Math.floor(value / 0x1_0000_0000);
  for (let i = length - 1, shift = 0; i >= 0; i -= 1, shift += 8)
    bytes[i] = shift < 32 ? value >>> shift : high >>> (shift - 32);
  return bytes;
}

/** Reads an unsigned integer, big endian. @param bytes at most 6 of them, so that the value is exact */
export function unsignedFromBytes(bytes: Uint8Array): number {
  let value = 0;
  for (const byte of bytes) value = value * 256 + byte;
  return value;
}

/** One byte a character, 00..FF (ISO 8859-1). @param text characters above FF become 3F, `?` */
export function latin1ToBytes(text: string): Uint8Array {
  const { length } = text;
  const bytes = new Uint8Array(length);
  for (let i = 0; i < length; i += 1) {
    const code = text.charCodeAt(i);
    bytes[i] = code > 0xff ? 0x3f : code;
  }
  return bytes;
}

/** One character a byte (ISO 8859-1). */
export function latin1FromBytes(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}
