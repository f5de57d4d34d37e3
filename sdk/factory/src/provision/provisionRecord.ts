/**
 * What a board is provisioned with, as its flash holds it. firmware/port/boards/pico/flash/provision.c reads it.
 *
 *   offset  size  record                        entry
 *   0       8     "COMPTOIR"                    kind 1: serial, 2: configuration, 3: key, 4: card's identifier, 5: its issuers' keys
 *   8       2     format: 01 00                 length 2, big endian
 *   10      2     length of the entries, BE     content
 *   12      32    SHA-256 of the entries        6: public key of those who sign a kind of object
 *   44            entries…                      key: name length 1, name, identifier length 1, identifier, key
 *                                               public key: kind 1, X and Y 64
 *
 * The digest finds what flash has lost, nothing else: who can write there can write anything.
 * Floor: factory.
 */
import { concatBytes, latin1ToBytes, SIGNED_OBJECT, type SignedObjectName, unsignedToBytes } from '@comptoir/protocol';
import { sha256 } from '@noble/hashes/sha2.js';

/** The board keeps this much for it. */
export const PROVISION_BYTES_MAX = 16_384;

/** Names of the keys that a reader comes with, as firmware/src/board/board.ts has them: the simulator's types hold the two together. */
export const READER_KEY = {
  dukptInitial: 'dukpt-initial',
  indexToken: 'index-token',
  walletReader: 'wallet-reader',
  selectionRecord: 'selection-record',
  identity: 'identity',
} as const;

/** Names of the keys that a dynamic card comes with. */
export const CARD_KEY = { transport: 'card-transport', readers: 'wallet-readers' } as const;

type Names<T> = T[keyof T];

export interface ProvisionedKey<Name = Names<typeof READER_KEY> | Names<typeof CARD_KEY>> {
  readonly name: Name;
  readonly key: Uint8Array;
  readonly identifier: Uint8Array;
}

export type ProvisionedReaderKey = ProvisionedKey<Names<typeof READER_KEY>>;
export type ProvisionedCardKey = ProvisionedKey<Names<typeof CARD_KEY>>;

const ENTRY = { serial: 1, configuration: 2, key: 3, card: 4, issuers: 5, roleKey: 6 } as const;

/** Whose signature a reader takes for objects of a kind. */
export interface ProvisionedRoleKey {
  readonly kind: SignedObjectName;
  /** X then Y, 64 bytes. */
  readonly publicKey: Uint8Array;
}

export interface ProvisionContent {
  /** Up to 16 printable ASCII characters. Without it the board uses the identifier of its flash chip. */
  readonly serial?: string;
  /** An encoded `configuration` message. */
  readonly configuration: Uint8Array;
  readonly keys: readonly ProvisionedReaderKey[];
  readonly roleKeys: readonly ProvisionedRoleKey[];
}

/** @throws Error when it doesn't fit */
export function encodeProvision({ serial, configuration, keys, roleKeys }: ProvisionContent): Uint8Array {
  const name = serial === undefined ? [] : [entry(ENTRY.serial, latin1ToBytes(serial))];
  const signers = roleKeys.map(({ kind, publicKey }) =>
    entry(ENTRY.roleKey, concatBytes(Uint8Array.of(SIGNED_OBJECT[kind]), publicKey)),
  );
  return record(...name, entry(ENTRY.configuration, configuration), ...keys.map(keyEntry), ...signers);
}

export interface CardProvisionContent {
  /** 8 bytes. */
  readonly identifier: Uint8Array;
  /** Public keys, 64 bytes each, 1 to 8. */
  readonly issuers: Uint8Array;
  readonly keys: readonly ProvisionedCardKey[];
}

/** What a dynamic card is made with. */
export function encodeCardProvision({ identifier, issuers, keys }: CardProvisionContent): Uint8Array {
  return record(entry(ENTRY.card, identifier), entry(ENTRY.issuers, issuers), ...keys.map(keyEntry));
}

function record(...parts: readonly Uint8Array[]): Uint8Array {
  const entries = concatBytes(...parts);
  const whole = concatBytes(
    latin1ToBytes('COMPTOIR'),
    Uint8Array.of(1, 0),
    unsignedToBytes(entries.length, 2),
    sha256(entries),
    entries,
  );
  if (whole.length > PROVISION_BYTES_MAX) throw new Error('the board has no room for that much configuration');
  return whole;
}

function keyEntry({ name, identifier, key }: ProvisionedKey): Uint8Array {
  return entry(ENTRY.key, concatBytes(sized(latin1ToBytes(name)), sized(identifier), key));
}

function entry(kind: number, content: Uint8Array): Uint8Array {
  return concatBytes(Uint8Array.of(kind), unsignedToBytes(content.length, 2), content);
}

function sized(content: Uint8Array): Uint8Array {
  return concatBytes(Uint8Array.of(content.length), content);
}
