/**
 * What an issuer signs and wraps with for one card.
 * Source: docs/reference/wallet-applet.md, STORE DATA.   Floor: issuer.
 */
import { concatBytes, latin1ToBytes } from '@comptoir/protocol';
import { cmac, gcm } from '@noble/ciphers/aes.js';
import { p256 } from '@noble/curves/nist.js';

export interface IssuerKeys {
  /** Of the issuer in the card's list; 0 is its operator. */
  readonly position: number;
  /** P-256, 32 bytes. */
  readonly signing: Uint8Array;
  /** AES-128, of this issuer for this card. */
  readonly wrapping: Uint8Array;
}

/** X then Y, 64 bytes: what a card is made with. */
export function issuerPublicKey(signing: Uint8Array): Uint8Array {
  return p256.getPublicKey(signing, false).slice(1);
}

/** The maker of a card knows its transport key, 16 bytes, and gives each issuer this one. */
export function issuerWrappingKey(transport: Uint8Array, position: number): Uint8Array {
  return cmac(concatBytes(latin1ToBytes('issuer'), Uint8Array.of(position)), transport);
}

/** A key for the card alone: nonce 12 | AES-GCM. @param kind a value of WRAPPED @param nonce 12 bytes that were never used with this key */
export function wrapKey(wrapping: Uint8Array, kind: number, nonce: Uint8Array, key: Uint8Array): Uint8Array {
  return concatBytes(nonce, gcm(wrapping, nonce, Uint8Array.of(kind)).encrypt(key));
}
