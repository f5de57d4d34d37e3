/** The shop on a server of its own: the command's options, its file, its folder, what it logs, and proxies in front of it. */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { move } from '../../src/cli/move.js';
import { type ServeOptions, serve, UsageFault } from '../../src/cli/serve.js';
import { ShopFileFault, shopFileFrom, slotsOf } from '../../src/cli/shopFile.js';
import { createShop } from '../../src/createShop.js';
import { type Database, withFaults } from '../../src/database/database.js';
import { FolderInUse, lockFolder } from '../../src/database/folderLock.js';
import { openPglite } from '../../src/database/pglite.js';
import { createServer } from '../../src/server/createServer.js';
import type { FaultLine } from '../../src/server/faultLine.js';
import { tillPage } from '../../src/server/tillPage.js';
import { ask, ORIGIN } from '../testClient.js';
import { databasePath, HOOK_MS, type TestSurroundings, testSurroundings } from '../testDatabase.js';

const EXAMPLE = new URL('../../../../docs/how-to/shop.example.json', import.meta.url);
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'comptoir-'));
  const data = join(folder, 'data');
  execFileSync('mkdir', [data]);
  execFileSync('tar', ['xf', await databasePath(), '-C', data], { stdio: 'pipe' });
}, HOOK_MS);
afterAll(() => rmSync(folder, { recursive: true }));

/** Serves until `work` is done with what it printed. */
async function served(
  options: Partial<ServeOptions>,
  work: (printed: { origin: string; shops: { shop: string; site: string; pair?: string }[] }) => Promise<void>,
): Promise<void> {
  let end = (): void => undefined;
  const until = new Promise<void>((resolve) => {
    end = resolve;
  });
  let shown = (_: string): void => undefined;
  const printed = new Promise<string>((resolve) => {
    shown = resolve;
  });
  const serving = serve({ port: 0, host: '127.0.0.1', json: true, ...options }, { until, print: shown });
  try {
    await work(JSON.parse(await Promise.race([printed, serving.then(() => '{}')])));
  } finally {
    end();
    await serving;
  }
}

