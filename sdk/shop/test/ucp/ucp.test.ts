/** Programs that buy for somebody: shapes, payment by the account, consent, events to platforms, and what comes at the same time. */
import { createPublicKey, verify } from 'node:crypto';
import { createServer as createHttpServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ConsentReceipt } from '../../src/api.js';
import { createShop, type Shop } from '../../src/createShop.js';
import { putItem } from '../../src/goods/catalogue.js';
import { openSlots } from '../../src/orders/orders.js';
import { createServer } from '../../src/server/createServer.js';
import { addTill } from '../../src/shops.js';
import { handlerName } from '../../src/ucp/accountHandler.js';
import { type TestAccounts, testAccounts } from '../testAccounts.js';
import { type Answer, ask, browser, ORIGIN, till } from '../testClient.js';
import { HOOK_MS, type TestSurroundings, testSurroundings } from '../testDatabase.js';
import { faultsOfShape } from './ucpShapes.js';

const BASE = '/ucp/v1/checkout-sessions';
const HANDLER = 'test.shop.account';

interface Checkout {
  readonly id: string;
  readonly status: string;
  readonly buyer?: { readonly consent?: object };
  readonly totals: readonly { readonly type: string; readonly amount: number }[];
  readonly messages: readonly { readonly code: string; readonly path?: string }[];
  readonly discounts: { readonly applied: readonly { readonly automatic?: boolean; readonly code?: string }[] };
  readonly fulfillment: {
    readonly methods: readonly {
      readonly groups: readonly { readonly options: readonly { readonly id: string }[] }[];
    }[];
  };
  readonly order?: { readonly id: string };
}

let around: TestSurroundings;
let accounts: TestAccounts;
let shop: Shop;
/** What happens between the claim of a checkout and its order. */
let between = async (): Promise<void> => undefined;
let server: FastifyInstance;
let counter: ReturnType<typeof till>;
/** A platform: what it was sent, what it answers, and its profile. */
let platform: Server;
let home: string;
const received: { readonly body: string; readonly signature: string; readonly agent: string }[] = [];
let answers = 200;
/** Number of an order that it takes no events of. */
let refused: string | undefined;
let profile = '';

beforeAll(async () => {
  around = await testSurroundings();
  platform = createHttpServer((request, response) => {
    let body = '';
    request.on('data', (part) => {
      body += part;
    });
    request.on('end', () => {
      if (request.url === '/profile.json') return response.end(profile);
      if (request.url === '/away') return response.writeHead(302, { location: '/profile.json' }).end();
      const { 'request-signature': signature = '', 'ucp-agent': agent = '' } = request.headers;
      received.push({ body, signature: String(signature), agent: String(agent) });
      return response.writeHead(refused !== undefined && body.includes(refused) ? 400 : answers).end('{}');
    });
  });
  await new Promise<void>((resolve) => platform.listen(0, '127.0.0.1', resolve));
  home = `http://127.0.0.1:${(platform.address() as AddressInfo).port}`;
}, HOOK_MS);
afterAll(async () => {
  await new Promise((resolve) => platform.close(resolve));
  await around.database.close();
});
beforeEach(async () => {
  accounts = testAccounts();
  between = async () => undefined;
  const inner = createShop({ ...around, accounts, platforms: [home] });
  shop = {
    ...inner,
    async order(...order) {
      await between();
      return inner.order(...order);
    },
  };
  await server?.close();
  server = await createServer(shop, { origin: ORIGIN, requestsMax: 100_000, attemptsMax: 100_000 });
  const { key } = await shop.change('halles', (work) => addTill(work, 'Till'));
  counter = till(server, key);
  await counter.post('/stock', { sku: 'honey', delta: 100, reason: 'delivery' });
  received.length = 0;
  answers = 200;
  refused = undefined;
  profile = profileWith(`${home}/orders`);
});
afterAll(() => server?.close());

function profileWith(webhook_url: string): string {
  const order = [{ version: '2026-01-23', config: { webhook_url } }];
  return JSON.stringify({ ucp: { version: '2026-01-23', capabilities: { 'dev.ucp.shopping.order': order } } });
}

