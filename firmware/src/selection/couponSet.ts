/**
 * The best set of coupons that may be combined.
 * Source: SEL-1 step 4.   Floor: selection.
 */
import { COUPON_PRIORITY_DEFAULT, type CouponRule } from '@comptoir/protocol/wallet';
import { discountOf, spreadDiscount, sumOf } from './discount.js';
import type { MerchantPolicy } from './merchantPolicy.js';

/** A coupon that may be used, if others don't forbid it. */
export interface Coupon {
  readonly profile: number;
  readonly rule: CouponRule;
  /** Eligible lines, by position in the basket. */
  readonly lines: readonly number[];
}

/**
 * Steps of the search; a bound on time, for a card may bring 32 coupons that all combine. Ten coupons are searched whole
 * whatever they are, and more as long as few of them can replace each other. Beyond it the best set found stands; sets with
 * many coupons are looked at first.
 */
const SEARCH_STEPS_MAX = 4096;

/** @param coupons in card order, at most 32 @returns the best set, in the order in which they are applied */
export function bestCouponSet(
  coupons: readonly Coupon[],
  linesLeft: readonly number[],
  policy: MerchantPolicy['couponPolicy'],
): readonly Coupon[] {
  // Lines only get smaller: no coupon ever takes more than it takes alone.
  const most = coupons.map(({ rule, lines }) => discountOf(rule, sumOf(linesLeft, lines)));
  // A coupon may be a foe of its own: it's tested before it's taken.
  const foes = coupons.map((coupon) =>
    coupons.reduce((set, other, at) => (mayCombine(coupon, other, policy) ? set : set | (1 << at)), 0),
  );
  const mostFrom: number[] = [0];
  for (let at = coupons.length - 1; at >= 0; at -= 1) mostFrom[at] = (mostFrom[at + 1] ?? 0) + (most[at] ?? 0);
  mostFrom[coupons.length] = 0;

  let best: readonly Coupon[] = [];
  let bestTotal = 0;
  let taken = 0;
  let count = 0;
  let bound = 0;
  let at = 0;
  for (let step = 0; step < SEARCH_STEPS_MAX; step += 1) {
    const reach = bound + (mostFrom[at] ?? 0);
    const isHopeless = reach < bestTotal || (reach === bestTotal && count >= best.length);
    if (!isHopeless && at < coupons.length) {
      const gain = most[at] ?? 0;
      if (gain > 0 && (taken & (foes[at] ?? 0)) === 0) {
        taken |= 1 << at;
        count += 1;
        bound += gain;
      }
      at += 1;
      continue;
    }
    if (!isHopeless) {
      const set = inOrder(coupons.filter((_coupon, position) => (taken & (1 << position)) !== 0));
      const total = totalOf(set, linesLeft);
      // Sets come in card order: of equals the first stays.
      if (isBetter(total, set.length, bestTotal, best.length)) {
        best = set;
        bestTotal = total;
      }
    }
    do at -= 1;
    while (at >= 0 && (taken & (1 << at)) === 0);
    if (at < 0) break;
    taken &= ~(1 << at);
    count -= 1;
    bound -= most[at] ?? 0;
    at += 1;
  }
  return best;
}

/** The largest total; then fewer coupons. */
function isBetter(total: number, count: number, bestTotal: number, bestCount: number): boolean {
  return total > bestTotal || (total === bestTotal && count < bestCount);
}

/** An exclusive coupon stands alone; the merchant's policy does the rest. */
function mayCombine(a: Coupon, b: Coupon, policy: MerchantPolicy['couponPolicy']): boolean {
  if (policy === 'single' || a.rule.isExclusive === true || b.rule.isExclusive === true) return false;
  if (policy === 'all') return true;
  const isForOrder = isOrderLevel(a.rule);
  if (isForOrder || isOrderLevel(b.rule)) return isForOrder !== isOrderLevel(b.rule);
  const isSameSource = (a.rule.isManufacturer === true) === (b.rule.isManufacturer === true);
  return !isSameSource || !a.lines.some((line) => b.lines.includes(line));
}

function isOrderLevel({ gtins, categories }: CouponRule): boolean {
  return gtins === undefined && categories === undefined;
}

/** Priority number, lowest first, then card order: coupons came in it, and sorting keeps it. */
function inOrder(coupons: readonly Coupon[]): readonly Coupon[] {
  const rank = ({ rule }: Coupon): number => rule.priority ?? COUPON_PRIORITY_DEFAULT;
  return coupons.slice().sort((a, b) => rank(a) - rank(b));
}

function totalOf(set: readonly Coupon[], linesLeft: readonly number[]): number {
  const left = linesLeft.slice();
  let total = 0;
  for (const coupon of set) total += applyCoupon(coupon, left);
  return total;
}

/** @param linesLeft is changed @returns minor units taken off */
export function applyCoupon({ rule, lines }: Coupon, linesLeft: number[]): number {
  const discount = discountOf(rule, sumOf(linesLeft, lines));
  spreadDiscount(linesLeft, lines, discount);
  return discount;
}
