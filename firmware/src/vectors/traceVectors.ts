/**
 * Kinds trace.contact and trace.contactless: recorded exchanges, decoded and authenticated.
 * Floor: vectors.
 */
import { concatBytes, NO_BYTES, toHex } from '@comptoir/protocol';
import { parseApplicationFileLocator } from '../emv/applicationFileLocator.js';
import { staticDataToBeAuthenticated } from '../emv/authentication/cardKeys.js';
import {
  type CertificationAuthorityKey,
  findKeys,
  hashAgrees,
} from '../emv/authentication/certificationAuthorityKeys.js';
import { checkCombinedData, verifyCombinedData } from '../emv/authentication/dynamicSignature.js';
import { recoverIccCertificate } from '../emv/authentication/iccCertificate.js';
import { recoverIssuerCertificate } from '../emv/authentication/issuerCertificate.js';
import type { Sha1 } from '../emv/authentication/recovered.js';
import type { RsaPublicKey } from '../emv/authentication/rsa.js';
import { verifyStaticData } from '../emv/authentication/staticDataAuthentication.js';
import { cardNumberFromPan, cardNumberFromTrack2, digitAt, isLuhnValid, maskCardNumber } from '../emv/cardNumber.js';
import { parseDataObjectList } from '../emv/dataObjectList.js';
import { DataStore } from '../emv/dataStore.js';
import { unsignedObjects } from '../emv/generateAc.js';
import { authorityKeyOf } from './authenticationVectors.js';
import { tagHex } from './dataVectors.js';
import { digitsOf, halfBytes } from './digits.js';
import { answeredPairs, leavesOf, type TraceApplication, traceApplications } from './traceRecording.js';
import type { VectorHandler, VectorInput } from './vectorInput.js';

const trace: VectorHandler = (input, sha1) => {
  const pairs = answeredPairs(input.list('apdus'));
  const tags: { [tag: string]: string } = {};
  const values = new Map<number, Uint8Array>();
  for (const { tag, value } of pairs.flatMap(leavesOf)) {
    if (values.has(tag)) continue;
    values.set(tag, value);
    tags[tagHex(tag)] = toHex(value);
  }
  const withCertificate = traceApplications(pairs).filter((application) => application.values.has(0x90));
  const last = withCertificate[withCertificate.length - 1];
  const oda = last === undefined ? undefined : authenticate(last, authorityKeys(input, sha1), sha1);
  return { tags, ...numberFields(values), ...track2Fields(values.get(0x57)), ...(oda === undefined ? {} : { oda }) };
};

export const traceVectors: { readonly [kind: string]: VectorHandler } = {
  'trace.contact': trace,
  'trace.contactless': trace,
};

/** The runner puts the keys beside the trace; the ones with a wrong hash are not used. */
function authorityKeys(input: VectorInput, sha1: Sha1): readonly CertificationAuthorityKey[] {
  return input.has('capks')
    ? input
        .list('capks')
        .map(authorityKeyOf)
        .filter((key) => hashAgrees(sha1, key))
    : [];
}

function numberFields(values: ReadonlyMap<number, Uint8Array>): object {
  const pan = values.get(0x5a);
  const track2 = values.get(0x57) ?? values.get(0x9f6b);
  if (pan === undefined && track2 === undefined) return {};
  const number = pan === undefined ? cardNumberFromTrack2(track2 ?? NO_BYTES) : cardNumberFromPan(pan);
  const digits = pan === undefined ? beforeSeparator(track2 ?? NO_BYTES) : digitsOf(pan);
  return {
    panMasked: number === undefined ? null : maskCardNumber(number),
    panLast4: digits.slice(-4),
    panLuhnValid: number !== undefined && isLuhnValid(number),
  };
}

function beforeSeparator(track2: Uint8Array): string {
  return digitsOf(track2).split('D')[0] ?? '';
}

/** Masked recordings hold F inside: no digit is checked here. */
function track2Fields(track2: Uint8Array | undefined): object {
  if (track2 === undefined) return {};
  let end = track2.length * 2;
  while (end > 0 && digitAt(track2, end - 1) === 15) end -= 1;
  let separator = 0;
  while (separator < end && digitAt(track2, separator) !== 13) separator += 1;
  if (separator === end) return {};
  const from = separator + 1;
  const part = (start: number, stop: number): string => halfBytes(track2, Math.min(start, end), Math.min(stop, end));
  return {
    track2: { expiry: part(from, from + 4), serviceCode: part(from + 4, from + 7), discretionary: part(from + 7, end) },
  };
}

