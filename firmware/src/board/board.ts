/**
 * The one seam to hardware. The firmware gets a `Board` and nothing else: no timers, no clock, no randomness of its own.
 * No member waits: the port calls the firmware's step, the step looks at what has come, acts, and returns.
 * Floor: board; imports nothing. Members take and give numbers, strings, booleans, bytes and undefined only, so that
 * any engine's glue can carry them; bytes are copied on the way in and on the way out.
 */
export interface Board {
  readonly identity: Identity;
  readonly host: HostPort;
  /** The slot. Not called on a board that has `contactLine`. */
  readonly contact: CardPort;
  /** The antenna. Not called on a board that has `nfc`. */
  readonly contactless: CardPort;
  /** The serial line to an NFC front end that the firmware drives itself; undefined when the board looks after its antenna. */
  readonly nfc: UartPort | undefined;
  /** The contacts of a slot whose protocols the firmware speaks itself; undefined when the board looks after its slot. */
  readonly contactLine: ContactLinePort | undefined;
  readonly secure: Secure;
  readonly keys: KeyStore;
  readonly clock: BoardClock;
  readonly display: Display;
  /** The two slots of the firmware; undefined when the board can't be updated. */
  readonly firmware: FirmwareStore | undefined;
  /** What survives resets and power cuts. */
  readonly records: Records;
  /** What the reader is set up with. */
  readonly configuration: ConfigurationStore;

  /**
   * What the cards at the antenna call themselves, after its `poll` said that there are some: of each its type (1 A, 2 B), the length,
   * and the identifier: UID or PUPI, of ISO/IEC 14443-3. Four cards at most. Not called on a board that has `nfc`.
   */
  cardsInField(): Uint8Array;

  /**
   * The public key of those who may sign objects of a kind for this reader: P-256, X then Y, 64 bytes. Empty: it takes none.
   * @param kind a value of SIGNED_OBJECT in @comptoir/protocol
   */
  roleKey(kind: number): Uint8Array;

  /** The tamper line: the case was opened, now or while there was no power. Stays so. */
  isTampered(): boolean;

  /**
   * Hands over the firmware. The port calls `step` once at the start, whenever a report, a card, an answer or a
   * byte of `nfc` or `contactLine` has come, and when the time that the last step returned is over. It never calls `step` inside `step`.
   * @param step returns how long nothing needs to be done unless something comes, in milliseconds; 7FFFFFFF: for ever
   */
  start(step: () => number): void;
}

export interface Identity {
  readonly model: string;
  /** Up to 16 printable ASCII characters, unique to the reader. */
  readonly serial: string;
}

export interface HostPort {
  /** The next 64-byte report from the host; undefined when there is none. */
  receiveReport(): Uint8Array | undefined;
  /** Queues one 64-byte report for the host. False when the endpoint is busy; nothing was taken. */
  sendReport(report: Uint8Array): boolean;
}

/** Answers of `CardPort.poll`. `looking`: it isn't known yet, and what was known before may still be so. */
export const CARDS = { none: 0, one: 1, several: 2, looking: 3 } as const;

/** One place where a card can be. */
export interface CardPort {
  /** Looks for cards and activates the card when there is just one (ATR or ATS read). Gives a value of `CARDS`. */
  poll(): number;
  /** Hands one command APDU to the activated card. Not called again before `receive` has given its answer. */
  transmit(command: Uint8Array): void;
  /** The response APDU with its status word; no bytes when the card is gone or silent; undefined when it still works. */
  receive(): Uint8Array | undefined;
  /** Power off, field off. The next `poll` starts afresh. */
  release(): void;
}

/** A serial line, 8N1 at the speed that its device starts with. */
export interface UartPort {
  /** Queues bytes, at most 512. False when there is no room for all of them; nothing was taken. */
  write(bytes: Uint8Array): boolean;
  /** What has come so far, the oldest first, at most 256 bytes at a time; no bytes when there is nothing. */
  read(): Uint8Array;
}

