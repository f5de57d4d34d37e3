/**
 * Issuer public key certificate (tag 90).
 *
 *   offset  size      recovered data
 *   0       1         6A
 *   1       1         02
 *   2       4         issuer identifier, padded with F
 *   6       2         expiry, MMYY
 *   8       3         serial number
 *   11      1         hash algorithm
 *   12      1         public key algorithm
 *   13      1         length of the issuer's modulus
 *   14      1         length of its exponent
 *   15      N - 36    modulus, or its leftmost bytes
 *   N - 21  20        SHA-1
 *   N - 1   1         BC
 *
 * Source: EMV 4.4 Book 2 §5.3 and Table 6, §6.3 and Table 13.   Floor: emv.
 */
import { countDigits, digitAt } from '../data/cardNumber.js';
import {
  ALGORITHM_RSA,
  type AuthenticationFailed,
  assembleModulus,
  FORMAT,
  failed,
  HASH_SHA1,
  hasExpired,
  readSigned,
} from './recovered.js';
import { isUsableKey, type RsaPublicKey, type Verifier } from './rsa.js';

interface IssuerCertificateInput {
  readonly authorityKey: RsaPublicKey;
  /** Tag 90. */
  readonly certificate: Uint8Array;
  /** Tag 92; no bytes when the card has none. */
  readonly remainder: Uint8Array;
  /** Tag 9F32. */
  readonly exponent: Uint8Array;
  /** Packed; undefined: the issuer identifier is not compared. */
  readonly cardNumber: Uint8Array | undefined;
  /** YYMMDD; undefined: the expiry is not tested. */
  readonly date: Uint8Array | undefined;
}

type IssuerCertificateResult =
  | {
      readonly ok: true;
      readonly key: RsaPublicKey;
      readonly issuerIdentifier: Uint8Array;
      /** MMYY. */
      readonly expiry: Uint8Array;
      readonly serial: Uint8Array;
    }
  | AuthenticationFailed;

const KEY_AT = 15;
/** Bytes of the certificate that are not the key. */
const OVERHEAD_BYTES = 36;

/** @see EMV 4.4 Book 2 §6.3, steps 1 to 12 */
export function recoverIssuerCertificate(secure: Verifier, input: IssuerCertificateInput): IssuerCertificateResult {
  const { authorityKey, certificate, remainder, exponent } = input;
  const appended = [remainder, exponent];
  return readSigned(secure, authorityKey, certificate, FORMAT.issuerCertificate, appended, (recovered) =>
    readCertificate(recovered, input),
  );
}

function readCertificate(recovered: Uint8Array, input: IssuerCertificateInput): IssuerCertificateResult {
  const { remainder, exponent } = input;
  if (recovered[11] !== HASH_SHA1 || recovered[12] !== ALGORITHM_RSA) return failed('ODA_FORMAT');
  const issuerIdentifier = recovered.slice(2, 6);
  const expiry = recovered.slice(6, 8);
  if (input.cardNumber !== undefined && !isIssuerOf(issuerIdentifier, input.cardNumber)) return failed('ODA_ISSUER_ID');
  if (input.date !== undefined && hasExpired(expiry, input.date)) return failed('ODA_EXPIRED');
  const room = recovered.subarray(KEY_AT, KEY_AT + recovered.length - OVERHEAD_BYTES);
  const modulus = assembleModulus(room, recovered[13] as number, remainder);
  if (modulus === undefined || recovered[14] !== exponent.length) return failed('ODA_REMAINDER');
  const key = { modulus, exponent: exponent.slice() };
  if (!isUsableKey(key)) return failed('ODA_LENGTH');
  return { ok: true, key, issuerIdentifier, expiry, serial: recovered.slice(8, 11) };
}

/** The identifier is the leftmost 3 to 8 digits of the number. @see EMV 4.4 Book 2 §6.3 step 8 */
function isIssuerOf(identifier: Uint8Array, cardNumber: Uint8Array): boolean {
  const digits = countDigits(identifier);
  if (digits < 3) return false;
  for (let at = 0; at < identifier.length * 2; at += 1) {
    if (at < digits ? digitAt(identifier, at) !== digitAt(cardNumber, at) : digitAt(identifier, at) !== 15)
      return false;
  }
  return true;
}
