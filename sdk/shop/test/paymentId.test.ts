/** What names a payment, a sale or a refund in the shop: the ids of the SDK, whatever a till sends in their place. */
import { keyFrom, newKey, paymentIdOf } from '@comptoir/sdk';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createShop } from '../src/createShop.js';
import { isPaymentId } from '../src/paymentId.js';
import { createServer } from '../src/server/createServer.js';
import { addTill } from '../src/shops.js';
import { rowCounts } from './rowCounts.js';
import { ask, ORIGIN, till } from './testClient.js';
import { HOOK_MS, type TestSurroundings, testSurroundings } from './testDatabase.js';

let around: TestSurroundings;
let server: FastifyInstance;
let key: string;

beforeAll(async () => {
  around = await testSurroundings();
  const shop = createShop({ ...around });
  ({ key } = await shop.change('halles', (work) => addTill(work, 'Till')));
  server = await createServer(shop, { origin: ORIGIN, requestsMax: 100_000, attemptsMax: 100_000 });
}, HOOK_MS);
afterAll(async () => {
  await server.close();
  await around.database.close();
});

const whole = newKey('order-17');
const sale = (more: object = {}, tender: object = {}) => ({
  lines: [{ sku: 'honey', qty: 1, unit: 1190, discount: 0 }],
  discounts: [],
  total: 1190,
  tenders: [{ kind: 'cash', label: 'CASH', amount: 1190, ...tender }],
  status: 'paid',
  soldMs: 1,
  ...more,
});
const refund = (more: object = {}, part: object = {}) => ({
  of: 'named',
  amount: 1,
  parts: [{ kind: 'cash', label: 'CASH', amount: 1, ...part }],
  lines: [],
  refundedMs: 1,
  ...more,
});
/** Each place in a body, with everything else as it has to be. */
const IN_BODIES: readonly (readonly [place: string, url: string, body: (id: unknown) => object])[] = [
  ['/tenders/0/key', '/sales', (key) => sale({}, { key })],
  ['/sales/0/key', '/sales/offline', (key) => ({ sales: [sale({ key })] })],
  ['/of', '/refunds', (of) => refund({ of })],
  ['/parts/0/key', '/refunds', (key) => refund({}, { key })],
  ['/parts/0/by', '/refunds', (by) => refund({}, { by })],
  ['/key', '/sales/named/settle', (key) => ({ key, end: 'settled' })],
  ['/sale', '/orders/ABCDEF/hand-over', (sale) => ({ proof: { by: 'code', code: 'X' }, sale })],
  ['/sale', '/gifts', (sale) => ({ amount: 1, sale })],
  ['/sale', '/gifts/HOSTILEHOSTILE00/holds', (sale) => ({ amount: 1, sale })],
];
const IN_PATHS: readonly (readonly [
  name: string,
  method: 'GET' | 'POST',
  url: (id: string) => string,
  body: object,
])[] = [
  ['which', 'GET', (id) => `/sales/${id}`, {}],
  ['which', 'POST', (id) => `/sales/${id}/settle`, { key: 'named', end: 'settled' }],
  ['sale', 'POST', (id) => `/gifts/holds/${id}/capture`, {}],
  ['sale', 'POST', (id) => `/gifts/holds/${id}/release`, {}],
];
const TEXTS: readonly string[] = [
  whole,
  whole.slice(0, -1),
  `${whole}x`,
  'a~',
  'a\u0000b',
  'a\u0001' + '1',
  'a\nb',
  'a\u007f',
  'оrder-17',
  'order‐17',
  'ｏrder-17',
  'order-17\u200b',
  'order\u202e-17',
  'e\u0301',
  '💶',
  'x'.repeat(65),
  '{'.repeat(65),
];
const OTHERS: readonly unknown[] = ['', 'x'.repeat(100_000), ['named'], [], 17, 0, null, true, {}, { key: 'named' }];

test('in a body: refused by the name of the field, and nothing is written', async () => {
  const counter = till(server, key);
  expect((await counter.post('/sales', sale(), 'named')).status).toBe(200);
  const before = await rowCounts(around);
  for (const [place, url, body] of IN_BODIES)
    for (const id of [...TEXTS, ...OTHERS]) {
      const { status, text } = await counter.post(url, body(id), 'hostile');
      const what = `${url} ${place} ${JSON.stringify(id)?.slice(0, 80)}: ${text.slice(0, 200)}`;
      expect(status, what).toBe(400);
      if (!JSON.stringify(id).includes('\\u0000')) expect(text, what).toContain(`body${place} must`);
      expect(text).not.toContain(whole.slice(-26));
    }
  expect(await rowCounts(around)).toEqual(before);
});

test('in a path and in the header: the same', async () => {
  const before = await rowCounts(around);
  const send = (method: 'GET' | 'POST', url: string, id: string, payload: object) => {
    const headers = { authorization: `Bearer ${key}`, ...(method === 'POST' && { 'idempotency-key': id }) };
    return ask(server, { method, url: `/api/till${url}`, headers, ...(method === 'POST' && { payload }) });
  };
  for (const [name, method, url, body] of IN_PATHS)
    for (const id of TEXTS) {
      const { status, text } = await send(method, url(encodeURIComponent(id)), 'hostile', body);
      expect(status, `${url(id)} ${text}`).toBe(400);
      if (!id.includes('\u0000')) expect(text).toContain(`params/${name} must`);
      expect(text).not.toContain(whole.slice(-26));
    }
  // Longer than the router takes, or no encoding: it has no route, and the answer the shop's own form.
  for (const [, method, url, body] of IN_PATHS)
    for (const id of ['x'.repeat(101), 'x'.repeat(5000), '%', '%ff']) {
      const answer = await send(method, url(id), 'hostile', body);
      expect([answer.status, answer.json()], id.slice(0, 9)).toEqual([
        400,
        {
          error: {
            code: 'invalid',
            message: 'The address is wrong, or a part of it is too long.',
            recovery: 'fix-request',
          },
        },
      ]);
    }
  for (const id of ['', ...TEXTS.filter((text) => /^[\x20-\x7e]*$/.test(text))]) {
    const { status, text } = await send('POST', '/sales', id, sale());
    expect(status, id).toBe(400);
    expect(text).toContain('headers/idempotency-key must');
    expect((await send('POST', '/refunds', id, refund())).status, id).toBe(400);
  }
  expect(await rowCounts(around)).toEqual(before);
});

test('every id that the SDK takes is taken, however it looks, and names one sale', async () => {
  const counter = till(server, key);
  const ids = [
    paymentIdOf(whole),
    'a/b',
    '../../x',
    '..',
    '%2e%2e',
    "' or '1'='1",
    '{'.repeat(64),
    'x'.repeat(64),
    'a b',
  ];
  for (const id of ids) {
    expect((await counter.post('/sales', sale(), id)).status, id).toBe(200);
    const found = await counter.get(`/sales/${encodeURIComponent(id)}`);
    // A URL has no part that is two dots, encoded or not.
    if (id !== '..') expect(found.json<{ key: string }>().key, id).toBe(id);
  }
  for (const id of [...ids, ...TEXTS, '', 'x'.repeat(1000)]) expect(isPaymentId(id), id).toBe(isIdOfSdk(id));
});

function isIdOfSdk(text: string): boolean {
  try {
    return paymentIdOf(keyFrom(text)) === text;
  } catch {
    return false;
  }
}
