/**
 * Random days: sales at the counter by cash, card and taps, stored ones too, orders on the web, refunds, tills and a shop that die anywhere. In the evening
 * the shop's books and those of bank, account and gift card say the same, nothing was taken twice, and every item is where it should be.
 * `MONEY_DAYS=N` plays N days instead of a few, `MONEY_SEED=N` other ones.
 */
import { unsignedToBytes } from '@comptoir/protocol';
import { connect, keyFrom, type LookupResult, type PaymentKey, type Reader } from '@comptoir/sdk';
import { memoryStore, type PaidPart, refundSale } from '@comptoir/sdk/checkout';
import { type OfflineQueue, offlineQueue } from '@comptoir/sdk/offline';
import { onlineAccounts, realClock, type SimulatedAccounts, type Simulation, simulate } from '@comptoir/simulator';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Sale, SaleRequest, SaleTender } from '../src/api.js';
import { createShop, type Shop } from '../src/createShop.js';
import { withFaults } from '../src/database/database.js';
import { giftBooks } from '../src/gifts/giftBooks.js';
import { GIFT_HOLD_MS } from '../src/gifts/gifts.js';
import { openGift } from '../src/gifts/issuedGifts.js';
import { price } from '../src/goods/price.js';
import { adjustStock } from '../src/goods/stock.js';
import { openSlots } from '../src/orders/orders.js';
import { dayReport } from '../src/sales/dayReport.js';
import { saleOf } from '../src/sales/readSale.js';
import { recordRefund } from '../src/sales/recordRefund.js';
import { recordSale } from '../src/sales/recordSale.js';
import { settleStored } from '../src/sales/settleStored.js';
import { HOOK_MS, type TestSurroundings, testSurroundings } from './testDatabase.js';

const SHOP = 'halles';
const CODE = 'MONEYDAYMONEYDAY';
const GIFT = 6000;
const MERCHANT = 'COMPTOIR-DEV-01';
const ACCOUNT = unsignedToBytes(1001, 8);
const DAYS = Number(process.env['MONEY_DAYS'] ?? 3);
const SEED = Number(process.env['MONEY_SEED'] ?? process.env['COMPTOIR_SEED'] ?? 9);

let around: TestSurroundings;
let shop: Shop;
let simulation: Simulation;
let accounts: SimulatedAccounts;
let queue: OfflineQueue;
let reader: Reader;
let isOnline = true;
/** Statements until the shop dies; 0: it doesn't. */
let diesIn = 0;
const known = new Set<string>();
let made = 0;

beforeAll(async () => {
  around = await testSurroundings();
  const database = withFaults(around.database, () => {
    if (diesIn > 0 && --diesIn === 0) throw new Error('the shop died');
  });
  const mortal = { ...around, database };
  simulation = await simulate({
    seed: 1,
    clock: realClock,
    giftBooks: giftBooks(mortal, SHOP),
    accountCredit: 10_000_000,
  });
  const { authorisers, acquirer } = simulation;
  accounts = onlineAccounts({
    authorisers,
    acquirers: { [MERCHANT]: acquirer },
    seed: 1,
    nowMs: () => realClock.now(),
  });
  shop = createShop({ ...mortal, accounts });
  await shop.change(SHOP, async (work) => {
    await openGift(work, { code: CODE, amount: GIFT, card: '1' });
    await adjustStock(work, { sku: 'honey', delta: 10_000, reason: 'delivery' }, 'enough');
    const fromMs = work.nowMs + 86_400_000;
    await openSlots(work, [{ fromMs, untilMs: fromMs + 1, capacity: 10_000 }]);
  });
  const limits = { currency: 'EUR', perSale: 1_000_000, total: 10_000_000, ageMs: 86_400_000 };
  queue = offlineQueue(acquirer, { store: memoryStore(), limits, isOnline: () => isOnline });
  reader = await connect(simulation, { ...simulation, acquirer: queue.acquirer });
}, HOOK_MS);
afterAll(async () => {
  await reader?.close();
  await simulation?.close();
  await around.database.close();
});

/** The same again, after the shop came back. */
async function atLast<Kind>(dies: number, work: () => Promise<Kind>): Promise<Kind> {
  diesIn = dies;
  try {
    return await work();
  } catch (fault) {
    if (diesIn !== 0 || dies === 0) throw fault;
    return await work();
  } finally {
    diesIn = 0;
  }
}

