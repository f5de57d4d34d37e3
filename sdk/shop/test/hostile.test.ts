/** Whoever means harm over HTTP: each route of the server, from its own list, with what the OWASP lists name. */
import { keyFrom, newKey, paymentIdOf } from '@comptoir/sdk';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createShop } from '../src/createShop.js';
import { isPaymentId } from '../src/paymentId.js';
import { createServer } from '../src/server/createServer.js';
import { ShopError } from '../src/shopError.js';
import { addTill } from '../src/shops.js';
import { testAccounts } from './testAccounts.js';
import { type Answer, ask, browser, ORIGIN, till } from './testClient.js';
import { HOOK_MS, type TestSurroundings, testSurroundings } from './testDatabase.js';

interface Route {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly url: string;
}

let around: TestSurroundings;
let server: FastifyInstance;
let key: string;
let tables: Readonly<Record<string, number>>;
const routes: Route[] = [];

beforeAll(async () => {
  around = await testSurroundings();
  const shop = createShop({ ...around, accounts: testAccounts() });
  ({ key } = await shop.change('halles', (work) => addTill(work, 'Till')));
  server = await createServer(shop, { origin: ORIGIN, requestsMax: 100_000, attemptsMax: 100_000 });
  for (const line of server.printRoutes({ commonPrefix: false, includeHooks: false }).split('\n')) collect(line);
  tables = await counts();
}, HOOK_MS);
afterAll(async () => {
  await server.close();
  await around.database.close();
});

/** The list that fastify prints: a tree, each line a part of a path. */
const parts: { readonly depth: number; readonly part: string }[] = [];
function collect(line: string): void {
  const [, indent = '', part = '', methods] = /^([│ ]*)[├└]── (\S*)(?: \((.*)\))?$/.exec(line) ?? [];
  if (part === '') return;
  const depth = indent.length / 4;
  while ((parts.at(-1)?.depth ?? -1) >= depth) parts.pop();
  parts.push({ depth, part });
  const url = parts
    .map((one) => one.part)
    .join('')
    .replaceAll('//', '/');
  for (const method of (methods ?? '').split(', '))
    if (method === 'GET' || method === 'POST' || method === 'PUT') routes.push({ method, url });
}

/** Rows of what must not change. */
async function counts(): Promise<Readonly<Record<string, number>>> {
  const entries: [string, number][] = [];
  for (const table of [
    'shop',
    'item',
    'stock_event',
    'promotion',
    'sale',
    'refund',
    'customer_order',
    'gift_event',
    'consent_receipt',
    'till',
    'sharing',
  ]) {
    const [row] = await around.database.query(`select count(*)::int as count from ${table}`);
    entries.push([table, Number(row?.['count'])]);
  }
  return Object.fromEntries(entries);
}

const ATTACKS: readonly string[] = [
  "' or '1'='1",
  "'; drop table sale; --",
  '1; select pg_sleep(10)',
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  '</script><script>alert(1)</script>',
  '{{7*7}}',
  '../../../../etc/passwd',
  '..%2f..%2fetc%2fpasswd',
  '%00',
  '\u0000',
  'a'.repeat(5000),
  '__proto__',
  'http://169.254.169.254/latest/meta-data/',
  '\r\nSet-Cookie: a=b',
];
const filled = (url: string, value: string): string => url.replaceAll(/:[a-z]+/gi, () => encodeURIComponent(value));
/** `/s/:shop/items/:sku` with a shop that is there. */
const atShop = (url: string, value: string): string => filled(url.replace(':shop', 'halles'), value);

test('the list of routes is the whole server', () => {
  expect(routes.length).toBe(66);
  expect(routes).toContainEqual({ method: 'POST', url: '/api/till/sales' });
  expect(routes).toContainEqual({ method: 'POST', url: '/s/:shop/checkout' });
});

