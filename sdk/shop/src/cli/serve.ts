/**
 * `comptoir-shop serve`: database, shops from their files, server, what time does; until it's told to end.
 * Source: docs/how-to/serve-a-shop.md.   Floor: shop command.
 */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { type AddressInfo, createServer as createNetServer, isIP } from 'node:net';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { OnlineAccounts } from '../accounts.js';
import { createShop, type Shop } from '../createShop.js';
import { openDatabase } from '../database/openDatabase.js';
import { openSlots } from '../orders/orders.js';
import { openSampleShops } from '../sample/sampleShops.js';
import { createServer } from '../server/createServer.js';
import { startTicking } from '../server/startTicking.js';
import { tillPage } from '../server/tillPage.js';
import { newPairingCode, openShop } from '../shops.js';
import { putShopFile, type ShopFile, ShopFileFault, shopFileFrom, slotsOf } from './shopFile.js';

export interface ServeOptions {
  readonly data?: string;
  readonly database?: string;
  readonly shop?: readonly string[];
  readonly sample?: true;
  readonly port: number;
  readonly host: string;
  readonly origin?: string;
  readonly trustedProxy?: readonly string[];
  readonly platform?: readonly string[];
  readonly accounts?: string;
  readonly till?: string;
  readonly pair?: readonly string[];
  readonly requests?: number;
  readonly json?: true;
}

export class UsageFault extends Error {
  override readonly name = 'UsageFault';
}

interface Serving {
  /** Ends it. */
  readonly until: Promise<void>;
  readonly print: (line: string) => void;
}

/** @throws UsageFault, ShopFileFault, FolderInUse, SchemaTooNew, and what the system says of files and ports */
export async function serve(options: ServeOptions, { until, print }: Serving): Promise<void> {
  const { data, database: url, port, host, json, till } = options;
  checked(options);
  const files = await Promise.all((options.shop ?? []).map(fileAt));
  const accounts = options.accounts === undefined ? undefined : await accountsIn(options.accounts);
  const database = await openDatabase(url ?? data);
  const closing: (() => Promise<unknown>)[] = [() => database.close()];
  try {
    const platforms = (options.platform ?? []).map((address) => new URL(address).origin);
    const shop = createShop({ database, platforms, ...(accounts && { accounts }) });
    if (options.sample) await openSampleShops(shop);
    for (const file of files) {
      await openShop(shop, file.shop);
      await shop.change(file.shop.shop, (work) => putShopFile(work, file));
    }
    await shop.tick();
    const names = await shop.shops();
    if (names.length === 0) throw new UsageFault('No shop is there yet: --shop FILE, or --sample.');
    for (const name of options.pair ?? [])
      if (!names.includes(name))
        throw new UsageFault(`--pair ${name}: there is no such shop. There are: ${names.join(', ')}.`);
    const taken = port === 0 ? await freePort(host) : port;
    const origin = options.origin ?? `http://${isIP(host) === 6 ? `[${host}]` : host}:${taken}`;
    const server = await createServer(shop, {
      origin,
      trustedProxies: options.trustedProxy ?? [],
      ...(options.requests !== undefined && { requestsMax: options.requests }),
      ...(till !== undefined && { more: (inner) => tillPage(inner, resolve(till)) }),
    });
    closing.unshift(() => server.close());
    await server.listen({ port: taken, host });
    closing.unshift(startTicking(shop, { also: () => nextSlots(shop, files) }));
    const shops = await Promise.all(names.map((name) => shownOf(shop, name, origin, options.pair ?? [])));
    print(
      json
        ? JSON.stringify({ origin, port: taken, shops })
        : [`serves   ${origin}, at port ${taken}`, ...shops.map(lineOf), 'Ctrl-C ends it.'].join('\n'),
    );
    await until;
  } finally {
    for (const close of closing) await close();
  }
}

async function fileAt(path: string): Promise<ShopFile> {
  const text = await readFile(path, 'utf8');
  try {
    return shopFileFrom(text);
  } catch (fault) {
    if (!(fault instanceof ShopFileFault)) throw fault;
    throw new ShopFileFault(`${path}: ${fault.message}`, { cause: fault });
  }
}

