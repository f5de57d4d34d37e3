/**
 * A card, as a reader sees one: it gets power, answers commands, loses power.
 * Floor: simulator machine; imports nothing.
 */
export type CardInterface = 'contact' | 'contactless';

export interface Card {
  readonly name: string;
  /** Where the card can be presented. */
  readonly interface: CardInterface | 'both';
  /** Starts afresh: nothing is selected. What the card keeps (its transaction counter) stays. */
  powerOn(usedInterface: CardInterface): void;
  /**
   * Takes any bytes and never throws.
   * @param command a command APDU, untrusted
   * @returns the whole response APDU, SW1 SW2 last; undefined when the card is gone or silent
   */
  transmit(command: Uint8Array): Uint8Array | undefined;
  /** How long the answer to the last command took to make, in milliseconds. Not there: no time. */
  workMs?(): number;
  powerOff(): void;
}
