/** The site as a browser without scripts meets it, and the till's side of the same orders. */
import { verify } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type {
  Catalogue,
  ConsentReceipt,
  DayReport,
  Order,
  Orders,
  Paired,
  Priced,
  Sale,
  Sent,
  Sharing,
} from '../../src/api.js';
import { createShop, type Shop } from '../../src/createShop.js';
import { setSharing } from '../../src/market/sharing.js';
import { canonical } from '../../src/names.js';
import { openSlots } from '../../src/orders/orders.js';
import { recordSale } from '../../src/sales/recordSale.js';
import { SAMPLE_SHOPS } from '../../src/sample/sampleShops.js';
import { createServer } from '../../src/server/createServer.js';
import { newPairingCode, openShop } from '../../src/shops.js';
import { type TestAccounts, testAccounts } from '../testAccounts.js';
import { ask, browser, ORIGIN, till } from '../testClient.js';
import { HOOK_MS, type TestSurroundings, testSurroundings } from '../testDatabase.js';

let around: TestSurroundings;
let accounts: TestAccounts;
let shop: Shop;
let server: FastifyInstance;
let counter: ReturnType<typeof till>;
beforeAll(async () => {
  around = await testSurroundings();
  accounts = testAccounts();
  shop = createShop({ ...around, accounts });
  server = await createServer(shop, { origin: ORIGIN, requestsMax: 10_000, attemptsMax: 10_000 });
  const paired = await ask(server, {
    method: 'POST',
    url: '/api/till/pair',
    payload: { code: await newPairingCode(around, 'halles'), name: 'Till 1' },
  });
  counter = till(server, paired.json<Paired>().key);
}, HOOK_MS);
afterAll(async () => {
  await server.close();
  await around.database.close();
});

let codes = 0;
/** A visitor with a basket, signed in. */
async function visitor(holder: string, sku = 'jam-fig', of = 'halles') {
  const visit = browser(server);
  await visit.get(`/s/${of}/items/${sku}`);
  await visit.submit(`/s/${of}/basket`, { how: 'add' });
  await visit.get(`/s/${of}/sign-in`);
  codes += 1;
  const signedIn = await visit.submit(`/s/${of}/sign-in`, { code: `CODE-${holder}-${codes}` });
  return { visit, signedIn };
}
async function ordered(holder: string, fields: Record<string, string> = {}) {
  const { visit } = await visitor(holder);
  const page = await visit.submit('/s/halles/checkout', { name: 'Camille', ...fields });
  const number = /h1>[^<]*?([0-9A-Z]{6})</.exec(page.text)?.[1] ?? '';
  return { visit, page, number, code: /class="code">([0-9A-Z]{8})</.exec(page.text)?.[1] ?? '' };
}
const availableOf = async (sku: string): Promise<number> =>
  (await counter.get('/catalogue')).json<Catalogue>().items.find((item) => item.sku === sku)?.stock.available ??
  Number.NaN;

