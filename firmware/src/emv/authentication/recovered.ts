/**
 * What all recovered certificates and signatures have in common: 6A, a format byte, …, a SHA-1, BC.
 * Source: EMV 4.4 Book 2 §5.3, §6.3, §6.4, §6.5, Annex A2.1.   Floor: emv.
 */
import { concatBytes, equalBytes } from '@comptoir/protocol';
import { type RsaPublicKey, recoverRsa, type Verifier } from './rsa.js';

export type AuthenticationFault =
  | 'ODA_LENGTH'
  | 'ODA_FORMAT'
  | 'ODA_HASH'
  | 'ODA_REMAINDER'
  | 'ODA_ISSUER_ID'
  | 'ODA_PAN'
  | 'ODA_EXPIRED'
  | 'ODA_REVOKED'
  | 'ODA_TX_HASH'
  | 'ODA_RELAY'
  | 'ODA_CID';

export interface AuthenticationFailed {
  readonly ok: false;
  readonly fault: AuthenticationFault;
}

export function failed(fault: AuthenticationFault): AuthenticationFailed {
  return { ok: false, fault };
}

/** The first byte of the recovered data, the last one, and the formats. @see EMV 4.4 Book 2 Tables 6, 7, 13, 14, 17 */
const HEADER = 0x6a;
const TRAILER = 0xbc;
export const FORMAT = { issuerCertificate: 0x02, staticData: 0x03, iccCertificate: 0x04, dynamicData: 0x05 } as const;
export const HASH_SHA1 = 0x01;
export const ALGORITHM_RSA = 0x01;
const HASH_BYTES = 20;

/**
 * Recovers, checks all but the content, has the content read, and erases it.
 * @param key       that which signed
 * @param signature untrusted
 * @param format    a value of FORMAT
 * @param appended  what is hashed after the recovered bytes
 * @param read      gets the recovered bytes from 6A to BC, which may hold the card number; what it keeps must be copies
 */
export function readSigned<T>(
  secure: Verifier,
  key: RsaPublicKey,
  signature: Uint8Array,
  format: number,
  appended: readonly Uint8Array[],
  read: (recovered: Uint8Array) => T,
): T | AuthenticationFailed {
  const recovered = recoverRsa(secure, key, signature);
  if (recovered === undefined) return failed('ODA_LENGTH');
  const fault = faultOf(secure, recovered, format, appended);
  const result = fault === undefined ? read(recovered) : failed(fault);
  recovered.fill(0);
  return result;
}

function faultOf(
  secure: Verifier,
  recovered: Uint8Array,
  format: number,
  appended: readonly Uint8Array[],
): AuthenticationFault | undefined {
  const end = recovered.length - 1;
  if (recovered[0] !== HEADER || recovered[end] !== TRAILER || recovered[1] !== format) return 'ODA_FORMAT';
  const hashed = concatBytes(recovered.subarray(1, end - HASH_BYTES), ...appended);
  const agrees = equalBytes(secure.sha1(hashed), recovered.subarray(end - HASH_BYTES, end));
  hashed.fill(0);
  return agrees ? undefined : 'ODA_HASH';
}

/**
 * The key in a certificate: its leftmost bytes are in the certificate, the rest in the remainder.
 * @param room      bytes of the recovered certificate that hold the key, padded with BB
 * @param length    of the modulus, as the certificate says
 * @returns undefined when the lengths don't fit together
 * @see EMV 4.4 Book 2 Tables 6 and 14
 */
export function assembleModulus(room: Uint8Array, length: number, remainder: Uint8Array): Uint8Array | undefined {
  if (length <= room.length) return remainder.length === 0 ? room.slice(0, length) : undefined;
  return remainder.length === length - room.length ? concatBytes(room, remainder) : undefined;
}

/**
 * Two-digit years 00..49 are 20xx, 50..99 are 19xx. A certificate is valid through the last day of its month.
 * @param expiry MMYY as BCD @param date YYMMDD as BCD
 */
export function hasExpired(expiry: Uint8Array, date: Uint8Array): boolean {
  const month = expiry[0] ?? 0;
  if (month < 0x01 || month > 0x12) return true;
  return monthNumber(expiry[1] ?? 0, month) < monthNumber(date[0] ?? 0, date[1] ?? 0);
}

function monthNumber(yearBcd: number, monthBcd: number): number {
  const year = (yearBcd >> 4) * 10 + (yearBcd & 15);
  return (year < 50 ? 2000 + year : 1900 + year) * 12 + (monthBcd >> 4) * 10 + (monthBcd & 15);
}
