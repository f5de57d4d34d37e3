/**
 * What a card says at the end of a transaction: its cryptogram, and the data that goes with it.
 * The keys are the test issuer's, derived for the card: the test acquirer verifies what is made here.
 * Source: EMV 4.4 Book 2 §8.1.   Floor: simulator world.
 */
import * as tlv from '@comptoir/protocol';
import { applicationCryptogram, type FieldOf } from '../../banks/emv/cryptogramVersion.js';
import {
  type AnsweredCryptogram,
  type CardVerificationResults,
  coveredPart,
  issuerApplicationData,
} from '../../banks/emv/issuerApplicationData.js';
import { type DolEntry, dolValue } from '../personalisation/dataObjectList.js';
import type { ApplicationContext, Transaction } from './transaction.js';

/** Cryptogram types, bits 8 and 7 of the cryptogram information data. @see EMV 4.4 Book 3 §6.5.5.4, Table 15 */
export const CRYPTOGRAM = { AAC: 0x00, TC: 0x40, ARQC: 0x80 } as const;

/** In the reference control parameter of GENERATE AC, below the type. @see EMV 4.4 Book 3 §6.5.5.2 */
const CDA_ASKED = 0x10;

export function isCdaAsked(p1: number): boolean {
  return (p1 & CDA_ASKED) !== 0;
}

/** @param p1 of GENERATE AC @returns undefined when other bits are set than those of type and CDA */
export function askedType(p1: number): AnsweredCryptogram | undefined {
  const types: readonly AnsweredCryptogram[] = ['AAC', 'TC', 'ARQC'];
  return types.find((type) => CRYPTOGRAM[type] === (p1 & ~CDA_ASKED));
}

/** What of the transaction a cryptogram covers. @param list what the card asked for @param data the terminal's answer to it */
export function transactionFields(
  { personalised, atc }: Transaction,
  list: readonly DolEntry[],
  data: Uint8Array,
): FieldOf {
  return (tag) => {
    if (tag === tlv.TAG_82_APPLICATION_INTERCHANGE_PROFILE) return personalised.aip;
    if (tag === tlv.TAG_9F36_APPLICATION_TRANSACTION_COUNTER) return tlv.unsignedToBytes(atc, 2);
    return dolValue(list, data, tag) ?? tlv.NO_BYTES;
  };
}

export interface CardCryptogram {
  /** 9F26, 8 bytes. */
  readonly cryptogram: Uint8Array;
  /** 9F10. */
  readonly issuerData: Uint8Array;
}

export function cardCryptogram(
  { application, keys }: ApplicationContext,
  field: FieldOf,
  results: CardVerificationResults,
): CardCryptogram {
  const { cryptogramVersion: version } = application;
  const issuerData = issuerApplicationData(version, results);
  const cryptogram = applicationCryptogram(version, keys.cryptogram, field, coveredPart(version, issuerData));
  return { cryptogram, issuerData };
}
