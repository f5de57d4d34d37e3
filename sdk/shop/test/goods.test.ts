/** Stock, promotions, sales, refunds and gift value, as the ledgers have them. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Priced, SaleRequest } from '../src/api.js';
import { change, read, write } from '../src/database/work.js';
import { endGiftHolds, giftOf, holdGift, refundGift } from '../src/gifts/gifts.js';
import { issueGift } from '../src/gifts/issuedGifts.js';
import { catalogueOf, publishPromotion } from '../src/goods/catalogue.js';
import { price } from '../src/goods/price.js';
import { adjustStock, reserve, stockOf } from '../src/goods/stock.js';
import { dayReport } from '../src/sales/dayReport.js';
import { saleOf } from '../src/sales/readSale.js';
import { recordRefund } from '../src/sales/recordRefund.js';
import { recordSale } from '../src/sales/recordSale.js';
import { HOOK_MS, START_MS, type TestSurroundings, testSurroundings } from './testDatabase.js';

let around: TestSurroundings;
beforeAll(async () => {
  around = await testSurroundings();
}, HOOK_MS);
afterAll(() => around.database.close());

const SHOP = 'halles';
const COUNTER = { channel: 'counter' } as const;
const priced = (lines: Record<string, number>, codes: readonly string[] = []): Promise<Priced> =>
  change(around, SHOP, (work) =>
    price(work, { lines: Object.entries(lines).map(([sku, qty]) => ({ sku, qty })), codes }),
  );
const saleFrom = ({ lines, discounts, total }: Priced, more: Partial<SaleRequest> = {}): SaleRequest => ({
  lines: lines.map(({ sku, qty, unit, discount }) => ({ sku, qty, unit, discount })),
  discounts,
  total,
  tenders: [{ kind: 'bank', label: 'VISA DEBIT', amount: total }],
  status: 'paid',
  soldMs: around.clock.nowMs,
  ...more,
});
const sold = async (key: string, lines: Record<string, number>, more: Partial<SaleRequest> = {}) => {
  const sale = saleFrom(await priced(lines), more);
  return write(around, { shop: SHOP, actor: 'till', operation: 'sale', key, body: sale }, (work) =>
    recordSale(work, key, sale, COUNTER),
  );
};
const levels = async (...skus: string[]) => [...(await read(around, SHOP, (work) => stockOf(work, skus))).values()];

describe('stock', () => {
  test('is the sum of its events, and events are never changed', async () => {
    const before = (await levels('honey'))[0]?.onHand ?? 0;
    await change(around, SHOP, (work) => adjustStock(work, { sku: 'honey', delta: 5, reason: 'delivery' }, 'd1'));
    await change(around, SHOP, (work) => adjustStock(work, { sku: 'honey', delta: -2, reason: 'breakage' }, 'b1'));
    expect((await levels('honey'))[0]).toMatchObject({ onHand: before + 3, reserved: 0, available: before + 3 });
    const sums = await around.database.query(
      `select item.sku from item left join stock_event e using (shop_id, sku) group by item.shop_id, item.sku, on_hand, reserved
         having on_hand <> coalesce(sum(delta), 0) or reserved <> coalesce(sum(reserved_delta), 0)`,
    );
    expect(sums).toEqual([]);
    await expect(around.database.query('update stock_event set delta = 99')).rejects.toThrow(/never changed/);
    await expect(around.database.query('delete from stock_event')).rejects.toThrow(/never changed/);
  });

  test('a reservation holds until it expires, and more than is there is not reserved', async () => {
    const teapots = [{ sku: 'teapot', qty: 3 }];
    await change(around, SHOP, (work) => reserve(work, 'hold-1', teapots, work.nowMs + 60_000));
    expect((await levels('teapot'))[0]).toMatchObject({ onHand: 4, reserved: 3, available: 1 });
    const more = change(around, SHOP, (work) => reserve(work, 'hold-2', teapots, work.nowMs + 60_000));
    await expect(more).rejects.toMatchObject({
      code: 'out-of-stock',
      shortages: [{ sku: 'teapot', wanted: 3, available: 1 }],
    });
    around.clock.nowMs += 60_000;
    const { items } = await change(around, SHOP, (work) => catalogueOf(work));
    expect(items.find(({ sku }) => sku === 'teapot')?.stock).toMatchObject({ reserved: 0, available: 4 });
  });

  test('two tills sell the last one offline: both sales stand, and the shop is told of one that is not there', async () => {
    await change(around, SHOP, (work) => adjustStock(work, { sku: 'olive-oil', delta: -8, reason: 'count' }, 'c1'));
    const [one, other] = await Promise.all(
      ['till-a', 'till-b'].map((key) => sold(key, { 'olive-oil': 1 }, { status: 'stored' })),
    );
    const short = [...(one?.oversold ?? []), ...(other?.oversold ?? [])];
    expect(short).toEqual([{ sku: 'olive-oil', wanted: 1, available: 0 }]);
    expect((await levels('olive-oil'))[0]).toMatchObject({ onHand: -1, available: 0 });
  });

  test('what was promised to somebody counts as not there', async () => {
    await change(around, SHOP, (work) =>
      reserve(work, 'promised', [{ sku: 'espresso-cup', qty: 12 }], work.nowMs + 60_000),
    );
    expect((await sold('cup', { 'espresso-cup': 1 })).oversold).toEqual([
      { sku: 'espresso-cup', wanted: 1, available: 0 },
    ]);
  });
});

describe('a write', () => {
  test('ten times the same is once, also all at the same time', async () => {
    const before = (await levels('baguette'))[0]?.onHand ?? 0;
    const sale = saleFrom(await priced({ baguette: 2 }));
    const one = () =>
      write(around, { shop: SHOP, actor: 'till', operation: 'sale', key: 'ten', body: sale }, (work) =>
        recordSale(work, 'ten', sale, COUNTER),
      );
    const answers = await Promise.all(Array.from({ length: 10 }, one));
    expect(new Set(answers.map(({ receiptNumber }) => receiptNumber)).size).toBe(1);
    expect((await levels('baguette'))[0]?.onHand).toBe(before - 2);
  });

  test('the same key with something else is named', async () => {
    await sold('reused', { baguette: 1 });
    await expect(sold('reused', { baguette: 2 })).rejects.toMatchObject({ code: 'key-reused' });
  });

  test('a sale that comes by another way is the same sale', async () => {
    const first = await sold('forwarded', { biscuits: 1 }, { status: 'stored' });
    const again = await change(around, SHOP, async (work) =>
      recordSale(work, 'forwarded', saleFrom(await price(work, { lines: [{ sku: 'biscuits', qty: 1 }] })), COUNTER),
    );
    expect([first.status, again.status, again.receiptNumber]).toEqual(['stored', 'settled', first.receiptNumber]);
  });

  test('one shop never sees another', async () => {
    await sold('private', { baguette: 1 });
    expect(await read(around, 'canal', (work) => saleOf(work, 'private'))).toBeUndefined();
    const rows = await read(around, 'canal', (work) => work.query('select distinct shop_id from item'));
    expect(rows).toEqual([{ shop_id: 'canal' }]);
    const stolen = change(around, 'canal', (work) =>
      work.query("insert into promotion_use values ('halles', 'x', 'y')"),
    );
    await expect(stolen).rejects.toThrow(/row-level security/);
  });
});

describe('promotions', () => {
  test('come off with their lines, and what does not count has its reason', async () => {
    const { lines, discounts, refused, total, vat } = await priced({ 'tea-green': 1, chocolate: 3, honey: 1 }, [
      'bienvenue',
      'nothing',
    ]);
    expect(discounts.map(({ promotion, amount }) => `${promotion} ${amount}`)).toEqual([
      'tea-time 99',
      'three-chocolates 200',
      'welcome 500',
    ]);
    expect(refused.map(({ code, reason }) => `${code} ${reason}`)).toEqual(['NOTHING CODE_UNKNOWN']);
    expect(lines.map(({ net }) => net)).toEqual([757, 1053, 1011]);
    expect(total).toBe(2821);
    expect(vat).toEqual([{ rate: 550, amount: 147 }]);
  });

  test('net lines for a reader come to the total, a minor unit apart where they must', async () => {
    const { basket, total } = await priced({ chocolate: 3 });
    expect(basket.lines.map(({ qty, unit }) => [qty, unit])).toEqual([
      [1, 414],
      [2, 413],
    ]);
    expect(basket.lines.reduce((sum, { qty, unit }) => sum + qty * unit, 0)).toBe(total);
  });

  test('a serial is redeemed once', async () => {
    const once = {
      id: 'once',
      name: { en: 'Once', fr: 'Une fois' },
      rule: { amountOff: 100, serial: 'S1', gtins: ['2000000000114'] },
      code: 'ONCE',
    };
    await change(around, SHOP, (work) => publishPromotion(work, once));
    const first = await priced({ biscuits: 1 }, ['ONCE']);
    expect(first.total).toBe(420);
    await change(around, SHOP, (work) => recordSale(work, 'serial', saleFrom(first), COUNTER));
    expect((await priced({ biscuits: 1 }, ['ONCE'])).refused).toMatchObject([
      { code: 'ONCE', reason: 'COUPON_ALREADY_REDEEMED' },
    ]);
  });
});

test('a sale whose amounts do not add up is refused, and takes no receipt number', async () => {
  await expect(sold('wrong', { baguette: 1 }, { total: 1 })).rejects.toMatchObject({ code: 'invalid' });
  const [one, other] = [await sold('n1', { baguette: 1 }), await sold('n2', { baguette: 1 })];
  expect(Number(other.receiptNumber.slice(5)) - Number(one.receiptNumber.slice(5))).toBe(1);
});

test('a refund goes back once, brings its goods back, and is never more than was paid', async () => {
  const sale = await sold('to-refund', { 'jam-fig': 2 });
  const before = (await levels('jam-fig'))[0]?.onHand ?? 0;
  const refund = {
    of: sale.receiptNumber,
    amount: 590,
    parts: [{ kind: 'bank' as const, label: 'VISA DEBIT', amount: 590 }],
    lines: [{ sku: 'jam-fig', qty: 1 }],
    refundedMs: START_MS,
  };
  const give = (key: string, amount = 590) =>
    change(around, SHOP, (work) =>
      recordRefund(work, key, {
        ...refund,
        amount,
        parts: [{ ...refund.parts[0], kind: 'bank', label: 'VISA DEBIT', amount }],
      }),
    );
  await give('back-1');
  await give('back-1');
  expect((await levels('jam-fig'))[0]?.onHand).toBe(before + 1);
  await expect(give('back-2', 591)).rejects.toMatchObject({ code: 'more-than-left' });
  expect((await read(around, SHOP, (work) => saleOf(work, 'to-refund')))?.status).toBe('partly-refunded');
});

test('a gift card is one ledger: issued once, held, captured or released, given back', async () => {
  await sold('gift-sale', { 'gift-card-20': 1 });
  const issue = () => change(around, SHOP, (work) => issueGift(work, { amount: 2000, sale: 'gift-sale' }));
  const { code } = await issue();
  await expect(issue()).rejects.toMatchObject({ code: 'more-than-left' });
  const hold = (sale: string, amount: number) => change(around, SHOP, (work) => holdGift(work, code, { sale, amount }));
  expect(await hold('web-1', 1500)).toEqual({ amount: 1500, balance: 500 });
  expect(await hold('counter-1', 1500)).toEqual({ amount: 500, balance: 0 });
  await change(around, SHOP, (work) => endGiftHolds(work, 'web-1', 'release'));
  await change(around, SHOP, (work) => endGiftHolds(work, 'counter-1', 'capture'));
  await change(around, SHOP, (work) => endGiftHolds(work, 'counter-1', 'release'));
  expect((await read(around, SHOP, (work) => giftOf(work, code))).balance).toBe(1500);
  expect(await change(around, SHOP, (work) => refundGift(work, 'counter-1', 'r1', 900))).toBe(500);
  expect(await change(around, SHOP, (work) => refundGift(work, 'counter-1', 'r2', 900))).toBe(0);
  expect(JSON.stringify(await around.database.query('select * from gift_card'))).not.toContain(code);
});

test('the report of the day comes to what was sold', async () => {
  const report = await read(around, SHOP, (work) => dayReport(work, '2026-11-27'));
  const sum = (parts: readonly { readonly amount: number }[]) => parts.reduce((all, { amount }) => all + amount, 0);
  expect(report.sales).toBeGreaterThan(5);
  for (const parts of [report.byTender, report.byChannel, report.byHour, report.byItem])
    expect(sum(parts)).toBe(report.gross);
  expect(report).toMatchObject({
    refunds: 590,
    net: report.gross - 590,
    oversold: [{ sku: 'espresso-cup' }, { sku: 'olive-oil' }],
  });
});
