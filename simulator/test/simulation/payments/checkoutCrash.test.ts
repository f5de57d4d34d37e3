/**
 * The till crashes at every step of a sale. What its journal, the reader and the authorisers then say together is what was taken:
 * no more, no less, and never without a word about it.
 */
import { connect, keyFrom, type MerchantPolicy, type ReaderError } from '@comptoir/sdk';
import { journalEntries, memoryStore, openSales, recover } from '@comptoir/sdk/checkout';
import { expect, test } from 'vitest';
import { type SimulateOptions, type Simulation, simulate } from '../../../src/index.js';
import { createFragile, type Fragile } from './fragileTill.js';
import { NOTHING, taken, toldBy } from './takenModel.js';

const KEY = keyFrom('order-1-1');
/** Some dozens of sales each; a machine may be busy. */
const TIMEOUT_MS = 240_000;
const basket = { currency: 'EUR', lines: [{ sku: 'bread', qty: 2, unit: 2500 }] };
const FOUR: MerchantPolicy = { region: 'EEA', takesPartialApproval: true };

interface Kind {
  readonly name: string;
  readonly options: SimulateOptions;
  readonly policy?: MerchantPolicy;
  readonly brand?: string;
  readonly isAmount?: true;
}

const KINDS: readonly Kind[] = [
  { name: 'coupon, gift card, bank', options: {} },
  { name: 'coupon, gift card, account, bank', options: { accountCredit: 700 }, policy: FOUR, brand: 'ACCOUNT' },
  {
    name: 'the account pays too little',
    options: { accountCredit: 700 },
    policy: { ...FOUR, combinations: [{ aid: 'F04143435401', brand: 'ACCOUNT' }] },
  },
  { name: 'an amount by one card', options: {}, isAmount: true },
];

/** After that the reader doesn't wait any more. */
const HOST_TIMEOUT_MS = 61_000;
async function sell(simulation: Simulation, fragile: Fragile, { policy, brand, isAmount }: Kind): Promise<void> {
  const { clock, random } = simulation;
  const reader = await connect(fragile.transport, { trust: 'development', clock, random, acquirer: fragile.acquirer });
  simulation.tap('dynamic');
  const journal = fragile.store;
  if (isAmount) {
    await reader.pay({ amount: { minor: 5000, currency: 'EUR' }, key: KEY, journal });
    return;
  }
  await reader.pay({
    basket,
    key: KEY,
    journal,
    ...(policy !== undefined && { policy }),
    ...(brand !== undefined && { choice: { brand } }),
  });
}

/** @returns where the till ended, and where the one that came after it did; '' when it came through */
async function crash(
  kind: Kind,
  cutAt: number,
  isLate = false,
  againAt = 0,
): Promise<{ readonly end: string; readonly again: string }> {
  await using simulation = await simulate({ target: 'node', ...kind.options });
  const store = memoryStore();
  const fragile = createFragile({ transport: simulation, acquirer: simulation.acquirer, store }, { at: cutAt, isLate });
  await Promise.race([sell(simulation, fragile, kind), fragile.ended]);
  if (fragile.endedAt() === '') return { end: '', again: '' };

  // The card may have gone meanwhile; the till starts again, and may end again.
  simulation.lift();
  const { clock, random } = simulation;
  const acquirer = isLate ? lateBefore(simulation, fragile) : simulation.acquirer;
  const second = createFragile({ transport: simulation, acquirer, store }, { at: againAt });
  const recovering = async (): Promise<void> => {
    const reader = await connect(second.transport, { trust: 'development', clock, random, acquirer: second.acquirer });
    await recover(reader, second.store, { clock, acquirer: second.acquirer });
  };
  if (againAt > 0) {
    await clock.sleep(HOST_TIMEOUT_MS);
    await Promise.race([recovering(), second.ended]);
  }
  const reader = await connect(simulation, { trust: 'development', clock, random, acquirer });
  const recovered = await recover(reader, store, { clock, acquirer });
  await fragile.late();
  const what = `${kind.name}, step ${cutAt}, ${fragile.endedAt()}, again ${againAt} ${second.endedAt()}`;
  expect(taken(simulation), what).toEqual(toldBy((await journalEntries(store))[0]?.result));
  expect(
    recovered.map(({ result }) => result.status === 'unknown'),
    what,
  ).not.toContain(true);
  expect(await openSales(store), what).toEqual([]);
  // Asked again, nothing is to be done, and nothing changes.
  expect(await recover(reader, store, { clock, acquirer })).toEqual([]);
  for (const { key, result } of recovered) {
    const again = await reader.lookup(key);
    if (result.status !== 'never-seen') expect(again, what).toEqual(result);
  }
  // The card agrees with its authorisers at the next tap.
  const before = taken(simulation);
  simulation.tap('dynamic');
  const next = await reader.pay({ basket, key: keyFrom('order-2-1'), policy: { region: 'EEA' } });
  const paidBy = (wanted: string): number =>
    (('payment' in next && next.payment?.tenders) || [])
      .filter(({ kind }) => kind === wanted)
      .reduce((sum, { amount }) => sum + amount.minor, 0);
  expect(next.status, what).toBe('approved');
  expect(paidBy('gift'), what).toBe(2500 - before.gift);
  expect(paidBy('coupon') > 0, what).toBe(before.isCouponFree);
  return { end: fragile.endedAt(), again: second.endedAt() };
}

