/**
 * How a kernel does I/O: it doesn't. It yields what it wants from outside and is resumed with the answer.
 * Floor: apdu; imports nothing.
 */

export type Ask =
  /** One command APDU for the card; answered by the response APDU. */
  | { readonly kind: 'transmit'; readonly command: Uint8Array }
  /** Something for the customer to do, a value of the protocol's PROMPT; answered by no bytes, at once. */
  | { readonly kind: 'prompt'; readonly prompt: number };

/**
 * A step of a transaction. It's never resumed after the card has gone: then it's closed, and its `finally` blocks run.
 */
export type Kernel<T> = Generator<Ask, T, Uint8Array>;
