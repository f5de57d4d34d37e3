/** What is remembered of payments: the largest of it, the order in which it's forgotten, and the numbers that keep that order. */
import { fromHex, type Message, NO_BYTES, OUTCOME } from '@comptoir/protocol';
import { expect, test } from 'vitest';
import { createTestPki, developmentConfiguration } from '../../../simulator/src/index.js';
import { createRecordsInMemory } from '../../../simulator/src/machine/board/recordsInMemory.js';
import { authoriseMessage, outgoingCard } from '../../src/commands/card/authoriseMessage.js';
import { createTransactionContext } from '../../src/commands/card/terminalData.js';
import { DEBITS_MAX } from '../../src/commands/checkout/readWallet.js';
import { loadConfiguration } from '../../src/commands/configuration/configuration.js';
import { resultOfPayment } from '../../src/commands/shared/paymentResult.js';
import { ReaderState } from '../../src/commands/shared/readerState.js';
import { Results } from '../../src/commands/shared/results.js';
import { DataStore } from '../../src/emv/data/dataStore.js';
import { LENGTHS } from '../../src/emv/data/objectLengths.js';
import { CAUTIOUS } from '../../src/emv/data/terminalParameters.js';
import type { CardRead } from '../../src/emv/transaction.js';
import { Door, type Leaving } from '../../src/token/door.js';
import { FakeBoard } from '../fakeBoard.js';
import { PAYMENT, SECRET } from '../paymentMessages.js';

const door = new Door(() => {});
const checked = (result: Message<'result'>): ReturnType<typeof door.checkOneOf<'result'>> =>
  door.checkOneOf<'result'>(result);

const ascii = (length: number): Uint8Array => new Uint8Array(length).fill(0x41);

/** A card that gives as much as any card may of all that leaves, and a reader and a till with names as long as they can be. */
function largestAuthorise(key: string): Leaving<'authorise'> {
  const board = new FakeBoard();
  Object.assign(board.identity, { model: 'M'.repeat(24), serial: 'S'.repeat(16) });
  board.configurationBytes = developmentConfiguration(createTestPki());
  const loaded = loadConfiguration(board);
  if (loaded === undefined) throw new Error('no configuration');
  const names = { merchantIdentifier: 'M'.repeat(15), terminalIdentification: 'T'.repeat(8) };
  const parameters = { ...CAUTIOUS, version: ascii(2) };
  const accepted = { aid: ascii(12), match: 'partial', kernel: 3, parameters } as const;
  const configuration = { ...loaded, message: { ...loaded.message, ...names }, applications: [accepted] };
  const session = new ReaderState(board, configuration, { result: 0 }, new Results(board.records), door);
  const request: Message<'pay'> = {
    ...PAYMENT,
    key,
    amount: 999_999_999_999,
    interfaces: 3,
    timeoutMs: 0,
    date: new Uint8Array(3),
    time: new Uint8Array(3),
    partial: 1,
  };
  const store = new DataStore();
  for (const [tag, , most] of LENGTHS) store.set(tag, ascii(most));
  store.set(0x9f24, ascii(29));
  store.set(0x9f7c, ascii(32));
  const card: CardRead = {
    aid: ascii(16),
    store,
    cardNumber: fromHex('4761739001010119FFFF') ?? NO_BYTES,
    label: ascii(16),
    languages: ascii(8),
    authentication: { method: 'fDDA', result: 'RECORD_NOT_SIGNED' },
    isNumberProven: true,
  };
  const context = createTransactionContext(session, configuration, request);
  // What a kernel adds.
  for (const [tag, length] of [
    [0x8a, 2],
    [0x9f53, 1],
    [0xdf8306, 2],
  ] as const)
    context.terminal.set(tag, ascii(length));
  return authoriseMessage(
    session,
    configuration,
    context,
    request,
    card,
    outgoingCard(session, configuration, context, card, 2),
  );
}

