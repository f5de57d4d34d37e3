/** What the reader decides by itself, where the vectors say nothing: amounts and conditions of CVM rules, random selection, action codes. */
import { fromHex, NO_BYTES, toHex } from '@comptoir/protocol';
import { describe, expect, test } from 'vitest';
import { cardholderVerification, selectMethod } from '../../src/emv/cardholderVerification.js';
import { parseCvmList } from '../../src/emv/data/cvmList.js';
import { DataStore } from '../../src/emv/data/dataStore.js';
import { CAUTIOUS } from '../../src/emv/data/terminalParameters.js';
import { processingRestrictions } from '../../src/emv/processingRestrictions.js';
import { issuerActionCodes, terminalActionAnalysis } from '../../src/emv/terminalActionAnalysis.js';
import { targetPercentage, terminalRiskManagement } from '../../src/emv/terminalRiskManagement.js';
import { runKernel } from './runKernel.js';

const hex = (text: string): Uint8Array => fromHex(text) ?? NO_BYTES;

function storeOf(values: Readonly<Record<number, string>>): DataStore {
  const store = new DataStore();
  for (const [tag, value] of Object.entries(values)) store.set(Number(tag), hex(value));
  return store;
}

describe('CVM rules', () => {
  const X_1000_Y_2000 = '000003E8000007D0';
  const purchase = { transactionType: 0, terminalType: 22, amount: 1000, isInApplicationCurrency: true };
  const signatureAndNoCvm = hex('E028C8');
  test.each([
    ['under X: the amount itself is not', '1F06', {}, '3F0001', ['80']],
    ['under X', '1F06', { amount: 999 }, '1F0602', []],
    ['over X: the amount itself is not', '1F07', {}, '3F0001', ['80']],
    ['over X', '1F07', { amount: 1001 }, '1F0702', []],
    ['under Y', '1F08', {}, '1F0802', []],
    ['over Y', '1F09', { amount: 2001 }, '1F0902', []],
    ['over Y in another currency', '1F09', { amount: 2001, isInApplicationCurrency: false }, '3F0001', ['80']],
    ['unattended cash', '1F01', { transactionType: 1, terminalType: 25 }, '1F0102', []],
    ['unattended cash, attended', '1F01', { transactionType: 1 }, '3F0001', ['80']],
    ['manual cash', '1F04', { transactionType: 1 }, '1F0402', []],
    ['no cash of any kind', '1F02', {}, '1F0202', []],
    ['no cash of any kind, with cashback', '1F02', { transactionType: 9 }, '3F0001', ['80']],
    ['cashback', '1F05', { transactionType: 9 }, '1F0502', []],
    ['a condition that nobody knows', '1F0A', {}, '3F0001', ['80']],
    ['a PIN that must be, then signature', '42005E03', {}, '5E0300', ['10']],
    ['a PIN that must be, and nothing else', '02001F03', {}, '020001', ['10', '80']],
    ['fail', '0000', {}, '000001', ['80']],
    ['a method that nobody knows, then No CVM', '60001F00', {}, '1F0002', ['40']],
    ['a method that nobody knows', '20001F00', {}, '200001', ['40', '80']],
  ] as const)('%s', (_, rules, more, results, bits) => {
    const list = parseCvmList(hex(X_1000_Y_2000 + rules));
    if (list === undefined) throw new Error('no list');
    const verified = selectMethod({ ...purchase, ...more, list, capabilities: signatureAndNoCvm });
    expect(toHex(verified.results)).toBe(results);
    expect(verified.bits.map(({ byte, mask }) => [byte, toHex(Uint8Array.of(mask))])).toEqual(
      bits.map((mask) => [3, mask]),
    );
  });

  const terminal = () =>
    new Map([
      [0x95, new Uint8Array(5)],
      [0x9b, new Uint8Array(2)],
      [0x9f33, signatureAndNoCvm],
      [0x9c, hex('00')],
      [0x9f35, hex('22')],
      [0x9f02, hex('000000001250')],
      [0x5f2a, hex('0978')],
    ]);

  test.each([
    ['no list, though the card says so', {}, '3F0000', '2000000000', '0000', true],
    ['a list of odd length', { 142: '00000000000000001F0300' }, '3F0000', '0000000000', '0000', false],
    ['No CVM', { 142: '00000000000000001F03' }, '1F0302', '0000000000', '4000', true],
    ['none', { 142: '00000000000000000203' }, '3F0001', '0000800000', '4000', true],
  ] as const)('the step, %s', (_, values, results, tvr, tsi, isList) => {
    const own = terminal();
    expect(cardholderVerification(own, storeOf({ 130: '1000', ...values }))).toBe(isList);
    expect([0x9f34, 0x95, 0x9b].map((tag) => toHex(own.get(tag) ?? NO_BYTES))).toEqual([results, tvr, tsi]);
  });
});

