/** Entry point and kernel 3: what the reader decides by itself, without a card. */
import { fromHex, NO_BYTES, toHex } from '@comptoir/protocol';
import { describe, expect, test } from 'vitest';
import type { AcceptedApplication } from '../../src/emv/applicationSelection/candidateList.js';
import { type CardAnswer, decideByQualifiers } from '../../src/emv/contactless/cardTransactionQualifiers.js';
import { requestedKernel } from '../../src/emv/contactless/kernelIdentifier.js';
import { preProcess } from '../../src/emv/contactless/preProcessing.js';
import { CAUTIOUS, UNLIMITED } from '../../src/emv/data/terminalParameters.js';

const hex = (text: string): Uint8Array => fromHex(text) ?? NO_BYTES;

function accepted(limits: Partial<typeof UNLIMITED>, floorLimit = 0): AcceptedApplication {
  return {
    aid: hex('A0000000031010'),
    match: 'partial',
    kernel: 3,
    parameters: { ...CAUTIOUS, floorLimit },
    contactless: { ...UNLIMITED, ...limits },
  };
}

function qualifiersOf(application: AcceptedApplication, amount: number, configured = '33804000', signs = true): string {
  const capabilities = hex(signs ? '2028C8' : '2008C8');
  const result = preProcess(application, { amount, qualifiers: hex(configured), capabilities });
  return result.kind === 'allowed' ? toHex(result.qualifiers) : result.reason;
}

describe('pre-processing', () => {
  test.each([
    ['below every limit', 4999, '33004000'],
    ['at the floor limit', 5000, '33804000'],
    ['one under the verification limit', 9999, '33804000'],
    ['at the verification limit', 10_000, '33C04000'],
    ['one under the transaction limit', 19_999, '33C04000'],
    ['at the transaction limit', 20_000, 'AMOUNT_OVER_LIMIT'],
    ['nothing', 0, '33804000'],
    ['the amount that asks whether the card is good', 100, '33804000'],
  ])('%s: %i gives %s', (_title, amount, result) => {
    const limits = { transactionLimit: 20_000, verificationLimit: 10_000, statusCheckAmount: 100 };
    expect(qualifiersOf(accepted(limits, 5000), amount)).toBe(result);
  });

  test('nothing may be forbidden', () =>
    expect(qualifiersOf(accepted({ isZeroAmountAllowed: false }), 0)).toBe('AMOUNT_ZERO'));

  test('no configuration makes the reader say that it does PIN, stripe, offline PIN or issuer updates', () =>
    expect(qualifiersOf(accepted({}), 1, 'FFFFFFFF')).toBe('7B804000'));

  test('a reader that takes no signature does not say that it does', () =>
    expect(qualifiersOf(accepted({}), 1, '33804000', false)).toBe('31804000'));
});

test.each([
  [undefined, 'A0000000031010', 3],
  ['', 'A0000000041010', 2],
  [undefined, 'A00000002501', 4],
  [undefined, 'A0000000651010', 5],
  [undefined, 'A0000001523010', 6],
  [undefined, 'A000000333010101', 7],
  [undefined, 'A0000000421010', 0],
  ['00', 'A0000000031010', 0],
  ['02', 'A0000000031010', 2],
  ['42', 'A0000000031010', 2],
  ['03FFFF', 'A0000000421010', 3],
  ['82000001', 'A0000000031010', -1],
  ['C0', 'A0000000031010', -1],
])('kernel identifier %s of %s: %i', (identifier, aid, kernel) =>
  expect(requestedKernel(identifier === undefined ? undefined : hex(identifier), hex(aid))).toBe(kernel),
);

const GOOD: CardAnswer = {
  cryptogram: 'ARQC',
  cardQualifiers: hex('0000'),
  relatedData: hex('01112233440000'),
  terminalQualifiers: hex('33804000'),
  authentication: 'ok',
  isExpired: false,
  isNotYetEffective: false,
  transactionType: 0,
};

/** 9F66 of a transaction that wants the holder verified, by a reader with contacts. */
const WANTS_HOLDER = hex('33C04000');
const online = (verification: string): object => ({ kind: 'online', verification });
const declined = (reason: string): object => ({ kind: 'declined', reason });
const contact = (reason: string): object => ({ kind: 'tryAnotherInterface', reason });

