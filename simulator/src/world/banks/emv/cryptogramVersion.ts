/**
 * What a cryptogram version stands for: which keys, which data, which answer of the issuer.
 * Source: EMV 4.4 Book 2 §8.1, §8.2, §9.2; pyemv `cvn.py` for which version does which.   Floor: simulator world.
 */
import * as tlv from '@comptoir/protocol';
import { fieldLengths } from './coveredFields.js';
import type { IccKeyDerivation } from './iccMasterKey.js';
import { type ResponseMethod, responseCryptogram1, responseCryptogram2 } from './responseCryptogram.js';
import { commonSessionKey, visaScriptSessionKey } from './sessionKey.js';
import { type Padding, padded, retailMac } from './tripleDes.js';

export type CryptogramVersion = 'VisaCVN10' | 'VisaCVN18' | 'VisaCVN22' | 'MasterCardCVN16' | 'InteracCVN133';

export interface VersionRules {
  readonly iccKeyDerivation: IccKeyDerivation;
  /** From what the key of a cryptogram is derived; `none`: it is the master key. */
  readonly sessionKey: 'none' | 'counter' | 'counterAndNumber';
  readonly padding: Padding;
  /** Of 9F10, after the transaction's own data. */
  readonly covers: 'cardVerificationResults' | 'issuerApplicationData';
  readonly responseMethod: ResponseMethod;
  readonly responseKey: 'master' | 'session';
  readonly scriptSessionKey: 'visa' | 'common';
  /** Whether counter and cryptogram are between header and data when the MAC of a script command is made. */
  readonly scriptCoversTransaction: boolean;
}

const visa18: VersionRules = {
  iccKeyDerivation: 'B',
  sessionKey: 'counter',
  padding: 'EMV',
  covers: 'issuerApplicationData',
  responseMethod: 2,
  responseKey: 'session',
  scriptSessionKey: 'visa',
  scriptCoversTransaction: true,
};

const RULES: Readonly<Record<CryptogramVersion, VersionRules>> = {
  VisaCVN10: {
    ...visa18,
    iccKeyDerivation: 'A',
    sessionKey: 'none',
    padding: 'VISA',
    covers: 'cardVerificationResults',
    responseMethod: 1,
  },
  VisaCVN18: visa18,
  VisaCVN22: visa18,
  MasterCardCVN16: {
    iccKeyDerivation: 'A',
    sessionKey: 'counterAndNumber',
    padding: 'EMV',
    covers: 'cardVerificationResults',
    responseMethod: 1,
    responseKey: 'master',
    scriptSessionKey: 'common',
    scriptCoversTransaction: true,
  },
  InteracCVN133: {
    iccKeyDerivation: 'A',
    sessionKey: 'counterAndNumber',
    padding: 'EMV',
    covers: 'issuerApplicationData',
    responseMethod: 1,
    responseKey: 'session',
    scriptSessionKey: 'common',
    scriptCoversTransaction: false,
  },
};

export function rulesOf(version: CryptogramVersion): VersionRules {
  return RULES[version];
}

/** @param text such as `VisaCVN10` */
export function isCryptogramVersion(text: unknown): text is CryptogramVersion {
  return typeof text === 'string' && Object.hasOwn(RULES, text);
}

/** The value of a data object of the transaction; no bytes when it has none. */
export type FieldOf = (tag: number) => Uint8Array;

/**
 * AC: of an ARQC, a TC or an AAC alike.
 * @param masterKey of the card, for cryptograms, 16 bytes
 * @param cardSaid  the part of 9F10 that the version covers
 * @returns 8 bytes
 * @see EMV 4.4 Book 2 §8.1
 */
export function applicationCryptogram(
  version: CryptogramVersion,
  masterKey: Uint8Array,
  field: FieldOf,
  cardSaid: Uint8Array,
): Uint8Array {
  const session = sessionKeyOf(version, masterKey, field);
  const covered = fieldLengths.map(({ tag, length }) => fieldOf(field(tag), length));
  const cryptogram = retailMac(session, padded(tlv.concatBytes(...covered, cardSaid), RULES[version].padding));
  session.fill(0);
  return cryptogram;
}

/**
 * @param decision method 1: the response code, 2 bytes; method 2: the card status update, 4 bytes, and up to 8 of the issuer's own
 * @returns ARPC: 8 bytes by method 1, 4 bytes by method 2
 */
export function responseCryptogram(
  version: CryptogramVersion,
  masterKey: Uint8Array,
  field: FieldOf,
  decision: Uint8Array,
): Uint8Array {
  const { responseKey, responseMethod } = RULES[version];
  const key = responseKey === 'master' ? masterKey.slice() : sessionKeyOf(version, masterKey, field);
  const make = responseMethod === 1 ? responseCryptogram1 : responseCryptogram2;
  const cryptogram = make(key, field(tlv.TAG_9F26_APPLICATION_CRYPTOGRAM), decision);
  key.fill(0);
  return cryptogram;
}

/**
 * @param masterKey of the card, for scripts' integrity, 16 bytes
 * @param header    CLA INS P1 P2 Lc, Lc with the MAC
 * @param field   gives 9F36 and 9F26 of the first cryptogram
 * @returns 8 bytes
 * @see EMV 4.4 Book 2 §9.2.3
 */
export function scriptCommandMac(
  version: CryptogramVersion,
  masterKey: Uint8Array,
  field: FieldOf,
  header: Uint8Array,
  data: Uint8Array,
): Uint8Array {
  const counter = field(tlv.TAG_9F36_APPLICATION_TRANSACTION_COUNTER);
  const cryptogram = field(tlv.TAG_9F26_APPLICATION_CRYPTOGRAM);
  const { scriptSessionKey, scriptCoversTransaction } = RULES[version];
  const key =
    scriptSessionKey === 'visa' ? visaScriptSessionKey(masterKey, counter) : commonSessionKey(masterKey, cryptogram);
  const transaction = scriptCoversTransaction ? [counter, cryptogram] : [];
  const mac = retailMac(key, padded(tlv.concatBytes(header, ...transaction, data), 'EMV'));
  key.fill(0);
  return mac;
}

function sessionKeyOf(version: CryptogramVersion, masterKey: Uint8Array, field: FieldOf): Uint8Array {
  const counter = fieldOf(field(tlv.TAG_9F36_APPLICATION_TRANSACTION_COUNTER), 2);
  switch (RULES[version].sessionKey) {
    case 'none':
      return masterKey.slice();
    case 'counter':
      return commonSessionKey(masterKey, tlv.concatBytes(counter, new Uint8Array(6)));
    case 'counterAndNumber': {
      const number = fieldOf(field(tlv.TAG_9F37_UNPREDICTABLE_NUMBER), 4);
      return commonSessionKey(masterKey, tlv.concatBytes(counter, new Uint8Array(2), number));
    }
  }
}

/** What a terminal doesn't have, it fills with zeros. */
function fieldOf(value: Uint8Array, length: number): Uint8Array {
  return value.length === length ? value : new Uint8Array(length);
}