describe('each route', () => {
  const isTill = ({ url }: Route): boolean => url.startsWith('/api/till') && url !== '/api/till/pair';
  const isForm = ({ method, url }: Route): boolean => method === 'POST' && url.startsWith('/s/');

  test('has the headers of a page that runs no script and is in no frame', async () => {
    for (const { method, url } of routes) {
      const { headers } = await ask(server, { method, url: atShop(url, 'x') });
      const policy = String(headers['content-security-policy']);
      expect(policy, url).toContain("default-src 'none'");
      expect(policy, url).not.toContain('unsafe');
      expect([headers['x-content-type-options'], headers['x-frame-options'], headers['referrer-policy']], url).toEqual([
        'nosniff',
        'DENY',
        'same-origin',
      ]);
    }
  });

  test('of a till wants a key that is known', async () => {
    for (const route of routes.filter(isTill)) {
      for (const authorization of [
        '',
        'Bearer',
        'Bearer x',
        `Basic ${key}`,
        `Bearer ${key.toLowerCase()}`,
        "Bearer ' or 1=1 --",
      ]) {
        const answer = await ask(server, {
          method: route.method,
          url: filled(route.url, 'x'),
          headers: { authorization, 'idempotency-key': 'k' },
          ...(route.method === 'POST' && { payload: {} }),
        });
        expect([400, 401], `${route.url} ${answer.text}`).toContain(answer.status);
      }
    }
  });

  test('that changes anything refuses what comes from another site', async () => {
    const foreign: readonly Record<string, string>[] = [
      { origin: 'https://evil.example' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { origin: 'null' },
    ];
    for (const { method, url } of routes.filter((route) => route.method !== 'GET'))
      for (const headers of foreign) {
        const answer = await ask(server, {
          method,
          url: atShop(url, 'x'),
          headers: { ...headers, authorization: `Bearer ${key}`, 'idempotency-key': 'k' },
          payload: {},
        });
        expect(answer.status, url).toBe(403);
      }
  });

  test('with a form wants the token of its own session', async () => {
    const visit = browser(server);
    await visit.get('/s/halles/items/honey');
    const other = browser(server);
    const token = /name="csrf" value="([^"]*)"/.exec((await other.get('/s/halles/items/honey')).text)?.[1] ?? '';
    // With everything else as it has to be, so that the token alone decides.
    const fields: Readonly<Record<string, Record<string, string>>> = {
      '/s/:shop/basket': { sku: 'honey', qty: '1', how: 'add' },
      '/s/:shop/codes': { code: 'x' },
      '/s/:shop/sign-in': { code: 'x' },
      '/s/:shop/sign-out': {},
      '/s/:shop/checkout': { key: 'A'.repeat(20), total: '1', name: 'x', slot: '1', pay: 'counter' },
      '/s/:shop/orders/:number/cancel': {},
      '/s/:shop/me/consents': { purpose: 'marketing' },
      '/s/:shop/gift': { code: 'X' },
      '/s/:shop/me/consents/:id/withdraw': {},
    };
    expect(Object.keys(fields).sort()).toEqual(
      routes
        .filter(isForm)
        .map(({ url }) => url)
        .sort(),
    );
    for (const [url, rest] of Object.entries(fields))
      for (const csrf of ['', 'x', token])
        expect((await visit.post(atShop(url, 'x'), { ...rest, csrf })).status, url).toBe(403);
  });

  test('takes attacks for what they are: texts that fit nowhere', async () => {
    for (const [at, route] of routes.entries())
      for (const [which, attack] of ATTACKS.entries()) {
        // A third of them at each route, another third at the next; all of them with SHOP_KILLS=all.
        if (process.env['SHOP_KILLS'] !== 'all' && which % 3 !== at % 3) continue;
        const body = Object.fromEntries(
          ['sku', 'qty', 'how', 'code', 'name', 'total', 'of', 'query', 'account', 'csrf', '__proto__x'].map((name) => [
            name,
            attack,
          ]),
        );
        const isPage = isForm(route);
        const answer = await ask(server, {
          method: route.method,
          url: `${atShop(route.url, attack.slice(0, 90))}?q=${encodeURIComponent(attack)}&account=${encodeURIComponent(attack)}&status=${encodeURIComponent(attack)}&since=${encodeURIComponent(attack)}`.slice(
            0,
            8000,
          ),
          headers: {
            authorization: `Bearer ${key}`,
            'idempotency-key': 'k',
            ...(route.method !== 'GET' && {
              'content-type': isPage ? 'application/x-www-form-urlencoded' : 'application/json',
            }),
          },
          ...(route.method !== 'GET' && {
            payload: isPage ? new URLSearchParams(body).toString() : JSON.stringify(body),
          }),
        });
        expect(
          answer.status,
          `${route.method} ${route.url} ${attack.slice(0, 40)} ${answer.text.slice(0, 300)}`,
        ).toBeLessThan(500);
        expect(answer.headers['set-cookie'] ?? '').not.toContain('a=b');
        if (String(answer.headers['content-type']).startsWith('text/html')) {
          expect(answer.text).not.toContain('<script>alert');
          expect(answer.text).not.toContain('<img src=x');
        }
        expect(answer.text).not.toMatch(/at .*\.(ts|js):\d+|select \*|syntax error|root:x:/);
      }
    expect(await counts()).toEqual(tables);
  }, 120_000);
});

test('halves of characters, and a question asked twice, are refused: never a fault of ours', async () => {
  const line_items = [{ item: { id: 'halles:honey' }, quantity: 1 }];
  const made = await ask(server, {
    method: 'POST',
    url: '/ucp/v1/checkout-sessions',
    headers: { 'content-type': 'application/json' },
    payload: JSON.stringify({ line_items, buyer: { first_name: '\ud800' } }),
  });
  expect(made.status).toBe(400);
  const counter = till(server, key);
  for (const name of ['status', 'account', 'reference', 'since', 'day'])
    for (const url of ['/orders', '/consents', '/catalogue', '/report'])
      expect((await counter.get(`${url}?${name}=1&${name}=2`)).status, `${url} ${name}`).toBe(400);
});