function call(method: 'GET' | 'POST' | 'PUT', path: string, payload?: object, agent?: string): Promise<Answer> {
  const headers = agent === undefined ? {} : { 'ucp-agent': `profile="${agent}"` };
  return ask(server, { method, url: `${BASE}${path}`, headers, ...(payload && { payload }) });
}

const LINES = { line_items: [{ item: { id: 'halles:honey' }, quantity: 1 }] };
const BUYER = { first_name: 'Ada', last_name: 'L' };

/** Ready to be completed. */
async function ready({ buyer = BUYER, agent, lines = LINES }: { buyer?: object; agent?: string; lines?: object } = {}) {
  const fromMs = around.clock.nowMs + 3_600_000;
  await shop.change('halles', (work) => openSlots(work, [{ fromMs, untilMs: fromMs + 3_600_000, capacity: 100 }]));
  const made = (await call('POST', '', { ...lines, buyer }, agent)).json<Checkout>();
  const options = made.fulfillment.methods[0]?.groups[0]?.options ?? [];
  const chosen = { fulfillment: { methods: [{ groups: [{ selected_option_id: options.at(-1)?.id }] }] } };
  const set = { ...lines, buyer, ...chosen };
  const { id, status } = (await call('PUT', `/${made.id}`, set, agent)).json<Checkout>();
  expect(status).toBe('ready_for_complete');
  return { id, set };
}

let codes = 0;
function paidBy(name: string, token: string = `CODE-${name}-${++codes}`) {
  const credential = { type: 'account_code', token };
  const instrument = { id: '1', handler_id: 'account', type: 'account', selected: true, credential };
  return { payment: { instruments: [instrument] } };
}

describe('what we answer has the published shape', () => {
  const right = (name: Parameters<typeof faultsOfShape>[0], answer: Answer): void =>
    expect(faultsOfShape(name, answer.json()), answer.text.slice(0, 200)).toEqual([]);

  test('from the profile to the order, and when it’s refused', async () => {
    right('profile', await ask(server, { method: 'GET', url: '/.well-known/ucp' }));
    // An automatic discount, a code that counts, and one that doesn't.
    const line_items = ['tea-green', 'coffee-beans', 'teapot'].map((sku) => ({
      item: { id: `halles:${sku}` },
      quantity: 1,
    }));
    const lines = { line_items, discounts: { codes: ['BIENVENUE', 'NOTHING'] } };
    const consent = { marketing: true, sale_of_data: false };
    const first = await call('POST', '', lines);
    right('checkout', first);
    const { messages, discounts, status } = first.json<Checkout>();
    expect(status).toBe('incomplete');
    expect(messages.map(({ code, path }) => `${code} ${path}`)).toEqual([
      'missing $.buyer.first_name',
      'missing $.fulfillment.methods[0].groups[0].selected_option_id',
      'discount_code_invalid $.discounts.codes[1]',
    ]);
    expect(discounts.applied.map(({ automatic, code }) => code ?? automatic)).toEqual([true, 'BIENVENUE']);
    const { id } = await ready({ buyer: { ...BUYER, consent }, lines });
    right('checkout', await call('GET', `/${id}`));
    const completed = await call('POST', `/${id}/complete`, paidBy('SHAPES'));
    right('checkout', completed);
    expect(completed.json()).toMatchObject({ status: 'completed', buyer: { consent } });
    right('order', await call('GET', `/${id}/order`));
    right('fault', await call('GET', '/halles.NOTHING'));
    right('fault', await call('POST', '', {}));
    right('fault', await call('POST', `/${id}/cancel`));
    expect((await call('POST', `/${id}/cancel`)).status).toBe(409);
  });

  test('a name that is spelt otherwise is found', () => {
    expect(faultsOfShape('profile', { ucp: { version: '2026-01-23' }, keys: [] }).length).toBeGreaterThan(3);
    expect(faultsOfShape('fault', { status: 'no', messages: [] })).toHaveLength(1);
  });

  test('a handler is named after the server’s own domain', () => {
    expect(handlerName('https://shop.example')).toBe('example.shop.account');
    expect(handlerName('https://le-marche.3e.example')).toBe('example.n3e.le_marche.account');
    expect(handlerName('http://127.0.0.1:8080')).toBe('localhost.account');
    expect(handlerName('http://[::1]:8080')).toBe('localhost.account');
  });
});

