/**
 * What a basket costs: prices, promotions with their reasons, the tax inside, and net lines as a reader takes them.
 * Source: docs/reference/shop.md, price.   Floor: shop goods.
 */
import type { Basket, BasketLine } from '@comptoir/sdk';
import type { Item, Priced, PricedLine, PriceRequest, Promotion, RefusedPromotion, Texts } from '../api.js';
import type { Work } from '../database/work.js';
import { ShopError } from '../shopError.js';
import { itemsOf, promotionsOf } from './catalogue.js';
import { applyPromotions } from './promotions.js';
import { expireHolds, shortagesOf } from './stock.js';

// biome-ignore format: a table is read by its rows
const WHY: Readonly<Record<RefusedPromotion['reason'], Texts>> = {
  CODE_UNKNOWN: { en: 'There is no such code.', fr: 'Ce code n’existe pas.' },
  COUPON_NOT_YET_VALID: { en: 'It is not valid yet.', fr: 'Il n’est pas encore valable.' },
  COUPON_EXPIRED: { en: 'It has expired.', fr: 'Il a expiré.' },
  COUPON_ALREADY_REDEEMED: { en: 'It was used before.', fr: 'Il a déjà été utilisé.' },
  COUPON_NO_MATCHING_ITEM: { en: 'Nothing that it is for is in the basket, or not enough.', fr: 'Rien de ce qu’il concerne n’est dans le panier, ou pas assez.' },
  COUPON_MIN_SPEND: { en: 'The basket is below its minimum.', fr: 'Le panier est en dessous de son minimum.' },
  COUPON_COMBINATION_DISALLOWED: { en: 'Other promotions take off more, and it cannot join them.', fr: 'D’autres promotions sont plus avantageuses et ne se cumulent pas avec elle.' },
};

/** @param sold how many, for how much each, and what was taken off the line */
export function pricedLine(
  { sku, name, vat, category, isGiftCard, gtin }: Item,
  { qty, unit, discount }: Pick<PricedLine, 'qty' | 'unit' | 'discount'>,
): PricedLine {
  const gross = unit * qty;
  const net = gross - discount;
  const line = { sku, qty, name, unit, gross, discount, net, vat, category, isGiftCard };
  return gtin === undefined ? line : { ...line, gtin };
}

/** @throws ShopError `not-found` of an item */
export async function price(work: Work, { lines, codes = [] }: PriceRequest): Promise<Priced> {
  const items = await itemsOf(
    work,
    lines.map(({ sku }) => sku),
  );
  const goods = lines.map(({ sku, qty }) => {
    const item = items.find((one) => one.sku === sku);
    if (item === undefined) throw new ShopError('not-found', `There is no item ${sku}.`);
    return { ...item, qty, gross: item.price * qty };
  });
  const all = await promotionsOf(work);
  const named = [...new Set(codes.map((code) => code.trim().toUpperCase()))];
  const offered = all.filter(({ code }) => code === undefined || named.includes(code));
  const used = new Set(
    (await work.query('select serial from promotion_use where shop_id = $1', [work.shop.shop_id])).map(({ serial }) =>
      String(serial),
    ),
  );
  const { coupon_policy: policy } = work.shop;
  const { discounts, refused } = applyPromotions(goods, offered, policy, work.nowMs, (serial) => used.has(serial));
  const priced = goods.map((item, at): PricedLine => {
    const discount = discounts
      .flatMap((one) => one.lines)
      .reduce((sum, part) => sum + (part.line === at ? part.amount : 0), 0);
    return pricedLine(item, { qty: item.qty, unit: item.price, discount });
  });
  await expireHolds(work);
  const sum = (field: 'gross' | 'net'): number => priced.reduce((total, line) => total + line[field], 0);
  return {
    currency: work.shop.currency,
    lines: priced,
    discounts: discounts.filter(({ amount }) => amount > 0),
    refused: [
      ...named.filter((code) => !all.some((one) => one.code === code)).map((code) => refusal('CODE_UNKNOWN', { code })),
      // What everybody has and nobody asked for is only told when it could have counted.
      ...refused
        .filter(
          ({ promotion, reason }) =>
            promotion.code !== undefined || reason === 'COUPON_COMBINATION_DISALLOWED' || reason === 'COUPON_MIN_SPEND',
        )
        .map(({ promotion, reason }) => refusal(reason, { promotion })),
    ],
    subtotal: sum('gross'),
    total: sum('net'),
    vat: vatOf(priced),
    basket: basketOf(priced, work.shop.currency),
    shortages: await shortagesOf(work, lines),
  };
}

function refusal(
  reason: RefusedPromotion['reason'],
  { code, promotion }: { readonly code?: string; readonly promotion?: Promotion },
): RefusedPromotion {
  const named = code ?? promotion?.code;
  return {
    reason,
    why: WHY[reason],
    ...(named !== undefined && { code: named }),
    ...(promotion !== undefined && { promotion: promotion.id, name: promotion.name }),
  };
}

/** Tax inside, half up, of each rate's lines together. */
export function vatOf(lines: readonly Pick<PricedLine, 'vat' | 'net'>[]): Priced['vat'] {
  const nets = new Map<number, number>();
  for (const { vat, net } of lines) nets.set(vat, (nets.get(vat) ?? 0) + net);
  return [...nets]
    .sort(([one], [other]) => one - other)
    .map(([rate, net]) => ({
      rate,
      amount: Number((2n * BigInt(net) * BigInt(rate) + BigInt(10_000 + rate)) / (2n * BigInt(10_000 + rate))),
    }));
}

/** A net that doesn't divide by its quantity is two lines, a minor unit apart. */
function basketOf(lines: readonly PricedLine[], currency: string): Basket {
  return {
    currency,
    lines: lines.flatMap(({ sku, qty, net, gtin, category, isGiftCard }): readonly BasketLine[] => {
      const unit = Math.floor(net / qty);
      const dearer = net - unit * qty;
      const line = (of: number, each: number): readonly BasketLine[] =>
        of === 0 || net === 0
          ? []
          : [
              {
                sku,
                qty: of,
                unit: each,
                category,
                ...(gtin !== undefined && { gtin }),
                ...(isGiftCard && { giftCardItem: true }),
              },
            ];
      return [...line(dearer, unit + 1), ...line(qty - dearer, unit)];
    }),
  };
}