describe('comptoir-shop serve', () => {
  test('opens the shop of its file, with its pickup hours, and keeps it', async () => {
    const file = join(folder, 'shop.json');
    writeFileSync(file, readFileSync(EXAMPLE));
    const options = { data: join(folder, 'data'), shop: [file] };
    await served(options, async ({ origin, shops: [shop] }) => {
      expect(shop).toMatchObject({
        shop: 'mill',
        site: `${origin}/s/mill`,
        pair: expect.stringMatching(/^[0-9A-Z]{8}$/),
      });
      expect(await (await fetch(`${origin}/s/mill?lang=en`)).text()).toContain('Flour, 1 kg');
      const answer = await fetch(`${origin}/api/till/pair`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ code: shop?.pair, name: 'First' }),
      });
      expect(answer.status).toBe(200);
    });
    // Another price, and the stock is what it was.
    writeFileSync(file, readFileSync(EXAMPLE, 'utf8').replace('"price": 320', '"price": 340'));
    await served(options, async ({ origin, shops: [shop] }) => {
      expect(shop).toEqual({ shop: 'mill', site: `${origin}/s/mill` });
      const feed = await (await fetch(`${origin}/s/mill/feeds/google-local-inventory.tsv`)).text();
      expect(feed.split('\n')[1]?.split('\t').slice(1, 6)).toEqual([
        'flour',
        '2000000000138',
        'Flour, 1 kg',
        '40',
        '3.40 EUR',
      ]);
      const checkout = await fetch(`${origin}/ucp/v1/checkout-sessions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ line_items: [{ item: { id: 'mill:flour' }, quantity: 1 }] }),
      });
      const { fulfillment } = (await checkout.json()) as {
        fulfillment: { methods: { groups: { options: { id: string }[] }[] }[] };
      };
      expect(fulfillment.methods[0]?.groups[0]?.options.length).toBeGreaterThan(10);
    });
  });

  test.each<[string, Partial<ServeOptions>]>([
    ['without a place', {}],
    ['with two places', { data: 'x', database: 'postgres://x' }],
    ['with a folder as a database', { database: './x' }],
    ['with a proxy that is no address', { data: 'x', trustedProxy: ['proxy.example'] }],
    ['with a network too wide', { data: 'x', trustedProxy: ['10.0.0.0/40'] }],
    ['with a network of everybody', { data: 'x', trustedProxy: ['0.0.0.0/0'] }],
    ['with two widths of a network', { data: 'x', trustedProxy: ['10.0.0.0/8/8'] }],
    ['with a platform that is told in clear', { data: 'x', platform: ['http://platform.example'] }],
    ['with a platform that is no name', { data: 'x', platform: ['https://plat form'] }],
    ['with an origin that no browser says', { data: 'x', origin: 'https://Shop.example:443' }],
    ['with a port too high', { data: 'x', port: 65_536 }],
    ['for nobody', { data: 'x', requests: 0 }],
    ['with a till that is not built', { data: 'x', till: 'nowhere' }],
    ['with a platform that is no origin', { data: 'x', platform: ['https://platform.example/hooks'] }],
    ['with a path in its origin', { data: 'x', origin: 'https://shop.example/shop' }],
    ['open to the network without an origin', { data: 'x', host: '0.0.0.0' }],
  ])('%s says what to do', async (_, options) => {
    const until = Promise.resolve();
    await expect(serve({ port: 0, host: '127.0.0.1', ...options }, { until, print: () => undefined })).rejects.toThrow(
      UsageFault,
    );
  });
});

test('comptoir-shop move wants two places, and makes no folder to move from', async () => {
  const data = join(folder, 'data');
  for (const [from, to] of [
    ['postgres://x', 'postgres://x'],
    [data, join(data, '.')],
    [join(folder, 'mistyped'), data],
  ] as const)
    await expect(move('mill', { from, to, again: true }, () => undefined)).rejects.toThrow(UsageFault);
  expect(existsSync(join(folder, 'mistyped'))).toBe(false);
});

describe('the file of a shop', () => {
  const right = JSON.parse(readFileSync(EXAMPLE, 'utf8'));
  const withRule = (rule: object): object => ({ ...right, promotions: [{ ...right.promotions[0], rule }] });
  test.each([
    ['shop.timeZone', { ...right, shop: { ...right.shop, timeZone: 'Mars/Olympus' } }],
    ['items[0].price', { ...right, items: [{ ...right.items[0], price: 3.2 }] }],
    ['items[0].colour', { ...right, items: [{ ...right.items[0], colour: 'red' }] }],
    ['promotions[0].rule.percent', withRule({ percent: 110 })],
    ['promotions[0].rule.amountOf', withRule({ amountOf: 100 })],
    ['promotions[0].rule', withRule({ percent: 10, amountOff: 100 })],
    ['items[1].sku', { ...right, items: [right.items[0], right.items[0]] }],
    ['pickup.days', { ...right, pickup: { ...right.pickup, days: [7] } }],
    ['items', { shop: right.shop }],
    ['opening', { ...right, opening: 9 }],
  ])('is refused with the name of the field: %s', (field, file) => {
    expect(() => shopFileFrom(JSON.stringify(file))).toThrow(ShopFileFault);
    expect(() => shopFileFrom(JSON.stringify(file))).toThrow(`${field} `);
  });

  test('has pickup hours at the shop’s own time, on the day that clocks change, too', () => {
    const hours = { days: [0], fromHour: 1, untilHour: 4, capacity: 1 };
    const begins = (at: string, zone: string): string[] =>
      slotsOf(hours, Date.parse(at), zone)
        .slice(0, 4)
        .map(({ fromMs }) => new Date(fromMs).toISOString().slice(0, 16));
    expect(begins('2026-03-28T00:00:00Z', 'Europe/Paris').slice(0, 2)).toEqual([
      '2026-03-29T00:00',
      '2026-03-29T01:00',
    ]);
    expect(begins('2026-11-28T00:00:00Z', 'Asia/Kathmandu')[0]).toBe('2026-11-28T19:15');
  });
});

describe('a folder', () => {
  test('is one process’s: of another that runs it’s refused, of one that is over it’s taken', async () => {
    const data = join(folder, 'locked');
    const other = spawn(process.execPath, ['-e', 'process.stdin.resume()']);
    lockFolder(data)();
    writeFileSync(`${data}.lock`, String(other.pid));
    expect(() => lockFolder(data)).toThrow(`in use by process ${other.pid}`);
    await expect(openPglite({ folder: data })).rejects.toThrow(FolderInUse);
    const gone = new Promise((resolve) => other.once('exit', resolve));
    other.kill('SIGKILL');
    await gone;
    const unlock = lockFolder(data);
    expect(() => lockFolder(data)).toThrow(FolderInUse);
    unlock();
    lockFolder(data)();
  });
});

describe('the server', () => {
  let around: TestSurroundings;
  beforeAll(async () => {
    around = await testSurroundings();
  }, HOOK_MS);
  afterAll(() => around.database.close());

  /** What is asked three times when two are allowed. */
  async function third(trustedProxies: readonly string[], ips: readonly string[], forwarded = false): Promise<number> {
    const server = await createServer(createShop(around), { origin: ORIGIN, requestsMax: 2, trustedProxies });
    let status = 0;
    for (const ip of ips)
      ({ status } = await ask(server, {
        method: 'GET',
        url: '/style.css',
        remoteAddress: forwarded ? '10.1.2.3' : ip,
        ...(forwarded && { headers: { 'x-forwarded-for': ip } }),
      }));
    await server.close();
    return status;
  }

  test('counts visitors behind a proxy that it trusts, and believes nobody else', async () => {
    const three = ['192.0.2.1', '192.0.2.2', '192.0.2.3'];
    expect(await third(['10.0.0.0/8'], three, true)).toBe(200);
    expect(await third(['10.0.0.0/8'], ['192.0.2.1', '192.0.2.1', '192.0.2.1'], true)).toBe(429);
    // A header is anybody's to write: who writes another each time is still one.
    expect(await third([], three, true)).toBe(429);
    expect(await third(['172.16.0.0/12'], three, true)).toBe(429);
    // Before the proxy's own word anything may stand.
    expect(
      await third(['10.0.0.0/8'], ['192.0.2.7, 192.0.2.1', '192.0.2.8, 192.0.2.1', '192.0.2.9, 192.0.2.1'], true),
    ).toBe(429);
  });

  test('counts a network of IPv6 as one visitor', async () => {
    expect(await third([], ['2001:db8:1:2::1', '2001:db8:1:2::2', '2001:db8:1:2:3:4:5:6'])).toBe(429);
    expect(await third([], ['2001:db8:1:2::1', '2001:db8:1:3::1', '2001:db8:1:4::1'])).toBe(200);
    expect(await third([], ['::ffff:192.0.2.1', '192.0.2.1', '::ffff:192.0.2.1'])).toBe(429);
  });

  test.each([
    ['nothing', ''],
    ['half a head', 'GET /style.css HT'],
    [
      'half a body',
      'POST /ucp/v1/catalog/search HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{',
    ],
  ])('ends, though somebody is connected who says %s', async (_, said) => {
    const server = await createServer(createShop(around), { origin: ORIGIN, closingMs: 0 });
    await server.listen({ port: 0, host: '127.0.0.1' });
    const heard = new Promise<void>((resolve) =>
      server.server.once('connection', (socket) => (said === '' ? resolve() : socket.once('data', () => resolve()))),
    );
    const { port } = server.server.address() as AddressInfo;
    const visitor = connect(port, '127.0.0.1', () => visitor.write(said));
    const over = new Promise((resolve) => visitor.once('close', resolve));
    visitor.on('error', () => undefined);
    await heard;
    await server.close();
    await over;
    expect(server.server.requestTimeout).toBe(60_000);
  });

  test('does what time does for each shop, though one of them fails', async () => {
    const { database } = around;
    for (const shop of ['canal', 'halles'])
      await database.query("insert into session values ($1, 'old', null, null, '{}', 'en', 0)", [shop]);
    let isFirst = true;
    const broken: Database = {
      ...database,
      transaction(work) {
        if (!isFirst) return database.transaction(work);
        isFirst = false;
        return Promise.reject(new Error('canal is broken'));
      },
    };
    await expect(createShop({ ...around, database: broken }).tick()).rejects.toThrow('canal is broken');
    const left = await database.query("select shop_id from session where session_id = 'old'");
    expect(left).toEqual([{ shop_id: 'canal' }]);
  });

  test('has the till’s files, and nothing of what isn’t a file', async () => {
    const till = join(folder, 'till');
    mkdirSync(join(till, 'assets'), { recursive: true });
    writeFileSync(join(till, 'index.html'), '<title>Till</title>');
    const server = await createServer(createShop(around), { origin: ORIGIN, more: (inner) => tillPage(inner, till) });
    const statusOf = async (url: string): Promise<number> => (await ask(server, { method: 'GET', url })).status;
    const paths = ['', 'assets', 'assets/', 'assets/none.js', '..%2fshop.json', '%2e%2e/shop.json'];
    expect(await Promise.all(paths.map((path) => statusOf(`/till/${path}`)))).toEqual([200, 404, 404, 404, 404, 404]);
    await server.close();
  });

  test('tells what went wrong inside in one line, without anything of anybody', async () => {
    const lines: FaultLine[] = [];
    const broken = withFaults(around.database, (statement) => {
      if (!statement.includes('from till')) return;
      const fault = new Error('duplicate key: (customer)=(Ada\n    at Ada Lovelace)');
      throw Object.assign(
        new Error('it broke for Ada Lovelace', { cause: Object.assign(fault, { code: '23505' }) }),
        {},
      );
    });
    const server = await createServer(createShop({ ...around, database: broken }), {
      origin: ORIGIN,
      onFault: (line) => lines.push(line),
    });
    const headers = { authorization: 'Bearer SECRET-OF-ADA' };
    const answer = await ask(server, { method: 'GET', url: '/api/till/gifts/CODE-OF-ADA?who=Ada', headers });
    expect([answer.status, answer.json<{ error: { code: string } }>().error.code]).toEqual([500, 'internal']);
    await ask(server, { method: 'GET', url: '/api/till/shop' });
    await server.close();
    const about = { level: 'error', code: 'internal', method: 'GET', route: '/api/till/gifts/:code' };
    expect(lines).toMatchObject([{ ...about, at: '2026-11-27T09:00:00.000Z', error: 'Error', errorCode: '23505' }]);
    expect(lines[0]?.stack[0]).toMatch(/^at .*serve\.test\.ts/);
    expect(JSON.stringify(lines)).not.toMatch(/ada/i);
  });
});
