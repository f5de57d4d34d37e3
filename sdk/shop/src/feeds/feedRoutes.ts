/**
 * The same stock and prices as the pages, for machines: Google's local inventory and schema.org.
 * Source: support.google.com/merchants, local inventory feed specification; docs/reference/shop.md, feeds.   Floor: shop feeds.
 */
import type { FastifyInstance } from 'fastify';
import type { Shop } from '../createShop.js';
import { catalogueOf } from '../goods/catalogue.js';
import { infoOf } from '../shops.js';
import { decimal, schemaOrgItem } from './schemaOrg.js';

const COLUMNS = [
  'store_code',
  'id',
  'gtin',
  'title',
  'quantity',
  'price',
  'availability',
  'pickup_method',
  'pickup_sla',
  'timestamp',
];

export function feedRoutes(server: FastifyInstance, shop: Shop, origin: string): void {
  const goodsOf = (of: string) =>
    shop.change(of, async (work) => ({ info: infoOf(work.shop), ...(await catalogueOf(work)) }));

  server.get('/s/:shop/feeds/google-local-inventory.tsv', async (request, reply) => {
    const { info, items, atMs } = await goodsOf((request.params as { shop: string }).shop);
    const rows = items.map(({ sku, gtin = '', name, price, stock }) =>
      // biome-ignore format: a row
      [info.shop, sku, gtin, name.en, stock.available, `${decimal(price)} ${info.currency}`, stock.available > 0 ? 'in_stock' : 'out_of_stock', 'reserve', 'same_day',
        new Date(atMs).toISOString()].map(cell).join('\t'),
    );
    return reply.type('text/tab-separated-values; charset=utf-8').send(`${[COLUMNS.join('\t'), ...rows].join('\n')}\n`);
  });
  server.get('/s/:shop/feeds/schema.json', async (request, reply) => {
    const { info, items } = await goodsOf((request.params as { shop: string }).shop);
    return reply.type('application/ld+json').send({
      '@context': 'https://schema.org',
      '@type': 'ItemList',
      itemListElement: items.map((item, at) => ({
        '@type': 'ListItem',
        position: at + 1,
        item: schemaOrgItem(info, item, origin),
      })),
    });
  });
}

/** Nothing that a spreadsheet would take for a formula, or another column. */
function cell(value: string | number): string {
  const text = String(value).replaceAll(/[\t\r\n]/g, ' ');
  return /^[=+\-@]/.test(text) ? `'${text}` : text;
}
