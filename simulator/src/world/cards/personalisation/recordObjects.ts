/**
 * Data objects that the records of all our applications share.
 * Source: EMV 4.4 Book 3 Annex A.   Floor: simulator world.
 */
import * as tlv from '@comptoir/protocol';
import type { ApplicationCertificates } from './applicationCertificates.js';
import type { ApplicationProfile, CardProfile, ProprietaryObject } from './cardProfile.js';
import type { CardRecord } from './recordFiles.js';

const SERVICE_CODE_AND_DISCRETIONARY = Uint8Array.of(0x20, 0x11, 0x00, 0x00);

/** Number, separator D, expiry, service code, discretionary data, padded with F to whole bytes. */
export function track2(card: CardProfile): Uint8Array {
  const digits = nibbles(card.number).filter((digit) => digit !== 0xf);
  const line = [...digits, 0xd, ...nibbles(card.expires.subarray(0, 2)), ...nibbles(SERVICE_CODE_AND_DISCRETIONARY)];
  if (line.length % 2 === 1) line.push(0xf);
  return Uint8Array.from({ length: line.length / 2 }, (_, i) => ((line[2 * i] ?? 0) << 4) | (line[2 * i + 1] ?? 0));
}

/** The half bytes, high one first. */
export function nibbles(bytes: Uint8Array): number[] {
  return [...bytes].flatMap((byte) => [byte >> 4, byte & 15]);
}

export function numberObject(card: CardProfile): tlv.DataObject {
  return tlv.dataObject(tlv.TAG_5A_APPLICATION_PAN, card.number);
}

export function track2Object(card: CardProfile): tlv.DataObject {
  return tlv.dataObject(tlv.TAG_57_TRACK_2_EQUIVALENT_DATA, track2(card));
}

/** None, when the card has no sequence number. */
export function sequenceNumberObjects({ sequenceNumber }: CardProfile): readonly tlv.DataObject[] {
  if (sequenceNumber === undefined) return [];
  return [tlv.dataObject(tlv.TAG_5F34_PAN_SEQUENCE_NUMBER, tlv.unsignedToBcd(sequenceNumber, 1))];
}

export function nameObjects({ cardholderName }: CardProfile): readonly tlv.DataObject[] {
  if (cardholderName === undefined) return [];
  return [tlv.dataObject(tlv.TAG_5F20_CARDHOLDER_NAME, tlv.latin1ToBytes(cardholderName))];
}

export function proprietaryObjects(
  objects: readonly ProprietaryObject[],
  where: ProprietaryObject['in'],
): readonly tlv.DataObject[] {
  return objects.filter((object) => object.in === where).map(({ tag, value }) => tlv.dataObject(tag, value));
}

/** Dates, countries and usage: what processing restrictions look at. */
export function restrictionObjects(
  { expires }: CardProfile,
  { country }: ApplicationProfile,
): readonly tlv.DataObject[] {
  return [
    tlv.dataObject(tlv.TAG_5F24_APPLICATION_EXPIRATION_DATE, expires),
    tlv.dataObject(tlv.TAG_5F25_APPLICATION_EFFECTIVE_DATE, Uint8Array.of(0x22, 0x01, 0x01)),
    tlv.dataObject(tlv.TAG_5F28_ISSUER_COUNTRY_CODE, country),
    tlv.dataObject(tlv.TAG_9F07_APPLICATION_USAGE_CONTROL, Uint8Array.of(0xff, 0x00)),
  ];
}

/** Signature, then No CVM, each where the terminal supports it; online whenever the terminal's results are not clean. */
export function riskObjects({ network, currency }: ApplicationProfile): readonly tlv.DataObject[] {
  const version = network === 'visa' || network === 'cartesBancaires' ? 0x8c : 0x02;
  return [
    tlv.dataObject(tlv.TAG_9F08_CARD_APPLICATION_VERSION_NUMBER, Uint8Array.of(0x00, version)),
    tlv.dataObject(tlv.TAG_8E_CVM_LIST, Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0x1e, 0x03, 0x1f, 0x03)),
    tlv.dataObject(tlv.TAG_9F0D_ISSUER_ACTION_CODE_DEFAULT, Uint8Array.of(0xf0, 0x50, 0xac, 0xa0, 0x00)),
    tlv.dataObject(tlv.TAG_9F0E_ISSUER_ACTION_CODE_DENIAL, new Uint8Array(5)),
    tlv.dataObject(tlv.TAG_9F0F_ISSUER_ACTION_CODE_ONLINE, Uint8Array.of(0xf0, 0x70, 0xac, 0xf8, 0x00)),
    tlv.dataObject(tlv.TAG_9F42_APPLICATION_CURRENCY_CODE, currency),
  ];
}

