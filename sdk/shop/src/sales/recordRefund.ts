/**
 * Money that went back, written down beside its sale; goods that came back stand in the shop again. What a gift card of this shop paid goes back
 * in its own ledger, once for the refund's key, whoever tells it first.
 * Source: docs/reference/shop.md, refunds.   Floor: shop sales.
 */
import type { RefundRecord, RefundRequest, Sale } from '../api.js';
import type { Work } from '../database/work.js';
import { refundGift } from '../gifts/gifts.js';
import { revokeGifts } from '../gifts/issuedGifts.js';
import { adjustStock, noteShopEvent } from '../goods/stock.js';
import { localTime } from '../names.js';
import { ShopError } from '../shopError.js';
import { moneyOf, saleOf } from './readSale.js';
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
  // Stored payments that aren't there can't go back.
  if (refund.amount + back > moneyOf(sale.tenders).came)
    throw new ShopError('more-than-left', 'More goes back than was paid.');
  if (refund.parts.reduce((sum, { amount }) => sum + amount, 0) !== refund.amount)
    throw new ShopError('invalid', 'The parts do not come to the amount.');
  const payments = [sale.key, ...sale.tenders.map((tender) => tender.key)];
  if (refund.parts.some((part) => part.key !== undefined && !payments.includes(part.key)))
    throw new ShopError('invalid', 'A part is of a payment that this sale does not have.');
  const came = sale.refunds.flatMap(({ lines }) => lines);
  const count = (lines: readonly { sku: string; qty: number }[], of: string): number =>
    lines.reduce((sum, { sku, qty }) => sum + (sku === of ? qty : 0), 0);
  for (const { sku } of refund.lines)
    if (count(refund.lines, sku) + count(came, sku) > count(sale.lines, sku))
      throw new ShopError('more-than-left', `More of ${sku} comes back than was sold.`);

  await refundGifts(work, key, refund, sale);

  const { day } = localTime(refund.refundedMs, work.shop.time_zone);
  const receiptNumber = await nextReceipt(work, day);
  const { shop_id: shop } = work.shop;
  const { amount, parts, lines, refundedMs } = refund;
  await work.query(
    `insert into refund (shop_id, refund_key, sale_key, receipt_number, amount, parts, lines, refunded_ms, day)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [shop, key, sale.key, receiptNumber, amount, JSON.stringify(parts), JSON.stringify(lines), refundedMs, day],
  );
  for (const { sku, qty } of refund.lines) await adjustStock(work, { sku, delta: qty, reason: 'returned' }, key);
  const { revoked, spent } = await revokeGifts(work, (await saleOf(work, sale.key)) ?? sale, key);
  await work.query('update refund set gifts_revoked = $3, gifts_spent = $4 where shop_id = $1 and refund_key = $2', [
    work.shop.shop_id,
    key,
    revoked,
    spent,
  ]);
  if (spent > 0) await noteShopEvent(work, { kind: 'gift-spent', about: sale.key, qty: spent });
  return { ...refund, of: sale.key, key, receiptNumber, giftsRevoked: revoked, giftsSpent: spent };
}

/** What a gift card of this shop paid, by whichever payment. What went back to it by a tap's acquirer went back here before, by the same key. */
async function refundGifts(work: Work, key: string, { parts }: RefundRequest, sale: Sale): Promise<void> {
  const gifts = parts.filter(({ kind }) => kind === 'gift');
  for (const of of new Set(gifts.map((part) => part.key ?? sale.key))) {
    const own = gifts.filter((part) => (part.key ?? sale.key) === of);
    const amount = own.reduce((sum, part) => sum + part.amount, 0);
    const given = await refundGift(work, of, own[0]?.by ?? key, amount);
    // At the counter, a gift card of another issuer has another ledger, where it went back before.
    if (sale.channel === 'web' && given < amount)
      throw new ShopError('more-than-left', 'More goes back to the gift card than it paid.');
  }
}
