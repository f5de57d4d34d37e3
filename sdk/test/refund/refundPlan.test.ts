/** What goes back to which tender: never more than was taken, the last first. */
import type { Tender } from '@comptoir/sdk';
import { type Refund, refundPlan } from '@comptoir/sdk/checkout';
import fc from 'fast-check';
import { expect, test } from 'vitest';

const euro = (minor: number): { readonly minor: number; readonly currency: string } => ({ minor, currency: 'EUR' });
const tender = (kind: Tender['kind'], minor: number): Tender => ({ kind, label: kind, amount: euro(minor), rules: [] });
const SALE = [tender('coupon', 500), tender('gift', 2500), tender('account', 700), tender('bank', 1300)];
const parts = ({ refunds }: { readonly refunds: readonly Refund[] }): readonly (readonly [number, number])[] =>
  refunds.map(({ tender: at, amount }) => [at, amount.minor]);

test('the last tender first, and only as much as is asked for', () => {
  expect(parts(refundPlan(SALE, euro(1000)))).toEqual([[3, 1000]]);
  expect(parts(refundPlan(SALE, euro(1301)))).toEqual([
    [3, 1300],
    [2, 1],
  ]);
});

test('all of it: what a coupon took off was never paid, and the coupon may be used again', () => {
  const plan = refundPlan(SALE, euro(4500));
  expect(parts(plan)).toEqual([
    [3, 1300],
    [2, 700],
    [1, 2500],
  ]);
  expect(plan.coupons).toEqual([0]);
  expect(refundPlan(SALE, euro(4499)).coupons).toEqual([]);
});

test('what went back before is not there any more', () => {
  const first = refundPlan(SALE, euro(1500));
  const second = refundPlan(SALE, euro(3000), first.refunds);
  expect(parts(second)).toEqual([
    [2, 500],
    [1, 2500],
  ]);
  expect(second.coupons).toEqual([0]);
});

test.each([
  ['more than was paid', SALE, euro(4501), []],
  ['nothing', SALE, euro(0), []],
  ['another currency', SALE, { minor: 1, currency: 'USD' }, []],
  ['half a cent', SALE, euro(0.5), []],
  ['a sale of coupons', [tender('coupon', 500)], euro(1), []],
  ['more back before than was taken', SALE, euro(1), [{ tender: 3, amount: euro(1301) }]],
])('%s is a wrong call', (_, sale, amount, earlier) => {
  expect(() => refundPlan(sale, amount, earlier)).toThrow(expect.objectContaining({ code: 'usage/invalid' }));
});

test('any sale, refunded in any parts: each instrument gets back what it gave, never more, the last first', () => {
  const kinds = fc.constantFrom<Tender['kind'][]>('coupon', 'loyalty', 'gift', 'account', 'bank');
  const sales = fc.array(fc.tuple(kinds, fc.integer({ min: 1, max: 10_000 })), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(sales, fc.infiniteStream(fc.integer({ min: 1, max: 5000 })), (drawn, amounts) => {
      const sale = drawn.map(([kind, minor]) => tender(kind, minor));
      let left = sale.reduce((sum, { kind, amount }) => sum + (kind === 'coupon' ? 0 : amount.minor), 0);
      const made: Refund[] = [];
      while (left > 0) {
        const minor = Math.min(left, amounts.next().value);
        const plan = refundPlan(sale, euro(minor), made);
        expect(plan.refunds.reduce((sum, { amount }) => sum + amount.minor, 0)).toBe(minor);
        const order = plan.refunds.map(({ tender: at }) => at);
        expect(order).toEqual([...order].sort((one, other) => other - one));
        made.push(...plan.refunds);
        left -= minor;
        expect(plan.coupons.length > 0).toBe(left === 0 && sale.some(({ kind }) => kind === 'coupon'));
      }
      for (const [at, { kind, amount }] of sale.entries()) {
        const back = made
          .filter((refund) => refund.tender === at)
          .reduce((sum, refund) => sum + refund.amount.minor, 0);
        expect(back).toBe(kind === 'coupon' ? 0 : amount.minor);
      }
    }),
    { numRuns: 300 },
  );
});