test('the largest payments fit, eight open ones and then their results', () => {
  const records = createRecordsInMemory().powerOn(() => {});
  const results = new Results(records);
  const keys = Array.from({ length: 8 }, (_, index) => `${index}`.padEnd(64, 'k'));
  for (const key of keys) results.rememberOpen(door.checkOneOf<'authorise'>(largestAuthorise(key)), SECRET);
  expect(results.hasRoom).toBe(false);
  const largest = records.read(0).length;
  for (const key of keys) {
    const payment = results.find(key);
    if (payment?.kind !== 'asked') throw new Error('not open');
    const ending = { outcome: OUTCOME.approved, responseCode: '00', authorisationCode: 'A1B2C3', approvedAmount: 1 };
    const result = resultOfPayment(payment.authorise, ending);
    results.rememberDecided(door.checkOneOf<'result'>(result), SECRET);
    expect(results.find(key)).toEqual({ kind: 'told', result, secret: SECRET, mayBeTriedAgain: false });
  }
  // A record holds 1,344 bytes.
  expect(largest).toBeGreaterThan(1000);
  expect(largest).toBeLessThanOrEqual(1344);
  expect(results.hasOpen).toBe(false);
});

test('the largest basket fits: all that a card may have prepared, an account, and a bank card with all its fields', () => {
  const records = createRecordsInMemory().powerOn(() => {});
  const row = {
    profileKind: 3,
    label: 'L'.repeat(16),
    amount: 1,
    rules: ascii(2),
    reference: ascii(8),
    responseCode: '00',
    authorisationCode: 'A1B2C3',
  };
  const question = largestAuthorise('k'.repeat(64));
  const [bank] = resultOfPayment(question, { outcome: OUTCOME.approved, approvedAmount: 1 }).tenders;
  const prepared = Array.from({ length: DEBITS_MAX + 1 }, () => row);
  const open: Leaving<'result'> = {
    kind: 'result',
    key: question.key,
    outcome: OUTCOME.waitingForAcquirer,
    amount: DEBITS_MAX + 2,
    currency: 978,
    due: 0,
    rejection: 0,
    tenders: [...prepared, { ...row, ...bank }],
    planId: ascii(16),
    transactionToken: ascii(16),
    merchantIdentifier: 'M'.repeat(15),
    terminalIdentification: 'T'.repeat(8),
  };
  new Results(records).rememberOpen(door.checkOneOf<'result'>(open), SECRET);
  // A record holds 1,344 bytes.
  expect(records.read(0).length).toBeGreaterThan(1000);
  expect(records.read(0).length).toBeLessThanOrEqual(1344);
});

const resultOf = (key: string): Message<'result'> => ({
  kind: 'result',
  key,
  amount: 1,
  currency: 978,
  outcome: OUTCOME.declined,
  due: 1,
  tenders: [],
});
const isKnown = (results: Results, key: string): boolean => results.find(key) !== undefined;

test('the oldest decided payment gives way, also after a reset and however often one was written again', () => {
  const records = createRecordsInMemory();
  let results = new Results(records.powerOn(() => {}));
  for (let i = 0; i < 8; i += 1) results.rememberDecided(checked(resultOf(`${i}`)), SECRET);
  results.rememberDecided(checked(resultOf('0')), SECRET);
  results = new Results(records.powerOn(() => {}));
  results.rememberDecided(checked(resultOf('8')), SECRET);
  expect(isKnown(results, '1')).toBe(false);
  for (const key of ['0', '2', '7', '8']) expect(isKnown(results, key)).toBe(true);
});

test('a key that decided nothing and then something is forgotten with the last', () => {
  const results = new Results(createRecordsInMemory().powerOn(() => {}));
  results.rememberUndecided(checked({ ...resultOf('again'), outcome: OUTCOME.noCard }), SECRET);
  expect(results.find('again')).toMatchObject({ mayBeTriedAgain: true });
  results.rememberDecided(checked(resultOf('again')), SECRET);
  for (let i = 0; i < 8; i += 1) results.rememberDecided(checked(resultOf(`${i}`)), SECRET);
  expect(results.find('again')).toBeUndefined();
});

test('a key that is the start of another is another', () => {
  const results = new Results(createRecordsInMemory().powerOn(() => {}));
  results.rememberDecided(checked(resultOf('order-10')), SECRET);
  expect(results.find('order-1')).toBeUndefined();
  expect(results.find('')).toBeUndefined();
});

test('what can not be read is no "never seen"', () => {
  const records = createRecordsInMemory().powerOn(() => {});
  const results = new Results(records);
  results.rememberDecided(checked(resultOf('order-1')), SECRET);
  records.write(0, records.read(0).slice(0, -1));
  expect(() => results.find('order-1')).toThrow('can not be read');
});