/** Certificate expiry is not tested: recorded cards are old. */
function authenticate(
  application: TraceApplication,
  keys: readonly CertificationAuthorityKey[],
  sha1: Sha1,
): object | undefined {
  const { values, aid } = application;
  const value = (tag: number): Uint8Array => values.get(tag) ?? NO_BYTES;
  const cardNumber = cardNumberFromPan(value(0x5a)) ?? cardNumberFromTrack2(value(0x57));
  for (const authorityKey of findKeys(keys, aid, value(0x8f)[0] ?? 0)) {
    const certificate = { authorityKey, certificate: value(0x90), remainder: value(0x92), exponent: value(0x9f32) };
    const issuer = recoverIssuerCertificate(sha1, { ...certificate, cardNumber, date: undefined });
    if (!issuer.ok) continue;
    const signed = signedData(application);
    const found = { capk: `${toHex(authorityKey.rid)}#${toHex(Uint8Array.of(authorityKey.index))}`, issuerCert: true };
    const ssad = values.has(0x93)
      ? { ssad: signed !== undefined && verifyStaticData(sha1, issuer.key, value(0x93), signed).ok }
      : {};
    if (!values.has(0x9f46)) return { ...found, ...ssad };
    const icc = recoverIccCertificate(sha1, {
      issuerKey: issuer.key,
      certificate: value(0x9f46),
      remainder: value(0x9f48),
      exponent: value(0x9f47),
      staticData: signed ?? NO_BYTES,
      cardNumber: cardNumber ?? NO_BYTES,
      date: undefined,
    });
    const cda =
      icc.ok && application.answer77 !== undefined && values.has(0x9f4b)
        ? { cda: combined(application, icc.key, sha1) }
        : {};
    return { ...found, ...ssad, icc: icc.ok, ...cda };
  }
  return undefined;
}

function signedData({ values, records, aid }: TraceApplication): Uint8Array | undefined {
  let staticData = NO_BYTES;
  for (const { sfi, first, signed } of parseApplicationFileLocator(values.get(0x94) ?? NO_BYTES) ?? []) {
    for (let record = first; record < first + signed; record += 1) {
      const data = records.get(sfi * 256 + record) ?? NO_BYTES;
      staticData = concatBytes(staticData, sfi <= 10 ? templateValue(data) : data);
    }
  }
  const store = new DataStore();
  for (const tag of [0x82, 0x9f4a]) {
    const value = values.get(tag);
    if (value !== undefined) store.set(tag, value);
  }
  return staticDataToBeAuthenticated({ aid, store, cardNumber: NO_BYTES, staticData, maybeAuthenticated: true });
}

/** Of a record that was decoded before: its one template. */
function templateValue(record: Uint8Array): Uint8Array {
  const form = record[1] ?? 0;
  return record.subarray(form === 0x81 ? 3 : form === 0x82 ? 4 : 2);
}

function combined(application: TraceApplication, iccKey: RsaPublicKey, sha1: Sha1): boolean {
  const { values, pdolData, cdol1Data, answer77 } = application;
  const cdolData = cdol1Data ?? NO_BYTES;
  const unpredictableNumber = fieldOf(values.get(0x8c), cdolData) ?? fieldOf(values.get(0x9f38), pdolData) ?? NO_BYTES;
  const signature = verifyCombinedData(sha1, iccKey, values.get(0x9f4b) ?? NO_BYTES, unpredictableNumber);
  const transactionData = concatBytes(pdolData, cdolData, unsignedObjects(answer77 ?? NO_BYTES));
  return checkCombinedData(sha1, signature, transactionData, values.get(0x9f27)?.[0]).ok;
}

/** The unpredictable number (9F37) in data that was built by this list. */
function fieldOf(list: Uint8Array | undefined, data: Uint8Array): Uint8Array | undefined {
  const parsed = parseDataObjectList(list ?? NO_BYTES);
  if (!parsed.ok) return undefined;
  let at = 0;
  for (const { tag, length } of parsed.entries) {
    if (tag === 0x9f37) return data.subarray(at, at + length);
    at += length;
  }
  return undefined;
}
