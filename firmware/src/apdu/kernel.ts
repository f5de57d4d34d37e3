/**
 * How a kernel does I/O: it doesn't. It yields what it wants from outside and is resumed with the answer.
 * Floor: apdu; imports nothing.
 */

/** One command APDU for the card; answered by the response APDU. */
export interface Transmit {
  readonly kind: 'transmit';
  readonly command: Uint8Array;
}

/** Does the customer want to pay with this application? Answered by one byte for yes, by none for no. */
export interface Confirm {
  readonly kind: 'confirm';
  /** What the question must not show; packed, ten bytes. */
  readonly cardNumber: Uint8Array;
  /** ADF name. */
  readonly aid: Uint8Array;
  /** As the card wrote it. */
  readonly label: Uint8Array;
  /** Tag 5F2D; no bytes when the card has none. */
  readonly languages: Uint8Array;
}

/** What the customer is asked to do from now on; answered by no bytes. */
export interface ShowPrompt {
  readonly kind: 'prompt';
  /** A value of PROMPT. */
  readonly prompt: number;
}

/** How long the card worked on its last answer; answered by milliseconds, 4 bytes. */
export interface AskAnswerTime {
  readonly kind: 'answerTime';
}

type Ask = Transmit | Confirm | ShowPrompt | AskAnswerTime;

/**
 * A step of a transaction. It's never resumed after the card has gone: then it's closed.
 */
export type Kernel<T> = Generator<Ask, T, Uint8Array>;