describe('restrictions', () => {
  const tvrOf = (card: Readonly<Record<number, string>>, date: string, more: readonly [number, string][] = []) => {
    const terminal = new Map([
      [0x95, new Uint8Array(5)],
      [0x9a, hex(date)],
      [0x9c, hex('00')],
      [0x9f1a, hex('0250')],
      [0x9f35, hex('22')],
      [0x9f40, hex('6000F0A001')],
      ...more.map(([tag, value]) => [tag, hex(value)] as const),
    ]);
    processingRestrictions(terminal, storeOf(card));
    return toHex(terminal.get(0x95) ?? NO_BYTES);
  };
  test.each([
    ['the last day', { 24356: '261130' }, '261130', '0000000000'],
    ['the day after', { 24356: '261130' }, '261201', '0040000000'],
    ['of the last century', { 24356: '991231' }, '261130', '0040000000'],
    ['effective since the last century', { 24357: '991231' }, '261130', '0000000000'],
    ['abroad, goods only', { 40711: '1100', 24360: '0276' }, '261130', '0000000000'],
    ['abroad, domestic only', { 40711: 'A900', 24360: '0276' }, '261130', '0010000000'],
    ['no other terminals than cash machines', { 40711: 'FE00' }, '261130', '0010000000'],
    ['a date that is none', { 24356: '2611FF', 24357: '2700' }, '261130', '0000000000'],
  ] as const)('%s', (_, card, date, tvr) => expect(tvrOf(card, date)).toBe(tvr));

  test('cashback needs its own bit, and that of goods or services', () => {
    expect(tvrOf({ 40711: '2180', 24360: '0250' }, '261130', [[0x9c, '09']])).toBe('0000000000');
    expect(tvrOf({ 40711: '2140', 24360: '0250' }, '261130', [[0x9c, '09']])).toBe('0010000000');
    expect(tvrOf({ 40711: '8180', 24360: '0250' }, '261130', [[0x9c, '09']])).toBe('0010000000');
  });
});

describe('random selection', () => {
  const parameters = { ...CAUTIOUS, floorLimit: 10_000, randomThreshold: 2_000, randomTarget: 20, randomMaximum: 60 };
  test.each([
    [1_999, 20],
    [2_000, 20],
    [6_000, 40],
    [9_999, 59.995],
  ])('of %i: %d percent', (amount, percent) => expect(targetPercentage(parameters, amount)).toBeCloseTo(percent, 9));

  const tvrWith = (amount: string, random: string): string => {
    const terminal = new Map([
      [0x95, new Uint8Array(5)],
      [0x9b, new Uint8Array(2)],
      [0x9f02, hex(amount)],
    ]);
    runKernel(
      terminalRiskManagement(terminal, new DataStore(), parameters, () => hex(random)),
      () => NO_BYTES,
    );
    return toHex(terminal.get(0x95) ?? NO_BYTES);
  };
  test.each([
    ['the highest number that is selected', '000000006000', '27FFFFFF', '0000001000'],
    ['the next one is not', '000000006000', '28FFFFFF', '0000000000'],
    ['bytes that would be unfair are passed over', '000000006000', 'C6FF6227', '0000000000'],
    ['no usable byte: the acquirer is asked', '000000006000', 'FFC6C7C8', '0000001000'],
    ['at the floor limit it does not matter', '000000010000', '27FFFFFF', '0000008000'],
  ])('%s', (_, amount, random, tvr) => expect(tvrWith(amount, random)).toBe(tvr));
});

describe('action codes', () => {
  const none = { denial: new Uint8Array(5), online: new Uint8Array(5), byDefault: new Uint8Array(5) };
  test('a card without codes wants to go online for anything, and denies nothing', () => {
    const issuer = issuerActionCodes(new DataStore());
    expect(terminalActionAnalysis(hex('0000000010'), 22, none, issuer)).toBe('ARQC');
    expect(terminalActionAnalysis(hex('0000000010'), 23, none, issuer)).toBe('AAC');
    expect(terminalActionAnalysis(hex('0000000000'), 22, none, issuer)).toBe('TC');
  });
  test('each of the two may deny, and no bit but the same one counts', () => {
    const bit = hex('0040000000');
    expect(terminalActionAnalysis(bit, 22, { ...none, denial: bit }, none)).toBe('AAC');
    expect(terminalActionAnalysis(bit, 22, none, { ...none, denial: bit })).toBe('AAC');
    expect(terminalActionAnalysis(bit, 22, { ...none, denial: hex('0080000000') }, none)).toBe('TC');
  });
});
