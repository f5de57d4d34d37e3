/**
 * The shop dies at each statement of each step of a sale, once: afterwards nothing is half done, and the same key again does it once.
 * A process that is killed leaves its folder as it was committed: some places in `npm test`, each one with SHOP_KILLS=all (`npm run shop:kills`).
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'tsup';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Order, SaleRequest } from '../src/api.js';
import { createShop } from '../src/createShop.js';
import { giveConsent } from '../src/customers/consents.js';
import { type Database, withFaults } from '../src/database/database.js';
import { openPglite } from '../src/database/pglite.js';
import { endGiftHolds, giftOf, holdGift } from '../src/gifts/gifts.js';
import { issueGift } from '../src/gifts/issuedGifts.js';
import { adjustStock, reserve } from '../src/goods/stock.js';
import { handOver, markReady } from '../src/orders/orders.js';
import { saleOf } from '../src/sales/readSale.js';
import { recordRefund } from '../src/sales/recordRefund.js';
import { recordSale } from '../src/sales/recordSale.js';
import { settleStored } from '../src/sales/settleStored.js';
import { type TestAccounts, testAccounts } from './testAccounts.js';
import { databasePath, HOOK_MS, type TestSurroundings, testSurroundings } from './testDatabase.js';

let around: TestSurroundings;
beforeAll(async () => {
  around = await testSurroundings();
  await createShop(around).change(SHOP, (work) =>
    adjustStock(work, { sku: 'honey', delta: 1000, reason: 'delivery' }, 'enough'),
  );
}, HOOK_MS);
afterAll(() => around.database.close());

const SHOP = 'halles';
/** Each statement, or each so many; COMPTOIR_SEED says which. */
const ALL = process.env['SHOP_KILLS'] === 'all';
const SEED = ALL ? 0 : Number(process.env['COMPTOIR_SEED'] ?? 0);
class Crash extends Error {}

/** A database that is gone from its n-th statement on, and how many there were. */
function dyingAt(database: Database, n: number): { readonly database: Database; readonly asked: () => number } {
  let asked = 0;
  const fault = (): void => {
    asked += 1;
    if (asked >= n) throw new Crash('the shop died');
  };
  return { database: withFaults(database, fault), asked: () => asked };
}

const HONEY: SaleRequest = {
  lines: [{ sku: 'honey', qty: 1, unit: 1190, discount: 0 }],
  discounts: [],
  total: 1190,
  tenders: [{ kind: 'account', label: 'ACCOUNT', amount: 1190, reference: 'AA55AA55AA55AA55' }],
  status: 'paid',
  soldMs: Date.UTC(2026, 10, 27, 9),
  record: '0102',
  reader: 'SIM1',
};

/** What has to hold whatever happened. */
async function isWhole(): Promise<void> {
  const ask = (sql: string) => around.database.query(sql);
  const halves = {
    stock:
      await ask(`select sku from item left join stock_event e using (shop_id, sku) group by item.shop_id, sku, on_hand, reserved
      having on_hand <> coalesce(sum(delta), 0) or reserved <> coalesce(sum(reserved_delta), 0)`),
    holds: await ask(
      `select sku from item left join hold using (shop_id, sku) group by item.shop_id, sku, reserved having reserved <> coalesce(sum(qty), 0)`,
    ),
    receiptsWithoutSale: await ask(
      `select s.shop_id from shop s where receipts <> (select count(*) from sale where shop_id = s.shop_id) + (select count(*) from refund where shop_id = s.shop_id)`,
    ),
    salesWithoutMoney: await ask(
      'select sale_key from sale left join tender using (shop_id, sale_key) group by shop_id, sale_key, total, tip having total + tip <> coalesce(sum(tender.amount), 0)',
    ),
    salesWithoutGoods: await ask(
      `select sale_key from sale_line l where not exists (select 1 from stock_event e where e.shop_id = l.shop_id and e.about = l.sale_key and e.kind = 'sale')`,
    ),
    gifts:
      await ask(`select gift_id from gift_card left join gift_event using (shop_id, gift_id) group by shop_id, gift_id, free
      having free <> coalesce(sum(case when kind in ('issue', 'load', 'release', 'refund') then amount when kind in ('hold', 'revoke') then -amount else 0 end), 0)`),
    owedOfSalesThatArePaid: await ask(
      "select sale_key from sale join tender using (shop_id, sale_key) where owed > 0 and status not in ('stored', 'declined-later')",
    ),
    slots: await ask(
      `select from_ms from pickup_slot p where taken <> (select count(*) from customer_order o where o.shop_id = p.shop_id and o.slot_ms = p.from_ms and o.status not in ('cancelled', 'expired'))`,
    ),
    paidWithoutSale: await ask(
      `select number from customer_order where status in ('paid', 'ready', 'handed-over') and sale_key is null`,
    ),
  };
  for (const [what, rows] of Object.entries(halves)) expect(rows, what).toEqual([]);
}

