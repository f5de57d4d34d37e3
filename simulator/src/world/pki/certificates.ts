/**
 * Public key certificates, as an issuer's and a card maker's systems make them.
 * Source: EMV 4.4 Book 2 Tables 6 and 14 (what is signed).   Floor: simulator world.
 */
import { concatBytes } from '@comptoir/protocol';
import { HASH_SHA_1, PUBLIC_KEY_RSA, padded, signBlock } from './recoverableSignature.js';
import type { RsaKey } from './rsaKey.js';

export interface Certificate {
  /** As long as the modulus of the key that signed it. */
  readonly certificate: Uint8Array;
  /** The part of the modulus that had no place in the certificate; no bytes when all had. */
  readonly remainder: Uint8Array;
  readonly exponent: Uint8Array;
}

export interface CertificateDates {
  /** MMYY, 2 bytes BCD. Valid through the last day of the month. */
  readonly expiry: Uint8Array;
  /** 3 bytes. */
  readonly serial: Uint8Array;
}

/** Bytes of a certificate that are not the public key. */
const ISSUER_OVERHEAD = 36;
const ICC_OVERHEAD = 42;

/**
 *   6A | 02 | issuer identifier 4 | expiry 2 | serial 3 | 01 | 01 | length of modulus 1 | of exponent 1
 *      | leftmost part of the modulus, padded with BB | SHA-1 20 | BC          Worked example: oda.json, oda-issuer-001
 * Hashed: all from 02 on, remainder, exponent.
 * @param issuerIdentifier the leading 3..8 digits of the card number, padded with F to 4 bytes
 */
export function issuerCertificate(
  authority: RsaKey,
  issuer: RsaKey,
  issuerIdentifier: Uint8Array,
  dates: CertificateDates,
): Certificate {
  const subject = concatBytes(Uint8Array.of(0x02), issuerIdentifier);
  return certificate(authority, issuer, subject, dates, ISSUER_OVERHEAD, new Uint8Array(0));
}

/**
 *   6A | 04 | card number 10 | expiry 2 | serial 3 | 01 | 01 | length of modulus 1 | of exponent 1
 *      | leftmost part of the modulus, padded with BB | SHA-1 20 | BC          Worked example: oda.json, oda-icc-001
 * Hashed: all from 04 on, remainder, exponent, static data.
 * @param number     padded with F to 10 bytes
 * @param staticData what the card must not change: records in the AFL's authentication ranges, then the AIP
 */
export function iccCertificate(
  issuer: RsaKey,
  icc: RsaKey,
  number: Uint8Array,
  dates: CertificateDates,
  staticData: Uint8Array,
): Certificate {
  const subject = concatBytes(Uint8Array.of(0x04), number);
  return certificate(issuer, icc, subject, dates, ICC_OVERHEAD, staticData);
}

function certificate(
  signer: RsaKey,
  subject: RsaKey,
  name: Uint8Array,
  dates: CertificateDates,
  overhead: number,
  alsoHashed: Uint8Array,
): Certificate {
  const room = signer.modulus.length - overhead;
  const remainder = subject.modulus.slice(room);
  const content = concatBytes(
    name,
    dates.expiry,
    dates.serial,
    Uint8Array.of(HASH_SHA_1, PUBLIC_KEY_RSA, subject.modulus.length, subject.exponent.length),
    padded(subject.modulus.subarray(0, room), room),
  );
  const hashed = concatBytes(remainder, subject.exponent, alsoHashed);
  return { certificate: signBlock(signer, content, hashed), remainder, exponent: subject.exponent };
}
