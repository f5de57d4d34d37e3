/**
 * What left a shop, in its order, at the marketplace: each event once, however often it's delivered.
 * Source: docs/explanation/give-and-take.md.   Floor: shop market.
 */
import { change, type Surroundings } from '../database/work.js';
import { sendShared } from './sharing.js';

const BATCH_MAX = 100;

/** @returns how many events the marketplace got */
export async function deliverOutbox(around: Surroundings, shop: string): Promise<number> {
  const events = await change(around, shop, async (work) => {
    await sendShared(work);
    return work.query(
      "select event_id, body from outbox where shop_id = $1 and topic = 'market' and sent_ms is null order by event_id limit $2",
      [shop, BATCH_MAX],
    );
  });
  for (const { event_id, body } of events) {
    await receive(around, shop, Number(event_id), body as { field: string; body: unknown });
    await change(around, shop, (work) =>
      work.query('update outbox set sent_ms = $3 where shop_id = $1 and event_id = $2', [
        shop,
        Number(event_id),
        work.nowMs,
      ]),
    );
  }
  return events.length;
}

/** The marketplace's side: its tables, and nothing of the shop's. A field that is taken back is gone, from what was received before, too. */
async function receive(
  { database, clock }: Surroundings,
  shop: string,
  event: number,
  { field, body }: { field: string; body: unknown },
): Promise<void> {
  await database.transaction(async (tx) => {
    const nowMs = clock.now();
    const text = JSON.stringify(body);
    const first = await tx.query(
      'insert into market_received values ($1, $2, $3, $4, $5) on conflict do nothing returning event_id',
      [shop, event, field, text, nowMs],
    );
    if (first.length === 0) return;
    if (body !== null) {
      await tx.query(
        'insert into market_listing values ($1, $2, $3, $4) on conflict (shop_id, field) do update set body = $3, received_ms = $4',
        [shop, field, text, nowMs],
      );
      return;
    }
    await tx.query('delete from market_listing where shop_id = $1 and field = $2', [shop, field]);
    await tx.query("update market_received set body = 'null' where shop_id = $1 and field = $2", [shop, field]);
  });
}
