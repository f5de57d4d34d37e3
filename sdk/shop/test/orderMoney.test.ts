/** Where an order's money could be taken twice, or be lost: what must not happen while an account is asked, and after the server starts anew. */
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Gift, Order, Paired, Sale } from '../src/api.js';
import { createShop, type Shop } from '../src/createShop.js';
import { publishPromotion } from '../src/goods/catalogue.js';
import { openSlots } from '../src/orders/orders.js';
import { createServer } from '../src/server/createServer.js';
import { addTill } from '../src/shops.js';
import { type TestAccounts, testAccounts } from './testAccounts.js';
import { type Answer, ask, browser, ORIGIN, till } from './testClient.js';
import { HOOK_MS, type TestSurroundings, testSurroundings } from './testDatabase.js';

let around: TestSurroundings;
let accounts: TestAccounts;
let shop: Shop;
let server: FastifyInstance;
let counter: ReturnType<typeof till>;
const OPTIONS = { origin: ORIGIN, requestsMax: 10_000, attemptsMax: 10_000 };
beforeAll(async () => {
  around = await testSurroundings();
  accounts = testAccounts();
  shop = createShop({ ...around, accounts });
  server = await createServer(shop, OPTIONS);
  const paired: Paired = await shop.change('halles', (work) => addTill(work, 'Till'));
  counter = till(server, paired.key);
  const fromMs = around.clock.nowMs + 3_600_000;
  await shop.change('halles', (work) => openSlots(work, [{ fromMs, untilMs: fromMs + 3_600_000, capacity: 30 }]));
}, HOOK_MS);
afterAll(async () => {
  await server.close();
  await around.database.close();
});

let codes = 0;
async function atCheckout(holder: string, at: FastifyInstance = server, sku = 'jam-fig') {
  const visit = browser(at);
  await visit.get(`/s/halles/items/${sku}`);
  await visit.submit('/s/halles/basket', { how: 'add' });
  await visit.get('/s/halles/sign-in');
  codes += 1;
  await visit.submit('/s/halles/sign-in', { code: `CODE-${holder}-${codes}` });
  await visit.get('/s/halles/checkout');
  return visit;
}
const codeOf = (answer: Answer): string | undefined => answer.json<{ error?: { code: string } }>().error?.code;
const cash = (total: number) => ({
  lines: [{ sku: 'jam-fig', qty: 1, unit: total, discount: 0 }],
  discounts: [],
  total,
  tenders: [{ kind: 'cash', label: 'CASH', amount: total }],
  status: 'paid',
  soldMs: around.clock.nowMs,
});

test('while the account is asked, nobody cancels the order, makes it ready or hands it over; then it is paid, once', async () => {
  const visit = await atCheckout('SLOW');
  accounts.losesAnswer = true;
  const page = await visit.submit('/s/halles/checkout', { name: 'Camille' });
  accounts.losesAnswer = false;
  // Not an error that makes a customer order again, but the order, with an empty basket.
  expect(page.status).toBe(200);
  expect(page.text).toContain('has not answered yet');
  expect(page.text).not.toContain('/cancel"');
  expect(page.text).toContain('Basket (0)');
  const [row] = await around.database.query("select number, pickup_code from customer_order where status = 'paying'");
  const number = String(row?.['number']);
  const csrf = /name="csrf" value="([^"]*)"/.exec((await visit.get('/s/halles/basket')).text)?.[1];
  const own = csrf ?? /name="csrf" value="([^"]*)"/.exec((await visit.get('/s/halles/me')).text)?.[1] ?? '';
  expect((await visit.post(`/s/halles/orders/${number}/cancel`, { csrf: own })).status).toBe(409);
  await counter.post('/sales', cash(590), 'twice-paid');
  const code = String(row?.['pickup_code']);
  for (const [step, body] of [
    ['cancel', {}],
    ['ready', {}],
    ['hand-over', { proof: { by: 'code', code }, sale: 'twice-paid' }],
  ] as const)
    expect(codeOf(await counter.post(`/orders/${number}/${step}`, body)), step).toBe('wrong-state');
  around.clock.nowMs += 120_000;
  await shop.tick();
  expect((await visit.get(`/s/halles/orders/${number}`)).text).toContain('Paid');
  expect([...accounts.charges.values()].filter(({ holder }) => holder === 'SLOW')).toHaveLength(1);
});

