/**
 * The host's side of the handshake Noise_XX_25519_AESGCM_SHA256.
 * Source: The Noise Protocol Framework, revision 34, §5, §7.5 (XX).   Floor: sdk link, loaded when a session is opened.
 */
import { concatBytes, NO_BYTES } from '@comptoir/protocol';
import { noiseNonce, noiseStart, STATIC_KEY_BYTES, TAG_BYTES } from '@comptoir/protocol/link';
import { gcm } from '@noble/ciphers/aes.js';
import { x25519 } from '@noble/curves/ed25519.js';
import { hkdf } from '@noble/hashes/hkdf.js';
import { sha256 } from '@noble/hashes/sha2.js';
import type { RandomBytes } from '../../values/random.js';

const KEY_BYTES = 32;

/** One direction: a key, and the number of its next message. What was wrong once stays wrong: the number goes on. */
export class NoiseCipher {
  private readonly key: Uint8Array;
  private number = 0;

  /** @param key 32 bytes, its own from now on */
  constructor(key: Uint8Array) {
    this.key = key;
  }

  get messages(): number {
    return this.number;
  }

  seal(plain: Uint8Array, associated: Uint8Array = NO_BYTES): Uint8Array {
    return this.next(associated).encrypt(plain);
  }

  /** @param sealed untrusted @returns undefined when it isn't the next message */
  open(sealed: Uint8Array, associated: Uint8Array = NO_BYTES): Uint8Array | undefined {
    const cipher = this.next(associated);
    try {
      return cipher.decrypt(sealed);
    } catch {
      return undefined;
    }
  }

  forget(): void {
    this.key.fill(0);
  }

  private next(associated: Uint8Array): ReturnType<typeof gcm> {
    const nonce = noiseNonce(this.number);
    this.number += 1;
    return gcm(this.key, nonce, associated);
  }
}

export interface Opened {
  /** Message 3. */
  readonly third: Uint8Array;
  readonly sending: NoiseCipher;
  readonly receiving: NoiseCipher;
}

export class NoiseInitiator {
  private readonly ephemeral: Uint8Array;
  private readonly fixed: Uint8Array;
  private chain: Uint8Array = noiseStart();
  private hash: Uint8Array;
  private cipher = new NoiseCipher(new Uint8Array(KEY_BYTES));
  private theirs: Uint8Array = NO_BYTES;

  /** The host has no key of its own: its static key is as new as the other. */
  constructor(prologue: Uint8Array, random: RandomBytes) {
    this.ephemeral = random(KEY_BYTES);
    this.fixed = random(KEY_BYTES);
    this.hash = sha256(concatBytes(noiseStart(), prologue));
  }

  /** Message 1: e. */
  first(): Uint8Array {
    const mine = x25519.getPublicKey(this.ephemeral);
    this.mixHash(mine);
    this.mixHash(NO_BYTES);
    return mine;
  }

  /**
   * Message 2: e, ee, s, es.
   * @param message untrusted
   * @returns the reader's static key and what it says; undefined when it's no answer to our message 1, or was changed
   */
  second(message: Uint8Array): { readonly staticKey: Uint8Array; readonly payload: Uint8Array } | undefined {
    const keyEnd = 2 * STATIC_KEY_BYTES + TAG_BYTES;
    this.theirs = message.slice(0, STATIC_KEY_BYTES);
    this.mixHash(this.theirs);
    if (!this.mixKey(this.ephemeral, this.theirs)) return undefined;
    const staticKey = this.openAndHash(message.subarray(STATIC_KEY_BYTES, keyEnd));
    if (staticKey === undefined || !this.mixKey(this.ephemeral, staticKey)) return undefined;
    const payload = this.openAndHash(message.subarray(keyEnd));
    return payload && { staticKey, payload };
  }

  /** Message 3: s, se. After `second` alone. */
  finish(): Opened | undefined {
    const sealedStatic = this.sealAndHash(x25519.getPublicKey(this.fixed));
    if (!this.mixKey(this.fixed, this.theirs)) return undefined;
    const third = concatBytes(sealedStatic, this.sealAndHash(NO_BYTES));
    const [sending, receiving] = this.derive(NO_BYTES);
    for (const secret of [this.ephemeral, this.fixed, this.chain]) secret.fill(0);
    this.cipher.forget();
    return { third, sending: new NoiseCipher(sending), receiving: new NoiseCipher(receiving) };
  }

  private mixHash(data: Uint8Array): void {
    this.hash = sha256(concatBytes(this.hash, data));
  }

  private derive(secret: Uint8Array): [Uint8Array, Uint8Array] {
    const both = hkdf(sha256, secret, this.chain, NO_BYTES, 2 * KEY_BYTES);
    return [both.slice(0, KEY_BYTES), both.slice(KEY_BYTES)];
  }

  /** @returns false when the key is none, or agrees with nobody */
  private mixKey(scalar: Uint8Array, publicKey: Uint8Array): boolean {
    let secret: Uint8Array;
    try {
      secret = x25519.getSharedSecret(scalar, publicKey);
    } catch {
      return false;
    }
    const [chain, key] = this.derive(secret);
    secret.fill(0);
    this.chain = chain;
    this.cipher = new NoiseCipher(key);
    return true;
  }

  private sealAndHash(plain: Uint8Array): Uint8Array {
    const sealed = this.cipher.seal(plain, this.hash);
    this.mixHash(sealed);
    return sealed;
  }

  private openAndHash(sealed: Uint8Array): Uint8Array | undefined {
    const plain = this.cipher.open(sealed, this.hash);
    this.mixHash(sealed);
    return plain;
  }
}