test('a program’s fields take attacks for texts, however deep they are', async () => {
  const before = await counts();
  const send = async (method: 'POST' | 'PUT', path: string, payload: object, agent = ''): Promise<Answer> => {
    const url = `/ucp/v1/checkout-sessions${path}`;
    const headers = agent === '' ? {} : { 'ucp-agent': `profile="${agent}"` };
    const answer = await ask(server, { method, url, headers, payload });
    expect(
      answer.status,
      `${method} ${path} ${JSON.stringify(payload).slice(0, 200)} ${answer.text.slice(0, 300)}`,
    ).toBeLessThan(500);
    expect(answer.text).not.toMatch(/at .*\.(ts|js):\d+|select \*|syntax error|root:x:/);
    return answer;
  };
  const honey = [{ item: { id: 'halles:honey' }, quantity: 1 }];
  for (const attack of ATTACKS) {
    const short = attack.slice(0, 60);
    await send('POST', '', { line_items: [{ item: { id: `halles:${short}` }, quantity: 1 }] });
    await send('POST', '', { line_items: [{ item: { id: `${short}:honey` }, quantity: 1 }] });
    const buyer = { first_name: short, last_name: short, consent: { marketing: true } };
    const agent = attack.replaceAll(/[^\x20-\x7e]/g, '').slice(0, 200);
    const made = await send(
      'POST',
      '',
      { line_items: honey, buyer, discounts: { codes: [short.slice(0, 40)] } },
      agent,
    );
    if (made.status !== 201) continue;
    const { id, fulfillment } = made.json<{
      id: string;
      fulfillment: { methods: [{ groups: [{ options: [{ id: string }] }] }] };
    }>();
    const chosen = (selected_option_id: unknown) => ({ methods: [{ groups: [{ selected_option_id }] }] });
    expect((await send('PUT', `/${id}`, { line_items: honey, buyer, fulfillment: chosen(attack) })).status).toBe(400);
    await send('PUT', `/${id}`, {
      line_items: honey,
      buyer,
      fulfillment: chosen(fulfillment.methods[0].groups[0].options[0].id),
    });
    const instrument = {
      id: short,
      handler_id: 'account',
      type: 'account',
      credential: { type: 'account_code', token: attack.slice(0, 16) },
    };
    const ended = await send('POST', `/${id}/complete`, { payment: { instruments: [instrument] } });
    expect(ended.json()).toMatchObject({ status: 'incomplete', messages: [{ code: 'payment_declined' }] });
    await send('POST', `/${id}/complete`, { payment: { instruments: [{ ...instrument, handler_id: attack }] } });
    for (const wrong of [attack, [attack], { payment: attack }, { payment: { instruments: [attack] } }])
      await send('POST', `/${id}/complete`, wrong as object);
  }
  expect(await counts()).toEqual(before);
});

test('what a customer types is shown as text, wherever it is shown', async () => {
  const visit = browser(server);
  const shown = '<script>alert(1)</script>';
  await visit.get('/s/halles/items/honey');
  await visit.submit('/s/halles/basket', { how: 'add' });
  const withCode = await visit.submit('/s/halles/codes', { code: shown });
  expect(withCode.text).toContain('&lt;SCRIPT>');
  await visit.get('/s/halles/checkout');
  const order = await visit.submit('/s/halles/checkout', { name: shown });
  expect(order.status).toBe(200);
  for (const { text } of [withCode, order]) expect(text).not.toMatch(/<script>/i);
});

test('an item’s name can’t end the data block of its page', async () => {
  await around.database.query("update item set name = $1 where shop_id = 'canal' and sku = 'honey'", [
    JSON.stringify({ en: '</script><script>alert(1)</script>', fr: 'x' }),
  ]);
  const { text } = await browser(server).get('/s/canal/items/honey?lang=en');
  expect(text.match(/<script/g)).toHaveLength(1);
});

test('cookies are for this shop’s pages, unreadable for scripts, and expire on the server', async () => {
  const visit = browser(server);
  const { headers } = await visit.get('/s/halles/items/honey');
  expect(String(headers['set-cookie'])).toMatch(/; Path=\/s\/halles; HttpOnly; SameSite=Lax$/);
  await visit.submit('/s/halles/basket', { how: 'add' });
  expect((await visit.get('/s/halles/basket?lang=en')).text).toContain('Lavender honey');
  around.clock.nowMs += 12 * 3_600_000;
  expect((await visit.get('/s/halles/basket?lang=en')).text).toContain('The basket is empty.');
});

