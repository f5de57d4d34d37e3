/**
 * What a shop lets the marketplace know: field by field, nothing by default. Each change of a shared field is written to the outbox, and the
 * outbox is the ledger of what was sent.
 * Source: docs/explanation/give-and-take.md.   Floor: shop market.
 */
import type { Sent, SharedField, Sharing } from '../api.js';
import type { Work } from '../database/work.js';
import { itemsOf, promotionsOf } from '../goods/catalogue.js';

/** What each field holds. Customers are in none of them. */
const BODIES: Readonly<Record<SharedField, (work: Work) => Promise<unknown>>> = {
  name: async ({ shop }) => shop.name,
  address: async ({ shop }) => shop.address,
  place: async ({ shop }) => ({ latitude: shop.latitude, longitude: shop.longitude }),
  items: async (work) => (await itemsOf(work)).map(({ sku, name, category, gtin }) => ({ sku, name, category, gtin })),
  prices: async (work) => Object.fromEntries((await itemsOf(work)).map(({ sku, price }) => [sku, price])),
  availability: async (work) =>
    Object.fromEntries((await itemsOf(work)).map(({ sku, stock }) => [sku, stock.available > 0])),
  quantities: async (work) => Object.fromEntries((await itemsOf(work)).map(({ sku, stock }) => [sku, stock.available])),
  promotions: async (work) =>
    (await promotionsOf(work)).filter(({ code }) => code === undefined).map(({ name }) => name),
  'daily-sums': async (work) =>
    (
      await work.query(
        'select day, count(*)::int as sales, sum(total)::bigint as gross from sale where shop_id = $1 group by day order by day desc limit 31',
        [work.shop.shop_id],
      )
    ).map((row) => ({ ...row })),
};
export const SHARED_FIELDS = Object.keys(BODIES) as readonly SharedField[];

export async function sharingOf(work: Work): Promise<Sharing> {
  const rows = await work.query('select field, since_ms from sharing where shop_id = $1', [work.shop.shop_id]);
  return {
    fields: SHARED_FIELDS.map((field) => {
      const since = rows.find((row) => row['field'] === field)?.['since_ms'];
      return { field, isShared: since !== undefined, ...(since !== undefined && { sinceMs: Number(since) }) };
    }),
  };
}

/** A field that is switched off is taken back there, too. */
export async function setSharing(work: Work, field: SharedField, isShared: boolean): Promise<Sharing> {
  const { shop_id: shop } = work.shop;
  if (isShared)
    await work.query('insert into sharing values ($1, $2, $3) on conflict do nothing', [shop, field, work.nowMs]);
  else await work.query('delete from sharing where shop_id = $1 and field = $2', [shop, field]);
  if (!isShared) await send(work, field, null);
  await sendShared(work);
  return sharingOf(work);
}

/** Writes down what is to be sent of the shared fields that changed. */
export async function sendShared(work: Work): Promise<void> {
  const shared = await work.query('select field from sharing where shop_id = $1', [work.shop.shop_id]);
  for (const { field } of shared) {
    const body = await BODIES[field as SharedField](work);
    const [last] = await work.query(
      "select body->'body' as body from outbox where shop_id = $1 and topic = 'market' and body->>'field' = $2 order by event_id desc limit 1",
      [work.shop.shop_id, String(field)],
    );
    // As the database has it, fields in its order.
    const [now] = await work.query('select $1::jsonb as body', [JSON.stringify(body)]);
    if (JSON.stringify(last?.['body']) !== JSON.stringify(now?.['body'])) await send(work, field as SharedField, body);
  }
}

/** The ledger, the newest first: word for word what the marketplace got. */
export async function sentOf(work: Work): Promise<Sent> {
  const rows = await work.query(
    "select event_id, at_ms, body, sent_ms from outbox where shop_id = $1 and topic = 'market' order by event_id desc limit 200",
    [work.shop.shop_id],
  );
  return {
    sent: rows.map(({ event_id, at_ms, body, sent_ms }) => ({
      id: String(event_id),
      atMs: Number(at_ms),
      ...(body as { field: SharedField; body: unknown }),
      ...(sent_ms !== null && { sentMs: Number(sent_ms) }),
    })),
  };
}

async function send(work: Work, field: SharedField, body: unknown): Promise<void> {
  await work.query("insert into outbox (shop_id, at_ms, topic, body) values ($1, $2, 'market', $3)", [
    work.shop.shop_id,
    work.nowMs,
    JSON.stringify({ field, body }),
  ]);
}