describe('card transaction qualifiers', () => {
  test.each<[title: string, change: Partial<CardAnswer>, decision: object]>([
    ['nothing special', {}, online('none')],
    ['no authentication asked for', { authentication: 'none' }, online('none')],
    ['AAC', { cryptogram: 'AAC', cardQualifiers: hex('3080') }, declined('DECLINED_BY_CARD')],
    [
      'TC where an online cryptogram is required',
      { cryptogram: 'TC' },
      { kind: 'cardError', reason: 'CRYPTOGRAM_NOT_ASKED_FOR' },
    ],
    ['TC', { cryptogram: 'TC', terminalQualifiers: hex('33004000') }, online('none')],
    [
      'TC without proof',
      { cryptogram: 'TC', terminalQualifiers: hex('33004000'), authentication: 'none' },
      declined('FDDA_FAILED'),
    ],
    ['failed proof', { authentication: 'failed' }, declined('FDDA_FAILED')],
    ['failed proof, go online', { authentication: 'failed', cardQualifiers: hex('2000') }, online('none')],
    ['failed proof, switch', { authentication: 'failed', cardQualifiers: hex('1000') }, contact('FDDA_FAILED')],
    ['failed proof, both', { authentication: 'failed', cardQualifiers: hex('3000') }, online('none')],
    [
      'failed proof, switch to contacts that are not there',
      { authentication: 'failed', cardQualifiers: hex('1000'), terminalQualifiers: hex('23804000') },
      declined('FDDA_FAILED'),
    ],
    ['expired, the issuer is asked', { isExpired: true }, online('none')],
    [
      'expired, TC',
      { isExpired: true, cryptogram: 'TC', terminalQualifiers: hex('33004000') },
      declined('APPLICATION_EXPIRED'),
    ],
    [
      'expired, TC, go online',
      { isExpired: true, cryptogram: 'TC', terminalQualifiers: hex('33004000'), cardQualifiers: hex('0800') },
      online('none'),
    ],
    [
      'not yet effective, TC',
      { isNotYetEffective: true, cryptogram: 'TC', terminalQualifiers: hex('33004000') },
      declined('APPLICATION_NOT_YET_EFFECTIVE'),
    ],
    ['cash by contact', { transactionType: 1, cardQualifiers: hex('0400') }, contact('WANTS_CONTACT')],
    ['cashback by contact', { transactionType: 9, cardQualifiers: hex('0200') }, contact('WANTS_CONTACT')],
    ['cash, but the bit is for cashback', { transactionType: 1, cardQualifiers: hex('0200') }, online('none')],
    [
      'holder required, verified on the device',
      { terminalQualifiers: WANTS_HOLDER, cardQualifiers: hex('0080'), relatedData: hex('01112233440080') },
      online('onDevice'),
    ],
    [
      'holder required, the claim is not what is signed',
      { terminalQualifiers: WANTS_HOLDER, cardQualifiers: hex('0080') },
      declined('CTQ_DIFFERS'),
    ],
    [
      'holder required, claim without 9F69, ARQC',
      { terminalQualifiers: WANTS_HOLDER, cardQualifiers: hex('0080'), relatedData: NO_BYTES, authentication: 'none' },
      online('onDevice'),
    ],
    [
      'holder required, TC, a claim that is proven',
      {
        cryptogram: 'TC',
        terminalQualifiers: hex('33404000'),
        cardQualifiers: hex('0080'),
        relatedData: hex('01112233440080'),
      },
      online('onDevice'),
    ],
    [
      'holder required, TC without proof, the claim repeated by nobody who signs',
      {
        cryptogram: 'TC',
        terminalQualifiers: hex('33404000'),
        cardQualifiers: hex('2080'),
        relatedData: hex('01112233442080'),
        authentication: 'none',
      },
      contact('CVM_NEEDED'),
    ],
    [
      'holder required, TC, claim without 9F69',
      {
        cryptogram: 'TC',
        terminalQualifiers: hex('33404000'),
        cardQualifiers: hex('2080'),
        relatedData: NO_BYTES,
        authentication: 'none',
      },
      contact('CVM_NEEDED'),
    ],
    [
      'holder required, ARQC that nobody was asked to prove, claim with 9F69',
      {
        terminalQualifiers: WANTS_HOLDER,
        cardQualifiers: hex('0080'),
        relatedData: hex('01112233440080'),
        authentication: 'none',
      },
      online('onDevice'),
    ],
    [
      'holder required, claim whose proof failed',
      {
        terminalQualifiers: WANTS_HOLDER,
        cardQualifiers: hex('2080'),
        relatedData: hex('01112233442080'),
        authentication: 'failed',
      },
      contact('CVM_NEEDED'),
    ],
    [
      'holder required, claim that the reader does not take',
      { terminalQualifiers: hex('33C00000'), cardQualifiers: hex('0080') },
      contact('CVM_NEEDED'),
    ],
    [
      'holder required, signature',
      { terminalQualifiers: WANTS_HOLDER, cardQualifiers: hex('4000'), relatedData: hex('01112233444000') },
      online('signature'),
    ],
    [
      'holder required, signature, the reader takes none',
      { terminalQualifiers: hex('31C04000'), cardQualifiers: hex('4000') },
      contact('CVM_NEEDED'),
    ],
    [
      'holder required, nothing said',
      { terminalQualifiers: WANTS_HOLDER, cardQualifiers: NO_BYTES },
      online('signature'),
    ],
    ['holder required, PIN', { terminalQualifiers: WANTS_HOLDER, cardQualifiers: hex('8000') }, contact('CVM_NEEDED')],
    [
      'holder required, PIN, no contacts',
      { terminalQualifiers: hex('23C04000'), cardQualifiers: hex('8000') },
      declined('CVM_NEEDED'),
    ],
    ['holder not required, PIN', { cardQualifiers: hex('8000') }, online('none')],
  ])('%s', (_title, change, decision) => expect(decideByQualifiers({ ...GOOD, ...change })).toEqual(decision));
});
