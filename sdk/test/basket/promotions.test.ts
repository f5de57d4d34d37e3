import { applyPromotions, netLines } from '@comptoir/sdk/promotions';
import fc from 'fast-check';
import { expect, test } from 'vitest';

const lines = [
  { qty: 3, unit: 1450, category: 'coffee' },
  { qty: 1, unit: 999, category: 'tea', gtin: '4006381333931' },
  { qty: 1, unit: 2000, isGiftCard: true },
];

test('the set that takes off most is applied, by priority; the others say why not', () => {
  const rules = [
    { percent: 10 },
    { amountOff: 500, categories: ['coffee'], minimumQuantity: 3 },
    { amountOff: 900, categories: ['coffee'] },
    { percent: 50, gtins: ['no such'] },
    { amountOff: 1, minimumSpend: 99_999 },
  ];
  const { discounts, refused, net } = applyPromotions(lines, rules, 'perSource');
  expect(discounts).toEqual([
    {
      promotion: 0,
      amount: 535,
      lines: [
        { line: 0, amount: 436 },
        { line: 1, amount: 99 },
      ],
    },
    { promotion: 2, amount: 900, lines: [{ line: 0, amount: 900 }] },
  ]);
  expect(refused).toEqual([
    { promotion: 1, reason: 'COUPON_COMBINATION_DISALLOWED' },
    { promotion: 3, reason: 'COUPON_NO_MATCHING_ITEM' },
    { promotion: 4, reason: 'COUPON_MIN_SPEND' },
  ]);
  expect(net).toEqual([3014, 900, 2000]);
  expect(netLines(3, 3016)).toEqual([
    { qty: 2, unit: 1005 },
    { qty: 1, unit: 1006 },
  ]);
});

test('whatever is promoted: nothing below 0, nothing off a gift card, and all amounts add up', () => {
  const line = fc.record({
    qty: fc.integer({ min: 1, max: 9 }),
    unit: fc.integer({ min: 0, max: 10_000 }),
    category: fc.constantFrom('a', 'b'),
    isGiftCard: fc.boolean(),
  });
  const rule = fc.record(
    {
      percent: fc.integer({ min: 1, max: 100 }),
      categories: fc.constantFrom(['a'], ['b']),
      priority: fc.nat(9),
      isExclusive: fc.boolean(),
      largestDiscount: fc.nat(3000),
      isManufacturer: fc.boolean(),
    },
    { requiredKeys: ['percent'] },
  );
  const policy = fc.constantFrom('single' as const, 'perSource' as const, 'all' as const);
  fc.assert(
    fc.property(fc.array(line, { maxLength: 6 }), fc.array(rule, { maxLength: 5 }), policy, (bought, rules, how) => {
      const { discounts, refused, net } = applyPromotions(bought, rules, how);
      for (const [at, { qty, unit, isGiftCard }] of bought.entries()) {
        const off = discounts
          .flatMap((one) => one.lines)
          .reduce((sum, one) => sum + (one.line === at ? one.amount : 0), 0);
        expect(net[at]).toBe(qty * unit - off);
        expect(net[at]).toBeGreaterThanOrEqual(0);
        if (isGiftCard) expect(off).toBe(0);
        expect(netLines(qty, net[at] ?? 0).reduce((sum, one) => sum + one.qty * one.unit, 0)).toBe(net[at]);
      }
      for (const { amount, lines: parts } of discounts)
        expect(parts.reduce((sum, part) => sum + part.amount, 0)).toBe(amount);
      expect(new Set([...discounts, ...refused].map(({ promotion }) => promotion)).size).toBe(
        discounts.length + refused.length,
      );
    }),
  );
});
