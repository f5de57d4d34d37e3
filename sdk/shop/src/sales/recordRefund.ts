/**
 * Money that went back, written down beside its sale; goods that came back stand in the shop again. What a gift card of this shop paid of an
 * order is in this ledger, and goes back here.
 * Source: docs/reference/shop.md, refunds.   Floor: shop sales.
 */
import type { RefundRecord, RefundRequest } from '../api.js';
import type { Work } from '../database/work.js';
import { refundGift } from '../gifts/gifts.js';
import { adjustStock } from '../goods/stock.js';
import { localTime } from '../names.js';
import { ShopError } from '../shopError.js';
import { saleOf } from './readSale.js';
import { nextReceipt } from './recordSale.js';

/** @throws ShopError `not-found` of the sale, `more-than-left` of money or goods, `key-reused` */
export async function recordRefund(work: Work, key: string, refund: RefundRequest): Promise<RefundRecord> {
  const sale = await saleOf(work, refund.of);
  if (sale === undefined) throw new ShopError('not-found', 'There is no such sale.');
  const known = sale.refunds.find((one) => one.key === key);
  if (known !== undefined && known.amount !== refund.amount)
    throw new ShopError('key-reused', 'This key belongs to another refund: make a new one.');
  if (known !== undefined) return known;
  const back = sale.refunds.reduce((sum, { amount }) => sum + amount, 0);
  if (refund.amount + back > sale.total + sale.tip)
    throw new ShopError('more-than-left', 'More goes back than was paid.');
  if (refund.parts.reduce((sum, { amount }) => sum + amount, 0) !== refund.amount)
    throw new ShopError('invalid', 'The parts do not come to the amount.');
  const came = sale.refunds.flatMap(({ lines }) => lines);
  const count = (lines: readonly { sku: string; qty: number }[], of: string): number =>
    lines.reduce((sum, { sku, qty }) => sum + (sku === of ? qty : 0), 0);
  for (const { sku } of refund.lines)
    if (count(refund.lines, sku) + count(came, sku) > count(sale.lines, sku))
      throw new ShopError('more-than-left', `More of ${sku} comes back than was sold.`);

  const gift = refund.parts.reduce((sum, { kind, amount }) => sum + (kind === 'gift' ? amount : 0), 0);
  const given = gift === 0 ? 0 : await refundGift(work, sale.key, key, gift);
  // At the counter, the gift card of a tap has another ledger, where it went back before.
  if (sale.channel === 'web' && given < gift)
    throw new ShopError('more-than-left', 'More goes back to the gift card than it paid.');

  const { day } = localTime(refund.refundedMs, work.shop.time_zone);
  const receiptNumber = await nextReceipt(work, day);
  await work.query('insert into refund values ($1, $2, $3, $4, $5, $6, $7, $8, $9)', [
    work.shop.shop_id,
    key,
    sale.key,
    receiptNumber,
    refund.amount,
    JSON.stringify(refund.parts),
    JSON.stringify(refund.lines),
    refund.refundedMs,
    day,
  ]);
  for (const { sku, qty } of refund.lines) await adjustStock(work, { sku, delta: qty, reason: 'returned' }, key);
  return { ...refund, of: sale.key, key, receiptNumber };
}