test('no page has a secret of the server, of a till or of an account', async () => {
  const visit = browser(server);
  await visit.get('/s/halles/items/honey');
  await visit.submit('/s/halles/basket', { how: 'add' });
  await visit.get('/s/halles/sign-in');
  await visit.submit('/s/halles/sign-in', { code: 'CODE-SECRET-1' });
  const pages = await Promise.all(
    ['me', 'me/export.json', 'checkout', 'basket', 'privacy'].map((path) => visit.get(`/s/halles/${path}`)),
  );
  const [row] = await around.database.query(
    "select encode(signing_key, 'hex') as one, encode(pairwise_key, 'hex') as other from shop where shop_id = 'halles'",
  );
  const secrets = [
    'secret of',
    key,
    String(row?.['one']),
    String(row?.['other']),
    Buffer.from('COMPTOIR-DEV-01/SECRET').toString('hex').toUpperCase(),
    'PRIVATE KEY',
  ];
  for (const { text } of pages) for (const secret of secrets) expect(text).not.toContain(secret);
});

test('signing in gives another cookie, and the old one is nobody', async () => {
  const visit = browser(server);
  await visit.get('/s/halles/sign-in');
  const before = visit.cookies.get('comptoir') ?? '';
  await visit.submit('/s/halles/sign-in', { code: 'CODE-FIXED-1' });
  expect(visit.cookies.get('comptoir')).not.toBe(before);
  const old = browser(server);
  old.cookies.set('comptoir', before);
  expect((await old.get('/s/halles/me/export.json')).status).toBe(401);
});

test('rates are limited: requests of one address, and codes that it tries', async () => {
  const strict = await createServer(createShop({ ...around, accounts: testAccounts() }), {
    origin: ORIGIN,
    requestsMax: 30,
    attemptsMax: 3,
  });
  const guesses: Answer[] = [];
  const code = { code: 'GUESSED0', name: 'x' };
  for (let at = 0; at < 5; at += 1)
    guesses.push(await ask(strict, { method: 'POST', url: '/api/till/pair', payload: code }));
  expect(guesses.map(({ status }) => status)).toEqual([403, 403, 403, 429, 429]);
  // A program's way to the same codes.
  const url = '/ucp/v1/checkout-sessions/halles.GUESSED0/complete';
  const tries: Answer[] = [];
  for (let at = 0; at < 5; at += 1) tries.push(await ask(strict, { method: 'POST', url }));
  expect(tries.map(({ status }) => status)).toEqual([404, 404, 404, 429, 429]);
  const many = await Promise.all(Array.from({ length: 35 }, () => ask(strict, { method: 'GET', url: '/style.css' })));
  expect(many.filter(({ status }) => status === 429).length).toBeGreaterThan(0);
  await strict.close();
});

test('a till of another shop has nothing of this one', async () => {
  const shop = createShop(around);
  const other = till(server, (await shop.change('canal', (work) => addTill(work, 'Other'))).key);
  const sale = {
    lines: [{ sku: 'honey', qty: 1, unit: 1190, discount: 0 }],
    discounts: [],
    total: 1190,
    tenders: [{ kind: 'cash', label: 'CASH', amount: 1190 }],
    status: 'paid',
    soldMs: 1,
  };
  expect((await till(server, key).post('/sales', sale, 'of-halles')).status).toBe(200);
  expect((await other.get('/sales/of-halles')).status).toBe(404);
  expect(
    (
      await other.post('/refunds', {
        of: 'of-halles',
        amount: 1,
        parts: [{ kind: 'cash', label: 'CASH', amount: 1 }],
        lines: [],
        refundedMs: 1,
      })
    ).status,
  ).toBe(404);
});

describe('what names a payment, a sale or a refund', () => {
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
    const before = await counts();
    for (const [place, url, body] of IN_BODIES)
      for (const id of [...TEXTS, ...OTHERS]) {
        const { status, text } = await counter.post(url, body(id), 'hostile');
        const what = `${url} ${place} ${JSON.stringify(id)?.slice(0, 80)}: ${text.slice(0, 200)}`;
        expect(status, what).toBe(400);
        if (!JSON.stringify(id).includes('\\u0000')) expect(text, what).toContain(`body${place} must`);
        expect(text).not.toContain(whole.slice(-26));
      }
    expect(await counts()).toEqual(before);
  });

  test('in a path and in the header: the same', async () => {
    const before = await counts();
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
    expect(await counts()).toEqual(before);
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
});

test('a fault inside is told by a code, and nothing of it', () => {
  const fault = new ShopError('internal', 'Something went wrong here.', {
    cause: new Error('select password from everything'),
  });
  expect(JSON.stringify(fault)).not.toContain('password');
});
