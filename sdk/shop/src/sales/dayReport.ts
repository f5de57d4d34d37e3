/**
 * A day of the shop, in its own time.
 * Source: docs/reference/shop.md, report.   Floor: shop sales.
 */
import type { DayReport, OrderStatus, SaleTender, Texts } from '../api.js';
import type { Row } from '../database/database.js';
import type { Work } from '../database/work.js';
import { localTime } from '../names.js';

const STATUSES: readonly OrderStatus[] = ['placed', 'paid', 'ready', 'handed-over', 'cancelled', 'expired'];

/** @param day `YYYY-MM-DD` */
export async function dayReport(work: Work, day: string): Promise<DayReport> {
  const { shop_id: shop, currency } = work.shop;
  const ask = (sql: string): Promise<readonly Row[]> => work.query(sql, [shop, day]);
  const [sums] =
    await ask(`select count(*)::int as sales, coalesce(sum(total), 0)::bigint as gross, coalesce(sum(tip), 0)::bigint as tips
    from sale where shop_id = $1 and day = $2`);
  const [missing] = await ask(`select coalesce(sum(amount) filter (where state = 'stored'), 0)::bigint as stored,
    coalesce(sum(owed), 0)::bigint as owed from tender join sale using (shop_id, sale_key) where shop_id = $1 and day = $2`);
  const [back] = await ask(
    'select coalesce(sum(amount), 0)::bigint as refunds from refund where shop_id = $1 and day = $2',
  );
  const tenders =
    await ask(`select kind, label, sum(one)::int as count, sum(amount)::bigint as amount, sum(refunded)::bigint as refunded, sum(owed)::bigint as owed from (
      select kind, label, 1 as one, amount, 0 as refunded, owed from tender t join sale s using (shop_id, sale_key) where shop_id = $1 and s.day = $2
      union all select part->>'kind', part->>'label', 0, 0, (part->>'amount')::bigint, 0 from refund, jsonb_array_elements(parts) as part
        where shop_id = $1 and day = $2) as both_ways
    group by kind, label order by sum(amount) desc, kind, label`);
  const channels = await ask(
    'select channel, count(*)::int as count, sum(total)::bigint as amount from sale where shop_id = $1 and day = $2 group by channel order by channel',
  );
  const hours = await ask(
    'select hour, count(*)::int as count, sum(total)::bigint as amount from sale where shop_id = $1 and day = $2 group by hour',
  );
  const items =
    await ask(`select sku, (array_agg(detail->'name'))[1] as name, sum(qty)::bigint as qty, sum(unit * qty - discount)::bigint as amount,
    sum(discount)::bigint as discount from sale_line join sale using (shop_id, sale_key)
    where shop_id = $1 and day = $2 group by sku order by sum(unit * qty - discount) desc, sku`);
  const vat = await ask(`select (part->>'rate')::int as rate, sum((part->>'amount')::bigint)::bigint as amount
    from sale, jsonb_array_elements(vat) as part where shop_id = $1 and day = $2 group by 1 order by 1`);
  const short = await ask(
    `select sku, sum(qty)::bigint as qty from shop_event where shop_id = $1 and day = $2 and kind = 'oversold' group by sku order by sku`,
  );
  const placed = (await work.query('select status, placed_ms from customer_order where shop_id = $1', [shop])).filter(
    ({ placed_ms }) => localTime(Number(placed_ms), work.shop.time_zone).day === day,
  );
  const gross = Number(sums?.['gross']);
  const refunds = Number(back?.['refunds']);
  const owed = Number(missing?.['owed']);
  const counted = ({ count, amount }: Row): { readonly count: number; readonly amount: number } => ({
    count: Number(count),
    amount: Number(amount),
  });
  return {
    day,
    currency,
    sales: Number(sums?.['sales']),
    gross,
    discounts: items.reduce((sum, { discount }) => sum + Number(discount), 0),
    refunds,
    tips: Number(sums?.['tips']),
    net: gross - refunds - owed,
    stored: Number(missing?.['stored']),
    owed,
    byTender: tenders.map((row) => ({
      kind: row['kind'] as SaleTender['kind'],
      label: String(row['label']),
      ...counted(row),
      refunded: Number(row['refunded']),
      owed: Number(row['owed']),
    })),
    byChannel: channels.map((row) => ({ channel: row['channel'] as 'counter' | 'web', ...counted(row) })),
    byHour: Array.from({ length: 24 }, (_, hour) => ({
      hour,
      ...counted(hours.find((row) => row['hour'] === hour) ?? { count: 0, amount: 0 }),
    })),
    byItem: items.map(({ sku, name, qty, amount }) => ({
      sku: String(sku),
      name: name as Texts,
      qty: Number(qty),
      amount: Number(amount),
    })),
    vat: vat.map(({ rate, amount }) => ({ rate: Number(rate), amount: Number(amount) })),
    orders: Object.fromEntries(
      STATUSES.map((status) => [status, placed.filter((row) => row['status'] === status).length]),
    ) as DayReport['orders'],
    oversold: short.map(({ sku, qty }) => ({ sku: String(sku), wanted: Number(qty), available: 0 })),
  };
}
