/**
 * Items and promotions of a shop.
 * Source: docs/reference/shop.md, catalogue.   Floor: shop goods.
 */
import type { Catalogue, Item, Promotion, StockAdjustment } from '../api.js';
import type { Work } from '../database/work.js';
import { adjustStock, expireHolds, levelOf, touch } from './stock.js';

/** What a shop says of a new item, or of one that it has: stock has events of its own. */
export type ItemDescription = Omit<Item, 'stock' | 'picture'>;

/** @param skus only these; default: all */
export async function itemsOf(work: Work, skus?: readonly string[]): Promise<readonly Item[]> {
  const rows = await work.query(
    'select * from item where shop_id = $1 and ($2::jsonb is null or $2::jsonb ? sku) order by position',
    [work.shop.shop_id, skus === undefined ? null : JSON.stringify(skus)],
  );
  return rows.map(
    (row): Item => ({
      sku: String(row['sku']),
      name: row['name'] as Item['name'],
      description: row['description'] as Item['description'],
      category: String(row['category']),
      ...(row['gtin'] !== null && { gtin: String(row['gtin']) }),
      price: Number(row['price']),
      vat: Number(row['vat']),
      picture: `/pictures/${encodeURIComponent(work.shop.shop_id)}/${encodeURIComponent(String(row['sku']))}.svg`,
      isGiftCard: row['is_gift_card'] === true,
      stock: levelOf(row),
    }),
  );
}

export async function promotionsOf(work: Work): Promise<readonly Promotion[]> {
  const rows = await work.query('select * from promotion where shop_id = $1 order by position', [work.shop.shop_id]);
  return rows.map(
    (row): Promotion => ({
      id: String(row['promotion_id']),
      name: row['name'] as Promotion['name'],
      rule: row['rule'] as Promotion['rule'],
      ...(row['code'] !== null && { code: String(row['code']) }),
      ...(row['from_ms'] !== null && { fromMs: Number(row['from_ms']) }),
      ...(row['until_ms'] !== null && { untilMs: Number(row['until_ms']) }),
    }),
  );
}

export async function catalogueOf(work: Work, since?: number): Promise<Catalogue> {
  await expireHolds(work);
  const [row] = await work.query('select revision from shop where shop_id = $1', [work.shop.shop_id]);
  const revision = Number(row?.['revision']);
  if (revision === since) return { revision, isUnchanged: true, atMs: work.nowMs, items: [], promotions: [] };
  const [items, promotions] = [await itemsOf(work), await promotionsOf(work)];
  return { revision, isUnchanged: false, atMs: work.nowMs, items, promotions };
}

/** @param delivery of how many, at once */
export async function putItem(work: Work, item: ItemDescription, delivery = 0): Promise<void> {
  const { sku, name, description, category, gtin = null, price, vat, isGiftCard } = item;
  await work.query(
    `insert into item (shop_id, sku, name, description, category, gtin, price, vat, is_gift_card) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
     on conflict (shop_id, sku) do update set name = $3, description = $4, category = $5, gtin = $6, price = $7, vat = $8, is_gift_card = $9`,
    [work.shop.shop_id, sku, JSON.stringify(name), JSON.stringify(description), category, gtin, price, vat, isGiftCard],
  );
  const adjustment: StockAdjustment = { sku, delta: delivery, reason: 'delivery' };
  if (delivery !== 0) await adjustStock(work, adjustment, 'new');
  await touch(work);
}

export async function publishPromotion(
  work: Work,
  { id, name, rule, code, fromMs, untilMs }: Promotion,
): Promise<void> {
  await work.query(
    `insert into promotion (shop_id, promotion_id, name, rule, code, from_ms, until_ms) values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (shop_id, promotion_id) do update set name = $3, rule = $4, code = $5, from_ms = $6, until_ms = $7`,
    [
      work.shop.shop_id,
      id,
      JSON.stringify(name),
      JSON.stringify(rule),
      code?.toUpperCase() ?? null,
      fromMs ?? null,
      untilMs ?? null,
    ],
  );
  await touch(work);
}
