/**
 * The till ends at each step of a sale, and starts again: it knows what was charged, nothing is charged twice, the shop is told once, and the receipt
 * is right. Everything is real but the browser: the till's modules and its store, the SDK, the reader's firmware, the acquirer with its ledgers.
 * `TILL_KILLS=all` ends it at every step, else at a part of them.
 */

import { loadLink } from '@comptoir/sdk';
import { type Simulation, simulate } from '@comptoir/simulator';
import { afterEach, beforeAll, expect, test, vi } from 'vitest';
import type { SaleRequest } from '../../shop/src/api.js';
import type { SaleRecord } from '../src/sale/saleRecord.js';
import { acquirerFetch, type Fate, fateOf, transportOf } from './dyingPage.js';
import { disk, SALE, stored } from './page.js';

const HOST = 'https://bank.example/acquirer';
const isWhole = process.env['TILL_KILLS'] === 'all';
/** Of the steps of a short run, each so many-th; COMPTOIR_SEED says from where. */
const EACH = isWhole ? 1 : 7;
const FIRST = 1 + (Number(process.env['COMPTOIR_SEED'] ?? 0) % EACH);
/** A reader gives up waiting for a till that died. */
const READER_WAITS_MS = 61_000;

/** What outlives a page: the reader with its cards and the bank behind it, and what the shop was told. */
interface World {
  readonly simulation: Simulation;
  readonly told: Map<string, SaleRequest>;
  isOnline: boolean;
}

type Till = Awaited<ReturnType<typeof openPage>>;

interface Story {
  readonly name: string;
  /** What a clerk does, to the end. */
  play(till: Till, sale: SaleRecord, world: World): Promise<void>;
  /** What must be paid in the end, whoever pays the rest; 0: all went back. */
  readonly endsWith: number;
}

const STORIES: readonly Story[] = [
  {
    name: 'one tap of the dynamic card',
    endsWith: 1250,
    async play({ chargeCard }, sale, { simulation }) {
      simulation.tap('dynamic');
      await chargeCard(sale);
    },
  },
  {
    name: 'half in cash, half by card',
    endsWith: 1250,
    async play({ beginCharge, takeCash, chargeCard, charge }, sale, { simulation }) {
      beginCharge(sale);
      await takeCash(sale, 600);
      simulation.tap('visa-debit');
      if (charge.value.at === 'how') await chargeCard(charge.value.sale);
    },
  },
  {
    name: 'a part by card, then all of it is taken back',
    endsWith: 0,
    async play({ chargeCard, giveUp, charge }, sale, { simulation }) {
      simulation.tap('visa-debit');
      await chargeCard(sale, 600);
      if (charge.value.at === 'how') await giveUp(charge.value.sale);
    },
  },
  {
    name: 'stored without a network, then forwarded and told',
    endsWith: 1250,
    async play({ chargeCard, goOnline }, sale, world) {
      world.isOnline = false;
      world.simulation.tap('visa-debit');
      await chargeCard(sale);
      world.simulation.lift();
      world.isOnline = true;
      await goOnline();
    },
  },
];

beforeAll(() => loadLink());
afterEach(() => vi.unstubAllGlobals());

/** The modules of a page that was just loaded, connected to the reader. */
async function openPage(world: World, fate: Fate) {
  const { simulation, told } = world;
  vi.resetModules();
  vi.stubGlobal('fetch', (given: string, init: RequestInit) => {
    const url = new URL(given);
    return fate.act(`${init.method} ${url.pathname}`, async () => {
      if (!world.isOnline) throw new TypeError('no network');
      if (given.startsWith(HOST)) return acquirerFetch(simulation.acquirer, url, init);
      return shopFetch(told, url, init);
    });
  });
  disk.write = (work) => fate.act('a write', work);
  const { connect, loadLink: load } = await import('@comptoir/sdk');
  await load();
  const { set } = await import('../src/settings/settings.js');
  set({ acquirerUrl: HOST, shopUrl: 'https://shop.example', till: 'T' });
  const { page, store } = await import('../src/store/records.js');
  await store.pass(await store.holder(), page);
  const { connection, forward, queue } = await import('../src/reader/readerConnection.js');
  const { isOnline } = await import('../src/shop/shopClient.js');
  isOnline.value = world.isOnline;
  const outbox = await import('../src/sale/outbox.js');
  const { recoverSales } = await import('../src/sale/afterRestart.js');
  const { settleSales } = await import('../src/sale/afterForwarding.js');
  const { receiptOfSale } = await import('../src/sale/receiptOfSale.js');
  const { takenOf, remainingOf } = await import('../src/sale/saleRecord.js');
  await outbox.loadSales();
  const { clock, random } = simulation;
  const reader = await connect(transportOf(simulation, fate), {
    trust: 'development',
    clock,
    random,
    acquirer: queue().acquirer,
  });
  connection.value = { state: reader.state, reader };
  return {
    ...(await import('../src/charge/charge.js')),
    ...outbox,
    recoverSales,
    receiptOfSale,
    takenOf,
    remainingOf,
    queue,
    async goOnline() {
      isOnline.value = true;
      await forward();
      await settleSales(await queue().list());
      await outbox.sendSales();
    },
  };
}