const deed = fc.record({
  does: fc.constantFrom('card', 'tap', 'tap', 'stored', 'web', 'refund', 'refund', 'forward', 'hour'),
  qty: fc.integer({ min: 1, max: 3 }),
  cash: fc.integer({ min: 0, max: 2000 }),
  dies: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 14 })),
  which: fc.nat(),
  isGood: fc.boolean(),
});
type Deed = typeof deed extends fc.Arbitrary<infer Kind> ? Kind : never;

async function sell({ does, qty, cash, dies, isGood }: Deed): Promise<void> {
  const id = `day-${++made}`;
  const { total, lines, discounts } = await shop.change(SHOP, (work) =>
    price(work, { lines: [{ sku: 'honey', qty }], codes: [] }),
  );
  const inCash = Math.min(cash, total - 1);
  const amount = { minor: total - inCash, currency: 'EUR' };
  const [first, second] = [keyFrom(`${id}-1`), keyFrom(`${id}-2`)];
  isOnline = does !== 'stored';
  simulation.tap(does === 'tap' ? 'dynamic' : isGood ? 'visa-debit' : 'declined');
  diesIn = does === 'tap' ? dies : 0;
  const paid = await (does === 'tap'
    ? reader.pay({
        key: second,
        basket: { currency: 'EUR', lines: [{ sku: 'honey', qty: 1, unit: amount.minor }] },
        policy: { region: 'EEA', takesPartialApproval: true, takesCoupons: false },
      })
    : reader.pay({ key: second, amount })
  ).catch(() => undefined);
  simulation.lift();
  [diesIn, isOnline] = [0, true];
  const isSettled = paid !== undefined && (!('payment' in paid) || paid.payment?.settled !== false);
  const tenders = tendersOf(isSettled ? paid : await reader.lookup(second), second);
  if (tenders.length === 0) return;
  const sale: SaleRequest = {
    lines: lines.map((line) => ({ sku: line.sku, qty: line.qty, unit: line.unit, discount: line.discount })),
    discounts,
    total,
    tenders: [...(inCash > 0 ? [{ kind: 'cash' as const, label: 'cash', amount: inCash }] : []), ...tenders],
    status: does === 'stored' ? 'stored' : 'paid',
    soldMs: around.clock.nowMs,
  };
  await atLast(dies, () =>
    shop.write({ shop: SHOP, actor: 'till', operation: '/sales', key: first, body: sale }, (work) =>
      recordSale(work, first, sale, { channel: 'counter' }),
    ),
  );
  known.add(first);
}

function tendersOf(result: LookupResult | { readonly status: string }, key: PaymentKey): readonly SaleTender[] {
  if (!('payment' in result) || result.payment === undefined) return [];
  const state = result.status === 'stored' ? { state: 'stored' as const } : {};
  const tenders = result.payment.tenders.filter(({ amount }) => amount.minor > 0);
  return tenders.map(({ kind, label, amount }) => ({ kind, label, amount: amount.minor, key, ...state }));
}

async function order({ qty, dies, isGood }: Deed): Promise<void> {
  const signedIn = await accounts.signIn(MERCHANT, accounts.showCode());
  if (!signedIn.ok) throw new Error('not signed in');
  const { total } = await shop.change(SHOP, (work) => price(work, { lines: [{ sku: 'honey', qty }], codes: [] }));
  const [slot] = await around.database.query(
    'select max(from_ms)::bigint as from_ms from pickup_slot where shop_id = $1',
    [SHOP],
  );
  const request = {
    lines: [{ sku: 'honey', qty }],
    customerName: 'C',
    language: 'en' as const,
    slotMs: Number(slot?.['from_ms']),
    total,
    pay: 'account' as const,
    ...(isGood && { giftCode: CODE }),
  };
  const key = `order-${++made}`;
  const customer = { session: `visit-${made}`, holder: signedIn.holder };
  // A gift card with nothing on it declines, and nothing was ordered.
  await atLast(dies, () => shop.order(SHOP, key, request, customer)).catch((fault: Error) =>
    expect(fault.message).toContain('left'),
  );
}