test('an account that can’t tell of one order keeps no other one open', async () => {
  const pages = [await atCheckout('FIRST'), await atCheckout('SECOND')];
  accounts.losesAnswer = true;
  for (const visit of pages) {
    around.clock.nowMs += 1;
    await visit.submit('/s/halles/checkout', { name: 'Camille' });
  }
  accounts.losesAnswer = false;
  const open = () =>
    around.database.query("select pay_key from customer_order where status = 'paying' order by placed_ms, number");
  const [stuck] = await open();
  around.clock.nowMs += 120_000;
  const { status } = accounts;
  accounts.status = async (merchant, key) => {
    if (key === stuck?.['pay_key']) throw new Error('no answer');
    return status(merchant, key);
  };
  await shop.tick();
  expect(await open()).toEqual([stuck]);
  accounts.status = status;
  await shop.tick();
  expect(await open()).toEqual([]);
});

test('the form of a checkout still counts after the server started anew, and the same form is one order', async () => {
  const first = await createServer(createShop({ ...around, accounts }), OPTIONS);
  const visit = await atCheckout('ANEW', first);
  const page = (await visit.get('/s/halles/checkout')).text;
  const field = (name: string) => new RegExp(`name="${name}" value="([^"]*)"`).exec(page)?.[1] ?? '';
  const slot = /<option value="(\d+)"/.exec(page)?.[1] ?? '';
  const fields = { csrf: field('csrf'), key: field('key'), total: field('total'), slot, name: 'A', pay: 'account' };
  const send = (at: FastifyInstance) =>
    ask(at, {
      method: 'POST',
      url: '/s/halles/checkout',
      payload: new URLSearchParams(fields).toString(),
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        cookie: `comptoir=${visit.cookies.get('comptoir')}`,
      },
    });
  const one = await send(first);
  await first.close();
  const second = await createServer(createShop({ ...around, accounts }), OPTIONS);
  const again = await send(second);
  await second.close();
  expect([one.status, again.status, again.headers['location']]).toEqual([303, 303, one.headers['location']]);
  expect([...accounts.charges.values()].filter(({ holder }) => holder === 'ANEW')).toHaveLength(1);
});

test('a sale whose money went back pays no order', async () => {
  const visit = await atCheckout('BACK');
  const page = await visit.submit('/s/halles/checkout', { name: 'B', pay: 'counter' });
  const number = /h1>[^<]*?([0-9A-Z]{6})</.exec(page.text)?.[1] ?? '';
  const code = /class="code">([0-9A-Z]{8})</.exec(page.text)?.[1] ?? '';
  await counter.post('/sales', cash(590), 'went-back');
  const parts = [{ kind: 'cash', label: 'CASH', amount: 590 }];
  const refund = { of: 'went-back', amount: 590, parts, lines: [], refundedMs: around.clock.nowMs };
  expect((await counter.post('/refunds', refund)).status).toBe(200);
  const body = { proof: { by: 'code', code }, sale: 'went-back' };
  expect(codeOf(await counter.post(`/orders/${number}/hand-over`, body))).toBe('wrong-state');
});