/** What had left before the crash overtakes the word that the sale is void. */
function lateBefore({ acquirer }: Simulation, fragile: Fragile): typeof acquirer {
  return {
    ...acquirer,
    async settle(key, planId, end, options) {
      await fragile.late();
      return acquirer.settle(key, planId, end, options);
    },
  };
}

test.each(KINDS)('$name', { timeout: TIMEOUT_MS }, async (kind) => {
  const ends: string[] = [];
  for (let { end } = await crash(kind, 1); end !== ''; { end } = await crash(kind, ends.length + 1)) ends.push(end);
  for (const act of ['put', 'authorise', ...(kind.isAmount ? [] : ['nonce', 'settle'])])
    for (const where of ['before', 'after']) expect(ends).toContain(`${where} ${act}`);
  expect(ends).toContain('before a frame');
  // A question that had left comes to the host late.
  const left = ends.flatMap((end, at) => (end === 'before authorise' ? [at + 1] : []));
  expect(left.length).toBeGreaterThan(kind.isAmount ? 0 : 2);
  for (const cutAt of left) await crash(kind, cutAt, true);
  // And the till that makes it good ends at each of its steps, too.
  const last = left.at(-1) ?? 0;
  let steps = 0;
  for (;;) {
    const { again } = await crash(kind, last, true, steps + 1);
    if (again === '') break;
    steps += 1;
  }
  expect(steps).toBeGreaterThan(8);
});

test('the journal is read newest first, and a torn entry is none', async () => {
  const store = memoryStore();
  const entry = (order: string, atMs: number): Uint8Array =>
    new TextEncoder().encode(
      JSON.stringify({ version: 1, key: order, total: { minor: 1, currency: 'EUR' }, atMs, reader: 'R' }),
    );
  await store.put('payment/a', entry('a', 1));
  await store.put('payment/b', entry('b', 2));
  await store.put('payment/c', entry('c', 3).subarray(0, 20));
  await store.put('other/d', entry('d', 4));
  expect((await journalEntries(store)).map(({ key }) => key)).toEqual(['b', 'a']);
});

test('a store that fails is told, and nothing was taken', async () => {
  await using simulation = await simulate({ target: 'node' });
  await using reader = await connect(simulation, simulation);
  simulation.tap('dynamic');
  const journal = { ...memoryStore(), put: () => Promise.reject(new Error('full')) };
  const failed = await Promise.resolve(reader.pay({ basket, key: KEY, journal })).catch((error: ReaderError) => error);
  expect(failed).toMatchObject({ code: 'journal/failed', charged: 'no', cause: { message: 'full' } });
  expect(taken(simulation)).toEqual(NOTHING);
});
