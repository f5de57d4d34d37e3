/** A shop moves to another database: everything of it, nothing of others, and it goes on there. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createShop } from '../../src/createShop.js';
import { giveConsent } from '../../src/customers/consents.js';
import { type Database, withFaults } from '../../src/database/database.js';
import { moveShop } from '../../src/database/moveShop.js';
import { adjustStock } from '../../src/goods/stock.js';
import { setSharing } from '../../src/market/sharing.js';
import { recordSale } from '../../src/sales/recordSale.js';
import { addTill } from '../../src/shops.js';
import { copyOfPglite, HOOK_MS, type TestSurroundings, testSurroundings } from '../testDatabase.js';

let from: TestSurroundings;
let to: Database;
beforeAll(async () => {
  from = await testSurroundings();
  to = await copyOfPglite();
}, HOOK_MS);
afterAll(async () => {
  await from.database.close();
  await to.close();
});

async function tablesOf(database: Database): Promise<readonly string[]> {
  const rows = await database.query(
    "select table_name as name from information_schema.columns where table_schema = 'public' and column_name = 'shop_id' order by 1",
  );
  return rows.map(({ name }) => String(name));
}

/** Each row of each table, as a text. */
async function allOf(database: Database, shop: string): Promise<Readonly<Record<string, readonly string[]>>> {
  const entries: [string, string[]][] = [];
  for (const table of await tablesOf(database)) {
    const rows = await database.query(
      `select to_jsonb(one)::text as row from ${table} as one where shop_id = $1 order by 1`,
      [shop],
    );
    entries.push([table, rows.map(({ row }) => String(row))]);
  }
  return Object.fromEntries(entries);
}

const sell = (on: Database, key: string) => {
  const sale = {
    lines: [{ sku: 'honey', qty: 2, unit: 1190, discount: 0 }],
    discounts: [],
    total: 2380,
    tenders: [{ kind: 'cash' as const, label: 'CASH', amount: 2380 }],
    status: 'paid' as const,
    soldMs: from.clock.nowMs,
  };
  return createShop({ ...from, database: on }).change('halles', (work) =>
    recordSale(work, key, sale, { channel: 'counter' }),
  );
};

test('with all that it has, once; a break in between leaves it where it was', async () => {
  const shop = createShop(from);
  await sell(from.database, 'before');
  await shop.change('halles', async (work) => {
    await addTill(work, 'Till');
    await setSharing(work, 'quantities', true);
    const consent = { purposes: ['marketing'], text: 'May we?', language: 'en', method: 'web', days: 9 } as const;
    await giveConsent(work, consent, { accountToken: 'AB' });
  });
  const { fromMs } = (
    await shop.read('halles', (work) =>
      work.query('select from_ms as "fromMs" from pickup_slot where shop_id = $1 limit 1', ['halles']),
    )
  )[0] as unknown as { fromMs: number };
  const lines = [{ sku: 'jam-fig', qty: 1 }];
  const request = { lines, customerName: 'A', language: 'en', slotMs: fromMs, total: 590, pay: 'counter' } as const;
  await shop.order('halles', 'key', request, { session: 's' });
  await shop.tick();
  const [before, others] = [await allOf(from.database, 'halles'), await allOf(from.database, 'canal')];
  expect(Object.values(before).filter((rows) => rows.length > 0).length).toBeGreaterThan(15);

  // It breaks while it copies, and after the copy stands.
  const dying = withFaults(to, (statement) => {
    if (statement.startsWith('insert into sale_line')) throw new Error('broke');
  });
  await expect(moveShop(from.database, dying, 'halles')).rejects.toThrow('broke');
  expect([await allOf(from.database, 'halles'), (await allOf(to, 'halles'))['shop']]).toEqual([before, []]);
  const late = withFaults(from.database, (statement) => {
    if (statement.startsWith('delete from sale_line')) throw new Error('broke');
  });
  await expect(moveShop(late, to, 'halles')).rejects.toThrow('broke');
  expect(await allOf(from.database, 'halles')).toEqual(before);
  await expect(moveShop(from.database, to, 'halles')).rejects.toThrow('--again');

  const rows = await moveShop(from.database, to, 'halles', true);
  expect(rows).toBe(Object.values(before).flat().length);
  expect(await allOf(to, 'halles')).toEqual(before);
  expect(Object.values(await allOf(from.database, 'halles')).flat()).toEqual([]);
  expect(await allOf(from.database, 'canal')).toEqual(others);
  await expect(moveShop(from.database, to, 'halles')).rejects.toThrow('no shop');
});

test('and goes on there: sums, numbers and ledgers', async () => {
  const there = createShop({ ...from, database: to });
  const level = async () =>
    (
      await there.read('halles', (work) =>
        work.query("select on_hand from item where shop_id = 'halles' and sku = 'honey'"),
      )
    )[0];
  const { on_hand } = (await level()) as { on_hand: number };
  await sell(to, 'after');
  await there.change('halles', (work) => adjustStock(work, { sku: 'honey', delta: 5, reason: 'delivery' }, 'd'));
  expect(await level()).toEqual({ on_hand: on_hand - 2 + 5 });
  await there.tick();
  await expect(to.query("update stock_event set delta = 0 where shop_id = 'halles'")).rejects.toThrow('never changed');
});
