/**
 * The keys of a simulated board, by handle. A key of one kind is never used as one of the other.
 * Floor: simulator machine.
 */
import { KEY, type KeyHandle } from '@comptoir/firmware/board';
import type { CARD_KEY } from '@comptoir/firmware/cardBoard';
import { NO_BYTES } from '@comptoir/protocol';

/** The chip has room for this many (firmware/port/secure/keys/keyTable.c). A firmware that forgets to erase finds out here. */
const KEYS_MAX = 64;

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

interface StoredKey {
  readonly kind: KeyKind;
  readonly name: string;
  readonly key: Uint8Array;
  readonly identifier: Uint8Array;
}

export class SoftwareKeys {
  private readonly keys = new Map<KeyHandle, StoredKey>();
  private lastHandle = 0;

  constructor(provisioned: readonly (ProvisionedKey | ProvisionedCardKey)[]) {
    for (const { name, key, identifier } of provisioned)
      this.store({ kind: name === KEY.identity ? 'pair' : 'symmetric', name, key: key.slice(), identifier });
  }

  /** @param key belongs to the table from now on @throws Error when the table is full */
  keep(kind: KeyKind, key: Uint8Array): KeyHandle {
    return this.store({ kind, name: '', key, identifier: NO_BYTES });
  }

  /** @throws Error when no key of the kind has the handle */
  key(handle: KeyHandle, kind: KeyKind): Uint8Array {
    const stored = this.stored(handle);
    if (stored.kind !== kind) throw new Error(`the key with the handle ${handle} is of another kind`);
    return stored.key;
  }

  /** For one use: a symmetric key, or one of the kind. @throws Error when no such key has the handle */
  keyFor(handle: KeyHandle, kind: KeyKind): Uint8Array {
    const stored = this.stored(handle);
    return stored.kind === 'symmetric' ? stored.key : this.key(handle, kind);
  }

  /** @throws Error when no key has the handle */
  tableKey(handle: KeyHandle): TableKey {
    return this.stored(handle);
  }

  /** What has the name from now on; the key that had it is erased. */
  keepNamed(name: string, { kind, key }: TableKey, identifier: Uint8Array): void {
    const before = this.find(name);
    if (before !== 0) this.erase(before);
    this.store({ kind, name, key, identifier });
  }

  find(name: string): KeyHandle {
    for (const [handle, key] of this.keys) if (key.name === name) return handle;
    return 0;
  }

  identifier(handle: KeyHandle): Uint8Array {
    return this.stored(handle).identifier;
  }

  eraseAll(): void {
    for (const handle of [...this.keys.keys()]) this.erase(handle);
  }

  erase(handle: KeyHandle): void {
    this.stored(handle).key.fill(0);
    this.keys.delete(handle);
  }

  private store(key: StoredKey): KeyHandle {
    if (this.keys.size >= KEYS_MAX) throw new Error(`the board holds ${KEYS_MAX} keys`);
    this.lastHandle += 1;
    this.keys.set(this.lastHandle, key);
    return this.lastHandle;
  }

  private stored(handle: KeyHandle): StoredKey {
    const key = this.keys.get(handle);
    if (key === undefined) throw new Error(`no key has the handle ${handle}`);
    return key;
  }
}