describe('an order', () => {
  test('paid with the account, ready, and handed over by a tap of the same account', async () => {
    const before = await availableOf('jam-fig');
    const { page, number } = await ordered('ALEX');
    expect(page.text).toContain('Paid');
    expect(await availableOf('jam-fig')).toBe(before - 1);
    const { orders } = (await counter.get('/orders')).json<Orders>();
    expect(orders.find((order) => order.number === number)).toMatchObject({ isPaid: true, status: 'paid', total: 590 });
    await counter.post(`/orders/${number}/ready`);
    const reference = (name: string) => Buffer.from(`COMPTOIR-DEV-01/${name}`).toString('hex').slice(-16);
    const wrong = await counter.post(`/orders/${number}/hand-over`, {
      proof: { by: 'tap', reference: reference('SASHA') },
    });
    expect([wrong.status, wrong.json<{ error: { code: string } }>().error.code]).toEqual([409, 'not-the-customer']);
    const tap = { proof: { by: 'tap', reference: reference('ALEX') } };
    const [one, again] = [
      await counter.post(`/orders/${number}/hand-over`, tap),
      await counter.post(`/orders/${number}/hand-over`, tap),
    ];
    expect([one.json<Order>().status, again.json<Order>().events.length]).toEqual(['handed-over', 4]);
  });

  test('paid at the counter and handed over by its code', async () => {
    const { number, code } = await ordered('ROBIN', { pay: 'counter' });
    const before = await availableOf('jam-fig');
    const early = await counter.post(`/orders/${number}/hand-over`, { proof: { by: 'code', code } });
    expect(early.json<{ error: { code: string } }>().error.code).toBe('wrong-state');
    const sale = {
      lines: [{ sku: 'jam-fig', qty: 1, unit: 590, discount: 0 }],
      discounts: [],
      total: 590,
      tenders: [{ kind: 'cash', label: 'CASH', amount: 590 }],
      status: 'paid',
      soldMs: around.clock.nowMs,
      reservation: number,
    };
    expect((await counter.post('/sales', sale, 'pickup-1')).json<Sale>().oversold).toEqual([]);
    const done = await counter.post(`/orders/${number}/hand-over`, { proof: { by: 'code', code }, sale: 'pickup-1' });
    expect(done.json<Order>()).toMatchObject({ status: 'handed-over', sale: 'pickup-1' });
    expect(await availableOf('jam-fig')).toBe(before);
  });

  test('that nobody fetches expires, and its goods and its time are free again', async () => {
    const before = await availableOf('jam-fig');
    const { number } = await ordered('NICO', { pay: 'counter' });
    around.clock.nowMs += 3 * 3_600_000;
    await shop.tick();
    expect((await counter.get('/orders?status=expired')).json<Orders>().orders.map((order) => order.number)).toContain(
      number,
    );
    expect(await availableOf('jam-fig')).toBe(before);
  });

  test('whose account says no is cancelled, and nothing is taken', async () => {
    const before = await availableOf('jam-fig');
    const { left } = accounts;
    accounts.left = 0;
    const { page } = await ordered('POOR');
    accounts.left = left;
    expect([page.status, await availableOf('jam-fig')]).toEqual([402, before]);
  });

  test('whose answer is lost is told by the account later, and is charged once', async () => {
    accounts.losesAnswer = true;
    const { page } = await ordered('LOST');
    accounts.losesAnswer = false;
    expect([page.status, page.text.includes('not answered yet')]).toEqual([200, true]);
    await shop.tick();
    // The answer may still be on its way: nobody else asks yet.
    expect((await around.database.query("select 1 from customer_order where status = 'paying'")).length).toBe(1);
    around.clock.nowMs += 120_000;
    await shop.tick();
    await shop.tick();
    const { orders } = (await counter.get('/orders?status=paid')).json<Orders>();
    const key = orders.find(
      ({ events }) => events.length === 2 && events[0]?.by === 'customer' && orders.length > 0,
    )?.sale;
    expect([...accounts.charges.values()].filter(({ holder }) => holder === 'LOST').length).toBe(1);
    expect(key).toBeDefined();
  });

  test('ten times the same form is one order and one charge', async () => {
    const { visit } = await visitor('TWICE');
    const page = (await visit.get('/s/halles/checkout')).text;
    const field = (name: string) => new RegExp(`name="${name}" value="([^"]*)"`).exec(page)?.[1] ?? '';
    const slot = /<option value="(\d+)"/.exec(page)?.[1] ?? '';
    const fields = { csrf: field('csrf'), key: field('key'), total: field('total'), slot, name: 'T', pay: 'account' };
    const pages = await Promise.all(
      Array.from({ length: 10 }, () =>
        ask(server, {
          method: 'POST',
          url: '/s/halles/checkout',
          payload: new URLSearchParams(fields).toString(),
          headers: {
            'content-type': 'application/x-www-form-urlencoded',
            cookie: `comptoir=${visit.cookies.get('comptoir')}`,
          },
        }),
      ),
    );
    expect(new Set(pages.map(({ headers }) => headers['location'])).size).toBe(1);
    expect([...accounts.charges.values()].filter(({ holder }) => holder === 'TWICE').length).toBe(1);
  });

  test('is nobody else’s to see', async () => {
    const { number } = await ordered('MINE');
    const stranger = await visitor('OTHER');
    expect((await stranger.visit.get(`/s/halles/orders/${number}`)).status).toBe(404);
    expect((await browser(server).get(`/s/halles/orders/${number}`)).status).toBe(404);
    expect((await browser(server).get(`/s/canal/orders/${number}`)).status).toBe(404);
    const again = await visitor('MINE');
    expect((await again.visit.get(`/s/halles/orders/${number}`)).status).toBe(200);
  });
});

