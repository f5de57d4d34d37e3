/**
 * What a card of either protocol makes of the characters that it gets.
 * Floor: simulator machine.
 */

/** A card's end of a protocol. */
export interface CardProtocol {
  /** One character, its parity right. @returns what the card sends now */
  receive(byte: number): Uint8Array;
}

/** Gives a command APDU to the card. @returns no bytes when it's silent */
export type AskCard = (command: Uint8Array) => Uint8Array;