const writes: readonly (readonly [
  what: string,
  prepare: (key: string) => Promise<void>,
  does: (at: TestSurroundings, key: string) => Promise<unknown>,
])[] = [
  [
    'a sale at the counter',
    async () => {},
    (at, key) =>
      createShop(at).write({ shop: SHOP, actor: 'till', operation: 'sale', key, body: HONEY }, (work) =>
        recordSale(work, key, HONEY, { channel: 'counter' }),
      ),
  ],
  [
    'a sale of what was reserved',
    async (key) =>
      createShop(around).change(SHOP, (work) =>
        reserve(work, `hold-${key}`, [{ sku: 'honey', qty: 1 }], work.nowMs + 60_000),
      ),
    (at, key) => {
      const sale = { ...HONEY, reservation: `hold-${key}` };
      return createShop(at).write({ shop: SHOP, actor: 'till', operation: 'sale', key, body: sale }, (work) =>
        recordSale(work, key, sale, { channel: 'counter' }),
      );
    },
  ],
  [
    'a refund',
    async (key) =>
      void (await createShop(around).change(SHOP, (work) =>
        recordSale(work, `sale-${key}`, HONEY, { channel: 'counter' }),
      )),
    (at, key) => {
      const refund = {
        of: `sale-${key}`,
        amount: 1190,
        parts: [{ kind: 'account' as const, label: 'ACCOUNT', amount: 1190 }],
        lines: [{ sku: 'honey', qty: 1 }],
        refundedMs: HONEY.soldMs,
      };
      return createShop(at).write({ shop: SHOP, actor: 'till', operation: 'refund', key, body: refund }, (work) =>
        recordRefund(work, key, refund),
      );
    },
  ],
  [
    'the refund of a gift card that was bought',
    async (key) => {
      const shop = createShop(around);
      const of = `bought-${key}`;
      const tenders = [{ kind: 'cash' as const, label: 'CASH', amount: 2000 }];
      const lines = [{ sku: 'gift-card-20', qty: 1, unit: 2000, discount: 0 }];
      await shop.change(SHOP, (work) =>
        recordSale(work, of, { ...HONEY, lines, total: 2000, tenders }, { channel: 'counter' }),
      );
      await shop.change(SHOP, (work) => issueGift(work, { amount: 2000, sale: of }));
    },
    (at, key) => {
      const parts = [{ kind: 'cash' as const, label: 'CASH', amount: 2000 }];
      const refund = { of: `bought-${key}`, amount: 2000, parts, lines: [], refundedMs: HONEY.soldMs };
      return createShop(at).write({ shop: SHOP, actor: 'till', operation: 'refund', key, body: refund }, (work) =>
        recordRefund(work, key, refund),
      );
    },
  ],
  [
    'a stored payment that is declined',
    async (key) =>
      void (await createShop(around).change(SHOP, (work) =>
        recordSale(work, `stored-${key}`, { ...HONEY, status: 'stored' }, { channel: 'counter' }),
      )),
    (at, key) => {
      const settle = { key: `stored-${key}`, end: 'declined' as const };
      return createShop(at).write({ shop: SHOP, actor: 'till', operation: 'settle', key, body: settle }, (work) =>
        settleStored(work, settle.key, settle),
      );
    },
  ],
];

