/** The clerk stops a sale, or the link is lost, at every step: the result, or a lookup after it, says what was taken. */
import { connect, keyFrom, type LookupResult, type PayResult, ReaderError } from '@comptoir/sdk';
import { memoryStore, openSales } from '@comptoir/sdk/checkout';
import { expect, test } from 'vitest';
import { type Simulation, simulate } from '../../../src/index.js';
import { createFragile, type Mishap } from './fragileTill.js';
import { NOTHING, taken, toldBy } from './takenModel.js';

const KEY = keyFrom('order-1-1');
/** Some dozens of sales each; a machine may be busy. */
const TIMEOUT_MS = 240_000;
const basket = { currency: 'EUR', lines: [{ sku: 'bread', qty: 2, unit: 2500 }] };
/** After that the reader doesn't wait for the host any more. */
const HOST_TIMEOUT_MS = 61_000;

type Ended = PayResult | ReaderError;

/** @returns how the sale ended for the till, and where it was when it happened; '' when nothing did */
async function sell(
  simulation: Simulation,
  mishap: Mishap,
  signal?: AbortSignal,
): Promise<{ ended: Ended; at: string; isOpen: boolean }> {
  const { clock, random } = simulation;
  const store = memoryStore();
  const fragile = createFragile(
    { transport: simulation, acquirer: simulation.acquirer, store },
    { ...mishap, isArmedLater: true },
  );
  const reader = await connect(fragile.transport, { trust: 'development', clock, random, acquirer: fragile.acquirer });
  simulation.tap('dynamic');
  fragile.arm();
  const request = { basket, key: KEY, journal: fragile.store };
  const ended = await Promise.resolve(reader.pay(request, signal === undefined ? {} : { signal })).catch(
    (error: unknown) => {
      if (error instanceof ReaderError) return error;
      throw error;
    },
  );
  // Whatever the reader was told last, it's free for the next operation.
  if (signal !== undefined) await reader.lookup(KEY);
  await reader.close();
  return { ended, at: fragile.endedAt(), isOpen: (await openSales(store)).length > 0 };
}

async function lookedUp(simulation: Simulation): Promise<LookupResult> {
  await using reader = await connect(simulation, simulation);
  return await reader.lookup(KEY);
}

test('stopped by the clerk at each step', { timeout: TIMEOUT_MS }, async () => {
  const statuses = new Map<string, string>();
  for (let step = 1; ; step += 1) {
    await using simulation = await simulate({ target: 'node' });
    const abort = new AbortController();
    const { ended, at } = await sell(simulation, { at: step, instead: () => abort.abort() }, abort.signal);
    if (at === '') break;
    const what = `step ${step}, ${at}`;
    if (ended instanceof ReaderError) throw new Error(`${what}: ${ended.code} ${ended.message}`);
    statuses.set(ended.status, at);
    const looked = await lookedUp(simulation);
    expect(taken(simulation), what).toEqual(toldBy(looked));
    expect(looked.status, what).not.toBe('unknown');
    if (ended.status === 'cancelled') expect([ended.by, taken(simulation)], what).toEqual(['clerk', NOTHING]);
    if (ended.status === 'approved') expect(looked.status, what).toBe('approved');
  }
  expect([...statuses.keys()].sort()).toEqual(['approved', 'cancelled', 'unknown']);
});

test('the link is lost at each step', { timeout: TIMEOUT_MS }, async () => {
  const codes = new Set<string>();
  for (let step = 1; ; step += 1) {
    await using simulation = await simulate({ target: 'node' });
    const { ended, at, isOpen } = await sell(simulation, { at: step, instead: (unplug) => unplug() });
    if (at === '') break;
    const what = `step ${step}, ${at}`;
    await simulation.clock.sleep(HOST_TIMEOUT_MS);
    const looked = await lookedUp(simulation);
    expect(looked.status, what).not.toBe('unknown');
    expect(taken(simulation), what).toEqual(toldBy(looked));
    if (ended instanceof ReaderError) {
      codes.add(`${ended.code} ${ended.charged}`);
      expect(looked.status, what).not.toBe('approved');
      expect(isOpen, what).toBe(false);
    } else {
      codes.add(ended.status);
      if (ended.status === 'unknown')
        expect([ended.charged, ended.recovery.do, isOpen], what).toEqual(['maybe', 'lookup', true]);
    }
  }
  expect([...codes].sort()).toEqual(['approved', 'link/lost no', 'unknown']);
});

test('the same key while it runs, by another till, is unknown there; afterwards it takes nothing more', async () => {
  await using simulation = await simulate({ target: 'node' });
  await using one = await connect(simulation, simulation);
  await using two = await connect(simulation, simulation);
  const first = one.pay({ basket, key: KEY });
  const second = Promise.resolve(two.pay({ basket, key: KEY })).catch((error: unknown) => error);
  simulation.tap('dynamic');
  expect((await first).status).toBe('approved');
  // The host object knows that the key is on its way.
  expect(await second).toMatchObject({ status: 'unknown', charged: 'maybe', cause: { code: 'reader/busy' } });
  expect(await two.pay({ basket, key: KEY })).toMatchObject({ status: 'approved' });
  expect(taken(simulation)).toMatchObject({ bank: 2000, gift: 2500, held: 0 });
  const other = { currency: 'EUR', lines: [{ sku: 'bread', qty: 1, unit: 2500 }] };
  await expect(two.pay({ basket: other, key: KEY })).rejects.toMatchObject({ code: 'usage/invalid' });
});