describe('the till', () => {
  test('prices, sells, looks up, refunds and reports', async () => {
    const priced = (await counter.post('/price', { lines: [{ sku: 'tea-green', qty: 2 }] })).json<Priced>();
    expect(priced).toMatchObject({ total: 1782, discounts: [{ promotion: 'tea-time', amount: 198 }] });
    const sale = {
      lines: priced.lines.map(({ sku, qty, unit, discount }) => ({ sku, qty, unit, discount })),
      discounts: priced.discounts,
      total: priced.total,
      tenders: [{ kind: 'account', label: 'ACCOUNT', amount: priced.total }],
      status: 'stored',
      soldMs: around.clock.nowMs,
    };
    const offline = await counter.post('/sales/offline', {
      sales: [
        { ...sale, key: 'off-1' },
        { ...sale, key: 'off-2', total: 1 },
        { ...sale, key: 'off-1' },
      ],
    });
    expect(offline.json<{ results: { taken: boolean }[] }>().results.map(({ taken }) => taken)).toEqual([
      true,
      false,
      true,
    ]);
    const { receiptNumber } = (await counter.get('/sales/off-1')).json<Sale>();
    expect((await counter.get(`/sales/${receiptNumber}`)).json<Sale>().status).toBe('stored');
    const refund = {
      of: 'off-1',
      amount: 891,
      parts: [{ kind: 'account', label: 'ACCOUNT', amount: 891 }],
      lines: [{ sku: 'tea-green', qty: 1 }],
      refundedMs: around.clock.nowMs,
    };
    expect((await counter.post('/refunds', refund, 'off-1-back')).status).toBe(409);
    const settle = { key: 'off-1', end: 'settled' };
    expect((await counter.get('/owed')).json()).toMatchObject({ stored: 1782, payments: [{ key: 'off-1' }] });
    expect((await counter.post('/sales/off-1/settle', settle)).json<Sale>().status).toBe('settled');
    expect((await counter.post('/refunds', refund, 'off-1-back')).status).toBe(200);
    const report = (await counter.get('/report')).json<DayReport>();
    expect(report).toMatchObject({ refunds: 891, stored: 0, owed: 0 });
    expect(report.byChannel.map(({ channel }) => channel)).toEqual(['counter', 'web']);
  });

  test('sees the catalogue again only when something changed', async () => {
    const { revision } = (await counter.get('/catalogue')).json<Catalogue>();
    expect((await counter.get(`/catalogue?since=${revision}`)).json<Catalogue>()).toMatchObject({
      isUnchanged: true,
      items: [],
    });
  });

  test('is paired by a code once, and within ten minutes', async () => {
    const code = await newPairingCode(around, 'halles');
    const pair = () => ask(server, { method: 'POST', url: '/api/till/pair', payload: { code, name: 'Till 2' } });
    expect([(await pair()).status, (await pair()).status]).toEqual([200, 403]);
    const late = await newPairingCode(around, 'halles');
    around.clock.nowMs += 600_000;
    expect(
      (await ask(server, { method: 'POST', url: '/api/till/pair', payload: { code: late, name: 'Late' } })).status,
    ).toBe(403);
  });
});

