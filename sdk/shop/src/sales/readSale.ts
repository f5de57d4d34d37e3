/**
 * A sale as it was made, with what went back of it.
 * Source: docs/reference/shop.md, sales.   Floor: shop sales.
 */
import type { PricedLine, RefundRecord, Sale, SaleTender, TenderState } from '../api.js';
import type { Row } from '../database/database.js';
import type { Work } from '../database/work.js';
import { issuedBy } from '../gifts/giftLedger.js';

/** @param which a key of the sale or of one of its payments, a receipt number or the number of an order */
export async function saleOf(work: Work, which: string): Promise<Sale | undefined> {
  const { shop_id: shop, currency } = work.shop;
  const [row] = await work.query(
    `select * from sale where shop_id = $1 and (sale_key = $2 or receipt_number = $2 or order_number = $2
       or sale_key in (select sale_key from tender where shop_id = $1 and pay_key = $2)) order by sale_key = $2 desc limit 1`,
    [shop, which],
  );
  if (row === undefined) return undefined;
  const key = String(row['sale_key']);
  const lines = await work.query('select detail from sale_line where shop_id = $1 and sale_key = $2 order by line', [
    shop,
    key,
  ]);
  const tenders = await work.query('select * from tender where shop_id = $1 and sale_key = $2 order by position', [
    shop,
    key,
  ]);
  const oversold = await work.query(
    "select sku, qty from shop_event where shop_id = $1 and kind = 'oversold' and about = $2 order by event_id",
    [shop, key],
  );
  const refunds = await refundsOf(work, key);
  const back = refunds.reduce((sum, { amount }) => sum + amount, 0);
  const total = Number(row['total']);
  const tip = Number(row['tip']);
  const { spent } = await issuedBy(work, key);
  const paidBy = tenders.map((tender) => tenderOf(tender, key));
  const { came, owed } = moneyOf(paidBy);
  const priced = lines.map(({ detail }) => detail as PricedLine);
  const stateOfMoney =
    back >= came && back > 0 ? 'refunded' : back > 0 ? 'partly-refunded' : (row['status'] as Sale['status']);
  return {
    key,
    receiptNumber: String(row['receipt_number']),
    ...textOf(row, 'order_number', 'order'),
    channel: row['channel'] as Sale['channel'],
    ...textOf(row, 'till_id', 'till'),
    status: stateOfMoney,
    soldMs: Number(row['sold_ms']),
    recordedMs: Number(row['recorded_ms']),
    currency,
    lines: priced,
    discounts: row['discounts'] as Sale['discounts'],
    total,
    tip,
    tenders: paidBy,
    vat: row['vat'] as Sale['vat'],
    refunds,
    refundable: Math.max(0, came - back - spent),
    owed,
    oversold: oversold.map(({ sku, qty }) => {
      const wanted = priced.reduce((sum, line) => sum + (line.sku === sku ? line.qty : 0), 0);
      return { sku: String(sku), wanted, available: wanted - Number(qty) };
    }),
    ...textOf(row, 'account_token', 'accountToken'),
  };
}

/** Money of tenders, minor units: what is there, what waits for the acquirer, and what never came. What a coupon takes off is no money. */
export function moneyOf(tenders: readonly SaleTender[]): {
  readonly came: number;
  readonly stored: number;
  readonly owed: number;
} {
  const money = { came: 0, stored: 0, owed: 0 };
  for (const { kind, state, amount, owed = 0 } of tenders) {
    if (kind === 'coupon') continue;
    money[state === 'stored' ? 'stored' : 'came'] += amount - owed;
    money.owed += owed;
  }
  return money;
}

async function refundsOf(work: Work, sale: string): Promise<readonly RefundRecord[]> {
  const rows = await work.query('select * from refund where shop_id = $1 and sale_key = $2 order by receipt_number', [
    work.shop.shop_id,
    sale,
  ]);
  return rows.map((row) => ({
    key: String(row['refund_key']),
    of: sale,
    receiptNumber: String(row['receipt_number']),
    amount: Number(row['amount']),
    parts: row['parts'] as RefundRecord['parts'],
    lines: row['lines'] as RefundRecord['lines'],
    refundedMs: Number(row['refunded_ms']),
    giftsRevoked: Number(row['gifts_revoked']),
    giftsSpent: Number(row['gifts_spent']),
  }));
}

/** What is as usual isn't told. */
function tenderOf({ kind, label, amount, pay_key, state, owed, detail }: Row, sale: string): SaleTender {
  return {
    ...(detail as object),
    kind: kind as SaleTender['kind'],
    label: String(label),
    amount: Number(amount),
    ...(pay_key !== sale && { key: String(pay_key) }),
    ...(state !== 'taken' && { state: state as TenderState }),
    ...(Number(owed) > 0 && { owed: Number(owed) }),
  };
}

function textOf<Name extends string>(row: Row, column: string, name: Name): { readonly [Key in Name]?: string } {
  return (row[column] === null ? {} : { [name]: String(row[column]) }) as { readonly [Key in Name]?: string };
}
