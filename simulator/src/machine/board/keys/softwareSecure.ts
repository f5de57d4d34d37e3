/**
 * The board's cryptography in software. Keys are in a table on this side of the board; scripts hold their numbers only.
 * Floor: simulator machine.
 */

import { type KeyBlockHeader, keyCheckValue, unwrapKeyBlock } from '@comptoir/factory';
import type { KeyHandle, Secure } from '@comptoir/firmware/board';
import { concatBytes, latin1FromBytes, NO_BYTES } from '@comptoir/protocol';
import { cbc, cmac, ecb } from '@noble/ciphers/aes.js';
import { p256 } from '@noble/curves/nist.js';
import { hkdf } from '@noble/hashes/hkdf.js';
import { hmac } from '@noble/hashes/hmac.js';
import { sha1 } from '@noble/hashes/legacy.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { openGcm, sealGcm } from './aesGcm.js';
import { type KeyKind, type ProvisionedKey, SoftwareKeys } from './softwareKeys.js';
import { softwareRsaRecover } from './softwareRsa.js';
import { x25519PublicKey, x25519Secret } from './x25519.js';

const RANDOM_BYTES_MAX = 64;
const HASH_BYTES = 32;
const POINT_BYTES = 64;
const UNCOMPRESSED: Uint8Array = Uint8Array.of(4);
/** Each reader checks the same configuration and the same test of itself: 1.5 ms each, not again. */
const VERIFIED_MAX = 64;
const verified = new Map<string, boolean>();

/** What the board of the test image has besides. */
interface TestSecure extends Secure {
  /** A key pair for X25519 that is known. @param scalar 32 bytes */
  keyPairFrom(scalar: Uint8Array): KeyHandle;
}

/**
 * Misuse (no such handle, a wrong length, too many keys) throws: it's a fault of the firmware.
 * @param random source of random bytes, whatever it is made of
 */
export function softwareSecure(
  provisioned: readonly ProvisionedKey[],
  random: (length: number) => Uint8Array,
): TestSecure {
  return secureOf(new SoftwareKeys(provisioned), random);
}

/** @param keys which the board's key store has to do with, too */
export function secureOf(keys: SoftwareKeys, random: (length: number) => Uint8Array): TestSecure {
  const symmetric = (handle: KeyHandle): Uint8Array => keys.key(handle, 'symmetric');
  const keep = (key: Uint8Array): KeyHandle => keys.keep('symmetric', key);

  function keyPairFrom(scalar: Uint8Array): KeyHandle {
    if (scalar.length !== HASH_BYTES) throw new Error('a scalar has 32 bytes');
    return keys.keep('pair', scalar.slice());
  }
  return {
    sha1: (data) => sha1(data),
    sha256: (data) => sha256(data),
    random: boundedRandom(random),
    findKey: (name) => keys.find(name),
    keyIdentifier: (key) => keys.identifier(key),
    deriveKey(parent, data) {
      if (data.length !== 16 && data.length !== 32) throw new Error('a key is derived from 16 or 32 bytes');
      return keep(ecb(keys.keyFor(parent, 'derivation'), { disablePadding: true }).encrypt(data));
    },
    encryptCbc: (key, iv, plain) => cbc(symmetric(key), iv, { disablePadding: true }).encrypt(plain),
    cmac: (key, data) => cmac(data, symmetric(key)),
    hmacSha256: (key, data) => hmac(sha256, keys.keyFor(key, 'hmac'), data),
    sealGcm: (key, nonce, associated, plain) => sealGcm(symmetric(key), nonce, associated, plain),
    openGcm: (key, nonce, associated, sealed) => openGcm(symmetric(key), nonce, associated, sealed),
    knownKey(key) {
      if (key.length !== 16 && key.length !== 32) throw new Error('a key has 16 or 32 bytes');
      return keep(key.slice());
    },
    deriveHkdf(chain, secret, part) {
      if (part !== 1 && part !== 2) throw new Error('HKDF has parts 1 and 2');
      const blocks = hkdf(sha256, secret === 0 ? NO_BYTES : symmetric(secret), symmetric(chain), NO_BYTES, 64);
      return keep(blocks.slice((part - 1) * HASH_BYTES, part * HASH_BYTES));
    },
    importKeyBlock(protection, block) {
      const under = keys.keyFor(protection, 'protection');
      if (under.length !== HASH_BYTES) throw new Error('a protection key has 32 bytes');
      const opened = unwrapKeyBlock(under, latin1FromBytes(block));
      const kind = opened.ok && opened.key.length === HASH_BYTES ? kindOfBlock(opened.header) : undefined;
      return opened.ok && kind !== undefined ? keys.keep(kind, opened.key) : 0;
    },
    checkValue(key) {
      const { kind, key: bytes } = keys.tableKey(key);
      if (kind === 'pair' || kind === 'rsa' || bytes.length !== HASH_BYTES)
        throw new Error('such a key has no check value');
      return keyCheckValue(bytes);
    },
    makeKeyPair: () => keyPairFrom(random(HASH_BYTES)),
    publicKey: (pair) => x25519PublicKey(keys.key(pair, 'pair')),
    agree(pair, publicKey) {
      const secret = x25519Secret(keys.key(pair, 'pair'), publicKey);
      return secret === undefined ? 0 : keep(secret);
    },
    verifySignature: verifyP256,
    rsaRecover: softwareRsaRecover,
    eraseKey: (key) => keys.erase(key),
    keyPairFrom,
  };
}

/** What a reader takes, and which key it becomes. */
const ACCEPTED_BLOCKS: Readonly<Record<string, KeyKind>> = {
  B1AX: 'derivation',
  M7HC: 'hmac',
  M7HG: 'hmac',
  K1AB: 'protection',
  K1AD: 'protection',
};

function kindOfBlock({ usage, algorithm, modeOfUse, exportability }: KeyBlockHeader): KeyKind | undefined {
  return exportability === 'N' ? ACCEPTED_BLOCKS[usage + algorithm + modeOfUse] : undefined;
}

/** See `Secure.verifySignature`. */
export function verifyP256(publicKey: Uint8Array, digest: Uint8Array, signature: Uint8Array): boolean {
  if (publicKey.length !== POINT_BYTES || digest.length !== HASH_BYTES || signature.length !== POINT_BYTES)
    return false;
  const asked = latin1FromBytes(concatBytes(publicKey, digest, signature));
  const known = verified.get(asked);
  if (known !== undefined) return known;
  const options = { prehash: false, lowS: false, format: 'compact' } as const;
  const isGood = p256.verify(signature, digest, concatBytes(UNCOMPRESSED, publicKey), options);
  if (verified.size >= VERIFIED_MAX) verified.clear();
  verified.set(asked, isGood);
  return isGood;
}

/** `Secure.random`, which gives no more at a time than the board does. */
export function boundedRandom(random: (length: number) => Uint8Array): (length: number) => Uint8Array {
  return (length) => {
    if (length < 1 || length > RANDOM_BYTES_MAX) throw new Error(`random gives 1 to ${RANDOM_BYTES_MAX} bytes`);
    return random(length);
  };
}
