/**
 * What left a shop, in its order, at the marketplace: each event once, however often it's delivered.
 * Source: docs/explanation/give-and-take.md.   Floor: shop market.
 */
import { change, type Surroundings } from '../database/work.js';
import { sendShared } from './sharing.js';

const BATCH_MAX = 100;
/** What was delivered is in the ledger so long; the newest of each field stays, since the next one is compared with it. */
const KEPT_MS: number = 90 * 86_400_000;

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

/** What was delivered long ago: from the shop's ledger, and from what the marketplace got. */
export async function forgetDelivered(around: Surroundings, shop: string): Promise<void> {
  const before = around.clock.now() - KEPT_MS;
  await change(around, shop, (work) =>
    work.query(
      `delete from outbox as old where shop_id = $1 and (case topic when 'ucp' then at_ms else sent_ms end) <= $2 and (topic <> 'market' or exists (select from outbox as later
         where later.shop_id = $1 and later.topic = 'market' and later.body->>'field' = old.body->>'field' and later.event_id > old.event_id))`,
      [shop, before],
    ),
  );
  await around.database.query('delete from market_received where shop_id = $1 and received_ms <= $2', [shop, before]);
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