test.each(writes)('%s: dead at each statement, then the same key again', async (_, prepare, does) => {
  let key = 0;
  const name = (): string => `${does.toString().length}-${key}`;
  await prepare(name());
  const whole = dyingAt(around.database, Number.POSITIVE_INFINITY);
  await does({ ...around, database: whole.database }, name());
  expect(whole.asked()).toBeGreaterThan(8);
  for (let n = 1 + (SEED % 3); n <= whole.asked(); n += ALL ? 1 : 3) {
    key += 1;
    await prepare(name());
    const before = await around.database.query(
      'select (select count(*)::int from sale) as sales, (select count(*)::int from refund) as refunds, (select count(*)::int from stock_event) as events',
    );
    const dying = dyingAt(around.database, n);
    await expect(does({ ...around, database: dying.database }, name())).rejects.toThrow(Crash);
    expect(
      await around.database.query(
        'select (select count(*)::int from sale) as sales, (select count(*)::int from refund) as refunds, (select count(*)::int from stock_event) as events',
      ),
    ).toEqual(before);
    const first = await does(around, name());
    expect(JSON.parse(JSON.stringify(await does(around, name())))).toEqual(JSON.parse(JSON.stringify(first)));
  }
  await isWhole();
});

/** Beginning to end, as often as it takes; the account is another process and never dies with the shop. */
async function wholeOrder(at: TestSurroundings, accounts: TestAccounts, key: string, giftCode: string): Promise<Order> {
  const shop = createShop({ ...at, accounts });
  const holder = {
    accountToken: 'AB'.repeat(32),
    references: ['CD'.repeat(8)],
    label: 'ACCOUNT',
    authority: 'secret of X',
  };
  const [slot] = await around.database.query(
    'select from_ms from pickup_slot where shop_id = $1 and taken < capacity order by from_ms desc limit 1',
    [SHOP],
  );
  const request = {
    lines: [{ sku: 'chocolate', qty: 1 }],
    customerName: 'X',
    language: 'en' as const,
    slotMs: Number(slot?.['from_ms']),
    total: 480,
    pay: 'account' as const,
    giftCode,
  };
  await shop.order(SHOP, key, request, { session: 's', holder });
  await shop.tick();
  const [row] = await around.database.query(
    "select number from customer_order where pay_key like 'web-%' order by placed_ms desc, number limit 1",
  );
  const order = await shop.change(SHOP, (work) => markReady(work, String(row?.['number'])));
  return shop.change(SHOP, (work) => handOver(work, order.number, { proof: { by: 'tap', reference: 'CD'.repeat(8) } }));
}

test('an order paid online, gift card first: dead at each statement, then what time does', async () => {
  const shop = createShop(around);
  let key = 0;
  const newGift = async (): Promise<string> => {
    key += 1;
    const sale: SaleRequest = {
      ...HONEY,
      lines: [{ sku: 'gift-card-20', qty: 1, unit: 2000, discount: 0 }],
      total: 2000,
      tenders: [{ kind: 'cash', label: 'CASH', amount: 2000 }],
    };
    await shop.change(SHOP, (work) => recordSale(work, `gift-sale-${key}`, sale, { channel: 'counter' }));
    const { code } = await shop.change(SHOP, (work) => issueGift(work, { amount: 2000, sale: `gift-sale-${key}` }));
    // Two euros are left on it.
    await shop.change(SHOP, async (work) => {
      await holdGift(work, code, { sale: `before-${key}`, amount: 1800 });
      await endGiftHolds(work, `before-${key}`, 'capture');
    });
    return code;
  };
  const accounts = testAccounts();
  const whole = dyingAt(around.database, Number.POSITIVE_INFINITY);
  await wholeOrder({ ...around, database: whole.database }, accounts, 'order-0', await newGift());
  expect([...accounts.charges.values()].map(({ minor }) => minor)).toEqual([280]);
  const steps = Math.min(whole.asked(), 60); // the order itself; what comes after is time's and the till's
  for (let n = 1 + (SEED % 5); n <= steps; n += ALL ? 1 : 5) {
    around.clock.nowMs += 1;
    const placedMs = around.clock.nowMs;
    const code = await newGift();
    await around.database.query('update pickup_slot set capacity = 1000');
    const charged = accounts.charges.size;
    await wholeOrder({ ...around, database: dyingAt(around.database, n).database }, accounts, `order-${n}`, code).catch(
      (error: unknown) => {
        const isOurs = error instanceof Crash || (error as { cause?: unknown }).cause instanceof Crash;
        if (!isOurs) throw error;
      },
    );
    around.clock.nowMs += 120_000;
    await createShop({ ...around, accounts }).tick();
    await isWhole();
    const { balance } = await shop.read(SHOP, (work) => giftOf(work, code));
    const [order] = await around.database.query('select status from customer_order where placed_ms = $1', [placedMs]);
    const isPaid = accounts.charges.size > charged;
    expect([n, balance, order?.['status'] ?? 'none']).toEqual([
      n,
      isPaid ? 0 : 200,
      isPaid ? expect.stringMatching(/^(paid|ready|handed-over)$/) : expect.stringMatching(/^(none|cancelled)$/),
    ]);
  }
}, 120_000);

