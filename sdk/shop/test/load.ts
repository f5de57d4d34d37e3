/**
 * `npm run shop:load -- [--seed N] [--shops N] [--seconds N] [--database ADDRESS]`: what one machine takes. Opens shops, sells in them, orders
 * and moves stock, all drawn from the seed, and prints a line for each: how many a second. A bar on a terminal.
 * Without an address: PGlite in memory, and PostgreSQL when COMPTOIR_POSTGRES names a server.
 */
import { createHash } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import progress from 'cli-progress';
import { Command } from 'commander';
import { createShop, type Shop } from '../src/createShop.js';
import type { Database } from '../src/database/database.js';
import { openDatabase } from '../src/database/openDatabase.js';
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
}

const START_MS = Date.UTC(2026, 10, 27, 8);
const ITEMS = 50;
/** So many calls wait at once: what tills of many shops do. */
const AT_ONCE = 8;
const SLOT_MS = 3_600_000;

const { seed, shops, seconds, database } = new Command()
  .option('--seed <n>', 'what is drawn', '1')
  .option('--shops <n>', 'how many shops', '50')
  .option('--seconds <n>', 'for each kind', '5')
  .option('--database <address>', 'a folder, or postgres://…')
  .parse()
  .opts<Options>();

const server = process.env['COMPTOIR_POSTGRES'];
const addresses = database !== undefined ? [database] : [undefined, ...(server === undefined ? [] : [server])];
for (const address of addresses) {
  const opened = await openDatabase(address);
  const [row] = await opened.query('select version() as version');
  console.log(
    `${String(row?.['version']).replace(/ (on|\(Debian).*/, '')}${address === undefined ? ', PGlite in memory' : ''}, node ${process.versions.node}, seed ${seed}`,
  );
  await measure(opened);
  await opened.close();
}

async function measure(on: Database): Promise<void> {
  const run = `${seed}-${Date.now().toString(36)}`;
  const names = Array.from({ length: Number(shops) }, (_, at) => `load-${run}-${at}`);
  const shop = createShop({ database: on, clock: { now: () => START_MS }, random: drawn(`random ${run}`) });
  await rate('shops opened', names.length, (at) => open(shop, names[at] ?? ''));
  await rate('stock events', undefined, (at) =>
    shop.change(shopOf(names, at), (work) =>
      adjustStock(work, { sku: `sku-${at % ITEMS}`, delta: 1 + (at % 7), reason: 'delivery' }, `d${at}`),
    ),
  );
  await rate('sales, three lines', undefined, (at) => sell(shop, shopOf(names, at), at));
  await rate('orders for pickup', undefined, (at) =>
    shop.order(
      shopOf(names, at),
      `order-${at}`,
      {
        lines: [{ sku: `sku-${at % ITEMS}`, qty: 1 }],
        customerName: 'Load',
        language: 'en',
        slotMs: START_MS + SLOT_MS,
        total: priceOf(at % ITEMS),
        pay: 'counter',
      },
      { session: `s${at}` },
    ),
  );
  await rate('catalogues read', undefined, (at) =>
    shop.read(shopOf(names, at), (work) => work.query('select * from item where shop_id = $1', [work.shop.shop_id])),
  );
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

async function sell(shop: Shop, name: string, at: number): Promise<void> {
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
}

/** Calls until they are done, or the time is over. */
async function rate(what: string, count: number | undefined, call: (at: number) => Promise<unknown>): Promise<void> {
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
