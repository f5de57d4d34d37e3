/**
 * `npm run shop:load -- [--seed N] [--shops N] [--seconds N] [--database ADDRESS | --databases N]`: what one machine takes. Opens shops, sells in
 * them, orders and moves stock, all drawn from the seed, and prints a line for each: how many a second. A bar on a terminal.
 * Without an address: PGlite in memory, and PostgreSQL when COMPTOIR_POSTGRES names a server. `--databases 3`: the same on one, two and three
 * databases of that server, each shop in the one that `databaseNameOf` says; then it's added up what each of them holds.
 */
import { createHash } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import progress from 'cli-progress';
import { Command } from 'commander';
import { createShop, type Shop } from '../src/createShop.js';
import type { Database } from '../src/database/database.js';
import { databaseNameOf, openDatabase } from '../src/database/openDatabase.js';
import { openPostgres } from '../src/database/postgres.js';
import { putItem } from '../src/goods/catalogue.js';
import { adjustStock } from '../src/goods/stock.js';
import { openSlots } from '../src/orders/orders.js';
import { recordSale } from '../src/sales/recordSale.js';
import { openShop } from '../src/shops.js';

interface Options {
  readonly seed: string;
  readonly shops: string;
  readonly seconds: string;
  readonly database?: string;
  readonly databases?: string;
}

const START_MS = Date.UTC(2026, 10, 27, 8);
const ITEMS = 50;
/** So many calls wait at once: what tills of many shops do. */
const AT_ONCE = 8;
const SLOT_MS = 3_600_000;

const { seed, shops, seconds, database, databases } = new Command()
  .option('--seed <n>', 'what is drawn', '1')
  .option('--shops <n>', 'how many shops', '50')
  .option('--seconds <n>', 'for each kind', '5')
  .option('--database <address>', 'a folder, or postgres://…')
  .option('--databases <n>', 'one to so many of the server that COMPTOIR_POSTGRES names')
  .parse()
  .opts<Options>();

const server = process.env['COMPTOIR_POSTGRES'];
const usual = [undefined, ...(server === undefined ? [] : [server])];
const addresses = databases !== undefined ? [] : database === undefined ? usual : [database];
for (const address of addresses) {
  const opened = await openDatabase(address);
  const [row] = await opened.query('select version() as version');
  console.log(
    `${String(row?.['version']).replace(/ (on|\(Debian).*/, '')}${address === undefined ? ', PGlite in memory' : ''}, node ${process.versions.node}, seed ${seed}`,
  );
  await measure(new Map([['one', opened]]));
  await opened.close();
}
if (databases !== undefined) await measureSeveral(Number(databases));

/** The same shops, whose names are drawn from the seed, over one database, over two, and so on. */
async function measureSeveral(most: number): Promise<void> {
  if (server === undefined) throw new Error('--databases wants a server: COMPTOIR_POSTGRES=postgres://…');
  let first: Readonly<Record<string, number>> | undefined;
  for (let count = 1; count <= most; count += 1) {
    const opened = await Promise.all(
      Array.from({ length: count }, (_, at) => newDatabase(server, `load_${process.pid}_${count}_${at + 1}`)),
    );
    const names = opened.map((_, at) => `database-${at + 1}`);
    console.log(`${count} database${count === 1 ? '' : 's'}, node ${process.versions.node}, seed ${seed}`);
    const rates = await measure(new Map(names.map((name, at) => [name, opened[at] as Database])));
    first ??= rates;
    const ratios = Object.entries(rates).map(
      ([what, rate]) => `${what} ${(rate / (first?.[what] ?? rate)).toFixed(2)}`,
    );
    if (count > 1) console.log(`for one database's 1: ${ratios.join(', ')}`);
    await Promise.all(opened.map((one) => one.close()));
  }
}

async function newDatabase(at: string, name: string): Promise<Database> {
  const admin = await openPostgres(at, 1);
  await admin.run(`create database ${name}`);
  await admin.close();
  const url = new URL(at);
  url.pathname = `/${name}`;
  return openDatabase(url.href);
}

/** @param on databases by their names @returns how many a second of each kind */
async function measure(on: ReadonlyMap<string, Database>): Promise<Readonly<Record<string, number>>> {
  const run = `${seed}${on.size > 1 || databases !== undefined ? '' : `-${Date.now().toString(36)}`}`;
  const names = Array.from({ length: Number(shops) }, (_, at) => `load-${run}-${at}`);
  const servers = new Map(
    [...on].map(([name, database]) => {
      const clock = { now: () => START_MS };
      return [name, createShop({ database, clock, random: drawn(`random ${run} ${name}`) })] as const;
    }),
  );
  const places = new Map<string, Shop>();
  for (const name of names) {
    const place = servers.get(await databaseNameOf(name, [...servers.keys()]));
    if (place !== undefined) places.set(name, place);
  }
  const at = (name: string): Shop => {
    const shop = places.get(name);
    if (shop === undefined) throw new Error(`${name} is nowhere`);
    return shop;
  };
  let sold = 0;
  const rates = {
    'shops opened': await rate('shops opened', names.length, (n) => open(at(names[n] ?? ''), names[n] ?? '')),
    'stock events': await rate('stock events', undefined, (n) =>
      at(shopOf(names, n)).change(shopOf(names, n), (work) =>
        adjustStock(work, { sku: `sku-${n % ITEMS}`, delta: 1 + (n % 7), reason: 'delivery' }, `d${n}`),
      ),
    ),
    sales: await rate('sales, three lines', undefined, async (n) => {
      const total = await sell(at(shopOf(names, n)), shopOf(names, n), n);
      sold += total;
    }),
    orders: await rate('orders for pickup', undefined, (n) =>
      at(shopOf(names, n)).order(
        shopOf(names, n),
        `order-${n}`,
        {
          lines: [{ sku: `sku-${n % ITEMS}`, qty: 1 }],
          customerName: 'Load',
          language: 'en',
          slotMs: START_MS + SLOT_MS,
          total: priceOf(n % ITEMS),
          pay: 'counter',
        },
        { session: `s${n}` },
      ),
    ),
    catalogues: await rate('catalogues read', undefined, (n) =>
      at(shopOf(names, n)).read(shopOf(names, n), (work) =>
        work.query('select * from item where shop_id = $1', [work.shop.shop_id]),
      ),
    ),
  };
  if (on.size > 1 || databases !== undefined) await addUp(on, names, sold);
  return rates;
}

