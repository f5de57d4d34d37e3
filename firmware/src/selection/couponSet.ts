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
 * Bound on the search, for a card may bring 32 coupons that all combine. A coupon that is tried costs its lines and what the
 * calls cost beside them. Twice the bound still ends before the emulated Pico's watchdog does, which waits four seconds.
 * Eight coupons in a basket of ten lines are always searched whole, and more as long as few of them can replace each other.
 * Beyond it the best set found stands; sets with many coupons are looked at first.
 */
const SEARCH_COST_MAX = 20_000;
const COUPON_COST = 4;

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

  const order = inOrder(coupons);
  let best = 0;
  let bestTotal = 0;
  let bestCount = 0;
  let taken = 0;
  let count = 0;
  let bound = 0;
  let at = 0;
  let cost = 0;
  while (cost < SEARCH_COST_MAX) {
    cost += 1;
    const reach = bound + (mostFrom[at] ?? 0);
    const isHopeless = reach < bestTotal || (reach === bestTotal && count >= bestCount);
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
      const left = linesLeft.slice();
      let total = 0;
      for (const position of order) {
        const coupon = coupons[position];
        if (coupon === undefined || (taken & (1 << position)) === 0) continue;
        total += applyCoupon(coupon, left);
        cost += coupon.lines.length + COUPON_COST;
      }
      // Sets come in card order: of equals the first stays.
      if (isBetter(total, count, bestTotal, bestCount)) {
        best = taken;
        bestTotal = total;
        bestCount = count;
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
  return order.flatMap((position) => ((best & (1 << position)) === 0 ? [] : coupons.slice(position, position + 1)));
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

/** Positions by priority number, lowest first, then in card order: coupons came in it, and sorting keeps it. */
function inOrder(coupons: readonly Coupon[]): readonly number[] {
  const rank = (position: number): number => coupons[position]?.rule.priority ?? COUPON_PRIORITY_DEFAULT;
  return coupons.map((_coupon, position) => position).sort((a, b) => rank(a) - rank(b));
}

/** @param linesLeft is changed @returns minor units taken off */
export function applyCoupon({ rule, lines }: Coupon, linesLeft: number[]): number {
  const discount = discountOf(rule, sumOf(linesLeft, lines));
  spreadDiscount(linesLeft, lines, discount);
  return discount;
}
