/** Money of several payments: what is stored and settled, what goes back where, and gift value at the counter and on the web. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Priced, RefundRequest, SaleRequest, SaleTender } from '../src/api.js';
import { change, read, type Work } from '../src/database/work.js';
import { giftBooks } from '../src/gifts/giftBooks.js';
import { endGiftHolds, expireGiftHolds, GIFT_HOLD_MS, giftOf, holdGift } from '../src/gifts/gifts.js';
import { issueGift, openGift } from '../src/gifts/issuedGifts.js';
import { price } from '../src/goods/price.js';
import { dayReport } from '../src/sales/dayReport.js';
import { saleOf } from '../src/sales/readSale.js';
import { recordRefund } from '../src/sales/recordRefund.js';
import { recordSale } from '../src/sales/recordSale.js';
import { owedPayments, settleStored } from '../src/sales/settleStored.js';
import { HOOK_MS, type TestSurroundings, testSurroundings } from './testDatabase.js';

let around: TestSurroundings;
beforeAll(async () => {
  around = await testSurroundings();
}, HOOK_MS);
afterAll(() => around.database.close());

const SHOP = 'halles';
const DAY = '2026-11-27';
const doing = <Kind>(work: (work: Work) => Promise<Kind>) => change(around, SHOP, work);
const balanceOf = async (code: string) => (await read(around, SHOP, (work) => giftOf(work, code))).balance;

async function sold(key: string, lines: Record<string, number>, tenders: (total: number) => readonly SaleTender[]) {
  const asked = Object.entries(lines).map(([sku, qty]) => ({ sku, qty }));
  const { total, discounts, lines: net }: Priced = await doing((work) => price(work, { lines: asked, codes: [] }));
  const paid = tenders(total);
  const sale: SaleRequest = {
    lines: net.map(({ sku, qty, unit, discount }) => ({ sku, qty, unit, discount })),
    discounts,
    total,
    tenders: paid,
    status: paid.some(({ state }) => state === 'stored') ? 'stored' : 'paid',
    soldMs: around.clock.nowMs,
  };
  return doing((work) => recordSale(work, key, sale, { channel: 'counter' }));
}
const back = (of: string, parts: RefundRequest['parts'], lines: RefundRequest['lines'] = []): RefundRequest => ({
  of,
  amount: parts.reduce((sum, { amount }) => sum + amount, 0),
  parts,
  lines,
  refundedMs: around.clock.nowMs,
});

test('a sale of several payments is found by the key of each, and its money goes back to each, once', async () => {
  await sold('split-1', { honey: 1 }, (total) => [
    { kind: 'cash', label: 'cash', amount: 500 },
    { kind: 'bank', label: 'VISA DEBIT', amount: total - 500, key: 'split-2' },
  ]);
  const sale = await read(around, SHOP, (work) => saleOf(work, 'split-2'));
  expect(sale).toMatchObject({ key: 'split-1', refundable: 1190, tenders: [{ kind: 'cash' }, { key: 'split-2' }] });
  const request = back('split-1', [
    { kind: 'bank', label: 'VISA DEBIT', amount: 690, key: 'split-2' },
    { kind: 'cash', label: 'cash', amount: 110 },
  ]);
  const [one, again] = [
    await doing((work) => recordRefund(work, 'split-back', request)),
    await doing((work) => recordRefund(work, 'split-back', request)),
  ];
  expect(again).toEqual(one);
  const { byTender, refunds } = await read(around, SHOP, (work) => dayReport(work, DAY));
  expect(refunds).toBe(800);
  expect(byTender).toMatchObject([
    { kind: 'bank', amount: 690, refunded: 690 },
    { kind: 'cash', amount: 500, refunded: 110 },
  ]);
  expect(await read(around, SHOP, (work) => saleOf(work, 'split-1'))).toMatchObject({ refundable: 390 });
});

test('a stored payment is settled, declined or given up once; what never came is owed, and not in the takings', async () => {
  const before = await read(around, SHOP, (work) => dayReport(work, DAY));
  const tenders = (total: number): readonly SaleTender[] => [
    { kind: 'cash', label: 'cash', amount: 190 },
    { kind: 'bank', label: 'VISA', masked: '**** 1', amount: 500, key: 'st-2', state: 'stored' },
    { kind: 'bank', label: 'VISA', masked: '**** 2', amount: total - 690, key: 'st-3', state: 'stored' },
  ];
  const sale = await sold('st-1', { honey: 1 }, tenders);
  expect(sale).toMatchObject({ status: 'stored', refundable: 190, owed: 0 });
  await expect(
    doing((work) => recordRefund(work, 'st-b', back('st-1', [{ kind: 'bank', label: 'VISA', amount: 191 }]))),
  ).rejects.toThrow('paid');
  const settle = (key: string, end: 'settled' | 'declined' | 'lost', note?: string) =>
    doing((work) => settleStored(work, key, { key, end, ...(note !== undefined && { note }) }));
  expect(await settle('st-2', 'declined')).toMatchObject({ status: 'stored', owed: 500 });
  expect(await settle('st-2', 'settled')).toMatchObject({ status: 'stored', owed: 500 });
  expect(await read(around, SHOP, owedPayments)).toMatchObject({
    stored: 500,
    owed: 500,
    payments: [
      { key: 'st-2', state: 'declined', masked: '**** 1' },
      { key: 'st-3', state: 'stored' },
    ],
  });
  expect(await settle('st-3', 'lost', 'too old')).toMatchObject({
    status: 'declined-later',
    owed: 1000,
    refundable: 190,
  });
  const { net, stored, owed, byTender } = await read(around, SHOP, (work) => dayReport(work, DAY));
  expect([net - before.net, stored, owed]).toEqual([190, 0, 1000]);
  expect(byTender.find(({ label }) => label === 'VISA')).toMatchObject({ amount: 1000, owed: 1000 });
  const { payments } = await read(around, SHOP, owedPayments);
  expect(payments.map(({ state, note }) => [state, note])).toEqual([
    ['declined', undefined],
    ['lost', 'too old'],
  ]);
  await expect(settle('st-1', 'settled')).rejects.toThrow('no such stored payment');
  // Half of it is better than nothing.
  await sold('half-1', { honey: 1 }, (total) => [{ kind: 'bank', label: 'CB', amount: total, state: 'stored' }]);
  const half = await doing((work) => settleStored(work, 'half-1', { key: 'half-1', end: 'settled', approved: 1000 }));
  expect(half).toMatchObject({ status: 'declined-later', owed: 190, tenders: [{ state: 'settled', owed: 190 }] });
});

test('a gift card loses its value with the sale that paid for it; what was spent of it can’t go back', async () => {
  const cash = (total: number): readonly SaleTender[] => [{ kind: 'cash', label: 'cash', amount: total }];
  await sold('gift-a', { 'gift-card-20': 1, honey: 1 }, cash);
  const { code } = await doing((work) => issueGift(work, { amount: 2000, sale: 'gift-a' }));
  const refund = (key: string, of: string, amount: number, lines: RefundRequest['lines'] = []) =>
    doing((work) => recordRefund(work, key, back(of, [{ kind: 'cash', label: 'cash', amount }], lines)));
  // The honey comes back: the gift card stays as it is.
  expect(await refund('gift-a1', 'gift-a', 1190, [{ sku: 'honey', qty: 1 }])).toMatchObject({ giftsRevoked: 0 });
  expect(await balanceOf(code)).toBe(2000);
  await doing((work) => holdGift(work, code, { sale: 'spends', amount: 700 }));
  await doing((work) => endGiftHolds(work, 'spends', 'capture'));
  expect(await read(around, SHOP, (work) => saleOf(work, 'gift-a'))).toMatchObject({ refundable: 1300 });
  expect(await refund('gift-a2', 'gift-a', 1300)).toMatchObject({ giftsRevoked: 1300, giftsSpent: 0 });
  expect(await balanceOf(code)).toBe(0);
  // Whoever gave back all of it nevertheless is told.
  expect(await refund('gift-a3', 'gift-a', 700)).toMatchObject({ giftsRevoked: 0, giftsSpent: 700 });
  await expect(doing((work) => issueGift(work, { amount: 1, sale: 'gift-a' }))).rejects.toThrow('did not pay');
  await expect(
    around.database.query(
      "insert into gift_event (shop_id, gift_id, at_ms, kind, amount, sale_key) select shop_id, gift_id, 0, 'revoke', 1, 'thief' from gift_card",
    ),
  ).rejects.toThrow(/free/);
});

test('what a till that died holds is free again after an hour; when it comes back it takes it, or hears that it’s gone', async () => {
  await doing((work) => openGift(work, { code: 'HOLDHOLDHOLDHOLD', amount: 1000 }));
  const hold = (sale: string, amount: number) => doing((work) => holdGift(work, 'HOLDHOLDHOLDHOLD', { sale, amount }));
  await hold('dead-1', 400);
  await hold('dead-2', 600);
  around.clock.nowMs += GIFT_HOLD_MS - 1;
  await doing(expireGiftHolds);
  expect(await balanceOf('HOLDHOLDHOLDHOLD')).toBe(0);
  around.clock.nowMs += 1;
  await doing(expireGiftHolds);
  await doing(expireGiftHolds);
  expect(await balanceOf('HOLDHOLDHOLDHOLD')).toBe(1000);
  await expect(hold('dead-1', 400)).rejects.toThrow('over');
  const end = (sale: string, how: 'capture' | 'release') => doing((work) => endGiftHolds(work, sale, how));
  expect([await end('dead-1', 'capture'), await end('dead-1', 'capture'), await end('dead-1', 'release')]).toEqual([
    'captured',
    'captured',
    'captured',
  ]);
  expect(await balanceOf('HOLDHOLDHOLDHOLD')).toBe(600);
  await hold('other', 100);
  expect([await end('dead-2', 'capture'), await end('dead-2', 'capture')]).toEqual(['released', 'released']);
  expect(await balanceOf('HOLDHOLDHOLDHOLD')).toBe(500);
});

test('a gift card that is tapped and typed in is one: held, taken and given back by the key of its payment', async () => {
  await doing((work) => openGift(work, { code: 'BOTHBOTHBOTHBOTH', amount: 2500, card: '7' }));
  await doing((work) => openGift(work, { code: 'BOTHBOTHBOTHBOTH', amount: 2500, card: '7' }));
  const books = giftBooks(around, SHOP);
  expect([await books.balance('7'), await books.balance('8')]).toEqual([2500, undefined]);
  expect([
    await books.hold('7', 'tap-1', 2000, 1),
    await books.hold('7', 'tap-1', 2000, 1),
    await books.hold('8', 'tap-1', 1, 1),
  ]).toEqual([2000, 2000, 0]);
  await doing((work) => holdGift(work, 'BOTHBOTHBOTHBOTH', { sale: 'web-1', amount: 2000 }));
  expect([await books.balance('7'), await books.hold('7', 'tap-2', 1, 1)]).toEqual([0, 0]);
  expect([await books.end('tap-1', 'captured'), await books.end('tap-2', 'captured')]).toEqual(['captured', undefined]);
  await sold('tap-1', { honey: 2 }, (total) => [
    { kind: 'gift', label: 'GIFT CARD', amount: 2000 },
    { kind: 'cash', label: 'cash', amount: total - 2000 },
  ]);
  // The host gave it back by its own key; the shop's record counts it, once.
  expect(await books.refund('7', 'tap-1', 'back-1/0', 300)).toBe(300);
  const parts = [{ kind: 'gift', label: 'GIFT CARD', amount: 300, by: 'back-1' }] as const;
  await doing((work) => recordRefund(work, 'tap-back', back('tap-1', parts)));
  expect([await balanceOf('BOTHBOTHBOTHBOTH'), await books.refund('7', 'tap-1', 'back-2/0', 2000)]).toEqual([
    300, 1700,
  ]);
  await doing((work) => endGiftHolds(work, 'web-1', 'release'));
  expect(await balanceOf('BOTHBOTHBOTHBOTH')).toBe(2500);
});

test('no gift card is issued by money that isn’t there, also when something else of the sale went back', async () => {
  const tenders = (total: number): readonly SaleTender[] => [
    { kind: 'cash', label: 'cash', amount: 1190 },
    { kind: 'bank', label: 'VISA', amount: total - 1190, key: 'unpaid-2', state: 'stored' },
  ];
  await sold('unpaid-1', { 'gift-card-20': 1, honey: 1 }, tenders);
  await doing((work) =>
    recordRefund(work, 'unpaid-b', back('unpaid-1', [{ kind: 'cash', label: 'cash', amount: 190 }])),
  );
  const issue = () => doing((work) => issueGift(work, { amount: 2000, sale: 'unpaid-1' }));
  await expect(issue()).rejects.toThrow('did not pay');
  await doing((work) => settleStored(work, 'unpaid-2', { key: 'unpaid-2', end: 'declined' }));
  await expect(issue()).rejects.toThrow('did not pay');
});

test('what a coupon took off never came: it can’t go back, and without it everything went back', async () => {
  const tenders = (total: number): readonly SaleTender[] => [
    { kind: 'coupon', label: 'TEN', amount: 100 },
    { kind: 'cash', label: 'cash', amount: total - 100 },
  ];
  expect(await sold('cut-1', { honey: 1 }, tenders)).toMatchObject({ refundable: 1090 });
  const refund = (key: string, amount: number) =>
    doing((work) => recordRefund(work, key, back('cut-1', [{ kind: 'cash', label: 'cash', amount }])));
  await expect(refund('cut-b', 1190)).rejects.toThrow('paid');
  await refund('cut-c', 1090);
  expect(await read(around, SHOP, (work) => saleOf(work, 'cut-1'))).toMatchObject({
    status: 'refunded',
    refundable: 0,
  });
});

test('a refund gives nothing back of another sale’s payment', async () => {
  await doing((work) => openGift(work, { code: 'THEFTHEFTHEFTHEF', amount: 1190 }));
  await doing((work) => holdGift(work, 'THEFTHEFTHEFTHEF', { sale: 'theirs', amount: 1190 }));
  await doing((work) => endGiftHolds(work, 'theirs', 'capture'));
  await sold('theirs', { honey: 1 }, (amount) => [{ kind: 'gift', label: 'GIFT CARD', amount }]);
  await sold('mine', { honey: 1 }, (amount) => [{ kind: 'cash', label: 'cash', amount }]);
  const parts = [{ kind: 'gift', label: 'GIFT CARD', amount: 1190, key: 'theirs' }] as const;
  await expect(doing((work) => recordRefund(work, 'mine-b', back('mine', parts)))).rejects.toThrow('payment');
  expect(await balanceOf('THEFTHEFTHEFTHEF')).toBe(0);
});

test('a gift is opened on a card that has none, with what it may be worth', async () => {
  const open = (code: string, amount: number, card?: string) =>
    doing((work) => openGift(work, { code, amount, ...(card !== undefined && { card }) }));
  await open('FIRSTFIRSTFIRST0', 100, '70');
  await open('FIRSTFIRSTFIRST0', 100, '70');
  for (const [amount, card] of [
    [100, '70'],
    [100, ''],
    [100, '7'.repeat(65)],
    [-1, '71'],
    [0.5, '71'],
    [1e12, '71'],
  ] as const)
    await expect(open('OTHEROTHEROTHER0', amount, card), `${amount} ${card}`).rejects.toMatchObject({
      code: 'invalid',
    });
});
