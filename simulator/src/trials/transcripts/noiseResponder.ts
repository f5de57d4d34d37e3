/**
 * The reader's side of the handshake Noise_XX_25519_AESGCM_SHA256, for readers that are no firmware. The real one is in the firmware, below its own
 * board: this one knows its secrets, and they protect nothing.
 * Source: The Noise Protocol Framework, revision 34, §5.2 to §5.3, §7.5 (XX).   Floor: simulator trials. Worked example: noise.json.
 */
import { concatBytes, NO_BYTES } from '@comptoir/protocol';
import { noiseNonce, noiseStart, STATIC_KEY_BYTES, TAG_BYTES } from '@comptoir/protocol/link';
import { gcm } from '@noble/ciphers/aes.js';
import { x25519 } from '@noble/curves/ed25519.js';
import { hkdf } from '@noble/hashes/hkdf.js';
import { sha256 } from '@noble/hashes/sha2.js';

const KEY_BYTES = 32;

export interface Sealing {
  seal(plain: Uint8Array): Uint8Array;
  /** @param sealed untrusted @returns undefined when it isn't the next message */
  open(sealed: Uint8Array): Uint8Array | undefined;
}

export interface NoiseResponder {
  /** Message 2: e, ee, s, es. @param first untrusted @returns undefined when it is no message 1 */
  respond(first: Uint8Array): Uint8Array | undefined;
  /** Message 3: s, se. @param third untrusted @returns the messages of the session; undefined when it isn't from who sent message 1 */
  finish(third: Uint8Array): Sealing | undefined;
}

interface ResponderParts {
  readonly prologue: Uint8Array;
  /** Of message 2. */
  readonly payload: Uint8Array;
  /** Scalars of X25519, 32 bytes each. */
  readonly staticKey: Uint8Array;
  readonly ephemeralKey: Uint8Array;
}

export function createNoiseResponder({ prologue, payload, staticKey, ephemeralKey }: ResponderParts): NoiseResponder {
  let chain: Uint8Array = noiseStart();
  let hash = sha256(concatBytes(noiseStart(), prologue));
  let cipher = direction(new Uint8Array(KEY_BYTES));

  const mixHash = (data: Uint8Array): void => {
    hash = sha256(concatBytes(hash, data));
  };
  const derive = (secret: Uint8Array): readonly [Uint8Array, Uint8Array] => {
    const both = hkdf(sha256, secret, chain, NO_BYTES, 2 * KEY_BYTES);
    return [both.slice(0, KEY_BYTES), both.slice(KEY_BYTES)];
  };
  /** @returns false when the key agrees with nobody */
  const mixKey = (scalar: Uint8Array, theirs: Uint8Array): boolean => {
    try {
      const [next, key] = derive(x25519.getSharedSecret(scalar, theirs));
      chain = next;
      cipher = direction(key);
      return true;
    } catch {
      return false;
    }
  };
  const sealAndHash = (plain: Uint8Array): Uint8Array => {
    const sealed = cipher.seal(plain, hash);
    mixHash(sealed);
    return sealed;
  };
  const openAndHash = (sealed: Uint8Array): Uint8Array | undefined => {
    const plain = cipher.open(sealed, hash);
    mixHash(sealed);
    return plain;
  };

  return {
    respond(first) {
      const theirs = first.subarray(0, STATIC_KEY_BYTES);
      mixHash(theirs);
      mixHash(first.subarray(STATIC_KEY_BYTES));
      const mine = x25519.getPublicKey(ephemeralKey);
      mixHash(mine);
      if (!mixKey(ephemeralKey, theirs)) return undefined;
      const sealedStatic = sealAndHash(x25519.getPublicKey(staticKey));
      if (!mixKey(staticKey, theirs)) return undefined;
      return concatBytes(mine, sealedStatic, sealAndHash(payload));
    },
    finish(third) {
      const theirs = openAndHash(third.subarray(0, STATIC_KEY_BYTES + TAG_BYTES));
      if (theirs === undefined || !mixKey(ephemeralKey, theirs)) return undefined;
      if (openAndHash(third.subarray(STATIC_KEY_BYTES + TAG_BYTES)) === undefined) return undefined;
      const [receiving, sending] = derive(NO_BYTES).map((key) => direction(key)) as [Direction, Direction];
      return { seal: (plain) => sending.seal(plain, NO_BYTES), open: (sealed) => receiving.open(sealed, NO_BYTES) };
    },
  };
}

interface Direction {
  seal(plain: Uint8Array, associated: Uint8Array): Uint8Array;
  open(sealed: Uint8Array, associated: Uint8Array): Uint8Array | undefined;
}

/** A key, and the number of its next message. */
function direction(key: Uint8Array): Direction {
  let number = 0;
  const next = (associated: Uint8Array): ReturnType<typeof gcm> => {
    const nonce = noiseNonce(number);
    number += 1;
    return gcm(key, nonce, associated);
  };
  return {
    seal: (plain, associated) => next(associated).encrypt(plain),
    open(sealed, associated) {
      try {
        return next(associated).decrypt(sealed);
      } catch {
        return undefined;
      }
    },
  };
}
