/**
 * What goes back to which instrument when a part of a sale, or all of it, is refunded: to the original instruments, the last tender
 * first, and never more than was taken. Nothing is sent: `refund` does that.
 * Source: docs/reference/sdk.md, `refundPlan`.   Floor: sdk refund.
 */

import type { Tender } from '../payment/payment.js';
import { usageError } from '../values/errors.js';
import { type Money, money } from '../values/money.js';

export interface Refund {
  /** Position of the tender in the sale. */
  readonly tender: number;
  readonly amount: Money;
}

export interface RefundPlan {
  /** In the order in which they are to be made. */
  readonly refunds: readonly Refund[];
  /** Positions of coupons that may be used again: only when all the money goes back. */
  readonly coupons: readonly number[];
}

/**
 * @param tenders of the sale, in the order in which they were taken
 * @param amount  money that goes back, in the sale's currency. What coupons took off was never paid, and isn't refunded
 * @param earlier what went back before, in any order
 * @throws ReaderError `usage/invalid` when it's more than is left, or in another currency
 */
export function refundPlan(
  tenders: readonly Pick<Tender, 'kind' | 'amount'>[],
  amount: Money,
  earlier: readonly Refund[] = [],
): RefundPlan {
  const left = tenders.map(({ kind, amount: taken }, at) => {
    const before = earlier.filter(({ tender }) => tender === at).reduce((sum, refund) => sum + refund.amount.minor, 0);
    return kind === 'coupon' ? 0 : taken.minor - before;
  });
  const { minor, currency } = money(amount.minor, amount.currency);
  if (tenders.some((tender) => tender.amount.currency !== currency))
    throw usageError(`The sale was not in ${currency}.`);
  if (left.some((rest) => rest < 0)) throw usageError('More went back before than was taken.');
  const most = left.reduce((sum, rest) => sum + rest, 0);
  if (minor === 0 || minor > most) throw usageError('A refund is more than 0, and at most what was paid and is left.');

  const refunds: Refund[] = [];
  let due = minor;
  for (let tender = tenders.length - 1; tender >= 0 && due > 0; tender -= 1) {
    const part = Math.min(due, left[tender] ?? 0);
    if (part > 0) refunds.push({ tender, amount: { minor: part, currency } });
    due -= part;
  }
  const coupons = minor < most ? [] : tenders.flatMap(({ kind }, at) => (kind === 'coupon' ? [at] : [])).reverse();
  return { refunds, coupons };
}
