/**
 * The keys of a simulated board, by handle. A key of one kind is never used as one of the other.
 * Floor: simulator machine.
 */
import { KEY, type KeyHandle } from '@comptoir/firmware/board';
import type { CARD_KEY } from '@comptoir/firmware/cardBoard';
/** A key that the reader comes with. */
export interface ProvisionedKey {
  readonly name: (typeof KEY)[keyof typeof KEY];
  readonly key: Uint8Array;
  readonly identifier: Uint8Array;
}
/** A key that a dynamic card comes with. */
export interface ProvisionedCardKey {
  readonly name: (typeof CARD_KEY)[keyof typeof CARD_KEY];
  readonly key: Uint8Array;
  readonly identifier: Uint8Array;
}
/**
 * `pair`: the scalar of X25519. `rsa`: the five numbers of CRT. The last three came in key blocks, and do one thing each; a
 * symmetric key does all of them.
 */
export type KeyKind = 'symmetric' | 'pair' | 'rsa' | 'derivation' | 'hmac' | 'protection';
/** A key as the table and the key store keep it. */
export interface TableKey {
  readonly kind: KeyKind;
  readonly key: Uint8Array;
}
export declare class SoftwareKeys {
  private readonly keys;
  private lastHandle;
  constructor(provisioned: readonly (ProvisionedKey | ProvisionedCardKey)[]);
  /** @param key belongs to the table from now on @throws Error when the table is full */
  keep(kind: KeyKind, key: Uint8Array): KeyHandle;
  /** @throws Error when no key of the kind has the handle */
  key(handle: KeyHandle, kind: KeyKind): Uint8Array;
  /** For one use: a symmetric key, or one of the kind. @throws Error when no such key has the handle */
  keyFor(handle: KeyHandle, kind: KeyKind): Uint8Array;
  /** @throws Error when no key has the handle */
  tableKey(handle: KeyHandle): TableKey;
  /** What has the name from now on; the key that had it is erased. */
  keepNamed(name: string, { kind, key }: TableKey, identifier: Uint8Array): void;
  find(name: string): KeyHandle;
  identifier(handle: KeyHandle): Uint8Array;
  eraseAll(): void;
  erase(handle: KeyHandle): void;
  private store;
  private stored;
}
