/**
 * Kinds trace.contact and trace.contactless: recorded exchanges, decoded and authenticated.
 * Floor: vectors.
 */
import { concatBytes, equalBytes, NO_BYTES, toHex } from '@comptoir/protocol';
import { type CertificationAuthorityKey, hashAgrees } from '../emv/authentication/certificationAuthorityKeys.js';
import { checkCombinedData, verifyCombinedData } from '../emv/authentication/dynamicSignature.js';
import type { RsaPublicKey, Verifier } from '../emv/authentication/rsa.js';
import { verifyStaticData } from '../emv/authentication/staticDataAuthentication.js';
import { recoverCardKey, recoverIssuerKey, staticDataToBeAuthenticated } from '../emv/cardKeys.js';
import {
  cardNumberFromPan,
  cardNumberFromTrack2,
  digitAt,
  isLuhnValid,
  maskCardNumber,
} from '../emv/data/cardNumber.js';
import { parseDataObjectList } from '../emv/data/dataObjectList.js';
import { DataStore } from '../emv/data/dataStore.js';
import { unsignedObjects } from '../emv/generateAc.js';
import { readApplicationData } from '../emv/readApplicationData.js';
import type { ReadApplication } from '../emv/transaction.js';
import { authorityKeyOf } from './authenticationVectors.js';
import { tagHex } from './dataVectors.js';
import { digitsOf, halfBytes } from './digits.js';
import { answeredPairs, leavesOf, type TraceApplication, traceApplications } from './traceRecording.js';
import type { VectorHandler, VectorInput } from './vectorInput.js';

const trace: VectorHandler = (input, secure) => {
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
  const oda = last === undefined ? undefined : authenticate(last, authorityKeys(input, secure), secure);
  return { tags, ...numberFields(values), ...track2Fields(values.get(0x57)), ...(oda === undefined ? {} : { oda }) };
};

export const traceVectors: { readonly [kind: string]: VectorHandler } = {
  'trace.contact': trace,
  'trace.contactless': trace,
};

/** The runner puts the keys beside the trace; the ones with a wrong hash are not used. */
function authorityKeys(input: VectorInput, secure: Verifier): readonly CertificationAuthorityKey[] {
  return input.has('capks')
    ? input
        .list('capks')
        .map(authorityKeyOf)
        .filter((key) => hashAgrees(secure, key))
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

/** @returns undefined when no key recovers the chain */
function authenticate(
  application: TraceApplication,
  keys: readonly CertificationAuthorityKey[],
  secure: Verifier,
): object | undefined {
  const { values, answer77 } = application;
  const read = readRecorded(application);
  if (read === undefined) return undefined;
  const context = {
    secure,
    terminal: new Map<number, Uint8Array>(),
    applications: [],
    authorities: {
      findKeys: (rid: Uint8Array, index: number) =>
        keys.filter((key) => key.index === index && equalBytes(key.rid, rid)),
      isRevoked: () => false,
    },
    random: (length: number) => new Uint8Array(length),
    capabilities: NO_BYTES,
    date: BEFORE_ANY_EXPIRY,
  };
  const issuer = recoverIssuerKey(context, read);
  if (!issuer.ok) return undefined;
  const { rid, index } = issuer.authorityKey;
  const found = { capk: `${toHex(rid)}#${toHex(Uint8Array.of(index))}`, issuerCert: true };
  const signed = staticDataToBeAuthenticated(read);
  const signature = values.get(0x93);
  const ssad =
    signature === undefined
      ? {}
      : { ssad: signed !== undefined && verifyStaticData(secure, issuer.key, signature, signed).ok };
  if (!values.has(0x9f46)) return { ...found, ...ssad };
  const icc = recoverCardKey(context, read);
  const cda =
    icc.ok && answer77 !== undefined && values.has(0x9f4b) ? { cda: combined(application, icc.key, secure) } : {};
  return { ...found, ...ssad, icc: icc.ok, ...cda };
}

/** Certificate expiry is not tested: recorded cards are old. Two-digit years from 50 on are 19xx. */
const BEFORE_ANY_EXPIRY: Uint8Array = Uint8Array.of(0x50, 0x01, 0x01);
const SUCCESS: Uint8Array = Uint8Array.of(0x90, 0x00);
/** A record that the recording lacks is taken for an empty one. */
const EMPTY_RECORD: Uint8Array = Uint8Array.of(0x70, 0x00);

/** The recorded card as the kernel reads it. */
function readRecorded({ aid, values, records }: TraceApplication): ReadApplication | undefined {
  const store = new DataStore();
  for (const tag of [0x82, 0x94]) store.set(tag, values.get(tag) ?? NO_BYTES);
  const kernel = readApplicationData(store.valueOf(0x94), store, []);
  let step = kernel.next(NO_BYTES);
  while (step.done !== true) {
    const command = step.value.kind === 'transmit' ? step.value.command : NO_BYTES;
    const record = records.get(((command[3] ?? 0) >> 3) * 256 + (command[2] ?? 0));
    step = kernel.next(concatBytes(record ?? EMPTY_RECORD, SUCCESS));
  }
  const pan = store.get(0x5a);
  const cardNumber = pan === undefined ? cardNumberFromTrack2(store.valueOf(0x57)) : cardNumberFromPan(pan);
  if (step.value.kind !== 'ok' || cardNumber === undefined) return undefined;
  const { staticData, maybeAuthenticated, isNumberSigned } = step.value;
  return { aid, store, cardNumber, languages: NO_BYTES, staticData, maybeAuthenticated, isNumberSigned };
}

function combined(application: TraceApplication, iccKey: RsaPublicKey, secure: Verifier): boolean {
  const { values, pdolData, cdol1Data, answer77 } = application;
  const cdolData = cdol1Data ?? NO_BYTES;
  const unpredictableNumber = fieldOf(values.get(0x8c), cdolData) ?? fieldOf(values.get(0x9f38), pdolData) ?? NO_BYTES;
  const signature = verifyCombinedData(secure, iccKey, values.get(0x9f4b) ?? NO_BYTES, unpredictableNumber);
  const transactionData = concatBytes(pdolData, cdolData, unsignedObjects(answer77 ?? NO_BYTES));
  return checkCombinedData(secure, signature, transactionData, values.get(0x9f27)?.[0]).ok;
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