describe('payment by the account', () => {
  test('charges what was told, once, and tells nobody the code', async () => {
    const { id } = await ready();
    const { ucp } = (await call('GET', `/${id}`)).json<{
      ucp: { payment_handlers: Record<string, { config: object }[]> };
    }>();
    expect(ucp.payment_handlers[HANDLER]?.[0]).toMatchObject({
      id: 'account',
      config: { merchant_id: 'COMPTOIR-DEV-01' },
    });
    const pay = paidBy('ONCE');
    const answer = await call('POST', `/${id}/complete`, pay);
    expect(answer.json()).toMatchObject({
      status: 'completed',
      totals: [
        { type: 'subtotal', amount: 1190 },
        { type: 'total', amount: 1190 },
      ],
    });
    expect((await call('POST', `/${id}/complete`, pay)).json<Checkout>().order).toEqual(answer.json<Checkout>().order);
    expect([...accounts.charges.values()].map(({ holder, minor }) => `${holder} ${minor}`)).toEqual(['ONCE 1190']);
    const texts = [answer.text, (await call('GET', `/${id}`)).text, (await call('GET', `/${id}/order`)).text].join('');
    expect(texts).not.toMatch(/CODE-ONCE|secret of/);
    const [session] = await around.database.query('select string_agg(basket::text, $1) as kept from session', ['']);
    expect(String(session?.['kept'])).not.toMatch(/CODE-ONCE|secret of/);
    const number = answer.json<Checkout>().order?.id ?? '';
    expect((await counter.get(`/sales/${number}`)).json()).toMatchObject({
      channel: 'web',
      status: 'paid',
      total: 1190,
    });
  });

  test('that is refused leaves nothing, and another code may come', async () => {
    const { id } = await ready();
    const wrong = (await call('POST', `/${id}/complete`, paidBy('X', 'WRONG'))).json<Checkout>();
    expect([wrong.status, wrong.messages.map(({ code }) => code)]).toEqual(['incomplete', ['payment_declined']]);
    accounts.left = 100;
    const poor = (await call('POST', `/${id}/complete`, paidBy('POOR'))).json<Checkout>();
    expect([poor.status, poor.messages.map(({ code }) => code), poor.order]).toEqual([
      'incomplete',
      ['payment_declined'],
      undefined,
    ]);
    accounts.left = 100_000;
    expect((await call('POST', `/${id}/complete`, paidBy('RICH'))).json<Checkout>().status).toBe('completed');
    expect(accounts.charges.size).toBe(1);
  });

  test('whose answer is lost is in progress, and is told by the account later', async () => {
    const { id, set } = await ready();
    accounts.losesAnswer = true;
    expect((await call('POST', `/${id}/complete`, paidBy('LOST'))).json<Checkout>().status).toBe(
      'complete_in_progress',
    );
    accounts.losesAnswer = false;
    expect((await call('PUT', `/${id}`, set)).status).toBe(409);
    expect((await call('POST', `/${id}/cancel`)).status).toBe(409);
    expect((await call('POST', `/${id}/complete`, paidBy('LOST'))).json<Checkout>().status).toBe(
      'complete_in_progress',
    );
    around.clock.nowMs += 2 * 60_000;
    await shop.tick();
    expect((await call('GET', `/${id}`)).json<Checkout>().status).toBe('completed');
    expect(accounts.charges.size).toBe(1);
  });

  test('of an item whose name has a colon', async () => {
    const told = { en: 'Tea', fr: 'Thé' };
    const tea = {
      sku: 'tea:1',
      name: told,
      description: told,
      category: 'grocery',
      price: 400,
      vat: 0,
      isGiftCard: false,
    };
    await shop.change('halles', (work) => putItem(work, tea, 5));
    const made = await call('POST', '', { line_items: [{ item: { id: 'halles:tea:1' }, quantity: 1 }] });
    expect([made.status, made.json<Checkout>().totals.at(-1)?.amount]).toEqual([201, 400]);
    for (const id of ['tea', ':tea', 'halles:', ''])
      expect((await call('POST', '', { line_items: [{ item: { id }, quantity: 1 }] })).status).toBe(400);
  });

  test('wants a price that was told', async () => {
    const { id } = await ready();
    const putPrice = (price: number) =>
      around.database.query("update item set price = $1 where shop_id = 'halles' and sku = 'honey'", [price]);
    await putPrice(1390);
    const changed = (await call('POST', `/${id}/complete`, paidBy('DEAR'))).json<Checkout>();
    expect([changed.status, changed.messages.map(({ code }) => code)]).toEqual([
      'ready_for_complete',
      ['price_changed'],
    ]);
    expect(changed.totals.at(-1)?.amount).toBe(1390);
    expect(accounts.charges.size).toBe(0);
    expect((await call('POST', `/${id}/complete`, paidBy('DEAR'))).json<Checkout>().status).toBe('completed');
    await putPrice(1190);
  });

  test('by what was never declared is refused', async () => {
    const { id } = await ready();
    const instrument = paidBy('X').payment.instruments[0];
    for (const other of [
      { ...instrument, handler_id: 'google' },
      { ...instrument, type: 'card' },
      { ...instrument, credential: { type: 'PAYMENT_GATEWAY', token: 'x' } },
      { ...instrument, credential: undefined },
    ])
      expect((await call('POST', `/${id}/complete`, { payment: { instruments: [other] } })).status).toBe(400);
    const twice = { payment: { instruments: [instrument, instrument] } };
    expect((await call('POST', `/${id}/complete`, twice)).status).toBe(400);
    expect(accounts.charges.size).toBe(0);
  });
});

