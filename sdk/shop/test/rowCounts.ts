/** What an attack must not change. */
import type { TestSurroundings } from './testDatabase.js';

/** Rows of what must not change. */
export async function rowCounts({ database }: TestSurroundings): Promise<Readonly<Record<string, number>>> {
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
    const [row] = await database.query(`select count(*)::int as count from ${table}`);
    entries.push([table, Number(row?.['count'])]);
  }
  return Object.fromEntries(entries);
}
