/** `lookup` of a sale with a basket: who is asked, in which order, and what the till hears. */
import { encodeMessage, OUTCOME } from '@comptoir/protocol';
import { connect, keyFrom } from '@comptoir/sdk';
import { memory } from '@comptoir/sdk/transports/memory';
import { expect, test } from 'vitest';
import { secretOf } from '../src/reader/key.js';
import { answering, failure, OPEN, openBasketTill, tenders, VOID } from './basketSale.js';
import { createHost, KEY, SIGNED } from './sale.js';
import { createScriptedReader } from './scriptedReader.js';

const known = encodeMessage({
  kind: 'complete',
  key: KEY,
  responseCode: '00',
  ...SIGNED,
});

test('open, and the host decided: the reader ends it', async () => {
  const { reader, host } = await openBasketTill(
    [answering('lookup', tenders(OPEN)), answering('complete', tenders())],
    { status: async () => known },
  );
  expect(await reader.lookup(KEY)).toMatchObject({ status: 'approved', payment: { settled: true } });
  expect(host.asked).toEqual([`status ${KEY}`, 'settle stands']);
});

test('open, and the question never came: void at the host first, then at the reader', async () => {
  const { reader, script, host } = await openBasketTill([
    answering('lookup', tenders(OPEN)),
    answering('decide', tenders(VOID)),
  ]);
  expect(await reader.lookup(KEY)).toMatchObject({ status: 'declined', payment: { tenders: [], settled: true } });
  expect(host.asked).toEqual([`status ${KEY}`, 'settle void', 'settle void']);
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

test('without a host that takes baskets', async () => {
  const script = createScriptedReader({
    steps: [answering('lookup', tenders()), answering('lookup', tenders(OPEN))],
  });
  const reader = await connect(memory(script.port), { host: createHost(), trust: 'development' });
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