test('a platform sets what a buyer chooses, and nothing that we keep beside it', async () => {
  const { id, set } = await ready();
  const claim = { by: 'X', untilMs: around.clock.nowMs + 1e9 };
  const ours = {
    order: 'ABC123',
    isCancelled: true,
    shown: 1,
    attempt: 9,
    claim,
    platform: home,
    slotMs: 1,
    totals: [],
  };
  const changed = (
    await call('PUT', `/${id}`, { ...set, ...ours, ...{ buyer: { ...BUYER, ...ours } } })
  ).json<Checkout>();
  expect([changed.status, changed.totals.at(-1)?.amount, changed.buyer]).toEqual(['ready_for_complete', 1190, BUYER]);
  const [row] = await around.database.query(
    "select basket from session where basket->>'attempt' = '9' or basket->'platform' is not null",
  );
  expect(row).toBeUndefined();
  // Of another shop, or nobody's.
  expect((await call('GET', `/${id.replace('halles', 'canal')}`)).status).toBe(404);
  expect((await call('GET', `/${id.slice(0, -1)}`)).status).toBe(404);
});

describe('at the same time', () => {
  const orders = async (): Promise<number> =>
    Number((await around.database.query('select count(*)::int as rows from customer_order'))[0]?.['rows']);

  test('completed and cancelled: one of both, whichever comes first', async () => {
    const ends: string[] = [];
    for (let at = 0; at < 6; at += 1) {
      const { id } = await ready();
      const before = await orders();
      const [first, second] = at % 2 === 0 ? (['complete', 'cancel'] as const) : (['cancel', 'complete'] as const);
      const both = await Promise.all(
        [first, second].map((what) =>
          call('POST', `/${id}/${what}`, what === 'complete' && at % 3 > 0 ? paidBy('RACE') : {}),
        ),
      );
      const { status } = (await call('GET', `/${id}`)).json<Checkout>();
      expect(both.filter((answer) => answer.status === 409)).toHaveLength(1);
      expect([status, (await orders()) - before]).toEqual(status === 'canceled' ? ['canceled', 0] : ['completed', 1]);
      ends.push(status);
    }
    expect(new Set(ends)).toEqual(new Set(['canceled', 'completed']));
  });

  test('while the account is asked, nobody cancels, changes or pays again', async () => {
    const { id, set } = await ready();
    let answer = (): void => undefined;
    const asked = new Promise<void>((isAsked) => {
      const { signIn } = accounts;
      accounts.signIn = async (merchant, code) => {
        isAsked();
        await new Promise<void>((resolve) => {
          answer = resolve;
        });
        return signIn(merchant, code);
      };
    });
    const completing = call('POST', `/${id}/complete`, paidBy('SLOW'));
    await asked;
    const again = await Promise.all(Array.from({ length: 5 }, () => call('POST', `/${id}/complete`, paidBy('OTHER'))));
    expect(new Set(again.map((one) => one.json<Checkout>().status))).toEqual(new Set(['complete_in_progress']));
    expect([(await call('POST', `/${id}/cancel`)).status, (await call('PUT', `/${id}`, set)).status]).toEqual([
      409, 409,
    ]);
    answer();
    expect((await completing).json<Checkout>().status).toBe('completed');
    expect([...accounts.charges.values()].map(({ holder }) => holder)).toEqual(['SLOW']);
  });

  test('a claim that a crash left is free after two minutes', async () => {
    const { id } = await ready();
    accounts.signIn = () => new Promise(() => undefined);
    void call('POST', `/${id}/complete`, paidBy('GONE')).catch(() => undefined);
    const state = async () => (await call('GET', `/${id}`)).json<Checkout>().status;
    await expect.poll(state, { timeout: 30_000 }).toBe('complete_in_progress');
    around.clock.nowMs += 2 * 60_000;
    expect((await call('POST', `/${id}/cancel`)).json<Checkout>().status).toBe('canceled');
  });

  test('cancelled or changed before its order is written: there is no order', async () => {
    const [cancelled, changed] = [await ready(), await ready()];
    const before = await orders();
    between = async () => expect((await call('POST', `/${cancelled.id}/cancel`)).status).toBe(200);
    expect((await call('POST', `/${cancelled.id}/complete`)).status).toBe(409);
    const more = { ...changed.set, line_items: [{ item: { id: 'halles:jam-fig' }, quantity: 1 }] };
    between = async () => expect((await call('PUT', `/${changed.id}`, more)).status).toBe(200);
    const told = (await call('POST', `/${changed.id}/complete`)).json<Checkout>();
    expect([told.status, told.totals.at(-1)?.amount, await orders()]).toEqual(['ready_for_complete', 590, before]);
    between = async () => undefined;
    const done = (await call('POST', `/${changed.id}/complete`)).json<Checkout>();
    expect([done.status, done.totals.at(-1)?.amount]).toEqual(['completed', 590]);
    // Whom the account is asked for, nobody gets in between.
    const { id, set } = await ready();
    between = async () => {
      expect((await call('POST', `/${id}/cancel`)).status).toBe(409);
      expect((await call('PUT', `/${id}`, set)).status).toBe(409);
    };
    expect((await call('POST', `/${id}/complete`, paidBy('BETWEEN'))).json<Checkout>().status).toBe('completed');
  });
});

