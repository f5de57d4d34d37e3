/**
 * SDA: the issuer signed the card's data (tag 93).
 *
 *   offset  size      recovered data
 *   0       1         6A
 *   1       1         03
 *   2       1         hash algorithm
 *   3       2         data authentication code
 *   5       N - 26    BB…
 *   N - 21  20        SHA-1
 *   N - 1   1         BC
 *
 * Source: EMV 4.4 Book 2 §5.4 and Table 7.   Floor: emv.
 */
import { type AuthenticationFailed, FORMAT, failed, HASH_SHA1, readSigned } from './recovered.js';
import type { RsaPublicKey, Verifier } from './rsa.js';

type StaticDataResult = { readonly ok: true; readonly dataAuthenticationCode: Uint8Array } | AuthenticationFailed;

/** @param signed tag 93 @see EMV 4.4 Book 2 §5.4, steps 1 to 7 */
export function verifyStaticData(
  secure: Verifier,
  issuerKey: RsaPublicKey,
  signed: Uint8Array,
  staticData: Uint8Array,
): StaticDataResult {
  return readSigned<StaticDataResult>(secure, issuerKey, signed, FORMAT.staticData, [staticData], (recovered) =>
    recovered[2] === HASH_SHA1 ? { ok: true, dataAuthenticationCode: recovered.slice(3, 5) } : failed('ODA_FORMAT'),
  );
}
