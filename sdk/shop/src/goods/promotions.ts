/**
 * What promotions take off a basket, and why the others don't. The rule is that of coupons on a card, and so is the arithmetic: SEL-1 step 4.
 * Promotions are the shop's and are taken off before the tap; coupons of the card come after, in the reader.
 * Source: docs/explanation/how-a-tender-is-chosen.md.   Floor: shop goods; pure.
 */
import type { CouponPolicy, Discount, Promotion, RefusedPromotion } from '../api.js';

export interface Goods {
  readonly qty: number;
  readonly gross: number;
  readonly gtin?: string;
  readonly category: string;
  readonly isGiftCard: boolean;
}

/** More than these are not looked at: every set of them is tried. */
export const COMBINED_MAX = 10;
const PRIORITY_DEFAULT = 100;

type Reason = RefusedPromotion['reason'];
interface Usable {
  readonly promotion: Promotion;
  readonly lines: readonly number[];
}

export interface Applied {
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
  const usable: Usable[] = [];
  for (const promotion of promotions) {
    const lines = eligible(goods, promotion);
    const reason = reasonAgainst(goods, promotion, lines, nowMs, isUsed);
    if (reason !== undefined) refused.push({ promotion, reason });
    else if (usable.length < COMBINED_MAX) usable.push({ promotion, lines });
    else refused.push({ promotion, reason: 'COUPON_COMBINATION_DISALLOWED' });
  }
  const best = bestSet(goods, usable, policy);
  for (const one of usable)
    if (!best.used.includes(one)) refused.push({ promotion: one.promotion, reason: 'COUPON_COMBINATION_DISALLOWED' });
  return { discounts: best.discounts, refused };
}

function eligible(goods: readonly Goods[], { rule: { gtins, categories } }: Promotion): readonly number[] {
  return goods.flatMap(({ gtin, category, isGiftCard }, at) =>
    isGiftCard ||
    (gtins && (gtin === undefined || !gtins.includes(gtin))) ||
    (categories && !categories.includes(category))
      ? []
      : [at],
  );
}

function reasonAgainst(
  goods: readonly Goods[],
  { rule, fromMs, untilMs }: Promotion,
  lines: readonly number[],
  nowMs: number,
  isUsed: (serial: string) => boolean,
): Reason | undefined {
  if (fromMs !== undefined && nowMs < fromMs) return 'COUPON_NOT_YET_VALID';
  if (untilMs !== undefined && nowMs >= untilMs) return 'COUPON_EXPIRED';
  if (rule.serial !== undefined && isUsed(rule.serial)) return 'COUPON_ALREADY_REDEEMED';
  const sum = (field: 'qty' | 'gross'): number => lines.reduce((all, line) => all + (goods[line]?.[field] ?? 0), 0);
  if (lines.length === 0 || sum('qty') < (rule.minimumQuantity ?? 0)) return 'COUPON_NO_MATCHING_ITEM';
  return sum('gross') < (rule.minimumSpend ?? 0) ? 'COUPON_MIN_SPEND' : undefined;
}

/** The largest total; then the fewer; then the first. */
function bestSet(goods: readonly Goods[], usable: readonly Usable[], policy: CouponPolicy) {
  let best = { used: [] as readonly Usable[], discounts: [] as readonly Discount[], total: 0 };
  for (let set = 1; set < 1 << usable.length; set += 1) {
    const used = usable.filter((_, at) => (set & (1 << at)) !== 0);
    if (used.some((one, at) => used.slice(at + 1).some((other) => !mayCombine(one, other, policy)))) continue;
    const discounts = apply(goods, used);
    const total = discounts.reduce((sum, { amount }) => sum + amount, 0);
    if (total > best.total || (total === best.total && total > 0 && used.length < best.used.length))
      best = { used, discounts, total };
  }
  return best;
}

function mayCombine(one: Usable, other: Usable, policy: CouponPolicy): boolean {
  const [a, b] = [one.promotion.rule, other.promotion.rule];
  if (policy === 'single' || a.isExclusive || b.isExclusive) return false;
  if (policy === 'all') return true;
  const [isForOrder, isOtherForOrder] = [!a.gtins && !a.categories, !b.gtins && !b.categories];
  if (isForOrder || isOtherForOrder) return isForOrder !== isOtherForOrder;
  return (
    (a.isManufacturer ?? false) !== (b.isManufacturer ?? false) || !one.lines.some((line) => other.lines.includes(line))
  );
}

function apply(goods: readonly Goods[], used: readonly Usable[]): readonly Discount[] {
  const left = goods.map(({ gross }) => gross);
  const priority = ({ promotion }: Usable): number => promotion.rule.priority ?? PRIORITY_DEFAULT;
  return [...used]
    .sort((one, other) => priority(one) - priority(other))
    .map(({ promotion: { id, name, rule }, lines }) => {
      const base = lines.reduce((sum, line) => sum + (left[line] ?? 0), 0);
      const whole =
        rule.percent === undefined ? (rule.amountOff ?? 0) : Number((BigInt(base) * BigInt(rule.percent) + 50n) / 100n);
      const amount = Math.min(whole, rule.largestDiscount ?? whole, base);
      return { promotion: id, name, amount, lines: spread(left, lines, amount, base) };
    });
}

/** In proportion, rounded down; what is left over goes to the line with most left, then the first. @param left is changed */
function spread(left: number[], lines: readonly number[], discount: number, base: number): Discount['lines'] {
  const parts = lines.map((line) => ({
    line,
    amount: base === 0 ? 0 : Number((BigInt(discount) * BigInt(left[line] ?? 0)) / BigInt(base)),
  }));
  for (const { line, amount } of parts) left[line] = (left[line] ?? 0) - amount;
  let over = discount - parts.reduce((sum, { amount }) => sum + amount, 0);
  while (over > 0) {
    const fullest = parts.reduce((most, one) => ((left[one.line] ?? 0) > (left[most.line] ?? 0) ? one : most));
    const part = Math.min(over, left[fullest.line] ?? 0);
    fullest.amount += part;
    left[fullest.line] = (left[fullest.line] ?? 0) - part;
    over -= part;
  }
  return parts.filter(({ amount }) => amount > 0);
}
