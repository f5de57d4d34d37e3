/**
 * What became of payments that were stored without network: each tender once, the first word counts, and the sale follows from its tenders.
 * Source: docs/reference/shop.md, stored payments; decision 73.   Floor: shop sales.
 */
import type { Owed, OwedPayment, Sale, SettleRequest } from '../api.js';
import type { Work } from '../database/work.js';
import { noteShopEvent } from '../goods/stock.js';
import { ShopError } from '../shopError.js';
import { saleOf } from './readSale.js';

/** @param which of the sale: whatever `saleOf` takes @throws ShopError `not-found`, `more-than-left` */
export async function settleStored(work: Work, which: string, settle: SettleRequest): Promise<Sale> {
  const sale = await saleOf(work, which);
  const tenders = sale?.tenders.filter(({ key = sale.key, state }) => key === settle.key && state !== undefined) ?? [];
  if (sale === undefined || tenders.length === 0) throw new ShopError('not-found', 'There is no such stored payment.');
  const open = await work.query(
    "select position, amount from tender where shop_id = $1 and sale_key = $2 and pay_key = $3 and state = 'stored' order by position",
    [work.shop.shop_id, sale.key, settle.key],
  );
  const amount = open.reduce((sum, row) => sum + Number(row['amount']), 0);
  let came = settle.approved ?? (settle.end === 'settled' ? amount : 0);
  if (open.length > 0 && came > amount) throw new ShopError('more-than-left', 'More came than was stored.');
  for (const { position, amount: of } of open) {
    const part = Math.min(came, Number(of));
    came -= part;
    await end(work, sale.key, Number(position), settle, Number(of) - part);
  }
  return followTenders(work, sale);
}

/** All that a sale stored came, as whoever tells it again as paid says. */
export async function settleAll(work: Work, sale: Sale): Promise<Sale> {
  await work.query("update tender set state = 'settled' where shop_id = $1 and sale_key = $2 and state = 'stored'", [
    work.shop.shop_id,
    sale.key,
  ]);
  return followTenders(work, sale);
}

/** The oldest first. */
export async function owedPayments(work: Work): Promise<Owed> {
  const rows = await work.query(
    `select t.*, s.receipt_number, s.sold_ms from tender t join sale s using (shop_id, sale_key)
       where shop_id = $1 and (t.state = 'stored' or t.owed > 0) order by s.sold_ms, sale_key, t.position limit 500`,
    [work.shop.shop_id],
  );
  const payments = rows.map((row): OwedPayment => {
    const { masked, note } = row['detail'] as { readonly masked?: string; readonly note?: string };
    const amount = Number(row['amount']);
    const isStored = row['state'] === 'stored';
    return {
      sale: String(row['sale_key']),
      receiptNumber: String(row['receipt_number']),
      key: String(row['pay_key']),
      label: String(row['label']),
      ...(masked !== undefined && { masked }),
      amount,
      owed: isStored ? amount : Number(row['owed']),
      state: row['state'] as OwedPayment['state'],
      soldMs: Number(row['sold_ms']),
      ...(note !== undefined && { note }),
    };
  });
  const sumOf = (isStored: boolean): number =>
    payments.reduce((sum, { state, owed }) => sum + ((state === 'stored') === isStored ? owed : 0), 0);
  return { payments, stored: sumOf(true), owed: sumOf(false) };
}

async function end(
  work: Work,
  sale: string,
  position: number,
  { end: state, note }: SettleRequest,
  owed: number,
): Promise<void> {
  await work.query(
    `update tender set state = $4, owed = $5, detail = detail || $6::jsonb where shop_id = $1 and sale_key = $2 and position = $3`,
    [work.shop.shop_id, sale, position, state, owed, JSON.stringify(note === undefined ? {} : { note })],
  );
  if (owed > 0) await noteShopEvent(work, { kind: 'declined-later', about: sale, qty: owed });
}

/** Stored while one of its tenders is; then settled, unless something never came. */
async function followTenders(work: Work, { key }: Sale): Promise<Sale> {
  await work.query(
    `update sale set status = (select case when bool_or(state = 'stored') then 'stored' when sum(owed) > 0 then 'declined-later' else 'settled' end
       from tender where shop_id = $1 and sale_key = $2) where shop_id = $1 and sale_key = $2 and status = 'stored'`,
    [work.shop.shop_id, key],
  );
  const sale = await saleOf(work, key);
  if (sale === undefined) throw new ShopError('internal', 'The sale is not there.');
  return sale;
}