test('a gift card is issued by a sale whose money is there and stays', async () => {
  const sale = { ...cash(2500), lines: [{ sku: 'gift-card-20', qty: 1, unit: 2500, discount: 0 }] };
  await counter.post('/sales', { ...sale, status: 'stored' }, 'stored-gift');
  expect(codeOf(await counter.post('/gifts', { amount: 2500, sale: 'stored-gift' }))).toBe('more-than-left');
  await counter.post('/sales', sale, 'refunded-gift');
  const parts = [{ kind: 'cash', label: 'CASH', amount: 1000 }];
  const refund = { of: 'refunded-gift', amount: 1000, parts, lines: [], refundedMs: around.clock.nowMs };
  await counter.post('/refunds', refund);
  expect(codeOf(await counter.post('/gifts', { amount: 2500, sale: 'refunded-gift' }))).toBe('more-than-left');
  expect((await counter.post('/gifts', { amount: 1500, sale: 'refunded-gift' })).status).toBe(200);
});

test('what a gift card paid of an order goes back to it, and no more', async () => {
  const sale = { ...cash(2000), lines: [{ sku: 'gift-card-20', qty: 1, unit: 2000, discount: 0 }] };
  await counter.post('/sales', sale, 'bought_gift');
  const { code } = (await counter.post('/gifts', { amount: 400, sale: 'bought_gift' })).json<Gift>();
  const visit = await atCheckout('GIFTED');
  const page = await visit.submit('/s/halles/checkout', { name: 'G', gift: code });
  const number = /h1>[^<]*?([0-9A-Z]{6})</.exec(page.text)?.[1] ?? '';
  const { key, tenders } = (await counter.get(`/sales/${number}`)).json<Sale>();
  expect(tenders.map(({ kind, amount }) => [kind, amount])).toEqual([
    ['gift', 400],
    ['account', 190],
  ]);
  const balance = async () => (await counter.get(`/gifts/${code}`)).json<Gift>().balance;
  const refund = (gift: number, account: number) => ({
    of: key,
    amount: gift + account,
    parts: [
      { kind: 'account', label: 'ACCOUNT', amount: account },
      { kind: 'gift', label: 'GIFT CARD', amount: gift },
    ],
    lines: [],
    refundedMs: around.clock.nowMs,
  });
  expect([await balance(), codeOf(await counter.post('/refunds', refund(401, 0), 'more'))]).toEqual([
    0,
    'more-than-left',
  ]);
  expect((await counter.post('/refunds', refund(150, 190), 'part')).status).toBe(200);
  await counter.post('/refunds', refund(150, 190), 'part');
  expect(await balance()).toBe(150);
  expect((await counter.post('/refunds', refund(250, 0), 'rest')).status).toBe(200);
  expect(await balance()).toBe(400);
  expect((await counter.post(`/orders/${number}/cancel`)).json<Order>().status).toBe('cancelled');
  const look = browser(server);
  await look.get('/s/halles/gift');
  expect((await look.submit('/s/halles/gift', { code })).text).toContain('4.00 EUR');
  await look.get('/s/halles/gift');
  expect((await look.submit('/s/halles/gift', { code: 'NOSUCHGIFTCARD00' })).status).toBe(404);
});

