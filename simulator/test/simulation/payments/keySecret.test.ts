/** The secret of a key goes to the reader alone: whatever a host, a receipt, an error or a log gets, it isn't there. */

import { seededBytes } from '@comptoir/crypto/seed';
import { connect, newKey, type PaymentKey, type PayResult, paymentIdOf, type Reader } from '@comptoir/sdk';
import { memoryStore, recover, refund, refundSale } from '@comptoir/sdk/checkout';
import { offlineQueue } from '@comptoir/sdk/offline';
import { receipt, receiptText } from '@comptoir/sdk/receipt';
import { expect, test } from 'vitest';
import { secretOf } from '../../../../sdk/src/values/key.js';
import { type Simulation, simulate } from '../../../src/index.js';
import { makeSale } from '../../../src/simulation/sale/sale.js';
import { presentedCard } from '../../../src/world/cards/presentedCard.js';

const eur = (minor: number) => ({ minor, currency: 'EUR' });
const random = seededBytes('secrets');
const keyOf = (order: string): PaymentKey => newKey(order, 1, random);

/** Bytes as they are, so that a text in them is found as well as a secret. */
function textOf(value: unknown): string {
  return JSON.stringify(value, (_, one: unknown) =>
    one instanceof Uint8Array ? Buffer.from(one).toString('latin1') : one,
  );
}

function holds(text: string, key: PaymentKey): boolean {
  const [, words = ''] = key.split('~');
  const secret = Buffer.from(secretOf(key));
  const forms = [words, ...(['hex', 'base64url', 'latin1'] as const).map((form) => secret.toString(form))];
  return forms.some((form) => text.includes(form) || text.includes(textOf(form).slice(1, -1)));
}

/** Everything that a host is told, as text. */
function recording<Host extends object>(acquirer: Host) {
  const calls: string[] = [];
  const recorder = new Proxy(acquirer, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== 'function') return value;
      return (...told: readonly unknown[]) => {
        calls.push(`${String(name)} ${told.map(textOf).join(' ')}`);
        return value.apply(target, told);
      };
    },
  });
  return { acquirer: recorder, calls };
}

async function opened(simulation: Simulation) {
  const { acquirer, calls } = recording(simulation.acquirer);
  const reader = await connect(simulation, { ...simulation, acquirer });
  return { acquirer, calls, reader };
}

/** @param asked names of the calls that must have been made with the id, or else nothing is proved */
function expectNoSecret(calls: readonly string[], key: PaymentKey, asked: readonly string[]): void {
  for (const name of asked)
    expect(
      calls.some((call) => call.startsWith(`${name} `) && call.includes(paymentIdOf(key))),
      name,
    ).toBe(true);
  expect(calls.filter((call) => holds(call, key))).toEqual([]);
}

async function tapped(
  reader: Reader,
  simulation: Simulation,
  key: PaymentKey,
  card = 'visa-debit',
): Promise<PayResult> {
  simulation.tap(card);
  return reader.pay({ amount: eur(1250), key }).finally(() => simulation.lift());
}

test('the search finds a secret in each of its forms', () => {
  const key = keyOf('found');
  const secret = secretOf(key);
  for (const leak of [key, { secret }, Buffer.from(secret).toString('hex'), Buffer.from(secret).toString('base64url')])
    expect(holds(textOf(leak), key)).toBe(true);
  expect(holds(textOf([paymentIdOf(key), secretOf(keyOf('other'))]), key)).toBe(false);
});

test('a sale, its lookup, its receipt and its refund', async () => {
  await using simulation = await simulate({ seed: 1, target: 'node' });
  const { acquirer, calls, reader } = await opened(simulation);
  const [key, back] = [keyOf('order'), keyOf('back')];
  const result = await tapped(reader, simulation, key);
  if (result.status !== 'approved') throw new Error(`the sale is ${result.status}`);
  expect(result.payment.key).toBe(key);
  expect(await reader.lookup(key)).toEqual(result);
  const made = receipt([result], { shop: { name: 'Le Comptoir', address: [] } });
  if (made === undefined) throw new Error('there is no receipt');
  expect(result.payment.id.endsWith(`/${paymentIdOf(key)}`)).toBe(true);
  for (const shown of [result.payment.id, textOf(result.payment.tenders), textOf(made), receiptText(made)])
    expect(holds(shown, key)).toBe(false);
  expect(await refund(acquirer, { of: key, key: back }, simulation)).toMatchObject({ status: 'refunded', key: back });
  expectNoSecret(calls, key, ['authorise', 'sale', 'refund']);
  expectNoSecret(calls, back, ['refund']);
  await reader.close();
});

