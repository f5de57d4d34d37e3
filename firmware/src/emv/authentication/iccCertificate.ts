/**
 * ICC public key certificate (tag 9F46): the only certificate that holds the card number.
 *
 *   offset  size      recovered data
 *   0       1         6A
 *   1       1         04
 *   2       10        card number, padded with F
 *   12      2         expiry, MMYY
 *   14      3         serial number
 *   17      1         hash algorithm
 *   18      1         public key algorithm
 *   19      1         length of the card's modulus
 *   20      1         length of its exponent
 *   21      N - 42    modulus, or its leftmost bytes
 *   N - 21  20        SHA-1
 *   N - 1   1         BC
 *
 * Source: EMV 4.4 Book 2 §6.4 and Table 14.   Floor: emv.
 */
import { equalBytes } from '@comptoir/protocol';
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

interface IccCertificateInput {
  readonly issuerKey: RsaPublicKey;
  /** Tag 9F46. */
  readonly certificate: Uint8Array;
  /** Tag 9F48; no bytes when the card has none. */
  readonly remainder: Uint8Array;
  /** Tag 9F47. */
  readonly exponent: Uint8Array;
  readonly staticData: Uint8Array;
  /** Packed, ten bytes. */
  readonly cardNumber: Uint8Array;
  /** YYMMDD; undefined: the expiry is not tested. */
  readonly date: Uint8Array | undefined;
}

type IccCertificateResult =
  | { readonly ok: true; readonly key: RsaPublicKey; readonly expiry: Uint8Array; readonly serial: Uint8Array }
  | AuthenticationFailed;

const KEY_AT = 21;
/** Bytes of the certificate that are not the key. */
const OVERHEAD_BYTES = 42;

/** @see EMV 4.4 Book 2 §6.4, steps 1 to 11 */
export function recoverIccCertificate(secure: Verifier, input: IccCertificateInput): IccCertificateResult {
  const { issuerKey, certificate, remainder, exponent, staticData } = input;
  const appended = [remainder, exponent, staticData];
  return readSigned(secure, issuerKey, certificate, FORMAT.iccCertificate, appended, (recovered) =>
    readCertificate(recovered, input),
  );
}

function readCertificate(recovered: Uint8Array, input: IccCertificateInput): IccCertificateResult {
  const { remainder, exponent } = input;
  if (recovered[17] !== HASH_SHA1 || recovered[18] !== ALGORITHM_RSA) return failed('ODA_FORMAT');
  if (!equalBytes(recovered.subarray(2, 12), input.cardNumber)) return failed('ODA_PAN');
  const expiry = recovered.slice(12, 14);
  if (input.date !== undefined && hasExpired(expiry, input.date)) return failed('ODA_EXPIRED');
  const room = recovered.subarray(KEY_AT, KEY_AT + recovered.length - OVERHEAD_BYTES);
  const modulus = assembleModulus(room, recovered[19] as number, remainder);
  if (modulus === undefined || recovered[20] !== exponent.length) return failed('ODA_REMAINDER');
  const key = { modulus, exponent: exponent.slice() };
  if (!isUsableKey(key)) return failed('ODA_LENGTH');
  return { ok: true, key, expiry, serial: recovered.slice(14, 17) };
}
