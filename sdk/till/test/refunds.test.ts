/** Money back at a till that dies between the acquirer and the shop: what went back is told once, and what was begun is finished by itself. */

import './page.js';

import { afterAll, beforeEach, expect, test, vi } from 'vitest';
import type { Sale } from '../../shop/src/api.js';
import { finished, finishRefunds, giveBack, mayGoBack, notBack, paymentsOf, refundOf } from '../src/sales/refunds.js';
import { page, store } from '../src/store/records.js';
import { disk } from './page.js';

const LATER = Number.MAX_SAFE_INTEGER;
/** 5.00 in cash, then 6.90 by a card whose payment has a key of its own. */
const SALE = {
  key: 'o-1',
  receiptNumber: '2026-000001',
  channel: 'counter',
  currency: 'EUR',
  total: 1190,
  tip: 0,
  lines: [],
  tenders: [
    { kind: 'cash', label: 'cash', amount: 500 },
    { kind: 'bank', label: 'VISA', amount: 690, key: 'o-2' },
  ],
  refunds: [],
  refundable: 1190,
} as unknown as Sale;

/** The host's ledger, and what the shop was told. */
const made: { readonly key: string; readonly tender: number; readonly amount: object; readonly whole: object }[] = [];
const told: { readonly key: string; readonly body: unknown }[] = [];
/** `answer`: the shop hears it, and its answer is lost. `refuses`: it says no. */
let away: 'nobody' | 'acquirer' | 'shop' | 'answer' | 'refuses' = 'nobody';
const euro = (minor: number) => ({ minor, currency: 'EUR' });

vi.stubGlobal('fetch', async (input: string | URL | Request, init: RequestInit = {}) => {
  const url = String(input);
  const isShop = url.includes('/api/till/');
  if (away === (isShop ? 'shop' : 'acquirer')) throw new Error('no network');
  const body = typeof init.body === 'string' ? JSON.parse(init.body) : undefined;
  const answer = (value: object) =>
    new Response(JSON.stringify(value), { headers: { 'content-type': 'application/json' } });
  if (isShop && init.method === 'GET')
    return answer({ refunds: told.map(({ key, body: one }) => ({ ...(one as object), key })) });
  if (isShop) {
    if (away === 'refuses') {
      const error = { code: 'key-reused', message: 'no', recovery: 'fix-request' };
      return new Response(JSON.stringify({ error }), { status: 409 });
    }
    told.push({ key: new Headers(init.headers).get('idempotency-key') ?? '', body });
    if (away === 'answer') throw new Error('no network');
    return answer({});
  }
  if (!url.endsWith('/refund'))
    return answer({ state: 'stands', tenders: [{ kind: 'bank', label: 'VISA', amount: euro(690) }], refunds: made });
  const { key, tender, amount, whole } = body;
  if (!made.some((one) => one.key === key)) made.push({ key, tender, amount, whole });
  return answer({ kind: 'refunded' });
});
afterAll(() => vi.unstubAllGlobals());

beforeEach(async () => {
  disk.records.clear();
  await store.pass(undefined, page);
  for (const list of [made, told]) list.length = 0;
  away = 'nobody';
  finished.value = [];
});

test('the card first, by its own payment; the rest is handed out', async () => {
  expect(await giveBack(refundOf(SALE, 1000, []))).toEqual({ kind: 'done', amount: 1000, inCash: 310 });
  expect(made).toMatchObject([{ key: 'o-1-b-1-2', amount: euro(690) }]);
  expect(told).toMatchObject([
    {
      key: 'o-1-b-1',
      body: {
        of: 'o-1',
        amount: 1000,
        parts: [
          { kind: 'bank', amount: 690, key: 'o-2', by: 'o-1-b-1-2' },
          { kind: 'cash', amount: 310, key: 'o-1', by: 'o-1-b-1' },
        ],
      },
    },
  ]);
  expect([...disk.records.keys()].filter((name) => name.startsWith('back/'))).toEqual([]);
});

test('an acquirer that is away: nothing is told, nothing handed out, and the next start finishes it', async () => {
  away = 'acquirer';
  expect(await giveBack(refundOf(SALE, 1000, []))).toEqual({ kind: 'unknown' });
  expect(await finishRefunds(LATER)).toBe(false);
  // What this page began is its own.
  expect(await finishRefunds(0)).toBe(true);
  expect([told, finished.value]).toEqual([[], []]);
  away = 'nobody';
  expect(await finishRefunds(LATER)).toBe(true);
  expect(made).toHaveLength(1);
  expect(finished.value).toEqual([{ receiptNumber: '2026-000001', inCash: 310 }]);
  expect(await finishRefunds(LATER)).toBe(true);
  expect(told).toHaveLength(1);
});