test('a basket, recovered from its journal, and refunded in parts by one who knows its id alone', async () => {
  await using simulation = await simulate({ seed: 1, target: 'node' });
  const { acquirer, calls, reader } = await opened(simulation);
  const journal = memoryStore();
  const [key, back] = [keyOf('basket'), keyOf('basket-back')];
  const basket = { currency: 'EUR', lines: [{ sku: 'bread', qty: 2, unit: 2500 }] };
  simulation.tap('dynamic');
  expect(await reader.pay({ basket, key, journal })).toMatchObject({ status: 'approved', payment: { key } });
  // As a crash leaves it: the result was never written down.
  const name = `payment/${paymentIdOf(key)}`;
  const { result: _ended, ...begun } = JSON.parse(new TextDecoder().decode(await journal.get(name)));
  await journal.put(name, new TextEncoder().encode(JSON.stringify(begun)));
  const of = paymentIdOf(key) as PaymentKey;
  expect(await refund(acquirer, { of, key: back, journal }, simulation)).toMatchObject({ code: 'SALE_OPEN' });
  expect(await recover(reader, journal, simulation)).toMatchObject([{ key, result: { status: 'approved' } }]);
  const payments = [{ key: of, by: 'acquirer', kind: 'card', label: 'card', left: 4500 } as const];
  const returned = await refundSale(acquirer, { key: back, payments, amount: eur(4500), journal }, simulation);
  expect(returned).toMatchObject({ status: 'refunded', amount: eur(4500) });
  expectNoSecret(calls, key, ['authorise', 'settle', 'refund']);
  expectNoSecret(calls, back, ['refund']);
  await reader.close();
});

test('a payment that is reversed', async () => {
  await using simulation = await simulate({ target: 'node' });
  const { calls, reader } = await opened(simulation);
  const key = keyOf('silent');
  simulation.insert('silent');
  expect((await reader.pay({ amount: eur(1250), key, interfaces: 'contact' })).status).toBe('unknown');
  expect(await reader.lookup(key)).toMatchObject({ status: 'declined', reversal: 'done' });
  expectNoSecret(calls, key, ['authorise', 'settle']);
  await reader.close();
});

test('payments without connection: the queue knows ids, and finds them by whole keys as well', async () => {
  await using simulation = await simulate({ seed: 1, target: 'node' });
  const { acquirer, calls } = recording(simulation.acquirer);
  const store = memoryStore();
  let isOnline = false;
  const limits = { currency: 'EUR', perSale: 2000, total: 5000, ageMs: 60_000 };
  const queue = offlineQueue(acquirer, { store, limits, clock: simulation.clock, isOnline: () => isOnline });
  await using reader = await connect(simulation, { ...simulation, acquirer: queue.acquirer });
  const [kept, taken] = [keyOf('kept'), keyOf('taken')];
  for (const key of [kept, taken]) expect((await tapped(reader, simulation, key)).status).toBe('stored');
  expect((await queue.list()).map(({ key }) => key).sort()).toEqual([kept, taken].map(paymentIdOf).sort());
  expect((await reader.lookup(kept)).status).toBe('stored');
  expect(await queue.takeBack(taken)).toBe(true);
  expect(await queue.takeBack(paymentIdOf(taken))).toBe(true);
  isOnline = true;
  expect(await queue.forward()).toMatchObject({ settled: 1, left: 0 });
  const exported = await queue.export();
  for (const key of [kept, taken])
    expect([exported.includes(paymentIdOf(key)), holds(exported, key)]).toEqual([true, false]);
  expect(await queue.acquirer.status(kept)).not.toBeNull();
  expect([await queue.forget(kept), await queue.forget(paymentIdOf(taken))]).toEqual([true, true]);
  expectNoSecret(calls, kept, ['authorise']);
  expectNoSecret(calls, taken, []);
});

test('errors, events and the log of the reader', async () => {
  await using simulation = await simulate({ seed: 1, target: 'node' });
  const { reader } = await opened(simulation);
  const [key, late] = [keyOf('busy'), keyOf('late')];
  const events: unknown[] = [];
  const listening = (async () => {
    for await (const event of reader.events()) events.push(event);
  })();
  const stop = new AbortController();
  const paying = reader.pay({ amount: eur(1250), key }, { signal: stop.signal });
  const fault: Error = (await reader.lookup(late).catch((error: Error) => error)) as Error;
  expect(fault.message).toContain(paymentIdOf(key));
  expect(holds(fault.message, key)).toBe(false);
  stop.abort();
  await paying;
  const log = await reader.log();
  await reader.close();
  await listening;
  expect(events.length).toBeGreaterThan(0);
  for (const told of [events, log]) expect(holds(textOf(told), key)).toBe(false);
});

test('the same seed makes the same ids, another seed others', async () => {
  const idOf = async (seed: number): Promise<string> => {
    const request = {
      card: presentedCard('visa-debit'),
      amount: eur(1250),
      interface: 'contactless',
      target: 'node',
    } as const;
    const { result } = await makeSale({ ...request, seed });
    return result.status === 'approved' ? result.payment.key : result.status;
  };
  const [first, again, other] = [await idOf(1), await idOf(1), await idOf(2)];
  expect(first).toMatch(/^sale-1\.[0-9a-z]{12}~[0-9a-z]{26}$/);
  expect([again === first, other === first]).toEqual([true, false]);
});
