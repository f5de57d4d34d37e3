/** Whoever means harm over HTTP: each route of the server, from its own list, with what the OWASP lists name. */
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createShop } from '../../src/createShop.js';
import { createServer } from '../../src/server/createServer.js';
import { ShopError } from '../../src/shopError.js';
import { addTill } from '../../src/shops.js';
import { rowCounts } from '../rowCounts.js';
import { testAccounts } from '../testAccounts.js';
import { type Answer, ask, browser, ORIGIN, till } from '../testClient.js';
import { HOOK_MS, type TestSurroundings, testSurroundings } from '../testDatabase.js';

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
  tables = await rowCounts(around);
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

const SEED = Number(process.env['COMPTOIR_SEED'] ?? 0);
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
        if (process.env['SHOP_KILLS'] !== 'all' && which % 3 !== (at + SEED) % 3) continue;
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
    expect(await rowCounts(around)).toEqual(tables);
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
  const before = await rowCounts(around);
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
  expect(await rowCounts(around)).toEqual(before);
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

test('a fault inside is told by a code, and nothing of it', () => {
  const fault = new ShopError('internal', 'Something went wrong here.', {
    cause: new Error('select password from everything'),
  });
  expect(JSON.stringify(fault)).not.toContain('password');
});
