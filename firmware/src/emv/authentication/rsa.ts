/**
 * RSA with public keys: recovers what an issuer or a card signed.
 * Source: EMV 4.4 Book 2 Annex A2.1, B2.1.   Floor: emv.
 */
import type { Secure } from '../../board/board.js';

/** 512 bit; the least that a key may have. */
const MODULUS_BYTES_MIN = 64;
/** 1984 bit; the most that fits an APDU. @see EMV 4.4 Book 2 Annex B2.1 */
const MODULUS_BYTES_MAX = 248;

export interface RsaPublicKey {
  readonly modulus: Uint8Array;
  readonly exponent: Uint8Array;
}

/** What authentication asks of the board. */
export type Verifier = Pick<Secure, 'sha1' | 'rsaRecover'>;

/** 3 or 65537, as the number. 0 for any other, which is refused. */
function exponentValue(exponent: Uint8Array): 0 | 3 | 65537 {
  let value = 0;
  if (exponent.length > 3) return 0;
  for (const byte of exponent) value = value * 256 + byte;
  return value === 3 || value === 65537 ? value : 0;
}

/** True when the key is one that the books allow. */
export function isUsableKey({ modulus, exponent }: RsaPublicKey): boolean {
  return (
    modulus.length >= MODULUS_BYTES_MIN &&
    modulus.length <= MODULUS_BYTES_MAX &&
    modulus[0] !== 0 &&
    ((modulus[modulus.length - 1] as number) & 1) === 1 &&
    exponentValue(exponent) !== 0
  );
}

/**
 * signature ** exponent mod modulus.
 * @param signature untrusted; as long as the modulus
 * @returns as many bytes as the modulus has, which may hold the card number: erase them. Undefined when the lengths differ,
 * the signature is not below the modulus, or the key is not one that the books allow
 * @see EMV 4.4 Book 2 Annex A2.1.3
 */
export function recoverRsa(secure: Verifier, key: RsaPublicKey, signature: Uint8Array): Uint8Array | undefined {
  return secure.rsaRecover(key.modulus, exponentValue(key.exponent), signature);
}
