/**
 * RSA with public keys: recovers what an issuer or a card signed.
 * Source: EMV 4.4 Book 2 Annex A2.1, B2.1.   Floor: emv.
 */
import { rsaExponent, rsaKeyFault } from '@comptoir/protocol';
import type { Secure } from '../../board/board.js';

export interface RsaPublicKey {
  readonly modulus: Uint8Array;
  readonly exponent: Uint8Array;
}

/** What authentication asks of the board. */
export type Verifier = Pick<Secure, 'sha1' | 'rsaRecover'>;

/** True when the key is one that the books allow. */
export function isUsableKey({ modulus, exponent }: RsaPublicKey): boolean {
  return rsaKeyFault(modulus, exponent) === '';
}

/**
 * signature ** exponent mod modulus.
 * @param signature untrusted; as long as the modulus
 * @returns as many bytes as the modulus has, which may hold the card number: erase them. Undefined when the lengths differ,
 * the signature is not below the modulus, or the key is not one that the books allow
 * @see EMV 4.4 Book 2 Annex A2.1.3
 */
export function recoverRsa(secure: Verifier, key: RsaPublicKey, signature: Uint8Array): Uint8Array | undefined {
  return secure.rsaRecover(key.modulus, rsaExponent(key.exponent), signature);
}
