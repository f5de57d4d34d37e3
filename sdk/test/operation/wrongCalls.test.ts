import { connect, type Reader } from '@comptoir/sdk';
import { memory } from '@comptoir/sdk/transports/memory';
import { expect, test } from 'vitest';
import { idle } from '../manualClock.js';
import { AMOUNT, COMPLETE, createAcquirer, KEY, openTill, PAY } from '../sale.js';
import { createScriptedReader } from '../scriptedReader.js';

/** Calls of a program without types. */
const calls: readonly (readonly [string, (reader: Reader) => PromiseLike<unknown>])[] = [
  ['pay()', (reader) => reader.pay(undefined as never)],
  ['pay(request, null)', (reader) => reader.pay({ amount: AMOUNT, key: KEY }, null as never)],
  ['pay(request, { signal: {} })', (reader) => reader.pay({ amount: AMOUNT, key: KEY }, { signal: {} as never })],
  ['pay(request, { signal: null })', (reader) => reader.pay({ amount: AMOUNT, key: KEY }, { signal: null as never })],
  [
    'pay(request, { timeoutMs: "5" })',
    (reader) => reader.pay({ amount: AMOUNT, key: KEY }, { timeoutMs: '5' as never }),
  ],
  ['read()', (reader) => reader.read(undefined as never)],
  ['read({})', (reader) => reader.read({} as never)],
  ['read({ accept: "bank" })', (reader) => reader.read({ accept: 'bank' as never })],
  ['read(request, null)', (reader) => reader.read({ accept: ['bank'] }, null as never)],
  ['read: toString', (reader) => reader.read({ accept: ['bank'], interfaces: 'toString' as never })],
  ['cards(null)', (reader) => reader.cards(null as never)],
  ['lookup()', (reader) => reader.lookup(undefined as never)],
  ['lookup(key, null)', (reader) => reader.lookup(KEY, null as never)],
  ['close(null)', (reader) => reader.close(null as never)],
];
test.each(calls)('%s is a wrong call, told by a rejection', async (_, call) => {
  const { reader, script } = await openTill({});
  await expect(call(reader)).rejects.toMatchObject({ name: 'ReaderError', code: 'usage/invalid' });
  expect(script.heard).toEqual(['INIT']);
});

test.each([[null], [{ signal: {} }], [{ timeoutMs: -1 }]])('events(%j) is a wrong call', async (options) => {
  const { reader } = await openTill({});
  expect(() => reader.events(options as never)).toThrow(expect.objectContaining({ code: 'usage/invalid' }));
});

const transport = memory(createScriptedReader().port);
test.each<readonly [string, () => Promise<unknown>]>([
  ['no transport', () => connect(undefined as never)],
  ['something else', () => connect({ request: 1 } as never)],
  ['options null', () => connect(transport, null as never)],
  ['a signal that is none', () => connect(transport, { signal: {} as never })],
  ['an acquirer that is none', () => connect(transport, { acquirer: {} as never })],
  ['a clock that is none', () => connect(transport, { clock: Date as never })],
  ['random numbers', () => connect(transport, { random: 4 as never })],
  ['nobody who is trusted', () => connect(transport)],
  ['nobody at all', () => connect(transport, { trust: [] })],
  ['a key that is none', () => connect(transport, { trust: [new Uint8Array(63)] })],
  ['a word that is none', () => connect(transport, { trust: 'all' as never })],
  ['a version that is none', () => connect(transport, { trust: 'development', protocolVersion: 3 as never })],
  ['a log that is none', () => connect(transport, { trust: 'development', traced: 1 as never })],
  ['an offset that is none', () => connect(transport, { utcOffsetMinutes: Number.NaN })],
])('connect with %s is a wrong call', async (_, call) => {
  await expect(call()).rejects.toMatchObject({ name: 'ReaderError', code: 'usage/invalid', charged: 'no' });
});

test('a wrong call with a key that may have been charged does not sound uncharged', async () => {
  const acquirer = createAcquirer({ authorise: () => Promise.reject(new Error('lost')) });
  const { reader } = await openTill({ steps: [PAY] }, acquirer);
  await reader.pay({ amount: AMOUNT, key: KEY });
  await expect(reader.pay({ key: KEY } as never)).rejects.toMatchObject({ code: 'usage/invalid', charged: 'maybe' });
});

test.each([0.25, 1e15])('a timeout of %d ms becomes one that timers can hold', async (timeoutMs) => {
  const told: (number | undefined)[] = [];
  const acquirer = createAcquirer({
    authorise(_request, _key, options) {
      told.push(options?.timeoutMs);
      return new Promise(() => {});
    },
  });
  const { reader, clock } = await openTill({ steps: [PAY, COMPLETE] }, acquirer);
  Object.assign(clock, { now: inParts(clock.now) });
  const payment = reader.pay({ amount: AMOUNT, key: KEY }, { timeoutMs });
  await idle();
  expect(told).toEqual([Math.min(Math.ceil(timeoutMs), 0x7fffffff)]);
  await clock.advance(0x7fffffff);
  expect(await payment).toMatchObject({ status: 'unknown' });
});

/** A clock with parts of a millisecond that go on, as `performance.now` has. */
function inParts(now: () => number): () => number {
  let parts = 0;
  return () => {
    parts += 1;
    return now() + parts / 1024;
  };
}
