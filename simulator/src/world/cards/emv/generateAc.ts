/**
 * GENERATE AC, from the card's side: what it is asked for, what it decides, what it remembers.
 * Source: EMV 4.4 Book 3 §6.5.5, §10.8, §10.11.   Floor: simulator world.
 */
import * as tlv from '@comptoir/protocol';
import type { FieldOf } from '../../banks/emv/cryptogramVersion.js';
import type { AnsweredCryptogram } from '../../banks/emv/issuerApplicationData.js';
import { dolValue } from '../personalisation/dataObjectList.js';
import { firstCryptogram, secondCryptogram } from './cardRiskManagement.js';
import { transactionFields } from './cryptogram.js';
import { generateAcAnswer } from './dynamicAnswers.js';
import { checkIssuer, type IssuerVerdict } from './issuerAuthentication.js';
import { type ApplicationContext, resultsOf, type Transaction } from './transaction.js';

/** A transaction whose ARQC is with the issuer. */
export interface OnlineTransaction {
  readonly transaction: Transaction;
  readonly cdol1Data: Uint8Array;
  /** What the ARQC covers, and 9F26 itself. */
  readonly field: FieldOf;
  readonly issuer: IssuerVerdict;
}

/** What is asked, and the data that came with it, as long as the list wants them. */
export interface Asked {
  readonly type: AnsweredCryptogram;
  readonly withCda: boolean;
  readonly data: Uint8Array;
}

/** @returns `online` when the card waits for its issuer now */
export function firstGenerateAc(
  context: ApplicationContext,
  transaction: Transaction,
  { type, withCda, data }: Asked,
): { readonly answer: Uint8Array; readonly online: OnlineTransaction | undefined } {
  const { card, memory } = context;
  const first = firstCryptogram(type, card, memory);
  const list = transaction.personalised.cdol1;
  const { answer, cryptogram } = generateAcAnswer(context, transaction, {
    results: resultsOf(memory, first),
    list,
    cdolData: data,
    earlier: tlv.NO_BYTES,
    isCdaAsked: withCda,
  });
  if (first === 'TC') memory.consecutiveOffline += 1;
  if (first !== 'ARQC') return { answer, online: undefined };
  memory.isLastIncomplete = true;
  memory.scriptCommands = 0;
  memory.hasScriptFailed = false;
  const covered = transactionFields(transaction, list, data);
  const field: FieldOf = (tag) => (tag === tlv.TAG_9F26_APPLICATION_CRYPTOGRAM ? cryptogram : covered(tag));
  return { answer, online: { transaction, cdol1Data: data, field, issuer: { kind: 'silent' } } };
}

/** @param asked no ARQC: there is no third time */
export function secondGenerateAc(
  context: ApplicationContext,
  { transaction, cdol1Data, field, issuer: earlier }: OnlineTransaction,
  { type, withCda, data }: Asked & { readonly type: 'AAC' | 'TC' },
): Uint8Array {
  const { card, memory } = context;
  const list = transaction.personalised.cdol2;
  const given = dolValue(list, data, tlv.TAG_91_ISSUER_AUTHENTICATION_DATA);
  const issuer = given === undefined ? earlier : checkIssuer(context, field, given);
  const code = dolValue(list, data, tlv.TAG_8A_AUTHORISATION_RESPONSE_CODE) ?? tlv.NO_BYTES;
  const second = secondCryptogram(type, code, issuer, card, memory);
  memory.isLastIncomplete = false;
  const results = { ...resultsOf(memory, 'ARQC'), second, isIssuerWrong: issuer.kind === 'wrong' };
  if (issuer.kind === 'right') {
    memory.consecutiveOffline = 0;
    memory.lastOnlineAtc = transaction.atc;
  } else if (second === 'TC') {
    memory.consecutiveOffline += 1;
  }
  return generateAcAnswer(context, transaction, {
    results,
    list,
    cdolData: data,
    earlier: cdol1Data,
    isCdaAsked: withCda,
  }).answer;
}