describe('consent', () => {
  const given = async (holder: string): Promise<readonly string[]> => {
    const account = Buffer.from(`COMPTOIR-DEV-01/${holder}`).toString('hex').toUpperCase().padEnd(64, '0');
    const { receipts } = (await counter.get(`/consents?account=${account}`)).json<{ receipts: ConsentReceipt[] }>();
    return receipts
      .flatMap(({ services, state, collectionMethod }) =>
        services.flatMap(({ purposes }) => purposes.map(({ purpose }) => `${purpose} ${state} ${collectionMethod}`)),
      )
      .sort();
  };
  const buy = async (holder: string | undefined, consent: object): Promise<void> => {
    const { id } = await ready({ buyer: { ...BUYER, consent } });
    const done = await call('POST', `/${id}/complete`, holder === undefined ? {} : paidBy(holder));
    expect(done.json<Checkout>().status).toBe('completed');
  };

  test('is a receipt of the customer who paid; no withdraws, and what wasn’t asked stays', async () => {
    await buy('AGREES', { marketing: true, sale_of_data: true, preferences: false });
    expect(await given('AGREES')).toEqual(['marketing given platform', 'sale-or-sharing given platform']);
    await buy('AGREES', { marketing: true, sale_of_data: false });
    expect(await given('AGREES')).toEqual(['marketing given platform', 'sale-or-sharing withdrawn platform']);
    await buy('AGREES', {});
    expect(await given('AGREES')).toEqual(['marketing given platform', 'sale-or-sharing withdrawn platform']);
  });

  test('of a buyer whom nobody knows is kept of nobody', async () => {
    const count = async () =>
      (await around.database.query('select count(*)::int as rows from consent_receipt'))[0]?.['rows'];
    const before = await count();
    await buy(undefined, { marketing: true });
    expect(await count()).toBe(before);
  });

  test('takes the four names of the protocol, and yes or no', async () => {
    for (const consent of [{ tracking: true }, { marketing: 'yes' }, { marketing: 1 }])
      expect((await call('POST', '', { ...LINES, buyer: { ...BUYER, consent } })).status).toBe(400);
  });
});

