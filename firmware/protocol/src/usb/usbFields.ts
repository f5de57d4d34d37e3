/**
 * What all descriptors are built from. USB's integers are little endian.
 * Source: USB 2.0 §8.1, §9.5.   Floor: protocol.
 */
import { concatBytes } from '../bytes/bytes.js';

/** Two bytes each. */
export function littleEndian(...values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(2 * values.length);
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i] as number;
    bytes[2 * i] = value;
    bytes[2 * i + 1] = value >> 8;
  }
  return bytes;
}

/** UTF-16, without an end. */
export function utf16(text: string): Uint8Array {
  const bytes = new Uint8Array(2 * text.length);
  for (let i = 0; i < text.length; i += 1) bytes.set(littleEndian(text.charCodeAt(i)), 2 * i);
  return bytes;
}

/** Puts the length, of one byte, and the type in front. */
export function descriptor(type: number, ...fields: readonly Uint8Array[]): Uint8Array {
  const body = concatBytes(...fields);
  return concatBytes(Uint8Array.of(body.length + 2, type), body);
}
