/**
 * The board's cryptography in software. Keys are in a table on this side of the board; scripts hold their numbers only.
 * Floor: simulator.
 */
import type { KEY, KeyHandle, Secure } from '@comptoir/firmware/board';
import { NO_BYTES } from '@comptoir/protocol';
import { cbc, cmac, ecb } from '@noble/ciphers/aes.js';
import { hmac } from '@noble/hashes/hmac.js';
import { sha1 } from '@noble/hashes/legacy.js';
import { sha256 } from '@noble/hashes/sha2.js';

/** The chip has room for this many. A firmware that forgets to erase finds out here. */
const KEYS_MAX = 64;
const RANDOM_BYTES_MAX = 64;

/** A key that the reader comes with. */
export interface ProvisionedKey {
  readonly name: (typeof KEY)[keyof typeof KEY];
  readonly key: Uint8Array;
  readonly identifier: Uint8Array;
}

interface StoredKey {
  readonly name: string;
  readonly key: Uint8Array;
  readonly identifier: Uint8Array;
}

/**
 * Misuse (no such handle, a wrong length, too many keys) throws: it's a fault of the firmware.
 * @param random source of random bytes, whatever it is made of
 */
export function softwareSecure(provisioned: readonly ProvisionedKey[], random: (length: number) => Uint8Array): Secure {
  const keys = new Map<KeyHandle, StoredKey>();
  let lastHandle = 0;

  function store(key: StoredKey): KeyHandle {
    if (keys.size >= KEYS_MAX) throw new Error(`the board holds ${KEYS_MAX} keys`);
    lastHandle += 1;
    keys.set(lastHandle, key);
    return lastHandle;
  }
  function stored(handle: KeyHandle): StoredKey {
    const key = keys.get(handle);
    if (key === undefined) throw new Error(`no key has the handle ${handle}`);
    return key;
  }
  for (const { name, key, identifier } of provisioned) store({ name, key: key.slice(), identifier });

  return {
    sha1: (data) => sha1(data),
    sha256: (data) => sha256(data),
    random(length) {
      if (length < 1 || length > RANDOM_BYTES_MAX) throw new Error(`random gives 1 to ${RANDOM_BYTES_MAX} bytes`);
      return random(length);
    },
    findKey(name) {
      for (const [handle, key] of keys) if (key.name === name) return handle;
      return 0;
    },
    keyIdentifier: (handle) => stored(handle).identifier,
    deriveKey(parent, data) {
      if (data.length !== 16 && data.length !== 32) throw new Error('a key is derived from 16 or 32 bytes');
      const key = ecb(stored(parent).key, { disablePadding: true }).encrypt(data);
      return store({ name: '', key, identifier: NO_BYTES });
    },
    encryptCbc: (handle, iv, plain) => cbc(stored(handle).key, iv, { disablePadding: true }).encrypt(plain),
    cmac: (handle, data) => cmac(data, stored(handle).key),
    hmacSha256: (handle, data) => hmac(sha256, stored(handle).key, data),
    eraseKey(handle) {
      stored(handle).key.fill(0);
      keys.delete(handle);
    },
  };
}
