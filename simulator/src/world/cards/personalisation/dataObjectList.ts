/**
 * Data object lists, from the card's side: what it asks for, and what of it came.
 * Source: EMV 4.4 Book 3 §5.4.   Floor: simulator world.
 */
import { concatBytes, unsignedToBytes } from '@comptoir/protocol';

export interface DolEntry {
  readonly tag: number;
  /** In bytes. */
  readonly length: number;
}

/** The value of a tag such as 8C. */
export function encodeDol(entries: readonly DolEntry[]): Uint8Array {
  return concatBytes(
    ...entries.map(({ tag, length }) => concatBytes(unsignedToBytes(tag, tag > 0xff ? 2 : 1), Uint8Array.of(length))),
  );
}

/** How long the terminal's answer to the list must be, in bytes. */
export function dolDataLength(entries: readonly DolEntry[]): number {
  return entries.reduce((sum, { length }) => sum + length, 0);
}

/**
 * @param data the terminal's answer, as long as the list asks
 * @returns a view of the field of that tag; undefined when the list doesn't ask for it
 */
export function dolValue(entries: readonly DolEntry[], data: Uint8Array, tag: number): Uint8Array | undefined {
  let at = 0;
  for (const entry of entries) {
    if (entry.tag === tag) return data.subarray(at, at + entry.length);
    at += entry.length;
  }
  return undefined;
}