test('consent: a receipt is whole or it is not there', async () => {
  const ask = {
    purposes: ['marketing' as const],
    text: 'May we?',
    language: 'en' as const,
    method: 'till' as const,
    days: 1,
  };
  const give = (at: TestSurroundings) =>
    createShop(at).change(SHOP, (work) => giveConsent(work, ask, { accountToken: 'EE'.repeat(32) }));
  const kept = () =>
    around.database.query(
      'select (select count(*)::int from pairwise_id) as names, (select count(*)::int from consent_receipt) as receipts',
    );
  const before = await kept();
  for (let n = 1; n <= 6; n += 1) {
    await expect(give({ ...around, database: dyingAt(around.database, n).database })).rejects.toThrow(Crash);
    expect(await kept()).toEqual(before);
  }
  await give(around);
  expect(await kept()).not.toEqual(before);
});

// A server of its own is nobody's child.
if (process.env['COMPTOIR_POSTGRES'] === undefined)
  test(
    'a process that is killed leaves its folder as it was committed',
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'comptoir-'));
      const script = join(folder, 'child.mjs');
      const source = fileURLToPath(new URL('killedChild.ts', import.meta.url));
      const top = fileURLToPath(new URL('../../..', import.meta.url));
      await build({
        entry: { child: source },
        outDir: folder,
        format: 'esm',
        silent: true,
        config: false,
        dts: false,
        noExternal: [/^@comptoir/],
        external: ['@electric-sql/pglite', 'pg'],
        outExtension: () => ({ js: '.mjs' }),
        esbuildOptions: (options) => {
          options.conditions = ['comptoir-source'];
        },
      });
      // Packages are found from where the sources are.
      execFileSync('ln', ['-s', join(top, 'node_modules'), join(folder, 'node_modules')]);
      const last = 30;
      const kills = ALL ? Array.from({ length: last }, (_, at) => at + 1) : [last];
      for (const n of kills) {
        const data = join(folder, `data-${n}`);
        mkdirSync(data);
        execFileSync('tar', ['-xf', await databasePath(), '-C', data], { stdio: 'ignore' });
        const { signal, stderr } = spawnSync(process.execPath, [script, data, String(n)], { encoding: 'utf8' });
        expect([signal, stderr]).toEqual(['SIGKILL', '']);
        expect(existsSync(join(data, 'PG_VERSION'))).toBe(true);
        const database = await openPglite({ folder: data });
        const shop = createShop({ ...around, database });
        const sales = await shop.read(SHOP, async (work) => [
          await saleOf(work, 'killed-1'),
          await saleOf(work, 'killed-2'),
        ]);
        const [row] = await database.query(
          "select on_hand - (select sum(delta) from stock_event where shop_id = 'halles' and sku = 'honey')::bigint as off, (select receipts from shop where shop_id = 'halles') as receipts from item where shop_id = 'halles' and sku = 'honey'",
        );
        const whole = sales.filter((sale) => sale !== undefined);
        expect([n, Number(row?.['off']), Number(row?.['receipts'])]).toEqual([n, 0, whole.length]);
        for (const sale of whole) expect(sale.tenders).toHaveLength(1);
        await database.close();
      }
      rmSync(folder, { recursive: true });
    },
    ALL ? 20 * HOOK_MS : HOOK_MS,
  );
