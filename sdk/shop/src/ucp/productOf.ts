/**
 * Items as products of the catalogue.
 * Source: Universal Commerce Protocol, catalogue of its draft after 2026-01-23.   Floor: shop ucp; pure.
 */
import type { Item, ShopInfo } from '../api.js';

export function idOf({ shop }: ShopInfo, sku: string): string {
  return `${shop}:${sku}`;
}

export function productOf(
  shop: ShopInfo,
  { sku, name, description, category, gtin, price: amount, picture, stock }: Item,
  origin: string,
): object {
  const money = { amount, currency: shop.currency };
  return {
    id: idOf(shop, sku),
    title: name.en,
    description: { plain: description.en },
    url: `${origin}/s/${shop.shop}/items/${encodeURIComponent(sku)}`,
    categories: [{ value: category }],
    price_range: { min: money, max: money },
    media: [{ type: 'image', url: `${origin}${picture}` }],
    variants: [
      {
        id: idOf(shop, sku),
        sku,
        title: name.en,
        description: { plain: description.en },
        price: money,
        availability: { available: stock.available > 0 },
        ...(gtin !== undefined && { barcodes: [{ type: 'gtin', value: gtin }] }),
      },
    ],
  };
}