/**
 * The contacts of a slot: power, clock and reset, and characters on the I/O line. Times are in etu, elementary time units, of
 * the line's own clock. The board keeps to the sequences and times of activation, reset and deactivation, to the time between
 * the directions, and takes the power away by itself when the card is pulled.
 * @see EMV 4.4 Book 1 §5 to §7, §9.2.2.1
 */
export interface ContactLinePort {
  /** What the switch of the slot says. */
  isCardPresent(): boolean;
  /**
   * A cold reset when the contacts have no power, else a warm one. The line then is as for the answer to reset: 372 clock
   * cycles an etu, no error signal; the first character tells the convention, by which all are decoded.
   */
  reset(): void;
  /** The contacts lose their power. */
  powerOff(): void;
  /**
   * @param hasErrorSignal true: wrong parity is signalled, and the character repeated, three times at most, both ways (T=0)
   * @param etuClocks clock cycles of an etu: 372, 186 or 93
   * @param guardEtu from one character that is sent to the next, leading edges, 11..266
   */
  setTransmission(hasErrorSignal: boolean, etuClocks: number, guardEtu: number): void;
  /**
   * Sends bytes, at most 264, when the line has been silent for the time between the directions. What comes until then, and
   * what came and was not read, is lost. False while the bytes before are being sent; nothing was taken then.
   */
  write(bytes: Uint8Array): boolean;
  /** What has come so far, the oldest first, at most 264 bytes; no bytes when there is nothing. */
  read(): Uint8Array;
  /** Since the last write or reset: a character came with wrong parity, or was lost; with error signal, was so four times. */
  isDamaged(): boolean;
  /** Since the last character, its leading edge, either way, or the end of the reset; 0 while there is something to send. */
  silentEtu(): number;
}

/** A key that stays below JavaScript. 0 is no key. Handles are not reused after `eraseKey`. */
export type KeyHandle = number;

/** Keys that a reader is provisioned with. */
export const KEY = {
  /** AES DUKPT initial key; its identifier is the initial key identifier, 8 bytes. */
  dukptInitial: 'dukpt-initial',
  /** HMAC key of the merchant's index tokens; its identifier is the version, 1 byte, 0..31. */
  indexToken: 'index-token',
  /** AES-128 key of this reader and merchant in a scheme of wallets; its identifier is key id 1, reader id 8. */
  walletReader: 'wallet-reader',
  /** HMAC key of selection records; its identifier is the version, 1 byte. */
  selectionRecord: 'selection-record',
  /** The reader's own pair for X25519, good for `publicKey` and `agree` only; its identifier is the certificate of its public key. */
  identity: 'identity',
} as const;