describe('give and take', () => {
  let receiptKey = '';
  beforeAll(async () => {
    const { text } = await browser(server).get('/s/halles/privacy');
    receiptKey = /-----BEGIN PUBLIC KEY-----[^-]*-----END PUBLIC KEY-----/.exec(text)?.[0] ?? '';
  });
  /** As the page of the reference says. */
  const isSigned = ({ state: _, withdrawnMs: __, signature, ...signed }: ConsentReceipt): boolean =>
    verify(
      'sha256',
      Buffer.from(canonical(signed)),
      { key: receiptKey, dsaEncoding: 'ieee-p1363' },
      Buffer.from(signature, 'hex'),
    );
  const kept = async (customer: string) =>
    around.database.query('select * from customer_fact where customer_id = $1', [customer]);

  test('what is agreed is kept, signed and exported; what is withdrawn is gone', async () => {
    const { visit } = await visitor('GIVER');
    await visit.get('/s/halles/me');
    await visit.submit('/s/halles/me/consents', { purpose: 'purchase-history' });
    const { customer, receipts } = (await visit.get('/s/halles/me/export.json')).json<{
      customer: string;
      receipts: ConsentReceipt[];
    }>();
    expect(receipts).toMatchObject([
      {
        version: 'KI-CR-v1.1.0',
        jurisdiction: 'FR',
        state: 'given',
        piiPrincipalId: customer,
        collectionMethod: 'web',
      },
    ]);
    expect(receipts.map(isSigned)).toEqual([true]);
    expect(receipts.map((receipt) => isSigned({ ...receipt, notice: `${receipt.notice} And more?` }))).toEqual([false]);
    await visit.get('/s/halles/checkout');
    await visit.submit('/s/halles/checkout', { name: 'G' });
    expect(await kept(customer)).toHaveLength(1);
    await visit.get('/s/halles/me');
    await visit.submit(`/s/halles/me/consents/${receipts[0]?.consentReceiptID}/withdraw`);
    expect(await kept(customer)).toEqual([]);
    const after = (await visit.get('/s/halles/me/export.json')).json<{
      receipts: ConsentReceipt[];
      facts: unknown[];
    }>();
    expect(after).toMatchObject({ receipts: [{ state: 'withdrawn' }], facts: [] });
    await visit.get('/s/halles/items/jam-fig');
    await visit.submit('/s/halles/basket', { how: 'add' });
    await visit.get('/s/halles/checkout');
    await visit.submit('/s/halles/checkout', { name: 'G' });
    expect(await kept(customer)).toEqual([]);
  });

  test('a receipt of a tap at the till is the same customer’s, and ends by its time', async () => {
    const accountToken = Buffer.from('COMPTOIR-DEV-01/TAPPER').toString('hex').toUpperCase().padEnd(64, '0');
    const given = await counter.post('/consents', {
      accountToken,
      purposes: ['purchase-history'],
      text: 'May we?',
      language: 'en',
      method: 'reader',
      days: 1,
    });
    const { piiPrincipalId } = given.json<ConsentReceipt>();
    const { visit } = await visitor('TAPPER');
    expect((await visit.get('/s/halles/me/export.json')).json<{ customer: string }>().customer).toBe(piiPrincipalId);
    await visit.get('/s/halles/checkout');
    await visit.submit('/s/halles/checkout', { name: 'T' });
    expect(await kept(piiPrincipalId)).toHaveLength(1);
    around.clock.nowMs += 86_400_000;
    await shop.tick();
    expect(await kept(piiPrincipalId)).toEqual([]);
  });

  test('two shops have two names for one customer, and nothing to join them by', async () => {
    await visitor('SPLIT');
    await visitor('SPLIT', 'honey', 'canal');
    const names = await around.database.query(
      'select shop_id, value_hash, customer_id from pairwise_id order by shop_id',
    );
    const of = (id: string) =>
      names.filter(({ shop_id }) => shop_id === id).flatMap(({ value_hash, customer_id }) => [value_hash, customer_id]);
    expect(of('canal').length).toBeGreaterThan(0);
    expect(of('canal').filter((name) => of('halles').includes(name))).toEqual([]);
  });

  test('the marketplace gets what is shared, field by field, and the ledger shows it; taken back is gone', async () => {
    expect((await counter.get('/sharing')).json<Sharing>().fields.every(({ isShared }) => !isShared)).toBe(true);
    expect((await browser(server).get('/')).text).not.toContain('Halles');
    for (const field of ['name', 'items', 'quantities', 'place'])
      await counter.post('/sharing', { field, isShared: true });
    await shop.tick();
    const market = await browser(server).get('/?lat=48.86&lon=2.34&q=jam&lang=en');
    expect(market.text).toContain('Le Comptoir des Halles');
    expect(market.text).toMatch(/Fig jam<\/a> \(\d+\)/);
    expect(market.text).not.toContain('590');
    await counter.post('/sharing', { field: 'quantities', isShared: false });
    await shop.tick();
    const { sent } = (await counter.get('/sharing/sent')).json<Sent>();
    expect(sent[0]).toMatchObject({ field: 'quantities', body: null });
    expect((await browser(server).get('/?q=jam&lang=en')).text).not.toMatch(/Fig jam<\/a> \(\d+\)/);
    expect(
      await around.database.query("select 1 from market_received where field = 'quantities' and body <> 'null'"),
    ).toEqual([]);
  });

  test('what was delivered is in the ledger for ninety days; the newest of each field stays', async () => {
    const rows = async (table: string): Promise<number> =>
      Number(
        (await around.database.query(`select count(*)::int as rows from ${table} where shop_id = 'halles'`))[0]?.[
          'rows'
        ],
      );
    await counter.post('/stock', { sku: 'jam-fig', delta: 1, reason: 'delivery' });
    await counter.post('/sharing', { field: 'quantities', isShared: true });
    await shop.tick();
    await counter.post('/stock', { sku: 'jam-fig', delta: 1, reason: 'delivery' });
    await shop.tick();
    const fields = (await counter.get('/sharing/sent')).json<Sent>().sent.map(({ field }) => field);
    expect(fields.length).toBeGreaterThan(new Set(fields).size);
    around.clock.nowMs += 90 * 86_400_000 - 1000;
    await shop.tick();
    expect(await rows('outbox')).toBe(fields.length);
    around.clock.nowMs += 1000;
    await shop.tick();
    const { sent } = (await counter.get('/sharing/sent')).json<Sent>();
    expect(sent.map(({ field }) => field).sort()).toEqual([...new Set(fields)].sort());
    expect([await rows('outbox'), await rows('market_received')]).toEqual([sent.length, 0]);
    // Nothing is sent again because of it, and what is listed stays.
    await shop.tick();
    expect(await rows('outbox')).toBe(sent.length);
    expect((await browser(server).get('/?q=jam&lang=en')).text).toMatch(/Fig jam<\/a> \(\d+\)/);
  });

  test('figures come back from five shops on, of a day that is over, and never otherwise afterwards', async () => {
    const day = new Date(around.clock.nowMs).toISOString().slice(0, 10);
    const [first] = SAMPLE_SHOPS;
    if (first === undefined) throw new Error('no sample shop');
    const told = async () => (await counter.get(`/insights?day=${day}`)).json<{ isEnough: boolean; shops: number }>();
    const sell = (name: string, key: string, qty: number) =>
      shop.change(name, (work) => {
        const sale = {
          lines: [{ sku: 'x', qty, unit: 1234, discount: 0 }],
          discounts: [],
          total: qty * 1234,
          tenders: [{ kind: 'cash' as const, label: 'CASH', amount: qty * 1234 }],
          status: 'paid' as const,
          soldMs: Date.parse(`${day}T10:00:00Z`),
        };
        return recordSale(work, key, sale, { channel: 'counter' });
      });
    const join = async (at: number): Promise<void> => {
      const name = `shop-${at}`;
      await openShop(around, { ...first, shop: name });
      await shop.change(name, async (work) => {
        await work.query(
          "insert into item (shop_id, sku, name, description, category, price, vat, is_gift_card) values ($1, 'x', '{}', '{}', 'c', 1234, 0, false)",
          [name],
        );
        await setSharing(work, 'daily-sums', true);
      });
      for (let sale = 0; sale < 4; sale += 1) await sell(name, `s${sale}`, at);
      await shop.tick();
    };
    for (let at = 1; at <= 5; at += 1) await join(at);
    // Whoever asks before and after a sale would see its amount: a day that isn't over has no figures.
    around.clock.nowMs = Date.parse(`${day}T00:00:00Z`) + 36 * 3_600_000 - 1;
    expect(await told()).toEqual({ day, isEnough: false, shops: 0 });
    around.clock.nowMs += 1;
    const figures = await told();
    expect(figures).toEqual({ day, isEnough: true, shops: 5, medianSales: 5, medianGross: 15_000 });
    // A sale that is told late, and a sixth shop.
    await sell('shop-3', 'late', 3);
    await join(6);
    expect(await told()).toEqual(figures);
  });

  test('figures of fewer than five shops are none', async () => {
    const day = new Date(around.clock.nowMs - 5 * 86_400_000).toISOString().slice(0, 10);
    expect((await counter.get(`/insights?day=${day}`)).json()).toEqual({ day, isEnough: false, shops: 0 });
  });
});

