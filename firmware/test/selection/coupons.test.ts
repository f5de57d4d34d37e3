/** Discounts in integers, and the search for the best set: exact where it is promised, bounded where it isn't. */
import type { CouponRule } from '@comptoir/protocol/wallet';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { applyCoupon, bestCouponSet, type Coupon } from '../../src/selection/couponSet.js';
import { discountOf, spreadDiscount } from '../../src/selection/discount.js';
import { DEFAULT_MERCHANT_POLICY } from '../../src/selection/merchantPolicy.js';
import { isPayable } from '../../src/selection/selectTenders.js';

const amount = fc.oneof(fc.nat(100), fc.nat(1_000_000), fc.nat(90_000_000_000));

describe('a discount', () => {
  test.each<[CouponRule, number, number]>([
    [{ percent: 10 }, 1004, 100],
    [{ percent: 10 }, 1005, 101],
    [{ percent: 0 }, 1005, 0],
    [{ percent: 100 }, 999_999_999_999, 999_999_999_999],
    [{ amountOff: 300 }, 200, 200],
    [{ amountOff: 300 }, 301, 300],
    [{ percent: 50, largestDiscount: 400 }, 1000, 400],
    [{ amountOff: 500, largestDiscount: 400 }, 300, 300],
  ])('of %o on %d is %d', (rule, base, discount) => expect(discountOf(rule, base)).toBe(discount));

  test('is spread whole, in proportion, and no line gets below 0', () => {
    fc.assert(
      fc.property(
        fc.array(amount, { minLength: 1, maxLength: 8 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (lines, part) => {
          const base = lines.reduce((sum, line) => sum + line, 0);
          const discount = Math.floor(base * part);
          const left = lines.slice();
          spreadDiscount(left, [...lines.keys()], discount);
          expect(left.reduce((sum, line) => sum + line, 0)).toBe(base - discount);
          const shares = lines.map((line, at) => BigInt(line - (left[at] ?? 0)));
          const exact = lines.map((line) => (base === 0 ? 0n : (BigInt(discount) * BigInt(line)) / BigInt(base)));
          const over = BigInt(discount) - exact.reduce((sum, share) => sum + share, 0n);
          shares.forEach((share, at) => {
            expect(left[at]).toBeGreaterThanOrEqual(0);
            expect(share >= (exact[at] ?? 0n) && share <= (exact[at] ?? 0n) + over).toBe(true);
          });
        },
      ),
      { numRuns: 3000 },
    );
  });

  test.each<[readonly number[], number, readonly number[]]>([
    [[100, 100, 100], 50, [82, 84, 84]],
    [[10, 11], 20, [0, 1]],
    [[5, 6], 5, [3, 3]],
    [[1, 1, 1, 1, 1], 4, [0, 0, 0, 0, 1]],
    [[0, 0], 0, [0, 0]],
  ])('lines of %j lose %d and keep %j', (lines, discount, kept) => {
    const left = lines.slice();
    spreadDiscount(left, [...lines.keys()], discount);
    expect(left).toEqual(kept);
  });
});

describe('the best set', () => {
  const rules: fc.Arbitrary<readonly CouponRule[]> = fc.array(
    fc.oneof(
      fc.record({ percent: fc.integer({ min: 0, max: 100 }), priority: fc.nat(3) }),
      fc.record({ amountOff: fc.nat(3000), largestDiscount: fc.option(fc.nat(2000), { nil: undefined }) }),
    ),
    { size: 'max', minLength: 7, maxLength: 9 },
  );
  const couponsOf = (given: readonly CouponRule[], lines: number): readonly Coupon[] =>
    given.map((rule, profile) => ({
      profile,
      rule: profile % 3 === 0 ? rule : { ...rule, gtins: ['g'] },
      lines: profile % 3 === 0 ? [...Array(lines).keys()] : [profile % lines],
    }));
  const totalOf = (set: readonly Coupon[], lines: readonly number[]): number => {
    const left = lines.slice();
    return set.reduce((sum, coupon) => sum + applyCoupon(coupon, left), 0);
  };

  test('of nine coupons that all combine is the best of the 512', () => {
    fc.assert(
      fc.property(rules, fc.array(fc.nat(4000), { minLength: 1, maxLength: 4 }), (given, lines) => {
        const coupons = couponsOf(given, lines.length);
        const order = (coupon: Coupon): number => (coupon.rule.priority ?? 100) * 100 + coupon.profile;
        let most = 0;
        let fewest = 0;
        for (let mask = 0; mask < 2 ** coupons.length; mask += 1) {
          const set = coupons.filter((_coupon, at) => (mask >> at) & 1).sort((a, b) => order(a) - order(b));
          const total = totalOf(set, lines);
          if (total > most) [most, fewest] = [total, set.length];
          else if (total === most) fewest = Math.min(fewest, set.length);
        }
        const best = bestCouponSet(coupons, lines, 'all');
        expect([totalOf(best, lines), best.length]).toEqual([most, fewest]);
      }),
      { numRuns: 60 },
    );
  });

  test('of 32 that all combine is found within the bound, and takes what all of them take', () => {
    const coupons = couponsOf(
      Array.from({ length: 32 }, (_, at) => ({ percent: 3 + (at % 5) })),
      3,
    );
    const lines = [100_000, 50_000, 75_000];
    expect(totalOf(bestCouponSet(coupons, lines, 'all'), lines)).toBe(totalOf(coupons, lines));
  });

  test('of 32 that exclude each other is the best one', () => {
    const coupons = couponsOf(
      Array.from({ length: 32 }, (_, at) => ({ amountOff: (at * 7) % 32, isExclusive: true })),
      2,
    );
    expect(bestCouponSet(coupons, [1000, 1000], 'all').map(({ rule }) => rule.amountOff)).toEqual([31]);
  });

  test('follows the default policy of a merchant', () => {
    const order = couponsOf([{ amountOff: 10 }, { amountOff: 5 }], 1).map((coupon) => ({
      ...coupon,
      rule: { amountOff: 5 },
    }));
    expect(bestCouponSet(order, [1000], DEFAULT_MERCHANT_POLICY.couponPolicy).length).toBe(1);
  });
});

test.each<[string, readonly { quantity: number; unitAmount: number }[], boolean]>([
  ['nothing', [], true],
  ['twelve digits', [{ quantity: 1, unitAmount: 999_999_999_999 }], true],
  ['thirteen digits', [{ quantity: 2, unitAmount: 999_999_999_999 }], false],
  ['half a unit', [{ quantity: 1, unitAmount: 0.5 }], false],
  ['half an item', [{ quantity: 0.5, unitAmount: 2 }], false],
  ['less than nothing', [{ quantity: 1, unitAmount: -1 }], false],
  ['a returned item', [{ quantity: -1, unitAmount: 1 }], false],
  ['255 lines', Array.from({ length: 255 }, () => ({ quantity: 1, unitAmount: 1 })), true],
  ['256 lines', Array.from({ length: 256 }, () => ({ quantity: 1, unitAmount: 1 })), false],
])('a basket of %s', (_, basket, is) => expect(isPayable(basket)).toBe(is));
