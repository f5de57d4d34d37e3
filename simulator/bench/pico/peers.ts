/**
 * The cryptography of one tap, or of one connection, composed from @noble/* and micro-rsa-dsa-dh: what a reader without this firmware would call. It runs
 * in the same QuickJS, under valgrind. The list of what a tap does is put before it as `operations`.
 */
import { cbc, cmac, ecb, gcm } from '@noble/ciphers/aes.js';
import { x25519 } from '@noble/curves/ed25519.js';
import { hkdf } from '@noble/hashes/hkdf.js';
import { hmac } from '@noble/hashes/hmac.js';
import { sha1 } from '@noble/hashes/legacy.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { _TEST as microRsa } from 'micro-rsa-dsa-dh/rsa.js';
import { I2OSP, OS2IP } from 'micro-rsa-dsa-dh/utils.js';
import type { SecureOperation } from './secureOperations.js';

declare const operations: readonly SecureOperation[];

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

const bytes = (length: number): Uint8Array => new Uint8Array(length).map((_, at) => (at * 29 + 7) & 0xff);
const iv = bytes(16);
const BASE_POINT = Uint8Array.of(9, ...new Uint8Array(31));

/** Odd, and with its highest bit set: recovery doesn't ask whether it has factors. */
function modulus(length: number): Uint8Array {
  const made = bytes(length);
  made[0] = 0xc3;
  made[length - 1] = 0x5b;
  return made;
}

function run({ name, keyBytes, bytes: length }: SecureOperation): Uint8Array {
  const key = bytes(keyBytes);
  const data = bytes(length);
  switch (name) {
    case 'sha1':
      return sha1(data);
    case 'sha256':
      return sha256(data);
    case 'hmacSha256':
      return hmac(sha256, key, data);
    case 'cmac':
      return cmac(data, key);
    case 'encryptCbc':
      return cbc(key, iv, { disablePadding: true }).encrypt(data);
    case 'deriveKey':
      return ecb(key, { disablePadding: true }).encrypt(data);
    case 'sealGcm':
      return gcm(bytes(KEY_BYTES), bytes(NONCE_BYTES)).encrypt(data);
    // Opening is the same work, and what isn't sealed can't be opened.
    case 'openGcm':
      return gcm(bytes(KEY_BYTES), bytes(NONCE_BYTES)).encrypt(bytes(length - TAG_BYTES));
    // Both parts come from one call: the reader asks twice.
    case 'deriveHkdf':
      return hkdf(sha256, bytes(KEY_BYTES), bytes(KEY_BYTES), bytes(0), KEY_BYTES);
    case 'publicKey':
      return x25519.getPublicKey(bytes(KEY_BYTES));
    case 'agree':
      return x25519.getSharedSecret(bytes(KEY_BYTES), BASE_POINT);
    case 'recoverRsa':
      return I2OSP(microRsa.RSAEP({ n: OS2IP(modulus(length)), e: 3n }, OS2IP(data)), length);
  }
}

(globalThis as { work?: () => void }).work = () => {
  for (const operation of operations) run(operation);
};