/** Each shop is whole in one database, and what they hold comes to what was sold. */
async function addUp(on: ReadonlyMap<string, Database>, names: readonly string[], sold: number): Promise<void> {
  const held = await Promise.all(
    [...on].map(async ([name, database]) => {
      const [row] = await database.query(
        'select (select count(*)::int from shop) as shops, count(*)::int as sales, coalesce(sum(total), 0)::bigint as total from sale',
      );
      const shops = (await database.query('select shop_id from shop')).map(({ shop_id }) => String(shop_id));
      const homes = await Promise.all(shops.map((shop) => databaseNameOf(shop, [...on.keys()])));
      return {
        name,
        shops,
        strangers: homes.filter((home) => home !== name).length,
        sales: Number(row?.['sales']),
        total: Number(row?.['total']),
      };
    }),
  );
  const sum = held.reduce((all, { total }) => all + total, 0);
  const isWhole =
    held
      .flatMap(({ shops }) => shops)
      .sort()
      .join() === [...names].sort().join() && held.every(({ strangers }) => strangers === 0);
  for (const { name, shops, sales, total } of held)
    console.log(`${name.padEnd(20)} ${String(shops.length).padStart(8)} shops, ${sales} sales, ${total}`);
  console.log(
    `${'together'.padEnd(20)} ${sum === sold && isWhole ? 'what was sold, and no shop twice' : `WRONG: ${sum} of ${sold}`}`,
  );
  if (sum !== sold || !isWhole) process.exitCode = 1;
}

async function open(shop: Shop, name: string): Promise<void> {
  await openShop(shop, {
    shop: name,
    name,
    address: [],
    contact: 'load@example.org',
    jurisdiction: 'FR',
    latitude: 48,
    longitude: 2,
    currency: 'EUR',
    timeZone: 'Europe/Paris',
    merchant: 'LOAD',
  });
  await shop.change(name, async (work) => {
    for (let at = 0; at < ITEMS; at += 1)
      await putItem(
        work,
        {
          sku: `sku-${at}`,
          name: { en: `Item ${at}`, fr: `Article ${at}` },
          description: { en: '', fr: '' },
          category: 'load',
          price: priceOf(at),
          vat: 2000,
          isGiftCard: false,
        },
        1_000_000,
      );
    await openSlots(work, [{ fromMs: START_MS + SLOT_MS, untilMs: START_MS + 2 * SLOT_MS, capacity: 1_000_000 }]);
  });
}

/** @returns the total */
async function sell(shop: Shop, name: string, at: number): Promise<number> {
  const lines = [at, at + 7, at + 13].map((item) => ({
    sku: `sku-${item % ITEMS}`,
    qty: 1,
    unit: priceOf(item % ITEMS),
    discount: 0,
  }));
  const total = lines.reduce((sum, { unit }) => sum + unit, 0);
  const sale = {
    lines,
    discounts: [],
    total,
    tenders: [{ kind: 'bank' as const, label: 'LOAD', amount: total }],
    status: 'paid' as const,
    soldMs: START_MS,
  };
  const key = `sale-${at}`;
  await shop.write({ shop: name, actor: 'till', operation: '/sales', key, body: sale }, (work) =>
    recordSale(work, key, sale, { channel: 'counter' }),
  );
  return total;
}

/** Calls until they are done, or the time is over. */
async function rate(what: string, count: number | undefined, call: (at: number) => Promise<unknown>): Promise<number> {
  const isShown = process.stderr.isTTY === true;
  const bar = new progress.SingleBar(
    { format: `${what.padEnd(20)} {bar} {value}`, stream: process.stderr },
    progress.Presets.shades_classic,
  );
  const lastMs = Number(seconds) * 1000;
  if (isShown) bar.start(count ?? lastMs, 0);
  const begunMs = performance.now();
  const spent = (): number => performance.now() - begunMs;
  let next = 0;
  const worker = async (): Promise<void> => {
    while (count === undefined ? spent() < lastMs : next < count) {
      const at = next;
      next += 1;
      await call(at);
      if (isShown) bar.update(count === undefined ? Math.min(lastMs, Math.round(spent())) : at + 1);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  const took = spent();
  if (isShown) bar.stop();
  console.log(
    `${what.padEnd(20)} ${Math.round((next * 1000) / took)
      .toLocaleString('en')
      .padStart(8)} a second (${next} in ${(took / 1000).toFixed(1)} s)`,
  );
  return (next * 1000) / took;
}

function shopOf(names: readonly string[], at: number): string {
  return names[at % names.length] ?? '';
}

function priceOf(item: number): number {
  return 100 + 37 * item;
}

function drawn(name: string): (length: number) => Uint8Array {
  let calls = 0;
  return (length) => {
    calls += 1;
    const hash = createHash('sha512').update(`${name} ${calls}`).digest();
    return Uint8Array.from({ length }, (_, at) => hash[at % hash.length] ?? 0);
  };
}
