/** `lookup` of a sale with a basket: who is asked, in which order, and what the till hears. */
import { encodeMessage, OUTCOME } from '@comptoir/protocol';
import { connect, keyFrom } from '@comptoir/sdk';
import { memory } from '@comptoir/sdk/transports/memory';
import { expect, test } from 'vitest';
import { secretOf } from '../../src/values/key.js';
import { START_MS } from '../manualClock.js';
import { createAcquirer, KEY, SIGNED } from '../sale.js';
import { createScriptedReader } from '../scriptedReader.js';
import { answering, BASKET, failure, OPEN, openBasketTill, QUESTION, REQUEST, tenders, VOID } from './basketSale.js';

const known = encodeMessage({
  kind: 'complete',
  key: KEY,
  responseCode: '00',
  ...SIGNED,
});

test('open, and the acquirer decided: the reader ends it', async () => {
  const { reader, acquirer } = await openBasketTill(
    [answering('lookup', tenders(OPEN)), answering('complete', tenders())],
    { status: async () => known },
  );
  expect(await reader.lookup(KEY)).toMatchObject({ status: 'approved', payment: { settled: true } });
  expect(acquirer.asked).toEqual([`status ${KEY}`, 'settle stands']);
});

test('open, and the question never came: void at the acquirer first, then at the reader', async () => {
  const { reader, script, acquirer } = await openBasketTill([
    answering('lookup', tenders(OPEN)),
    answering('decide', tenders(VOID)),
  ]);
  expect(await reader.lookup(KEY)).toMatchObject({ status: 'declined', payment: { tenders: [], settled: true } });
  expect(acquirer.asked).toEqual([`status ${KEY}`, 'settle void', 'settle void']);
  expect(script.messages.at(-1)).toMatchObject({ kind: 'decide', responseCode: '05', paymentSecret: secretOf(KEY) });
});

test('open, and the authorisers can not be asked: unknown, and open still', async () => {
  const { reader, script } = await openBasketTill([answering('lookup', tenders(OPEN))], {
    status: () => Promise.reject(new Error('no network')),
  });
  expect(await reader.lookup(KEY)).toMatchObject({ status: 'unknown', charged: 'maybe', recovery: { do: 'lookup' } });
  script.assertDrained();
});

test('open at a reader whose authorisers took it: unknown, by hand', async () => {
  const { reader } = await openBasketTill([answering('lookup', tenders(OPEN))], {
    settle: async () => ({ end: 'stands' }),
  });
  expect(await reader.lookup(KEY)).toMatchObject({
    status: 'unknown',
    charged: 'yes',
    recovery: { do: 'call-support' },
  });
});

test('without an acquirer that takes baskets', async () => {
  const script = createScriptedReader({
    steps: [answering('lookup', tenders()), answering('lookup', tenders(OPEN))],
  });
  const reader = await connect(memory(script.port), { acquirer: createAcquirer(), trust: 'development' });
  expect(await reader.lookup(KEY)).toMatchObject({ status: 'approved', payment: { settled: false } });
  expect(await reader.lookup(KEY)).toMatchObject({ status: 'unknown', recovery: { do: 'fix-code' } });
});

test('the card was the trouble: declined', async () => {
  const last = tenders({ ...VOID, outcome: OUTCOME.cardRemoved });
  const { reader } = await openBasketTill([answering('lookup', last)]);
  expect(await reader.lookup(KEY)).toMatchObject({ status: 'declined', code: 'card/torn', payment: { settled: true } });
});

test('the end of another sale', async () => {
  const { reader } = await openBasketTill([answering('lookup', tenders({ key: keyFrom('other-1') }))]);
  expect(await failure(reader.lookup(KEY))).toMatchObject({ code: 'protocol/corrupt', charged: 'maybe' });
});

const HELD = { state: 'open', tenders: [], refunds: [], heldUntilMs: START_MS + 3_600_000 } as const;
const dead = (): Promise<never> => Promise.reject(new Error('no bank'));
const silent = (): Promise<never> => new Promise(() => {});

test('the bank is dead, and the acquirer tells until when value is held', async () => {
  const sale = async (): Promise<typeof HELD> => HELD;
  const { reader, acquirer, clock } = await openBasketTill(
    [
      answering('lookup', tenders(OPEN)),
      answering('lookup', tenders()),
      BASKET,
      QUESTION,
      { expect: 'CANCEL', act: (say) => say.frame(0x11, Uint8Array.of(0)) },
    ],
    { authorise: dead, status: dead, settle: dead, sale },
  );
  const { sleepers } = clock;
  const open = await reader.lookup(KEY);
  expect(clock.sleepers).toBe(sleepers);
  expect(open).toMatchObject({ status: 'unknown', charged: 'maybe', heldUntilMs: HELD.heldUntilMs });
  expect(open).toHaveProperty('cause', new Error('no bank'));
  const { heldUntilMs } = HELD;
  expect(await reader.lookup(KEY)).toMatchObject({ status: 'approved', payment: { settled: false, heldUntilMs } });
  expect(await reader.pay(REQUEST)).toMatchObject({ status: 'unknown', heldUntilMs });
  expect(acquirer.asked.filter((asked) => asked.startsWith('sale'))).toEqual(Array(3).fill(`sale ${KEY}`));
});

test('an acquirer that is silent about the payment is asked in the time that is kept for the end', async () => {
  const { reader, clock } = await openBasketTill([answering('lookup', tenders(OPEN))], {
    status: silent,
    sale: async () => HELD,
  });
  const looked = reader.lookup(KEY, { timeoutMs: 30_000 });
  await clock.advance(30_000);
  expect(await looked).toMatchObject({ status: 'unknown', heldUntilMs: HELD.heldUntilMs });
});

test.each([
  ['fails', dead],
  ['is silent', silent],
  ['never heard of the sale', async () => null],
  ['holds nothing', async () => ({ state: 'open', tenders: [], refunds: [] }) as const],
  ['makes no sense', async () => ({ ...HELD, heldUntilMs: -1 })],
])('the result is the same when the acquirer that is asked for it %s, a second later at most', async (_, sale) => {
  const { reader, clock, acquirer } = await openBasketTill([answering('lookup', tenders(OPEN))], {
    status: dead,
    sale,
  });
  const looked = reader.lookup(KEY);
  await clock.advance(1000);
  const result = await looked;
  expect(result).toMatchObject({ status: 'unknown', charged: 'maybe', recovery: { do: 'lookup' } });
  expect(result).not.toHaveProperty('heldUntilMs');
  expect(acquirer.asked.at(-1)).toBe(`sale ${KEY}`);
});

test('what is settled holds nothing: nobody is asked', async () => {
  const { reader, acquirer } = await openBasketTill([answering('lookup', tenders())], { sale: async () => HELD });
  expect(await reader.lookup(KEY)).not.toHaveProperty('payment.heldUntilMs');
  expect(acquirer.asked).toEqual(['settle stands']);
});

test('whoever stops it waits for nothing more', async () => {
  const stop = new AbortController();
  const { reader, acquirer } = await openBasketTill([answering('lookup', tenders(OPEN))], {
    status: () => {
      stop.abort();
      return silent();
    },
    sale: async () => HELD,
  });
  expect(await reader.lookup(KEY, { signal: stop.signal })).not.toHaveProperty('heldUntilMs');
  expect(acquirer.asked).toEqual([`status ${KEY}`]);
});
