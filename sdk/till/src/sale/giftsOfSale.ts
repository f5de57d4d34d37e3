/**
 * Gift cards that a sale paid for: the shop issues them once its money is there, one for each that was bought, and the till shows their codes.
 * Floor: till.
 */
import type { PaymentId } from '@comptoir/sdk';
import { post, ShopRefusal } from '../shop/shopClient.js';
import { type IssuedGift, isLost, isStored, type SaleRecord } from './saleRecord.js';

/** Bought, paid, and not issued yet. What is stored may never come, so it issues nothing; what was lost doesn't either. */
export function owesGifts(sale: SaleRecord): boolean {
  const isThere = sale.state === 'paid' && sale.isSent && !isStored(sale) && !isLost(sale);
  return isThere && sale.gifts === undefined && amountsOf(sale).length > 0;
}

/** The same keys each time: a till that died in between gets the same codes. @param key of the sale */
export async function issueGifts(sale: SaleRecord, key: PaymentId): Promise<readonly IssuedGift[]> {
  const gifts: IssuedGift[] = [];
  try {
    for (const [at, amount] of amountsOf(sale).entries()) {
      const { code } = await post('/gifts', { amount, sale: key }, `${key}-g${at + 1}`);
      gifts.push({ code, amount });
    }
  } catch (fault) {
    // Their money went back before they were issued.
    if (!(fault instanceof ShopRefusal && fault.fault.code === 'more-than-left')) throw fault;
  }
  return gifts;
}

/** Of each gift card, what it's worth: what was paid for it. */
function amountsOf({ lines, basket }: SaleRecord): readonly number[] {
  const isGift = (sku: string): boolean => basket.lines.some((line) => line.sku === sku && line.giftCardItem === true);
  return lines.flatMap(({ sku, qty, unit, discount }) =>
    isGift(sku) ? Array.from({ length: qty }, () => Math.floor((unit * qty - discount) / qty)) : [],
  );
}
