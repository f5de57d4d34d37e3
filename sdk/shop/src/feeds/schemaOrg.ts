/**
 * Items as schema.org says them: for search engines, in pages and as a feed.
 * Source: schema.org Product, Offer, Store.   Floor: shop feeds; pure.
 */
import type { Item, ShopInfo } from '../api.js';

export function schemaOrgItem(shop: ShopInfo, item: Item, origin: string): object {
  const { sku, name, description, category, gtin, price, picture, stock } = item;
  return {
    '@context': 'https://schema.org',
    '@type': 'Product',
    sku,
    name: name.en,
    description: description.en,
    category,
    ...(gtin !== undefined && { gtin }),
    image: `${origin}${picture}`,
    url: `${origin}/s/${shop.shop}/items/${encodeURIComponent(sku)}`,
    offers: {
      '@type': 'Offer',
      price: decimal(price),
      priceCurrency: shop.currency,
      availability: `https://schema.org/${stock.available > 0 ? 'InStock' : 'OutOfStock'}`,
      inventoryLevel: { '@type': 'QuantitativeValue', value: stock.available },
      availableDeliveryMethod: 'https://schema.org/OnSitePickup',
      availableAtOrFrom: {
        '@type': 'Store',
        name: shop.name,
        address: shop.address.join(', '),
        url: `${origin}/s/${shop.shop}`,
      },
      seller: { '@type': 'Organization', name: shop.name },
    },
  };
}

/** Of currencies with two decimals: `14.50`. */
export function decimal(minor: number): string {
  return `${Math.floor(minor / 100)}.${String(minor % 100).padStart(2, '0')}`;
}
