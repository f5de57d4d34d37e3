/**
 * Kinds sha1, sha256, aes.*, keyBlock.import, gcm.*, cmac, hmac.sha256, hkdf.sha256, x25519.*, p256.verify and rsa.recover: the board's cryptography by itself.
 * Keys never come out, so what a derived key is shows in the HMAC of nothing under it.
 * Floor: vectors.
 */
import { equalBytes, latin1ToBytes, NO_BYTES, toHex } from '@comptoir/protocol';
import type { KeyHandle } from '../board/board.js';
import type { VectorHandler, VectorSecure } from './vectorInput.js';

function withKey<T>(secure: VectorSecure, key: KeyHandle, use: (key: KeyHandle) => T): T {
  const result = use(key);
  secure.eraseKey(key);
  return result;
}

function withKnown<T>(secure: VectorSecure, key: Uint8Array, use: (key: KeyHandle) => T): T {
  return withKey(secure, secure.knownKey(key), use);
}

function isKey(secure: VectorSecure, key: KeyHandle, bytes: Uint8Array): boolean {
  const mark = secure.hmacSha256(key, NO_BYTES);
  return withKnown(secure, bytes, (known) => equalBytes(mark, secure.hmacSha256(known, NO_BYTES)));
}

export const cryptographyVectors: { readonly [kind: string]: VectorHandler } = {
  sha1: (input, secure) => ({ hash: toHex(secure.sha1(input.hex('data'))) }),
  sha256: (input, secure) => ({ hash: toHex(secure.sha256(input.hex('data'))) }),
  'aes.cbc': (input, secure) =>
    withKnown(secure, input.hex('key'), (key) => ({
      sealed: toHex(secure.encryptCbc(key, input.hex('iv'), input.hex('plain'))),
    })),
  'aes.derive': (input, secure) =>
    withKnown(secure, input.hex('parent'), (parent) => ({
      ok: withKey(secure, secure.deriveKey(parent, input.hex('data')), (made) => isKey(secure, made, input.hex('key'))),
    })),
  'keyBlock.import': (input, secure) =>
    withKnown(secure, input.hex('protection'), (protection) => {
      const key = secure.importKeyBlock(protection, latin1ToBytes(input.text('block')));
      if (key === 0) return { ok: false };
      return withKey(secure, key, () => ({ ok: true, checkValue: toHex(secure.checkValue(key)) }));
    }),
  'gcm.seal': (input, secure) =>
    withKnown(secure, input.hex('key'), (key) => ({
      sealed: toHex(secure.sealGcm(key, input.hex('nonce'), input.hex('associated'), input.hex('plain'))),
    })),
  'gcm.open': (input, secure) =>
    withKnown(secure, input.hex('key'), (key) => {
      const plain = secure.openGcm(key, input.hex('nonce'), input.hex('associated'), input.hex('sealed'));
      return plain === undefined ? { ok: false } : { ok: true, plain: toHex(plain) };
    }),
  cmac: (input, secure) =>
    withKnown(secure, input.hex('key'), (key) => ({ mac: toHex(secure.cmac(key, input.hex('data'))) })),
  'hmac.sha256': (input, secure) =>
    withKnown(secure, input.hex('key'), (key) => ({ mac: toHex(secure.hmacSha256(key, input.hex('data'))) })),
  'hkdf.sha256': (input, secure) =>
    withKnown(secure, input.hex('salt'), (chain) =>
      withKnown(secure, input.hex('secret'), (secret) => ({
        ok: [1, 2].every((part) =>
          withKey(secure, secure.deriveHkdf(chain, secret, part), (made) =>
            isKey(secure, made, input.hex('blocks').subarray((part - 1) * 32, part * 32)),
          ),
        ),
      })),
    ),
  'x25519.public': (input, secure) =>
    withKey(secure, secure.keyPairFrom(input.hex('scalar')), (pair) => ({ publicKey: toHex(secure.publicKey(pair)) })),
  'x25519.agree': (input, secure) =>
    withKey(secure, secure.keyPairFrom(input.hex('scalar')), (pair) => {
      const secret = secure.agree(pair, input.hex('publicKey'));
      if (secret === 0) return { ok: false };
      return { ok: withKey(secure, secret, (key) => isKey(secure, key, input.hex('shared'))) };
    }),
  'p256.verify': (input, secure) => ({
    ok: secure.verifySignature(input.hex('publicKey'), input.hex('digest'), input.hex('signature')),
  }),
  'rsa.recover': (input, secure) => {
    const recovered = secure.rsaRecover(input.hex('modulus'), input.number('exponent'), input.hex('data'));
    return recovered === undefined ? { ok: false } : { ok: true, recovered: toHex(recovered) };
  },
};
