/**
 * An application's certificates, made by the test PKI when they are first needed.
 * Source: EMV 4.4 Book 2 §5 and §6.   Floor: simulator world.
 */
import { concatBytes } from '@comptoir/protocol';
import { type Certificate, iccCertificate, issuerCertificate } from '../../pki/certificates.js';
import type { RsaKey } from '../../pki/rsaKey.js';
import { signedStaticData } from '../../pki/signedApplicationData.js';
import { type TestPki, UNLISTED_AUTHORITY } from '../../pki/testPki.js';
import type { ApplicationProfile, CardProfile } from './cardProfile.js';

export interface ApplicationCertificates {
  readonly authorityIndex: number;
  readonly issuer: Certificate;
  /** Undefined with SDA only. */
  readonly icc: { readonly key: RsaKey; readonly certificate: Certificate } | undefined;
  /** Tag 93. Undefined unless SDA is all that the application does. */
  readonly signedStaticData: Uint8Array | undefined;
}

const CERTIFICATE_SERIAL = Uint8Array.of(0xc0, 0x00, 0x01);
const DATA_AUTHENTICATION_CODE = Uint8Array.of(0xda, 0xc1);
const EXPIRY_VALID = Uint8Array.of(0x12, 0x49);
const EXPIRY_PAST = Uint8Array.of(0x12, 0x20);

/** @param staticData what the application's records and AIP say */
export function certify(
  card: CardProfile,
  application: ApplicationProfile,
  staticData: Uint8Array,
  pki: TestPki,
): ApplicationCertificates {
  const { flaw } = card;
  const authorityIndex = flaw === 'unknownAuthority' ? UNLISTED_AUTHORITY.index : application.authority;
  const dates = {
    expiry: flaw === 'expiredCertificates' ? EXPIRY_PAST : EXPIRY_VALID,
    serial: CERTIFICATE_SERIAL,
  };
  const { issuerKey, iccKey, network } = application;
  const issuer = pki.key(`issuer/${network}`, issuerKey.bits, issuerKey.exponent);
  const made = issuerCertificate(
    pki.authority(network, authorityIndex),
    issuer,
    issuerIdentifier(card.number, card.issuerDigits),
    dates,
  );
  const signed = flaw === 'staticData' ? withOneByteChanged(staticData) : staticData;
  const certificates = {
    authorityIndex,
    issuer: flaw === 'issuerCertificate' ? { ...made, certificate: withOneByteChanged(made.certificate) } : made,
  };
  if (application.authentication === 'SDA') {
    return {
      ...certificates,
      icc: undefined,
      signedStaticData: signedStaticData(issuer, DATA_AUTHENTICATION_CODE, signed),
    };
  }
  const key = pki.key(`card/${card.name}/${network}`, iccKey.bits, iccKey.exponent);
  const number = numberField(flaw === 'otherCardNumber' ? withOneDigitChanged(card.number) : card.number);
  const certificate = iccCertificate(issuer, key, number, dates, signed);
  return { ...certificates, icc: { key, certificate }, signedStaticData: undefined };
}

/** @returns a copy whose middle byte differs */
export function withOneByteChanged(bytes: Uint8Array): Uint8Array {
  const changed = bytes.slice();
  const at = bytes.length >> 1;
  changed[at] = (bytes[at] ?? 0) ^ 0x01;
  return changed;
}

/** The issuer's digits stay, the digit after them differs and stays decimal. */
function withOneDigitChanged(number: Uint8Array): Uint8Array {
  const changed = number.slice();
  const at = 5;
  changed[at] = (number[at] ?? 0) ^ 0x10;
  return changed;
}

/** Padded with F to the 10 bytes of the ICC certificate. */
function numberField(number: Uint8Array): Uint8Array {
  return concatBytes(number, new Uint8Array(10 - number.length).fill(0xff));
}

/** The leading digits, padded with F to 4 bytes. */
function issuerIdentifier(number: Uint8Array, digits: number): Uint8Array {
  return Uint8Array.from({ length: 4 }, (_, byte) => {
    const value = number[byte] ?? 0xff;
    if (2 * byte + 2 <= digits) return value;
    return 2 * byte < digits ? value | 0x0f : 0xff;
  });
}
