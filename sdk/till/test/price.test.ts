/** The till prices without a network; the shop prices again. Both come to the same cent. */
import './page.js';

import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Catalogue, Item, Promotion } from '../../shop/src/api.js';
import { applyPromotions, type Goods } from '../../shop/src/goods/promotions.js';
import { codes, emptyBasket, picked, priced, setQuantity } from '../src/sell/basket.js';
import { catalogue, shopInfo } from '../src/shop/catalogue.js';

const GTINS = ['20000004', '20000011'];
const CATEGORIES = ['tea', 'coffee'];
const text = { en: 'x', fr: 'x' };
const optional = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(arbitrary, { nil: undefined });

function compact<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as T;
}

const item = fc
  .record({
    gtin: optional(fc.constantFrom(...GTINS)),
    category: fc.constantFrom(...CATEGORIES),
    price: fc.integer({ min: 1, max: 9_999_999_999 }),
    isGiftCard: fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, fc.constant(true)),
  })
  .map(compact);
const rule = fc
  .record({
    gtins: optional(fc.subarray(GTINS, { minLength: 1 })),
    categories: optional(fc.subarray(CATEGORIES, { minLength: 1 })),
    off: fc.oneof(fc.record({ percent: fc.integer({ min: 1, max: 100 }) }), fc.record({ amountOff: fc.nat(5000) })),
    largestDiscount: optional(fc.nat(3000)),
    minimumSpend: optional(fc.nat(5000)),
    minimumQuantity: optional(fc.nat(5)),
    priority: optional(fc.nat(200)),
    isExclusive: optional(fc.boolean()),
    isManufacturer: optional(fc.boolean()),
  })
  .map(({ off, ...rest }) => compact({ ...rest, ...off }));

test('what the till takes off is what the shop takes off, line by line', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(item, fc.integer({ min: 1, max: 9 })), { minLength: 1, maxLength: 5 }),
      fc.array(rule, { maxLength: 16 }),
      fc.constantFrom('single' as const, 'perSource' as const, 'all' as const),
      (goods, rules, couponPolicy) => {
        const items = goods.map(([one], at) => ({ ...one, sku: `s${at}`, name: text, vat: 2000 }) as unknown as Item);
        const promotions: Promotion[] = rules.map((one, at) => ({ id: `p${at}`, name: text, rule: one }) as Promotion);
        catalogue.value = { revision: 1, items, promotions } as unknown as Catalogue;
        shopInfo.value = { currency: 'EUR', couponPolicy } as unknown as NonNullable<typeof shopInfo.value>;
        picked.value = goods.map(([, qty], at) => ({ sku: `s${at}`, qty }));
        const { discounts, lines, total, basket } = priced.value;

        const asShop = goods.map(([one, qty]) => ({ ...one, qty }) as Goods);
        const shop = applyPromotions(asShop, promotions, couponPolicy, Date.now(), () => false);
        const off = shop.discounts.flatMap((one) => one.lines);
        const shopNet = asShop.map(
          ({ price, qty }, at) =>
            qty * price - off.filter(({ line }) => line === at).reduce((sum, { amount }) => sum + amount, 0),
        );
        expect(discounts.map(({ promotion, amount }) => [promotion, amount])).toEqual(
          shop.discounts.map(({ promotion, amount }) => [promotion, amount]),
        );
        expect(lines.map(({ net }) => net)).toEqual(shopNet);
        // And the reader adds up the same.
        expect(basket.lines.reduce((sum, { qty, unit }) => sum + qty * unit, 0)).toBe(total);
      },
    ),
    { numRuns: 300 },
  );
});

test('a promotion with a code, or out of its time, takes nothing off by itself', () => {
  const half = { rule: { percent: 50 }, name: text };
  catalogue.value = {
    revision: 1,
    items: [{ sku: 'tea', category: 'tea', price: 1000, vat: 0, isGiftCard: false, name: text }],
    promotions: [
      { ...half, id: 'code', code: 'TEA' },
      { ...half, id: 'over', untilMs: 1 },
      { ...half, id: 'later', fromMs: Number.MAX_SAFE_INTEGER },
    ],
  } as unknown as Catalogue;
  emptyBasket();
  setQuantity('tea', 1);
  expect(priced.value.total).toBe(1000);
  codes.value = ['TEA'];
  expect(priced.value.total).toBe(500);
  setQuantity('tea', 0);
  expect(picked.value).toEqual([]);
});
