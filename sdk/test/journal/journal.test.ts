/** The journal of payments by one card: what a crash leaves open, and how it's ended. */
import { OUTCOME, STATUS } from '@comptoir/protocol';
import type { Acquirer } from '@comptoir/sdk';
import { journalEntries, memoryStore, openSales, recover } from '@comptoir/sdk/checkout';
import { expect, test } from 'vitest';
import { secretOf } from '../../src/values/key.js';
import { AMOUNT, AUTHORISE, COMPLETE, complete, createAcquirer, KEY, openTill, PAY, result } from '../sale.js';
import type { Step } from '../scriptedReader.js';

const REQUEST = { amount: AMOUNT, key: KEY };
const { transactionToken } = AUTHORISE;
const OPEN: Step = {
  expect: 'lookup',
  act: (say) => say.answer(result(OUTCOME.waitingForAcquirer, { transactionToken })),
};
const GIVEN_UP: Step = { expect: 'decide', act: (say) => say.answer(result(OUTCOME.declined)) };
const NO_CARD: Step = { expect: 'pay', act: (say) => say.answer(result(OUTCOME.noCard)) };

/** Settles, and notes it. */
function settling(answers: Partial<Acquirer> = {}) {
  const ends: string[] = [];
  const settle: Acquirer['settle'] = async (_key, planId, end) => {
    ends.push(`${planId?.length ?? 'none'} ${end}`);
    return { end };
  };
  return { acquirer: { ...createAcquirer(answers), settle, ...(answers.settle && { settle: answers.settle }) }, ends };
}

test('an approved payment has its result, and nothing is open', async () => {
  const journal = memoryStore();
  const { reader } = await openTill({ steps: [PAY, COMPLETE] }, createAcquirer());
  expect(await reader.pay({ ...REQUEST, journal })).toMatchObject({ status: 'approved' });
  expect(await journalEntries(journal)).toMatchObject([{ key: KEY, total: AMOUNT, result: { status: 'approved' } }]);
  expect(await openSales(journal)).toEqual([]);
});

test('a key that is tried again is open again: the first try’s end hides nothing', async () => {
  const journal = memoryStore();
  const down = createAcquirer({ authorise: () => Promise.reject(new Error('down')) });
  const { reader } = await openTill({ steps: [NO_CARD, PAY] }, down);
  expect(await reader.pay({ ...REQUEST, journal })).toMatchObject({ status: 'cancelled', by: 'timeout' });
  expect(await openSales(journal)).toEqual([]);
  expect(await reader.pay({ ...REQUEST, journal })).toMatchObject({ status: 'unknown', charged: 'maybe' });
  expect(await openSales(journal)).toMatchObject([{ key: KEY }]);
});

test('the question never came to the acquirer: void there, then ended at the reader', async () => {
  const journal = memoryStore();
  const { acquirer, ends } = settling({ authorise: () => Promise.reject(new Error('down')), status: async () => null });
  const { reader, script } = await openTill({ steps: [PAY, OPEN, GIVEN_UP] }, acquirer);
  expect((await reader.pay({ ...REQUEST, journal })).status).toBe('unknown');
  expect(await recover(reader, journal)).toMatchObject([{ key: KEY, result: { status: 'declined' } }]);
  expect(ends).toEqual(['none void']);
  expect(script.messages.at(-1)).toMatchObject({
    kind: 'decide',
    responseCode: '05',
    transactionToken,
    paymentSecret: secretOf(KEY),
  });
  expect(await openSales(journal)).toEqual([]);
});

test.each([
  ['was told before that it stands', { settle: async () => ({ end: 'stands' as const }) }, { charged: 'yes' }],
  ['can not be told', { settle: () => Promise.reject(new Error('down')) }, { charged: 'maybe' }],
] as const)('an acquirer that %s: nothing is ended, and it stays open', async (_, answers, told) => {
  const journal = memoryStore();
  const authorise = () => Promise.reject(new Error('down'));
  const { acquirer } = settling({ ...answers, authorise, status: async () => null });
  const { reader, script } = await openTill({ steps: [PAY, OPEN] }, acquirer);
  await reader.pay({ ...REQUEST, journal });
  expect(await recover(reader, journal)).toMatchObject([{ result: { status: 'unknown', ...told } }]);
  expect(await openSales(journal)).toHaveLength(1);
  script.assertDrained();
});

test('the acquirer decided: the reader ends it, and nothing is void', async () => {
  const { acquirer, ends } = settling({ status: async (key) => complete('00', key) });
  const { reader } = await openTill({ steps: [OPEN, COMPLETE] }, acquirer);
  expect(await reader.lookup(KEY, { ends: true })).toMatchObject({ status: 'approved' });
  expect(ends).toEqual([]);
});

test('an approval of an earlier tap is never made void', async () => {
  const earlier = new Uint8Array(16).fill(0xb2);
  const { acquirer, ends } = settling({ status: async (key) => complete('00', key, { transactionToken: earlier }) });
  const { reader } = await openTill(
    { steps: [OPEN, { expect: 'complete', act: (say) => say.error(STATUS.messageRefused) }] },
    acquirer,
  );
  expect(await reader.lookup(KEY, { ends: true })).toMatchObject({ status: 'unknown', charged: 'yes' });
  expect(ends).toEqual([]);
});
