/**
 * Random bytes, passed in. `systemRandom` is the outermost edge.
 * Floor: sdk values; imports nothing.
 */

/** So many random bytes, new ones at each call. */
export type RandomBytes = (length: number) => Uint8Array;

export const systemRandom: RandomBytes = (length) => globalThis.crypto.getRandomValues(new Uint8Array(length));
