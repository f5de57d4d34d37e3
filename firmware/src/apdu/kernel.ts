/**
 * How a kernel does I/O: it doesn't. It yields what it wants from outside and is resumed with the answer.
 * Floor: apdu; imports nothing.
 */

/** One command APDU for the card; answered by the response APDU. */
export interface Ask {
  readonly kind: 'transmit';
  readonly command: Uint8Array;
}

/**
 * A step of a transaction. It's never resumed after the card has gone: then it's closed.
 */
export type Kernel<T> = Generator<Ask, T, Uint8Array>;