describe('events of an order', () => {
  interface Event {
    readonly event_id: string;
    readonly id: string;
    readonly checkout_id: string;
    readonly fulfillment: { readonly events: readonly { readonly type: string }[] };
    readonly adjustments: readonly { readonly type: string; readonly amount: number }[];
  }
  const events = (): readonly Event[] => received.map(({ body }) => JSON.parse(body) as Event);
  const ordered = async (agent = `${home}/profile.json`, holder = 'FOLLOWED') => {
    const { id } = await ready({ agent });
    const { order } = (await call('POST', `/${id}/complete`, paidBy(holder))).json<Checkout>();
    return { id, number: order?.id ?? '' };
  };
  const later = async (ms: number): Promise<void> => {
    around.clock.nowMs += ms;
    await shop.tick();
  };

  test('are whole, signed by a key of the profile, and once each while they are taken', async () => {
    const { id, number } = await ordered();
    await shop.tick();
    expect(events().map(({ fulfillment }) => fulfillment.events.length)).toEqual([2, 2]);
    for (const event of events()) {
      expect(faultsOfShape('event', event)).toEqual([]);
      expect(event).toMatchObject({ id: number, checkout_id: id });
    }
    const { signing_keys: keys } = (await ask(server, { method: 'GET', url: '/.well-known/ucp' })).json<{
      signing_keys: { kid: string }[];
    }>();
    for (const { body, signature, agent } of received) {
      expect(agent).toBe(`profile="${ORIGIN}/.well-known/ucp"`);
      const [header = '', payload, mac = ''] = signature.split('.');
      expect(payload).toBe('');
      const { kid, ...rest } = JSON.parse(Buffer.from(header, 'base64url').toString());
      expect(rest).toEqual({ alg: 'ES256', b64: false, crit: ['b64'] });
      const key = createPublicKey({ key: keys.find((one) => one.kid === kid) as never, format: 'jwk' });
      const isRight = (text: string): boolean =>
        verify(
          'sha256',
          Buffer.from(`${header}.${text}`),
          { key, dsaEncoding: 'ieee-p1363' },
          Buffer.from(mac, 'base64url'),
        );
      expect([isRight(body), isRight(`${body} `)]).toEqual([true, false]);
    }
    received.length = 0;
    await counter.post(`/orders/${number}/ready`);
    await later(60_000);
    expect(events().map(({ fulfillment }) => fulfillment.events.at(-1)?.type)).toEqual(['ready_for_pickup']);
    const { key } = (await counter.get(`/sales/${number}`)).json<{ key: string }>();
    const parts = [{ kind: 'account', label: 'ACCOUNT FOLLOWED', amount: 1190 }];
    const lines = [{ sku: 'honey', qty: 1 }];
    const refund = { of: key, amount: 1190, parts, lines, refundedMs: around.clock.nowMs };
    expect((await counter.post('/refunds', refund, `back-${number}`)).status).toBe(200);
    await later(60_000);
    expect(events().at(-1)?.adjustments).toMatchObject([{ type: 'refund', amount: 1190 }]);
    await later(86_400_000);
    expect(events()).toHaveLength(2);
  });

  test('that aren’t taken come again, later each time, with the same name, for a week', async () => {
    answers = 500;
    const { number } = await ordered();
    await shop.tick();
    // One try, and the other events of this platform wait with it.
    expect(events().map(({ id }) => id)).toEqual([number]);
    const [first] = events().map(({ event_id }) => event_id);
    await later(59_999);
    expect(received).toHaveLength(1);
    for (const [at, minutes] of [1, 2, 4, 8].entries()) {
      await later(minutes * 60_000);
      expect(received.length, `after ${minutes}`).toBe(at + 2);
    }
    expect(new Set(events().map(({ event_id }) => event_id))).toEqual(new Set([first]));
    answers = 200;
    await later(6 * 3_600_000);
    expect(new Set(events().map(({ event_id }) => event_id)).size).toBe(2);
    received.length = 0;
    answers = 500;
    await ordered();
    await later(8 * 86_400_000);
    expect(received).toHaveLength(0);
  });

  test('aren’t kept back by one that is never taken', async () => {
    // Anybody may name a profile of a platform that leads nowhere.
    await ordered(`${home}/away`, 'NOWHERE');
    const { number } = await ordered();
    await shop.tick();
    expect(new Set(events().map(({ id }) => id))).toEqual(new Set([number]));
    // Nor by one that the platform won’t have.
    received.length = 0;
    refused = (await ordered()).number;
    const after = await ordered();
    for (let minute = 0; minute < 8; minute += 1) await later(60_000);
    expect(events().map(({ id }) => id)).toContain(after.number);
  });

  test('go again when the shop dies before it knows that they were taken', async () => {
    await ordered();
    const dying = createShop({ ...around, accounts, platforms: [home] });
    const { query } = around.database;
    let left = 1;
    const transaction = around.database.transaction.bind(around.database);
    const broken = {
      ...around.database,
      query,
      transaction: ((work) =>
        transaction((tx) =>
          work({
            query: (sql, values) => {
              if (sql.startsWith('update outbox set sent_ms') && left-- > 0) throw new Error('died');
              return tx.query(sql, values);
            },
          } as typeof tx),
        )) as typeof transaction,
    };
    await expect(createShop({ ...dying, database: broken, accounts }).tick()).rejects.toThrow('died');
    expect(received).toHaveLength(1);
    await later(60_000);
    const names = events().map(({ event_id }) => event_id);
    expect([names.length, new Set(names).size]).toEqual([3, 2]);
  });

  test('go to nobody who wasn’t named, nor where a profile or its answer leads', async () => {
    const elsewhere = createHttpServer((_, response) => response.end(profileWith(`${home}/orders`)));
    await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
    const other = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}`;
    let asked = 0;
    elsewhere.on('request', () => {
      asked += 1;
    });
    for (const agent of [`${other}/profile.json`, 'http://169.254.169.254/x', `${home}@${other.slice(7)}/profile.json`])
      await ordered(agent);
    await ordered();
    for (const webhook of [`${other}/orders`, 'http://169.254.169.254/', 'file:///etc/passwd', 7]) {
      profile = profileWith(webhook as string);
      await later(6 * 3_600_000);
    }
    profile = 'x'.repeat(70_000);
    await ordered(`${home}/away`);
    await later(6 * 3_600_000);
    expect([asked, received.length]).toEqual([0, 0]);
    await new Promise((resolve) => elsewhere.close(resolve));
  });

  test('are of orders that a platform brought, and of no other', async () => {
    const { id } = await ready();
    const visit = browser(server);
    await visit.get('/s/halles/items/honey');
    await visit.submit('/s/halles/basket', { how: 'add' });
    await visit.get('/s/halles/checkout');
    expect((await visit.submit('/s/halles/checkout', { name: 'B' })).status).toBe(200);
    await call('POST', `/${id}/complete`);
    await shop.tick();
    const [rows] = await around.database.query(
      "select count(*)::int as rows from outbox where topic = 'ucp' and sent_ms is null and at_ms = $1",
      [around.clock.nowMs],
    );
    expect([rows?.['rows'], received.length]).toEqual([0, 0]);
  });
});
