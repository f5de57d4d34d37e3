/**
 * A sale that was made is written down: never refused for stock, and once for its key, which is the key of the payment.
 * Source: docs/reference/shop.md, sales; decision 65.   Floor: shop sales.
 */
import { fromHex } from '@comptoir/protocol';
import type { PricedLine, Sale, SaleRequest, SaleTender, TenderState } from '../api.js';
import { noteFact } from '../customers/facts.js';
import type { Work } from '../database/work.js';
import { itemsOf } from '../goods/catalogue.js';
import { pricedLine, vatOf } from '../goods/price.js';
import { release, sell } from '../goods/stock.js';
import { localTime } from '../names.js';
import { payOrder } from '../orders/orders.js';
import { ShopError } from '../shopError.js';
import { moneyOf, saleOf } from './readSale.js';
import { settleAll } from './settleStored.js';

interface SaleOrigin {
  readonly channel: Sale['channel'];
  readonly till?: string;
  readonly order?: string;
}

/** @param key of the sale @throws ShopError `invalid` when its amounts don't add up, `not-found` of an item, `key-reused` */
export async function recordSale(work: Work, key: string, sale: SaleRequest, origin: SaleOrigin): Promise<Sale> {
  const { shop } = work;
  const known = await saleOf(work, key);
  if (known !== undefined) return sameSale(work, known, sale);
  const lines = await pricedLines(work, sale);
  const { total, tip = 0, tenders, discounts, soldMs } = sale;
  if (lines.reduce((sum, { net }) => sum + net, 0) !== total)
    throw new ShopError('invalid', 'The lines do not come to the total.');
  const paid = tenders.reduce((sum, { amount }) => sum + amount, 0);
  if (paid !== total + tip) throw new ShopError('invalid', 'The tenders do not come to total and tip.');

  const { day, hour } = localTime(soldMs, shop.time_zone);
  // prettier-ignore
  await work.query(
    `insert into sale (shop_id, sale_key, receipt_number, channel, till_id, order_number, status, sold_ms, recorded_ms, day, hour, total, tip,
       discounts, vat, account_token) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`,
    [
      shop.shop_id,
      key,
      await nextReceipt(work, day),
      origin.channel,
      origin.till ?? null,
      origin.order ?? null,
      sale.status,
      soldMs,
      work.nowMs,
      day,
      hour,
      total,
      tip,
      JSON.stringify(discounts),
      JSON.stringify(vatOf(lines)),
      sale.accountToken ?? null,
    ],
  );
  await work.query(
    `insert into sale_line select $1, $2, at - 1, line->>'sku', (line->>'qty')::bigint, (line->>'unit')::bigint, (line->>'discount')::bigint, line
       from jsonb_array_elements($3::jsonb) with ordinality as lines(line, at)`,
    [shop.shop_id, key, JSON.stringify(lines)],
  );
  await work.query(
    `insert into tender (shop_id, sale_key, position, kind, label, amount, pay_key, state, detail)
       select $1, $2, at - 1, tender->>'kind', tender->>'label', (tender->>'amount')::bigint, tender->>'key', tender->>'state',
         tender - array['kind', 'label', 'amount', 'key', 'state', 'owed']
       from jsonb_array_elements($3::jsonb) with ordinality as tenders(tender, at)`,
    [shop.shop_id, key, JSON.stringify(tenders.map((tender) => ({ key, state: stateOf(tender, sale), ...tender })))],
  );
  await useSerials(work, sale, key);
  if (sale.reservation !== undefined) {
    await release(work, sale.reservation);
    if (origin.channel === 'counter') await payOrder(work, sale.reservation, key, lines);
  }
  const oversold = await sell(work, lines, key);
  await keepRecord(work, key, sale);
  await noteFact(work, 'purchase-history', sale, {
    sale: key,
    day,
    total,
    items: lines.map(({ sku, qty }) => ({ sku, qty })),
  });
  const recorded = await saleOf(work, key);
  if (recorded === undefined) throw new ShopError('internal', 'The sale is not there.');
  return { ...recorded, oversold };
}

/** Another till, or the web, was first: it has to be the same sale. A sale that was stored may come again as paid. */
async function sameSale(work: Work, known: Sale, sale: SaleRequest): Promise<Sale> {
  const text = ({
    total,
    tip = 0,
    lines,
  }: Pick<SaleRequest, 'total' | 'tip'> & { lines: readonly { sku: string; qty: number }[] }): string =>
    JSON.stringify([total, tip, lines.map(({ sku, qty }) => [sku, qty])]);
  if (text(known) !== text(sale))
    throw new ShopError('key-reused', 'This key belongs to another sale: make a new one.');
  return moneyOf(known.tenders).stored > 0 && sale.status === 'paid' ? settleAll(work, known) : known;
}

async function pricedLines(work: Work, { lines }: SaleRequest): Promise<readonly PricedLine[]> {
  const items = await itemsOf(
    work,
    lines.map(({ sku }) => sku),
  );
  return lines.map(({ sku, qty, unit, discount }) => {
    const item = items.find((one) => one.sku === sku);
    if (item === undefined) throw new ShopError('not-found', `There is no item ${sku}.`);
    if (discount > unit * qty) throw new ShopError('invalid', 'A discount is more than its line.');
    return pricedLine(item, { qty, unit, discount });
  });
}

/** A till that doesn't tell which tender is stored has one payment: all of it but cash. */
function stateOf({ kind }: SaleTender, { status, tenders }: SaleRequest): TenderState {
  const isOther = kind !== 'cash' || tenders.every((one) => one.kind === 'cash');
  const isTold = tenders.some(({ state }) => state !== undefined);
  return status === 'stored' && isOther && !isTold ? 'stored' : 'taken';
}

/** One row of numbers a shop, without holes: a transaction that fails takes none. */
export async function nextReceipt(work: Work, day: string): Promise<string> {
  const [row] = await work.query('update shop set receipts = receipts + 1 where shop_id = $1 returning receipts', [
    work.shop.shop_id,
  ]);
  return `${day.slice(0, 4)}-${String(row?.['receipts']).padStart(6, '0')}`;
}

async function useSerials(work: Work, { discounts }: SaleRequest, key: string): Promise<void> {
  for (const { promotion } of discounts)
    await work.query(
      `insert into promotion_use select shop_id, rule->>'serial', $3 from promotion
         where shop_id = $1 and promotion_id = $2 and rule->>'serial' is not null on conflict do nothing`,
      [work.shop.shop_id, promotion, key],
    );
}

async function keepRecord(work: Work, key: string, { record, reader }: SaleRequest): Promise<void> {
  const { shop_id: shop } = work.shop;
  if (reader !== undefined)
    await work.query(
      'insert into reader values ($1, $2, $3, $3) on conflict (shop_id, reader_id) do update set last_ms = $3',
      [shop, reader, work.nowMs],
    );
  const bytes = record === undefined ? undefined : fromHex(record);
  if (bytes !== undefined)
    await work.query('insert into selection_record values ($1, $2, $3, $4)', [shop, key, reader ?? null, bytes]);
}
