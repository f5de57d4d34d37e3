/**
 * A shop from one database to another, whole: from a folder to PostgreSQL, or to a server that has more room. Both sides hold all of it until the
 * copy stands; then it's deleted where it was.
 * Source: docs/how-to/add-a-database.md.   Floor: shop database.
 */
import { ShopError } from '../shopError.js';
import type { Database, Queryable } from './database.js';

const ROWS_AT_ONCE = 500;
/** Every table that says whose its rows are, the ones that others point to first. */
const TABLES = `with recursive t as (
    select c.oid, c.relname::text as name from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'shop_id' and not a.attisdropped
      where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace),
  depth as (
    select oid, name, 0 as depth from t
    union
    select t.oid, t.name, depth.depth + 1 from t join pg_constraint f on f.conrelid = t.oid and f.contype = 'f' join depth on depth.oid = f.confrelid
      where f.confrelid <> t.oid and depth.depth < 20)
  select name, max(depth) as depth from depth group by name order by depth, name`;

/**
 * Nobody may serve the shop meanwhile, at either side: what is written in between waits, and is then of a shop that isn't there.
 * @param again a move that was broken off left a copy in `to`: it's deleted first
 * @returns how many rows
 * @throws ShopError `not-found`; `wrong-state` when it's in both
 */
export async function moveShop(from: Database, to: Database, shop: string, again = false): Promise<number> {
  return from.transaction(async (source) => {
    const [row] = await source.query('select 1 from shop where shop_id = $1 for update', [shop]);
    if (row === undefined) throw new ShopError('not-found', `There is no shop ${shop} where it should come from.`);
    const tables = (await source.query(TABLES)).map(({ name }) => String(name));
    const rows = await to.transaction((target) => copied(source, target, tables, shop, again));
    await withoutTriggers(source, tables, () => emptied(source, tables, shop));
    return rows;
  });
}

async function copied(
  source: Queryable,
  target: Queryable,
  tables: readonly string[],
  shop: string,
  again: boolean,
): Promise<number> {
  const theirs = (await target.query(TABLES)).map(({ name }) => String(name));
  if (theirs.join() !== tables.join()) throw new ShopError('wrong-state', 'The databases have different schemas.');
  let rows = 0;
  await withoutTriggers(target, tables, async () => {
    if (again) await emptied(target, tables, shop);
    const [there] = await target.query('select 1 from shop where shop_id = $1', [shop]);
    if (there !== undefined)
      throw new ShopError(
        'wrong-state',
        `${shop} is in both databases. If a move was broken off and nobody used the copy, move it again with --again, which deletes the copy first.`,
      );
    for (const table of tables) rows += await copyTable(source, target, table, shop);
  });
  return rows;
}

async function copyTable(source: Queryable, target: Queryable, table: string, shop: string): Promise<number> {
  let count = 0;
  await source.query(
    `declare moving no scroll cursor for select to_jsonb(one)::text as row from ${table} as one where shop_id = $1`,
    [shop],
  );
  for (;;) {
    const rows = (await source.query(`fetch ${ROWS_AT_ONCE} from moving`)).map(({ row }) => String(row));
    if (rows.length === 0) break;
    await target.query(
      `insert into ${table} overriding system value select * from jsonb_populate_recordset(null::${table}, $1::jsonb)`,
      [`[${rows.join()}]`],
    );
    count += rows.length;
  }
  await source.query('close moving');
  // Names that are counted go on after the highest one.
  const counted = await target.query(
    "select column_name as name from information_schema.columns where table_schema = 'public' and table_name = $1 and is_identity = 'YES'",
    [table],
  );
  for (const { name } of counted)
    await target.query(
      `select setval(pg_get_serial_sequence($1, $2), greatest((select max(${String(name)}) from ${table}), 1))`,
      [table, String(name)],
    );
  return count;
}

/** Sums are copied as they are, and nobody is told again of what was. */
async function withoutTriggers(on: Queryable, tables: readonly string[], work: () => Promise<void>): Promise<void> {
  for (const table of tables) await on.query(`alter table ${table} disable trigger user`);
  await work();
  for (const table of tables) await on.query(`alter table ${table} enable trigger user`);
}

async function emptied(on: Queryable, tables: readonly string[], shop: string): Promise<void> {
  for (const table of [...tables].reverse()) await on.query(`delete from ${table} where shop_id = $1`, [shop]);
}
