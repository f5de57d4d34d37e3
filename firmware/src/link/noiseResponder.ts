/**
 * The reader's side of the handshake Noise_XX_25519_AESGCM_SHA256. All secrets are keys of the board: what is here is the
 * handshake's hash, which is public.
 * Source: The Noise Protocol Framework, revision 34, §5.2 to §5.3, §7.5 (XX).   Floor: link.
 */
import { concatBytes } from '@comptoir/protocol';
import { noiseNonce, noiseStart, STATIC_KEY_BYTES, TAG_BYTES } from '@comptoir/protocol/link';
import type { KeyHandle, Secure } from '../board/board.js';
import { SessionKeys } from './sessionKeys.js';

const SEALED_KEY_BYTES = STATIC_KEY_BYTES + TAG_BYTES;

export class NoiseResponder {
  /** Of all that crossed so far; after message 3 the same on both sides. */
  hash: Uint8Array;
  private readonly secure: Secure;
  private chain: KeyHandle = 0;
  private key: KeyHandle = 0;
  private ephemeral: KeyHandle = 0;
  private sealed = 0;

  constructor(secure: Secure, prologue: Uint8Array) {
    this.secure = secure;
    this.hash = noiseStart();
    this.mixHash(prologue);
  }

  /**
   * Message 2: e, ee, s, es. Yields before each point of the curve but the first: somebody else may be waiting.
   * @param message message 1, untrusted @param identity the reader's static pair
   * @param publicKey of that pair: one that isn't makes a message that nobody can open
   * @param ephemeral a pair that is used this once, and erased here
   * @returns undefined when message 1 is none; the handshake is at its end then
   */
  *respond(
    message: Uint8Array,
    identity: KeyHandle,
    publicKey: Uint8Array,
    payload: Uint8Array,
    ephemeral?: KeyHandle,
  ): Generator<void, Uint8Array | undefined> {
    const { secure } = this;
    const theirs = message.subarray(0, STATIC_KEY_BYTES);
    this.mixHash(theirs);
    this.mixHash(message.subarray(STATIC_KEY_BYTES));
    this.chain = secure.knownKey(noiseStart());
    // Not as a default of the parameter: that is made at the call, and forgotten by nobody when no step follows.
    this.ephemeral = ephemeral ?? secure.makeKeyPair();
    const mine = secure.publicKey(this.ephemeral);
    this.mixHash(mine);
    yield;
    if (!this.mixKey(secure.agree(this.ephemeral, theirs))) return undefined;
    const sealedStatic = this.sealAndHash(publicKey);
    yield;
    if (!this.mixKey(secure.agree(identity, theirs))) return undefined;
    return concatBytes(mine, sealedStatic, this.sealAndHash(payload));
  }

  /**
   * Message 3: s, se.
   * @param message untrusted
   * @returns the keys of the session; undefined when it isn't from who sent message 1, or was changed. It's at its end either way
   */
  finish(message: Uint8Array): SessionKeys | undefined {
    const { secure } = this;
    const theirs = this.openAndHash(message.subarray(0, SEALED_KEY_BYTES));
    const isPayload =
      theirs !== undefined &&
      this.mixKey(secure.agree(this.ephemeral, theirs)) &&
      this.openAndHash(message.subarray(SEALED_KEY_BYTES)) !== undefined;
    const keys = isPayload
      ? new SessionKeys(secure, secure.deriveHkdf(this.chain, 0, 1), secure.deriveHkdf(this.chain, 0, 2))
      : undefined;
    this.erase();
    return keys;
  }

  /** Forgets all keys. */
  erase(): void {
    for (const key of [this.chain, this.key, this.ephemeral]) if (key !== 0) this.secure.eraseKey(key);
    this.chain = 0;
    this.key = 0;
    this.ephemeral = 0;
  }

  private mixHash(data: Uint8Array): void {
    this.hash = this.secure.sha256(concatBytes(this.hash, data));
  }

  /** @param shared forgotten afterwards @returns false for 0, the secret of a point that agrees with nobody */
  private mixKey(shared: KeyHandle): boolean {
    if (shared === 0) {
      this.erase();
      return false;
    }
    const { secure, chain, key } = this;
    this.chain = secure.deriveHkdf(chain, shared, 1);
    this.key = secure.deriveHkdf(chain, shared, 2);
    this.sealed = 0;
    for (const old of [shared, chain, key]) if (old !== 0) secure.eraseKey(old);
    return true;
  }

  private sealAndHash(plain: Uint8Array): Uint8Array {
    const sealed = this.secure.sealGcm(this.key, noiseNonce(this.sealed), this.hash, plain);
    this.sealed += 1;
    this.mixHash(sealed);
    return sealed;
  }

  private openAndHash(sealed: Uint8Array): Uint8Array | undefined {
    if (this.key === 0) return undefined;
    const plain = this.secure.openGcm(this.key, noiseNonce(this.sealed), this.hash, sealed);
    this.sealed += 1;
    this.mixHash(sealed);
    return plain;
  }
}
