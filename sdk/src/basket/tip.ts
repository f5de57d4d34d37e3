/**
 * Tips: offered before the tap, paid as a line of their own that neither coupons nor gift cards pay.
 * Source: docs/reference/sdk.md, `tipChoices`; decision 69.   Floor: sdk basket.
 */
import { usageError } from '../values/errors.js';
import { type Money, money } from '../values/money.js';
import type { Basket } from './basket.js';

export interface TipRule {
  /** What percentages are of: usually the basket's total. */
  readonly base: Money;
  /** Whole, from 1 to 100. */
  readonly percents: readonly number[];
}

/** The `sku` of the line. */
export const TIP_SKU = 'tip';

/** @returns the amount for each percentage, rounded half up; amounts of 0 are left out @throws ReaderError `usage/invalid` */
export function tipChoices({
  base,
  percents,
}: TipRule): readonly { readonly percent: number; readonly amount: Money }[] {
  const { minor, currency } = money(base.minor, base.currency);
  return percents.flatMap((percent) => {
    if (!Number.isSafeInteger(percent) || percent < 1 || percent > 100)
      throw usageError('A tip is offered as a whole percentage from 1 to 100.');
    const amount = Math.floor((minor * percent + 50) / 100);
    return amount === 0 ? [] : [{ percent, amount: { minor: amount, currency } }];
  });
}

/** @returns the basket with the tip as its last line; the same basket for a tip of 0 @throws ReaderError `usage/invalid` */
export function withTip(basket: Basket, tip: Money): Basket {
  const { minor, currency } = money(tip.minor, tip.currency);
  if (currency !== basket.currency) throw usageError(`The basket is in ${basket.currency}.`);
  if (basket.lines.some(({ sku }) => sku === TIP_SKU)) throw usageError('The basket has a tip already.');
  if (minor === 0) return basket;
  return { currency, lines: [...basket.lines, { sku: TIP_SKU, qty: 1, unit: minor, giftCardItem: true }] };
}