/** The shop as the till knows it: the same key again is the same sale; a stored one is told again as paid. */
async function shopFetch(told: World['told'], { pathname }: URL, { headers, body }: RequestInit): Promise<Response> {
  const given = body === undefined ? {} : JSON.parse(String(body));
  const take = (key: string, sale: SaleRequest): object => {
    const before = told.get(key);
    if (before !== undefined && before.status !== 'stored') expect(sale, 'told otherwise').toEqual(before);
    told.set(key, sale);
    return { receiptNumber: `R-${[...told.keys()].indexOf(key) + 1}` };
  };
  if (pathname.endsWith('/sales'))
    return Response.json(take((headers as Record<string, string>)['idempotency-key'] ?? '', given));
  if (pathname.endsWith('/sales/offline')) {
    const results = given.sales.map(({ key, ...sale }: SaleRequest & { key: string }) => ({
      taken: true,
      sale: take(key, sale),
    }));
    return Response.json({ results });
  }
  if (pathname.endsWith('/shop')) return Response.json({ name: 'Halles', currency: 'EUR' });
  return Response.json({ revision: 1, items: [], promotions: [] });
}

/** Of bank and gift card together, by their own books: what was taken and didn't go back. */
function takenByBooks({ simulation: { acquirer, authorisers } }: World): number {
  const sum = (all: readonly { readonly amount: number }[]): number =>
    all.reduce((total, { amount }) => total + amount, 0);
  return (
    sum(acquirer.charges()) - sum(acquirer.bankRefunds()) + GIFT_BALANCE - authorisers.gifts.ledger.value(GIFT).free
  );
}
const GIFT = 1n;
const GIFT_BALANCE = 2500;

/**
 * @param isLate a question that the page was about to ask had left, and comes when the next page has looked at everything
 * @returns what the page was doing when it ended; empty when it came through
 */
async function kill(story: Story, at: number, isLate = false): Promise<string> {
  await using simulation = await simulate({ seed: 1, target: 'node' });
  disk.records.clear();
  stored.clear();
  const world: World = { simulation, told: new Map(), isOnline: true };
  const fate = fateOf(at);
  const till = await openPage(world, fate);
  fate.arm();
  await Promise.race([story.play(till, SALE, world), fate.ended]);

  // The customer has taken the card; the page is opened again.
  simulation.lift();
  world.isOnline = true;
  await simulation.clock.sleep(READER_WAITS_MS);
  const again = await openPage(world, fateOf(0));
  const what = `${story.name}, step ${at}, ${fate.endedAt}${isLate ? ', late' : ''}`;
  expect(await again.recoverSales(), what).toBe(true);
  if (isLate) await fate.late();
  await again.goOnline();

  const [sale = SALE] = again.sales.value;
  const inCash = sale.parts.filter(({ kind, state }) => kind === 'cash' && state === 'taken');
  const cash = inCash.reduce((sum, { taken }) => sum + taken, 0);
  const receipt = again.receiptOfSale(sale);
  const told = [...world.told.values()].map(({ status, total }) => [status, total]);
  const states = sale.parts.map(({ state }) => state);
  expect(states, what).not.toContain('open');
  expect(takenByBooks(world) + cash, what).toBe(receipt?.paid.minor ?? 0);
  expect(again.takenOf(sale) > 0, what).toBe(receipt !== undefined);
  expect(told, what).toEqual(sale.state === 'paid' ? [['paid', 1250]] : []);

  // The clerk ends what is left, as it was meant; and then it's right, to the cent.
  if (story.endsWith === 0) {
    if (again.takenOf(sale) > 0) await again.giveUp(sale);
    expect([takenByBooks(world), world.told.size], what).toEqual([0, 0]);
    return fate.endedAt;
  }
  if (sale.state !== 'paid') {
    simulation.tap('visa-debit');
    await again.chargeCard(sale.state === 'open' ? sale : { ...SALE, id: 'o-18' });
    expect(again.charge.value, what).toMatchObject({ at: 'paid' });
  }
  const paid = again.sales.value.filter(({ state }) => state === 'paid');
  expect(paid.map(again.takenOf), what).toEqual([story.endsWith]);
  const statuses = [...world.told.values()].map(({ status }) => status);
  expect(statuses, what).toEqual(['paid']);
  return fate.endedAt;
}

test.each(STORIES)('$name', { timeout: 240_000 }, async (story) => {
  expect(await kill(story, 0)).toBe('');
  const ends: string[] = [];
  for (let at = FIRST; ; at += EACH) {
    const end = await kill(story, at);
    if (end === '') break;
    ends.push(end);
    if (/^before (?!a write)/.test(end)) await kill(story, at, true);
  }
  expect(ends.length).toBeGreaterThan(isWhole ? 9 : 1);
});