function checked(options: ServeOptions): void {
  const { data, database, trustedProxy = [], platform: platforms = [], origin, host, port, requests, till } = options;
  if ((data === undefined) === (database === undefined))
    throw new UsageFault('Say where the shop is kept: --data FOLDER, or --database postgres://…');
  if (database !== undefined && !/^postgres(ql)?:\/\//.test(database))
    throw new UsageFault('--database is an address of PostgreSQL: postgres://user@host/name. A folder is --data.');
  for (const network of trustedProxy) {
    const [address = '', bits, more] = network.split('/');
    const most = isIP(address) === 6 ? 128 : 32;
    const isWidth = bits === undefined || (/^[1-9]\d{0,2}$/.test(bits) && Number(bits) <= most);
    if (isIP(address) === 0 || !isWidth || more !== undefined)
      throw new UsageFault(`--trusted-proxy ${network}: an address, or a network such as 10.0.0.0/8.`);
  }
  for (const platform of platforms)
    if (!isPlatform(platform))
      throw new UsageFault(
        `--platform ${platform}: https and a name, without a path: https://platform.example. What it's sent is of buyers, so http is for this computer alone.`,
      );
  // As a browser says it, since it's compared with what a browser says.
  if (origin !== undefined && !(/^https?:/.test(origin) && URL.canParse(origin) && new URL(origin).origin === origin))
    throw new UsageFault(
      '--origin is a scheme and a name in small letters, without a path or a usual port: https://shop.example',
    );
  if (port > 65_535) throw new UsageFault(`--port ${port}: 65535 is the highest.`);
  if (requests === 0) throw new UsageFault('--requests 0 would serve nobody.');
  if (till !== undefined && !existsSync(join(till, 'index.html')))
    throw new UsageFault(`--till ${till}: the built till isn't there. npm run bundle -w @comptoir/till makes it.`);
  const isLocal = ['127.0.0.1', '::1', 'localhost'].includes(host);
  if (origin === undefined && !isLocal)
    throw new UsageFault('With --host, say how visitors reach it: --origin https://shop.example');
}

function isPlatform(address: string): boolean {
  if (!/^https?:\/\/[^/@]+\/?$/.test(address) || !URL.canParse(address)) return false;
  const { protocol, hostname } = new URL(address);
  return protocol === 'https:' || ['127.0.0.1', '[::1]', 'localhost'].includes(hostname);
}

async function accountsIn(module: string): Promise<OnlineAccounts> {
  const { default: accounts } = (await import(pathToFileURL(resolve(module)).href)) as { default?: OnlineAccounts };
  for (const name of ['signIn', 'pay', 'status'] as const)
    if (typeof accounts?.[name] !== 'function') throw new UsageFault(`${module} has no default export with ${name}().`);
  return accounts as OnlineAccounts;
}

interface Shown {
  readonly shop: string;
  readonly site: string;
  /** Of one till, for ten minutes: when no till is paired yet, or one was asked for. */
  readonly pair?: string;
}

async function shownOf(shop: Shop, name: string, origin: string, wanted: readonly string[]): Promise<Shown> {
  const [till] = await shop.read(name, (work) => work.query('select 1 from till where shop_id = $1 limit 1', [name]));
  const isWanted = till === undefined || wanted.includes(name);
  const site = `${origin}/s/${name}`;
  return { shop: name, site, ...(isWanted && { pair: await newPairingCode(shop, name) }) };
}

function lineOf({ site, pair }: Shown): string {
  return `shop     ${site}${pair === undefined ? '' : `, pair a till within ten minutes with ${pair}`}`;
}

/** Each day has its pickup hours, as long as it runs. */
async function nextSlots(shop: Shop, files: readonly ShopFile[]): Promise<void> {
  for (const { shop: of, pickup } of files)
    if (pickup !== undefined)
      await shop.change(of.shop, async (work) => {
        const [last] = await work.query('select max(from_ms)::bigint as ms from pickup_slot where shop_id = $1', [
          of.shop,
        ]);
        const slots = slotsOf(pickup, work.nowMs, work.shop.time_zone);
        // Of the hours that came into sight; a look costs nothing then.
        await openSlots(
          work,
          slots.filter(({ fromMs }) => fromMs > Number(last?.['ms'] ?? 0)),
        );
      });
}

/** Cookies, links and forms say the origin, so it's known before anything listens. */
function freePort(host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createNetServer();
    probe.once('error', reject);
    probe.listen(0, host, () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}
