/**
 * The one seam to the hardware of a dynamic card. The script gets a `CardBoard` and nothing else.
 * No member waits: the port calls the script's step, the step looks at what has come, acts, and returns.
 * Floor: board; imports types of its own floor only. The same rules of what crosses as in board.ts.
 */
import type { BoardClock, KeyHandle, Records, UartPort } from './board.js';

export interface CardBoard {
  readonly field: FieldPort;
  /** A bare NFC front end, for a driver in the script that takes the place of `field`. Undefined: `field` is a front end of its own. */
  readonly nfc: UartPort | undefined;
  readonly secure: CardSecure;
  /** Names from 0 to 127. The contract is that of `Records`: old value or new one, whenever the power fails. */
  readonly records: Records;
  readonly clock: BoardClock;
  readonly button: Button;
  readonly display: CardDisplay;

  /** Eight bytes, unique to the card. Never given to a reader. */
  identifier(): Uint8Array;
  /** Public keys (P-256, X then Y, 64 bytes each) of those who may put something on the card; the card's operator first. At most 8. */
  issuers(): Uint8Array;

  /**
   * Hands over the script. The port calls `step` once at the start, whenever the field or the button changed or a command came,
   * and when the time that the last step returned is over. It never calls `step` inside `step`.
   * @param step returns how long nothing needs to be done unless something comes, in milliseconds; 7FFFFFFF: for ever
   */
  start(step: () => number): void;
}

/** Answers of `FieldPort.power`. */
export const FIELD = { none: 0, contact: 1, contactless: 2 } as const;

/** The reader's side of the card. */
export interface FieldPort {
  /** What powers the card now. Gives a value of `FIELD`. */
  power(): number;
  /**
   * The next of what came, in order: a command APDU; no bytes when the field went off or the card was reset, after which
   * nothing is selected; undefined when there is nothing.
   */
  receive(): Uint8Array | undefined;
  /** Answers the last command: a response APDU, 2..258 bytes. Nothing is sent when the field is gone. */
  send(response: Uint8Array): void;
}

export interface Button {
  isPressed(): boolean;
}

/** What the holder sees: which card pays next. */
export interface CardDisplay {
  /** @param label up to 16 characters @param digits what the issuer gave to tell cards apart, up to 4 characters */
  show(label: string, digits: string): void;
}

/** Keys that a card is made with. */
export const CARD_KEY = {
  /** AES-128, the card's own: what issuers wrap keys with derives from it. */
  transport: 'card-transport',
  /** AES-128 of the readers' scheme; its identifier is the key id, 1 byte. */
  readers: 'wallet-readers',
} as const;

export interface CardSecure {
  /** 20 bytes. */
  sha1(data: Uint8Array): Uint8Array;
  /** 32 bytes. */
  sha256(data: Uint8Array): Uint8Array;
  /** @param length 1..64 */
  random(length: number): Uint8Array;
  /** The handle of a key that the card was made with, or 0. @param name a value of `CARD_KEY` */
  findKey(name: string): KeyHandle;
  /** What is public about a key; see `CARD_KEY`. Empty for others. */
  keyIdentifier(key: KeyHandle): Uint8Array;
  /** A new AES-128 key: AES-ECB of 16 bytes under `parent`. The key itself never comes back. */
  deriveKey(parent: KeyHandle, data: Uint8Array): KeyHandle;
  /** A new AES-128 key: AES-CMAC of `data` under `parent`. */
  deriveCmac(parent: KeyHandle, data: Uint8Array): KeyHandle;
  /**
   * A key out of a wrapped block: nonce 12 | AES-GCM of the key under `wrapping`, with `kind` as associated byte, and its tag 16.
   * @param kind a value of `WRAPPED` of @comptoir/protocol/wallet @param block untrusted
   * @returns 0 when it's no such block
   */
  unwrapKey(wrapping: KeyHandle, kind: number, block: Uint8Array): KeyHandle;
  /** AES-CMAC, 16 bytes. */
  cmac(key: KeyHandle, data: Uint8Array): Uint8Array;
  /** Bytes of the modulus of an RSA key. */
  rsaSize(key: KeyHandle): number;
  /**
   * The RSA private operation. The board checks the signature, with 3 and 65537 as public exponents, before it gives it.
   * @param block as long as the modulus, first byte 6A
   * @returns as long as the modulus; no bytes when the check fails: the numbers are no key, or the board has erred
   */
  rsaSign(key: KeyHandle, block: Uint8Array): Uint8Array;
  /** ECDSA with P-256; see `Secure.verifySignature`. */
  verifySignature(publicKey: Uint8Array, digest: Uint8Array, signature: Uint8Array): boolean;
  /** Forgets a key. */
  eraseKey(key: KeyHandle): void;
}
