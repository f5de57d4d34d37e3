/**
 * What promotions take off a basket, and why the others don't. The arithmetic is the SDK's, so that a till without network comes to the same cent.
 * Promotions are the shop's and are taken off before the tap; coupons of the card come after, in the reader.
 * Source: docs/explanation/how-a-tender-is-chosen.md.   Floor: shop goods; pure.
 */
import { applyPromotions as takenOff } from '@comptoir/sdk/promotions';
import type { CouponPolicy, Discount, Promotion, RefusedPromotion } from '../api.js';

export interface Goods {
  readonly qty: number;
  readonly price: number;
  readonly gtin?: string;
  readonly category: string;
  readonly isGiftCard: boolean;
}

type Reason = RefusedPromotion['reason'];

interface Applied {
  readonly discounts: readonly Discount[];
  readonly refused: readonly { readonly promotion: Promotion; readonly reason: Reason }[];
}

/** @param promotions those that everybody has, and those whose code was named @param isUsed of a serial */
export function applyPromotions(
  goods: readonly Goods[],
  promotions: readonly Promotion[],
  policy: CouponPolicy,
  nowMs: number,
  isUsed: (serial: string) => boolean,
): Applied {
  const refused: { promotion: Promotion; reason: Reason }[] = [];
  const inForce: Promotion[] = [];
  for (const promotion of promotions) {
    const reason = reasonAgainst(promotion, nowMs, isUsed);
    if (reason === undefined) inForce.push(promotion);
    else refused.push({ promotion, reason });
  }
  const lines = goods.map(({ qty, price, category, isGiftCard, gtin }) => {
    return { qty, unit: price, category, isGiftCard, ...(gtin !== undefined && { gtin }) };
  });
  const applied = takenOff(
    lines,
    inForce.map(({ rule }) => rule),
    policy,
  );
  for (const { promotion: at, reason } of applied.refused) {
    const promotion = inForce[at];
    if (promotion !== undefined) refused.push({ promotion, reason });
  }
  return {
    discounts: applied.discounts.flatMap(({ promotion: at, ...rest }) => {
      const promotion = inForce[at];
      return promotion === undefined ? [] : [{ promotion: promotion.id, name: promotion.name, ...rest }];
    }),
    refused,
  };
}

function reasonAgainst(
  { rule, fromMs, untilMs }: Promotion,
  nowMs: number,
  isUsed: (serial: string) => boolean,
): Reason | undefined {
  if (fromMs !== undefined && nowMs < fromMs) return 'COUPON_NOT_YET_VALID';
  if (untilMs !== undefined && nowMs >= untilMs) return 'COUPON_EXPIRED';
  return rule.serial !== undefined && isUsed(rule.serial) ? 'COUPON_ALREADY_REDEEMED' : undefined;
}
