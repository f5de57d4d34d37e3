/**
 * Lines, totals and addresses, as checkout and order both have them. Discounts come off lines, so they are `items_discount`.
 * Source: Universal Commerce Protocol 2026-01-23, checkout and discount.   Floor: shop ucp; pure.
 */
import type { Priced, ShopInfo } from '../api.js';
import { idOf } from './productOf.js';

export function totalsOf({ subtotal, total }: Pick<Priced, 'subtotal' | 'total'>): readonly object[] {
  return [
    { type: 'subtotal', amount: subtotal },
    ...(subtotal > total ? [{ type: 'items_discount', amount: subtotal - total }] : []),
    { type: 'total', amount: total },
  ];
}

export function lineItemsOf(info: ShopInfo, lines: Priced['lines']): readonly object[] {
  return lines.map(({ sku, qty, name, unit, gross, net }, at) => ({
    id: lineId(at),
    item: { id: idOf(info, sku), title: name.en, price: unit },
    quantity: qty,
    totals: totalsOf({ subtotal: gross, total: net }),
  }));
}

export function lineId(at: number): string {
  return `line-${at + 1}`;
}

/** Of a shop, whose address is street, postal code and town, country. */
export function postal({ address }: ShopInfo): object {
  const [street_address = '', town = '', address_country = ''] = address;
  const [, postal_code = '', address_locality = town] = /^(\S*\d\S*)\s+(.*)$/.exec(town) ?? [];
  return { street_address, address_locality, postal_code, address_country };
}