export interface Secure {
  /** 20 bytes. */
  sha1(data: Uint8Array): Uint8Array;
  /** 32 bytes. */
  sha256(data: Uint8Array): Uint8Array;
  /** Random bytes. @param length 1..64 */
  random(length: number): Uint8Array;
  /** The handle of a provisioned key, or 0. @param name a value of `KEY` */
  findKey(name: string): KeyHandle;
  /** What is public about a key; see `KEY`. Empty for a derived key. */
  keyIdentifier(key: KeyHandle): Uint8Array;
  /**
   * A new AES key: AES-ECB of `data` under `parent`. The key itself never comes back.
   * @param data 16 or 32 bytes, which is also the length of the new key
   */
  deriveKey(parent: KeyHandle, data: Uint8Array): KeyHandle;
  /** AES-CBC without padding. @param iv 16 bytes @param plain a multiple of 16 bytes */
  encryptCbc(key: KeyHandle, iv: Uint8Array, plain: Uint8Array): Uint8Array;
  /** AES-CMAC, 16 bytes. */
  cmac(key: KeyHandle, data: Uint8Array): Uint8Array;
  /** HMAC-SHA-256, 32 bytes. */
  hmacSha256(key: KeyHandle, data: Uint8Array): Uint8Array;
  /**
   * AES-GCM: the encrypted bytes, then the tag of 16.
   * @param nonce 12 bytes that were never used with this key
   */
  sealGcm(key: KeyHandle, nonce: Uint8Array, associated: Uint8Array, plain: Uint8Array): Uint8Array;
  /** What was sealed; undefined when the tag isn't that of these bytes, and then nothing of them is shown. */
  openGcm(key: KeyHandle, nonce: Uint8Array, associated: Uint8Array, sealed: Uint8Array): Uint8Array | undefined;
  /** A key that is no secret, such as the first of a chain of keys. @param key 16 or 32 bytes */
  knownKey(key: Uint8Array): KeyHandle;
  /**
   * A new key of 32 bytes: the first or second block of HKDF-SHA-256 without info, salted with `chain`.
   * @param secret what is mixed in; 0: nothing   @param part 1 or 2   @see RFC 5869; Noise §4.3, HKDF
   */
  deriveHkdf(chain: KeyHandle, secret: KeyHandle, part: number): KeyHandle;
  /**
   * A key of 32 bytes out of a key block, ANSI X9.143 version D: an initial DUKPT key (B1, A, X), which derives and does nothing else, an HMAC key
   * (M7, H, C or G), or a protection key (K1, A, B or D), which imports others. Only what isn't exportable.
   * @param protection a symmetric key of 32 bytes, or a protection key   @param block its characters, ASCII; untrusted
   * @returns 0 when it's another block, or its MAC is wrong
   */
  importKeyBlock(protection: KeyHandle, block: Uint8Array): KeyHandle;
  /** What two people compare to know that they hold the same key: 5 bytes. @param key of 32 bytes, not a pair */
  checkValue(key: KeyHandle): Uint8Array;
  /** A new key pair for X25519, from the board's random bytes. It's good for `publicKey` and `agree` only. */
  makeKeyPair(): KeyHandle;
  /** 32 bytes. */
  publicKey(pair: KeyHandle): Uint8Array;
  /**
   * X25519: the shared secret as a key of 32 bytes.
   * @param publicKey untrusted
   * @returns 0 when it isn't 32 bytes, or one of the points whose shared secret is zero whatever the pair
   */
  agree(pair: KeyHandle, publicKey: Uint8Array): KeyHandle;
  /**
   * ECDSA with P-256. All may be untrusted.
   * @param publicKey X, Y, 64 bytes   @param digest SHA-256   @param signature r, s, 64 bytes
   * @returns true when the key is a point of the curve, 0 < r < n, 0 < s < n, and it's the digest's signature. s may be high.
   */
  verifySignature(publicKey: Uint8Array, digest: Uint8Array, signature: Uint8Array): boolean;
  /**
   * data ** exponent mod modulus, as long as the modulus. All may be untrusted.
   * @param modulus 64 to 248 bytes, odd, the first not 0   @param exponent 3 or 65537   @param data as long, and below it
   * @returns undefined when one of these isn't so   @see EMV 4.4 Book 2 Annex A2.1, B2.1
   */
  rsaRecover(modulus: Uint8Array, exponent: number, data: Uint8Array): Uint8Array | undefined;
  /** Forgets a key. */
  eraseKey(key: KeyHandle): void;
}

/** Sets of keys that outlive the power, by number. */
export const KEY_SET = {
  /** Future keys of AES DUKPT; known by initial key identifier 8, counter 4. */
  dukpt: 0,
  /** HMAC key of the merchant's index tokens, at place 0; known by its version, 1 byte. It's what `findKey(KEY.indexToken)` gives as soon as it's stored. */
  indexToken: 1,
} as const;

/** Places in a set: 0 to 32. */
export const KEY_PLACES = 33;

/** Keys in flash, encrypted there under a key of this board alone, so that they are gone when it is. */
export interface KeyStore {
  /** What the set is known by, as it was stored; no bytes when nothing was. @param set a value of `KEY_SET` */
  identifier(set: number): Uint8Array;
  /** A new handle of the key at a place, for `Secure.eraseKey`; 0 when there is none. */
  fetch(set: number, place: number): KeyHandle;
  /**
   * Changes a set. After a power cut at any moment it is as before or as wanted, and when this returns true, nothing of what it
   * was before is left in flash. False: the flash failed.
   * @param identifier at most 12 bytes
   * @param changes    five bytes a place: its number, and the handle of the key to be there, big endian; 0: none any more
   */
  store(set: number, identifier: Uint8Array, changes: Uint8Array): boolean;
  /**
   * Destroys every key, those that the reader came with included: the storage key first, then the sets, then the identity. All handles are
   * gone. A power cut doesn't stop it: the next start goes on before anything else. There is no way back but the factory's.
   */
  zeroise(): void;
}