test('an order is paid at the counter by a sale that names it and has all its goods; a total alone pays nothing', async () => {
  const place = async (): Promise<string> => {
    const visit = await atCheckout('COUNTER');
    const page = await visit.submit('/s/halles/checkout', { name: 'P', pay: 'counter' });
    return /h1>[^<]*?([0-9A-Z]{6})</.exec(page.text)?.[1] ?? '';
  };
  const status = async (number: string) => {
    const { orders } = (await counter.get('/orders')).json<{ orders: Order[] }>();
    const order = orders.find((one) => one.number === number);
    return [order?.status, order?.isPaid, order?.sale];
  };
  const [first, second] = [await place(), await place()];
  const other = {
    ...cash(1190),
    lines: [{ sku: 'tea-green', qty: 1, unit: 1190, discount: 0 }],
    tenders: [{ kind: 'cash', label: 'CASH', amount: 1190 }],
  };
  await counter.post('/sales', { ...other, reservation: second }, 'other-goods');
  expect(await status(second)).toEqual(['placed', false, undefined]);
  const [row] = await around.database.query('select pickup_code from customer_order where number = $1', [second]);
  const proof = { by: 'code', code: row?.['pickup_code'] };
  expect(codeOf(await counter.post(`/orders/${second}/hand-over`, { proof, sale: 'other-goods' }))).toBe('wrong-state');
  await counter.post('/sales', { ...cash(590), reservation: first }, 'pays-first');
  expect(await status(first)).toEqual(['paid', true, 'pays-first']);
  // Stored, and the bank refuses it before the goods are handed out.
  const third = await place();
  await counter.post('/sales', { ...cash(590), status: 'stored', reservation: third }, 'pays-third');
  expect(codeOf(await counter.post(`/orders/${third}/cancel`))).toBe('refund-first');
  await counter.post('/sales/pays-third/settle', { key: 'pays-third', end: 'declined' });
  const [secret] = await around.database.query('select pickup_code from customer_order where number = $1', [third]);
  const shown = { proof: { by: 'code', code: secret?.['pickup_code'] } };
  expect(codeOf(await counter.post(`/orders/${third}/hand-over`, shown))).toBe('wrong-state');
  // There is nothing to give back, and the order doesn't stay for ever.
  expect((await counter.post(`/orders/${third}/cancel`)).json<Order>().status).toBe('cancelled');
  // One sale pays one order.
  expect(codeOf(await counter.post(`/orders/${second}/hand-over`, { proof, sale: 'pays-first' }))).toBe('wrong-state');
});

test('a stored sale that comes again as paid is settled over HTTP, too', async () => {
  const sale = cash(590);
  expect((await counter.post('/sales', { ...sale, status: 'stored' }, 'later')).json<Sale>().status).toBe('stored');
  expect((await counter.post('/sales', sale, 'later')).json<Sale>().status).toBe('settled');
  expect((await counter.get('/sales/later')).json<Sale>().status).toBe('settled');
});

test('a program that ordered is told what was ordered, whatever prices do later, and the code of the pickup', async () => {
  await shop.change('halles', (work) =>
    publishPromotion(work, {
      id: 'once',
      name: { en: 'Once', fr: 'Une fois' },
      rule: { amountOff: 100, serial: 'ONCE-1' },
      code: 'ONCE',
    }),
  );
  const call = <Kind>(method: 'GET' | 'POST', path: string, payload?: object) =>
    ask(server, { method, url: `/ucp/v1/checkout-sessions${path}`, ...(payload && { payload }) }).then((answer) =>
      answer.json<Kind>(),
    );
  const [slot] = await around.database.query(
    "select from_ms from pickup_slot where shop_id = 'halles' and until_ms > $1 and taken < capacity",
    [around.clock.nowMs],
  );
  type Checkout = {
    id: string;
    totals: object[];
    line_items: object[];
    discounts: object;
    order?: Pick<Order, 'number'>;
  };
  const made = await call<Checkout>('POST', '', {
    line_items: [{ item: { id: 'halles:honey' }, quantity: 1 }],
    buyer: { first_name: 'Ada' },
    discounts: { codes: ['ONCE'] },
    fulfillment: { methods: [{ groups: [{ selected_option_id: String(slot?.['from_ms']) }] }] },
  });
  const { totals, line_items, discounts } = await call<Checkout>('POST', `/${made.id}/complete`);
  await around.database.query("update item set price = price * 2 where shop_id = 'halles' and sku = 'honey'");
  await around.database.query("insert into promotion_use values ('halles', 'ONCE-1', 'somebody')");
  expect(await call('GET', `/${made.id}`)).toMatchObject({ totals, line_items, discounts });
  expect(totals).toEqual(made.totals);
  const [order] = await around.database.query("select pickup_code from customer_order where customer_name = 'Ada'");
  expect(JSON.stringify(await call('GET', `/${made.id}/order`))).toContain(String(order?.['pickup_code']));
});