describe('feeds', () => {
  test('say the same stock and price as the pages', async () => {
    const available = await availableOf('olive-oil');
    const tsv = (await browser(server).get('/s/halles/feeds/google-local-inventory.tsv')).text
      .split('\n')
      .find((line) => line.includes('\tolive-oil\t'));
    expect(tsv?.split('\t').slice(0, 9)).toEqual([
      'halles',
      'olive-oil',
      '2000000000091',
      'Olive oil, 75 cl',
      String(available),
      '16.90 EUR',
      'in_stock',
      'reserve',
      'same_day',
    ]);
    const page = (await browser(server).get('/s/halles/items/olive-oil')).text;
    const data = JSON.parse(/<script type="application\/ld\+json">(.*?)<\/script>/.exec(page)?.[1] ?? '{}');
    expect(data).toMatchObject({
      '@type': 'Product',
      gtin: '2000000000091',
      offers: { price: '16.90', inventoryLevel: { value: available }, availability: 'https://schema.org/InStock' },
    });
  });

  test('a program finds, orders for pickup and follows an order by UCP', async () => {
    const fromMs = around.clock.nowMs + 3_600_000;
    await shop.change('halles', (work) => openSlots(work, [{ fromMs, untilMs: fromMs + 3_600_000, capacity: 3 }]));
    const call = (method: 'GET' | 'POST' | 'PUT', url: string, payload?: object) =>
      ask(server, { method, url, ...(payload && { payload }) });
    const profile = (await call('GET', '/.well-known/ucp')).json<{
      ucp: { services: Record<string, { endpoint: string }[]> };
    }>();
    const base = new URL(profile.ucp.services['dev.ucp.shopping']?.[0]?.endpoint ?? '').pathname;
    const found = (await call('POST', `${base}/catalog/search`, { query: 'honey' })).json<{
      products: { id: string }[];
    }>();
    expect(found.products.map(({ id }) => id)).toContain('halles:honey');
    const lines = {
      line_items: [{ item: { id: 'halles:honey' }, quantity: 1 }],
      buyer: { first_name: 'Ada', last_name: 'L' },
    };
    type Checkout = {
      id: string;
      status: string;
      totals: { type: string; amount: number }[];
      fulfillment: { methods: { groups: { options: { id: string }[] }[] }[] };
      order?: { id: string };
    };
    const made = (await call('POST', `${base}/checkout-sessions`, lines)).json<Checkout>();
    expect(made.status).toBe('incomplete');
    const slot = made.fulfillment.methods[0]?.groups[0]?.options[0]?.id ?? '';
    const chosen = { ...lines, fulfillment: { methods: [{ groups: [{ selected_option_id: slot }] }] } };
    expect((await call('PUT', `${base}/checkout-sessions/${made.id}`, chosen)).json<Checkout>().status).toBe(
      'ready_for_complete',
    );
    const ended = await Promise.all(
      Array.from({ length: 3 }, () => call('POST', `${base}/checkout-sessions/${made.id}/complete`)),
    );
    expect(new Set(ended.map((one) => one.json<Checkout>().order?.id)).size).toBe(1);
    expect((await call('GET', `${base}/checkout-sessions/${made.id}/order`)).json()).toMatchObject({
      checkout_id: made.id,
      fulfillment: { expectations: [{ method_type: 'pickup' }] },
    });
  });
});