test('a till that dies before the shop hears tells the same at its next start', async () => {
  away = 'shop';
  await expect(giveBack(refundOf(SALE, 690, [{ sku: 'honey', qty: 1 }]))).rejects.toThrow('reached');
  away = 'nobody';
  expect(await finishRefunds(LATER)).toBe(true);
  expect(made).toHaveLength(1);
  expect(told).toMatchObject([{ key: 'o-1-b-1', body: { amount: 690, lines: [{ sku: 'honey', qty: 1 }] } }]);
});

test('whoever asks again, because the shop’s answer was lost, goes on with the same refund, to the letter', async () => {
  away = 'answer';
  await expect(giveBack({ ...refundOf(SALE, 1000, []), atMs: 1 })).rejects.toThrow('reached');
  away = 'nobody';
  const again = await giveBack({ ...refundOf(SALE, 900, [{ sku: 'honey', qty: 1 }]), atMs: 2 });
  expect(again).toEqual({ kind: 'done', amount: 1000, inCash: 310 });
  expect(told[1]).toEqual(told[0]);
  expect([told.length, made.length]).toEqual([2, 1]);
});

test('cash that the shop refuses isn’t handed out, and nothing of it stays; what an acquirer gave back stays', async () => {
  away = 'refuses';
  const left = () => [...disk.records.keys()].filter((name) => name.startsWith('back/'));
  const cash = { ...SALE, key: 'o-7', tenders: [{ kind: 'cash', label: 'cash', amount: 1190 }] } as unknown as Sale;
  await expect(giveBack(refundOf(cash, 1190, []))).rejects.toThrow('no');
  expect(left()).toEqual([]);
  await expect(giveBack(refundOf(SALE, 1000, []))).rejects.toThrow('no');
  expect(left()).toEqual(['back/o-1-b-1']);
});

test('the next start and a person who asks again finish one refund, and its cash is handed out once', async () => {
  away = 'answer';
  await expect(giveBack(refundOf(SALE, 1000, []))).rejects.toThrow('reached');
  away = 'nobody';
  const asked = giveBack(refundOf(SALE, 1000, []));
  expect(await finishRefunds(LATER)).toBe(true);
  expect([(await asked).kind, finished.value]).toEqual(['done', []]);
});

test('what the shop knows of this refund is over, also where its acquirer gave it back', async () => {
  await giveBack(refundOf(SALE, 1000, []));
  away = 'refuses';
  await expect(giveBack({ ...refundOf(SALE, 1000, []), atMs: 1 })).rejects.toThrow('no');
  expect([...disk.records.keys()].filter((name) => name.startsWith('back/'))).toEqual([]);
});

test('no more may go back than the payments have left: a coupon paid nothing', () => {
  const tenders = [{ kind: 'coupon', label: 'TEN', amount: 100 }, ...SALE.tenders.slice(1)];
  expect(mayGoBack({ ...SALE, tenders } as Sale)).toBe(690);
  expect(mayGoBack({ ...SALE, refundable: 300 })).toBe(300);
});

test('goods come back once', () => {
  const lines = [
    { sku: 'tea', qty: 2 },
    { sku: 'jam', qty: 1 },
    { sku: 'tea', qty: 1 },
  ];
  const sale = { ...SALE, lines, refunds: [{ lines: [{ sku: 'tea', qty: 2 }] }] } as unknown as Sale;
  expect([...notBack(sale)]).toEqual([
    ['tea', 1],
    ['jam', 1],
  ]);
});

test('what is left of each payment: what is stored or owed isn’t there, and a gift card’s code is the shop’s own', () => {
  const web = {
    ...SALE,
    channel: 'web',
    tenders: [
      { kind: 'coupon', label: 'TEN', amount: 100 },
      { kind: 'gift', label: 'GIFT CARD', amount: 400 },
      { kind: 'account', label: 'ACCOUNT', amount: 790 },
      { kind: 'bank', label: 'VISA', amount: 300, key: 'o-3', state: 'stored' },
      { kind: 'bank', label: 'VISA', amount: 300, key: 'o-4', state: 'settled', owed: 100 },
    ],
    refunds: [{ parts: [{ kind: 'account', label: 'ACCOUNT', amount: 90 }] }],
  } as unknown as Sale;
  expect(paymentsOf(web).map(({ key, by, kind, left }) => [key, by, kind, left])).toEqual([
    ['o-1', 'till', 'gift', 400],
    ['o-1', 'acquirer', 'account', 700],
    ['o-3', 'acquirer', 'bank', 0],
    ['o-4', 'acquirer', 'bank', 200],
  ]);
});