export function accountReferenceObjects({ paymentAccountReference }: CardProfile): readonly tlv.DataObject[] {
  if (paymentAccountReference === undefined) return [];
  return [tlv.dataObject(tlv.TAG_9F24_PAYMENT_ACCOUNT_REFERENCE, tlv.latin1ToBytes(paymentAccountReference))];
}

/** What terminals hold against the counters of the card. */
export function limitObjects({ offlineLimits }: CardProfile): readonly tlv.DataObject[] {
  if (offlineLimits === undefined) return [];
  return [
    tlv.dataObject(TAG_9F14_LOWER_CONSECUTIVE_OFFLINE_LIMIT, Uint8Array.of(offlineLimits.lower)),
    tlv.dataObject(TAG_9F23_UPPER_CONSECUTIVE_OFFLINE_LIMIT, Uint8Array.of(offlineLimits.upper)),
  ];
}

const TAG_9F14_LOWER_CONSECUTIVE_OFFLINE_LIMIT = 0x9f14;
const TAG_9F23_UPPER_CONSECUTIVE_OFFLINE_LIMIT = 0x9f23;

/** That the card is in a phone, and who put it there. The bits of 9F6E are not verified, the requestor is invented. */
export function deviceObjects({ verifiesOnDevice }: CardProfile): readonly tlv.DataObject[] {
  if (!verifiesOnDevice) return [];
  return [
    tlv.dataObject(tlv.TAG_9F6E_FORM_FACTOR_INDICATOR, Uint8Array.of(0x23, 0x80, 0x00, 0x00)),
    tlv.dataObject(tlv.TAG_9F19_TOKEN_REQUESTOR_ID, Uint8Array.of(0x09, 0x99, 0x00, 0x00, 0x00, 0x01)),
  ];
}

/** The tag list of the static data: the AIP. */
export const staticTagListObject: tlv.DataObject = tlv.dataObject(
  tlv.TAG_9F4A_STATIC_DATA_AUTHENTICATION_TAG_LIST,
  Uint8Array.of(tlv.TAG_82_APPLICATION_INTERCHANGE_PROFILE),
);

/** The longest certificate, of 248 bytes, fills a record of 254 bytes alone. */
export function certificateRecords(sfi: number, certificates: ApplicationCertificates): readonly CardRecord[] {
  const { issuer, icc, signedStaticData } = certificates;
  const records: (readonly tlv.DataObject[])[] = [
    [
      tlv.dataObject(tlv.TAG_8F_CA_PUBLIC_KEY_INDEX, Uint8Array.of(certificates.authorityIndex)),
      tlv.dataObject(tlv.TAG_9F32_ISSUER_PUBLIC_KEY_EXPONENT, issuer.exponent),
      ...remainder(tlv.TAG_92_ISSUER_PUBLIC_KEY_REMAINDER, issuer.remainder),
    ],
    [tlv.dataObject(tlv.TAG_90_ISSUER_PUBLIC_KEY_CERTIFICATE, issuer.certificate)],
  ];
  if (icc !== undefined) {
    records.push([
      tlv.dataObject(tlv.TAG_9F46_ICC_PUBLIC_KEY_CERTIFICATE, icc.certificate.certificate),
      tlv.dataObject(tlv.TAG_9F47_ICC_PUBLIC_KEY_EXPONENT, icc.certificate.exponent),
      ...remainder(tlv.TAG_9F48_ICC_PUBLIC_KEY_REMAINDER, icc.certificate.remainder),
    ]);
  }
  if (signedStaticData !== undefined) {
    records.push([tlv.dataObject(tlv.TAG_93_SIGNED_STATIC_APPLICATION_DATA, signedStaticData)]);
  }
  return records.map((objects) => ({ sfi, objects, isSigned: false }));
}

function remainder(tag: number, bytes: Uint8Array): readonly tlv.DataObject[] {
  return bytes.length === 0 ? [] : [tlv.dataObject(tag, bytes)];
}
