/**
 * AES-GCM (NIST SP 800-38D) of the simulated board, by OpenSSL, for the reason that X25519 is: the host's side is another implementation, so that
 * each is the other's judge; and a message costs a third.
 * Floor: simulator machine.
 */
import { type CipherGCMTypes, createCipheriv, createDecipheriv } from 'node:crypto';
import { concatBytes } from '@comptoir/protocol';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** @param key 16 or 32 bytes @param nonce 12 bytes @returns the cipher text, then the tag of 16 bytes */
export function sealGcm(key: Uint8Array, nonce: Uint8Array, associated: Uint8Array, plain: Uint8Array): Uint8Array {
  const cipher = createCipheriv(nameFor(key, nonce), key, nonce).setAAD(associated);
  const sealed = cipher.update(plain);
  cipher.final();
  return concatBytes(sealed, cipher.getAuthTag());
}

/** @param sealed untrusted @returns undefined: it isn't what was sealed */
export function openGcm(
  key: Uint8Array,
  nonce: Uint8Array,
  associated: Uint8Array,
  sealed: Uint8Array,
): Uint8Array | undefined {
  const name = nameFor(key, nonce);
  const end = sealed.length - TAG_BYTES;
  if (end < 0) return undefined;
  const decipher = createDecipheriv(name, key, nonce, { authTagLength: TAG_BYTES }).setAAD(associated);
  decipher.setAuthTag(sealed.subarray(end));
  const plain = decipher.update(sealed.subarray(0, end));
  try {
    decipher.final();
  } catch {
    plain.fill(0);
    return undefined;
  }
  return new Uint8Array(plain);
}

function nameFor(key: Uint8Array, nonce: Uint8Array): CipherGCMTypes {
  if (nonce.length !== NONCE_BYTES) throw new Error(`a nonce has ${NONCE_BYTES} bytes`);
  return key.length === 16 ? 'aes-128-gcm' : 'aes-256-gcm';
}
