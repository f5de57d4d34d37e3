/**
 * Stock is the sum of its events; a trigger keeps the sums in `item`. Holds reserve, and end by being sold, released, or expired.
 * Source: docs/reference/shop.md, stock; decision 65.   Floor: shop goods.
 */
import type { PriceLine, Shortage, StockAdjustment, StockLevel } from '../api.js';
import type { Row } from '../database/database.js';
import type { Work } from '../database/work.js';
import { localTime } from '../names.js';
import { ShopError } from '../shopError.js';

type Kind = StockAdjustment['reason'] | 'sale' | 'reserve' | 'release' | 'expire';

export function levelOf({ sku, on_hand, reserved }: Row): StockLevel {
  const onHand = Number(on_hand);
  return { sku: String(sku), onHand, reserved: Number(reserved), available: Math.max(0, onHand - Number(reserved)) };
}

/** @throws ShopError `not-found` when one of them is no item of this shop */
export async function stockOf(work: Work, skus: readonly string[]): Promise<ReadonlyMap<string, StockLevel>> {
  const rows = await work.query(
    'select sku, on_hand, reserved from item where shop_id = $1 and sku = any(array(select jsonb_array_elements_text($2::jsonb)))',
    [work.shop.shop_id, JSON.stringify(skus)],
  );
  const levels = new Map(rows.map((row) => [String(row['sku']), levelOf(row)]));
  for (const sku of skus) if (!levels.has(sku)) throw new ShopError('not-found', `There is no item ${sku}.`);
  return levels;
}

export async function adjustStock(
  work: Work,
  { sku, delta, reason }: StockAdjustment,
  about: string,
): Promise<StockLevel> {
  await stockOf(work, [sku]);
  await note(work, reason, [{ sku, qty: delta }], about, 1, 0);
  return (await stockOf(work, [sku])).get(sku) as StockLevel;
}

/** @returns what there is too little of */
export async function shortagesOf(work: Work, lines: readonly PriceLine[]): Promise<readonly Shortage[]> {
  const wanted = merged(lines);
  const levels = await stockOf(work, [...wanted.keys()]);
  return [...wanted].flatMap(([sku, qty]) => {
    const available = levels.get(sku)?.available ?? 0;
    return qty > available ? [{ sku, wanted: qty, available }] : [];
  });
}

/** All or nothing. @throws ShopError `out-of-stock` */
export async function reserve(work: Work, hold: string, lines: readonly PriceLine[], expiresMs: number): Promise<void> {
  await expireHolds(work);
  const shortages = await shortagesOf(work, lines);
  if (shortages.length > 0) throw new ShopError('out-of-stock', 'Less is there than was asked for.', { shortages });
  const parts = [...merged(lines)].map(([sku, qty]) => ({ sku, qty }));
  for (const { sku, qty } of parts)
    await work.query('insert into hold values ($1, $2, $3, $4, $5)', [work.shop.shop_id, hold, sku, qty, expiresMs]);
  await note(work, 'reserve', parts, hold, 0, 1);
}

/** Gives back what is held, if anything still is. */
export async function release(work: Work, hold: string, kind: 'release' | 'expire' = 'release'): Promise<number> {
  const rows = await work.query('delete from hold where shop_id = $1 and hold_id = $2 returning sku, qty', [
    work.shop.shop_id,
    hold,
  ]);
  await note(
    work,
    kind,
    rows.map(({ sku, qty }) => ({ sku: String(sku), qty: Number(qty) })),
    hold,
    0,
    -1,
  );
  return rows.length;
}

/** Ends the holds whose time is over. Whoever looks at stock calls it first. */
export async function expireHolds(work: Work): Promise<void> {
  const rows = await work.query('select distinct hold_id from hold where shop_id = $1 and expires_ms <= $2', [
    work.shop.shop_id,
    work.nowMs,
  ]);
  for (const { hold_id } of rows) {
    await release(work, String(hold_id), 'expire');
    await noteShopEvent(work, { kind: 'reservation-expired', about: String(hold_id) });
  }
}

/**
 * Takes what was sold out of stock, whether it's there or not.
 * @returns what wasn't: also what was there and promised to somebody else. The shop is told.
 */
export async function sell(work: Work, lines: readonly PriceLine[], sale: string): Promise<readonly Shortage[]> {
  const sold = merged(lines);
  const before = await stockOf(work, [...sold.keys()]);
  await note(
    work,
    'sale',
    [...sold].map(([sku, qty]) => ({ sku, qty })),
    sale,
    -1,
    0,
  );
  const oversold: Shortage[] = [];
  for (const [sku, qty] of sold) {
    const { onHand = 0, reserved = 0 } = before.get(sku) ?? {};
    const missing = (left: number): number => Math.max(0, reserved - left);
    const short = missing(onHand - qty) - missing(onHand);
    if (short <= 0) continue;
    oversold.push({ sku, wanted: qty, available: qty - short });
    await noteShopEvent(work, { kind: 'oversold', sku, qty: short, about: sale });
  }
  return oversold;
}

export async function noteShopEvent(
  work: Work,
  { kind, sku = null, qty = null, about }: { kind: string; sku?: string | null; qty?: number | null; about: string },
): Promise<void> {
  const { day } = localTime(work.nowMs, work.shop.time_zone);
  await work.query(
    'insert into shop_event (shop_id, at_ms, kind, sku, qty, about, day) values ($1, $2, $3, $4, $5, $6, $7)',
    [work.shop.shop_id, work.nowMs, kind, sku, qty, about, day],
  );
}

async function note(
  work: Work,
  kind: Kind,
  lines: readonly PriceLine[],
  about: string,
  stockSign: -1 | 0 | 1,
  holdSign: -1 | 0 | 1,
): Promise<void> {
  if (lines.length === 0) return;
  await work.query(
    `insert into stock_event (shop_id, at_ms, sku, kind, delta, reserved_delta, about)
       select $1, $2, line.sku, $3, $4 * line.qty, $5 * line.qty, $6 from jsonb_to_recordset($7::jsonb) as line(sku text, qty bigint)`,
    [
      work.shop.shop_id,
      work.nowMs,
      kind,
      stockSign,
      holdSign,
      about,
      JSON.stringify(lines.map(({ sku, qty }) => ({ sku, qty }))),
    ],
  );
  await touch(work);
}

/** The catalogue changed. */
export async function touch(work: Work): Promise<void> {
  await work.query('update shop set revision = revision + 1 where shop_id = $1', [work.shop.shop_id]);
}

function merged(lines: readonly PriceLine[]): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const { sku, qty } of lines) sums.set(sku, (sums.get(sku) ?? 0) + qty);
  return new Map([...sums].sort(([one], [other]) => (one < other ? -1 : 1)));
}