/** Values by a number from 0 to 15. The numbers from 16 on are the port's own. */
export interface Records {
  /** The value; no bytes when there is none. */
  read(name: number): Uint8Array;
  /**
   * After a power cut at any moment the record has its old value or the new one, and when this returns true, the new one.
   * False: there is no room, or the flash failed; the old value is in force then.
   * @param value at most 1,344 bytes; no bytes: no value any more
   */
  write(name: number, value: Uint8Array): boolean;
}

/** Places of `ConfigurationStore`. */
export const PLACE = { inForce: 0, coming: 1 } as const;

/**
 * The signed object that the reader is set up with, in flash: the one in force, and room for the one that takes its place. Until
 * another was loaded, the one that the reader was provisioned with is in force. The board looks into none of them.
 * Beware: `begin`, `write` and `finish` program flash, and `begin` may take half a second.
 */
export interface ConfigurationStore {
  /** Fewer bytes where the object ends. @param place a value of PLACE @param length at most 1,024 */
  read(place: number, offset: number, length: number): Uint8Array;
  /** Of bytes in that place, 32 bytes; of those up to its end, when there are fewer. */
  sha256(place: number, offset: number, length: number): Uint8Array;
  /** Makes room for one of that many bytes; what was coming before is gone. False: it's empty or too long, or the flash failed. */
  begin(length: number): boolean;
  /** The same bytes again do no harm. False: they go beyond the object's end, other bytes are there, or the flash failed. */
  write(offset: number, bytes: Uint8Array): boolean;
  /**
   * What has come takes the place of what was in force. After a power cut at any moment until this returns the old one is in force, or
   * the new one. False: the flash failed, and the old one is.
   */
  finish(): boolean;
}

export interface BoardClock {
  /** Milliseconds since the start; never goes back. */
  uptimeMs(): number;
}

export interface Display {
  /** What the customer is asked to do: a value of the protocol's `PROMPT`, 0 for nothing. */
  show(prompt: number): void;
  /** Shows which reader this is, by light or sound. */
  wink(): void;
}

/**
 * Slots, images and their rules, below JavaScript: whatever the script does, no byte runs that wasn't signed. Members that
 * give a number give 0, or why not: a value of `REFUSAL` in @comptoir/protocol/image, where the layouts are, too.
 * Beware: `begin`, `write`, `finish` and `confirm` program flash, and each may take seconds.
 */
export interface FirmwareStore {
  /** The header of the image that runs, 256 bytes. */
  running(): Uint8Array;
  /** Eight bytes: slot that runs · 0 confirmed, 1 on trial · starts left of the trial · 0 · least security version, 4 bytes little endian. */
  status(): Uint8Array;
  /**
   * An image for the other slot. Every rule is checked before anything is erased. The same image again goes on where it was.
   * @param manifest its header and its signatures, 512 bytes
   */
  begin(manifest: Uint8Array): number;
  /**
   * Checks the hash, then programs. The same chunk again does no harm. Any order, but the table first.
   * @param chunk 0: the used part of the chunk table; n: chunk n - 1 of the body
   * @param bytes the whole chunk, at most 4,096 bytes
   */
  write(chunk: number, bytes: Uint8Array): number;
  /** One bit a chunk, bit 0 of byte 0 is chunk 0: it's in flash, and its hash is right. Survives a reset. Empty before `begin`. */
  written(): Uint8Array;
  /** Checks all of it again, from flash. Then the other slot runs on trial after the next start. */
  finish(): number;
  /** The image that runs, if it's on trial, stays. */
  confirm(): number;
  /** Restarts the reader as soon as the last reports have left. Comes back. */
  restart(): void;
}
