/**
 * Coupons: which may be used, and what they take off.
 * Source: SEL-1 step 4.   Floor: selection.
 */
import {
  COUPON_ALREADY_REDEEMED,
  COUPON_COMBINATION_DISALLOWED,
  COUPON_EXPIRED,
  COUPON_MIN_SPEND,
  COUPON_NO_MATCHING_ITEM,
  COUPON_NOT_ACCEPTED,
  COUPON_NOT_YET_VALID,
  COUPON_WRONG_MERCHANT,
  type CouponRule,
  CURRENCY_MISMATCH,
  CUSTOMER_DECLINED,
  KIND_COUPON,
  RULE_BEST_COUPON_SET,
} from '@comptoir/protocol/wallet';
import { applyCoupon, bestCouponSet, type Coupon } from './couponSet.js';
import { sumOf } from './discount.js';
import { isExpired, isForOthers, isReduced, profilesOf, type SelectionState, take } from './selection.js';

export function applyCoupons(state: SelectionState): void {
  const coupons: Coupon[] = [];
  for (const profile of profilesOf(state, KIND_COUPON)) {
    const rule = state.card.profiles[profile]?.rule ?? {};
    const lines = eligibleLines(state, rule);
    const reason = reasonAgainst(state, profile, rule, lines);
    state.reasons[profile] = reason;
    if (reason === 0) coupons.push({ profile, rule, lines });
  }
  const best = bestCouponSet(coupons, state.linesLeft, state.policy.couponPolicy);
  for (const coupon of coupons) {
    if (!best.includes(coupon)) state.reasons[coupon.profile] = COUPON_COMBINATION_DISALLOWED;
  }
  for (const coupon of best) {
    const discount = applyCoupon(coupon, state.linesLeft);
    state.giftable -= discount;
    if (discount > 0) take(state, coupon.profile, discount, [RULE_BEST_COUPON_SET]);
  }
}

/** @returns the first reason that applies, 0 for none */
function reasonAgainst(state: SelectionState, profile: number, rule: CouponRule, lines: readonly number[]): number {
  const { policy, sale } = state;
  const { validFrom, currency } = state.card.profiles[profile] ?? {};
  if (isReduced(state, profile)) return COUPON_WRONG_MERCHANT;
  if (!policy.takesCoupons) return COUPON_NOT_ACCEPTED;
  if (sale.payer.declined.includes(profile)) return CUSTOMER_DECLINED;
  if (validFrom !== undefined && sale.date < validFrom) return COUPON_NOT_YET_VALID;
  if (isExpired(state, profile)) return COUPON_EXPIRED;
  if (isForOthers(state, profile)) return COUPON_WRONG_MERCHANT;
  if (currency !== undefined && currency !== policy.currency) return CURRENCY_MISMATCH;
  if (rule.serial !== undefined && policy.redeemedSerials.includes(rule.serial)) return COUPON_ALREADY_REDEEMED;
  const items = lines.reduce((sum, line) => sum + (sale.basket[line]?.quantity ?? 0), 0);
  if (lines.length === 0 || items < (rule.minimumQuantity ?? 0)) return COUPON_NO_MATCHING_ITEM;
  // No coupon was applied yet: what is left of the lines is what they cost.
  if (sumOf(state.linesLeft, lines) < (rule.minimumSpend ?? 0)) return COUPON_MIN_SPEND;
  return 0;
}

/** Positions of the lines that a coupon may lower. */
function eligibleLines({ sale }: SelectionState, { gtins, categories }: CouponRule): readonly number[] {
  const lines: number[] = [];
  for (let at = 0; at < sale.basket.length; at += 1) {
    const { gtin, category, isGiftCard } = sale.basket[at] ?? {};
    if (isGiftCard === true) continue;
    if (gtins !== undefined && (gtin === undefined || !gtins.includes(gtin))) continue;
    if (categories !== undefined && (category === undefined || !categories.includes(category))) continue;
    lines.push(at);
  }
  return lines;
}