/** As the till does it: by the shop's record of each payment. */
async function giveBack({ which, cash, dies }: Deed): Promise<void> {
  const webs = await around.database.query(
    "select sale_key from sale where shop_id = $1 and channel = 'web' order by sale_key",
    [SHOP],
  );
  const all = [...known, ...webs.map((row) => String(row['sale_key']))].sort();
  const sale = await shop.read(SHOP, (work) => saleOf(work, all[which % all.length] ?? ''));
  if (sale === undefined || sale.refundable === 0) return;
  const amount = Math.min(sale.refundable, cash + 1);
  const key = keyFrom(`back-${sale.key}-${sale.refunds.length}`.slice(0, 61));
  const result = await atLast(dies, async () => {
    const asked = { key, payments: paymentsOf(sale), amount: { minor: amount, currency: 'EUR' } };
    const refunded = await refundSale(simulation.acquirer, asked, { clock: realClock });
    // The till asks again until it knows.
    if (refunded.status === 'unknown') throw new Error(`unknown: ${JSON.stringify(asked)}`);
    return refunded;
  });
  expect(result.status).toBe('refunded');
  const parts = result.parts.map((part) => ({
    ...part,
    kind: part.kind as SaleTender['kind'],
    amount: part.amount.minor,
  }));
  const told = { of: sale.key, amount, parts, lines: [], refundedMs: around.clock.nowMs };
  await atLast(dies, () =>
    shop.write({ shop: SHOP, actor: 'till', operation: '/refunds', key, body: told }, (work) =>
      recordRefund(work, key, told),
    ),
  );
}

function paymentsOf({ key: first, channel, tenders, refunds }: Sale): readonly PaidPart[] {
  return tenders.map(({ kind, label, key = first, amount, owed = 0, state }) => {
    const by = kind === 'cash' || (channel === 'web' && kind === 'gift') ? 'till' : 'acquirer';
    const back = refunds
      .flatMap(({ parts }) => parts)
      .reduce((sum, part) => sum + (part.kind === kind && (part.key ?? first) === key ? part.amount : 0), 0);
    return { key: keyFrom(key), by, kind, label, left: state === 'stored' ? 0 : amount - owed - back };
  });
}

async function forward({ dies }: Deed): Promise<void> {
  await queue.forward();
  for (const { key, state, approved } of await queue.list()) {
    if (state !== 'settled' && state !== 'declined') continue;
    const settle = { key, end: state, approved: approved?.minor ?? 0 };
    if ((await shop.read(SHOP, (work) => saleOf(work, key))) === undefined) continue;
    await atLast(dies, () =>
      shop.write({ shop: SHOP, actor: 'till', operation: '/settle', key, body: settle }, (work) =>
        settleStored(work, key, settle),
      ),
    );
  }
}

async function evening(): Promise<void> {
  around.clock.nowMs += 180_000;
  await shop.tick();
  await forward({ dies: 0 } as Deed);
  const { acquirer, authorisers } = simulation;
  const { byTender } = await shop.read(SHOP, (work) => dayReport(work, '2026-11-27'));
  const ofShop = (kind: string): number =>
    byTender.reduce((sum, one) => sum + (one.kind === kind ? one.amount - one.refunded - one.owed : 0), 0);
  const sum = (all: readonly { readonly amount: number }[]): number =>
    all.reduce((total, { amount }) => total + amount, 0);
  const ask = (sql: string) => around.database.query(sql, [SHOP]);
  const [gift] = await ask('select free from gift_card where shop_id = $1 and on_card is not null');
  expect({
    gift: GIFT - Number(gift?.['free']),
    bank: sum(acquirer.charges()) - sum(acquirer.bankRefunds()),
    account: authorisers.accounts.book.account(ACCOUNT, realClock.now()).owed,
  }).toEqual({ gift: ofShop('gift'), bank: ofShop('bank'), account: ofShop('account') });
  const keys = acquirer.charges().map(({ key }) => key);
  expect(new Set(keys).size).toBe(keys.length);
  expect(
    await ask(`select sku from item left join stock_event e using (shop_id, sku) where shop_id = $1 group by shop_id, sku, on_hand, reserved
    having on_hand <> sum(delta) or reserved <> 0`),
  ).toEqual([]);
  const [goods] = await ask(`select (select sum(qty) from sale_line where shop_id = $1 and sku = 'honey') as sold,
    (select -sum(delta) from stock_event where shop_id = $1 and sku = 'honey' and kind = 'sale') as gone`);
  expect(Number(goods?.['gone'] ?? 0)).toBe(Number(goods?.['sold'] ?? 0));
}

test(`${DAYS} random days end with the same sums everywhere`, { timeout: 60_000 + DAYS * 20_000 }, async () => {
  const DOES: Readonly<Record<Deed['does'], (one: Deed) => Promise<void>>> = {
    card: sell,
    tap: sell,
    stored: sell,
    web: order,
    refund: giveBack,
    forward,
    hour: async () => {
      around.clock.nowMs += Math.min(GIFT_HOLD_MS, 60_000);
      await shop.tick();
    },
  };
  await fc.assert(
    fc.asyncProperty(fc.array(deed, { minLength: 8, maxLength: 12 }), async (day) => {
      for (const one of day) await DOES[one.does](one);
      await evening();
    }),
    { numRuns: DAYS, seed: SEED, endOnFailure: true },
  );
});
