/**
 * Events of orders, to the platforms that brought them: each at least once, whole, signed, and again with growing pauses until it was taken. The
 * database itself writes an event down for each step of such an order and each refund, so none can be forgotten.
 * Source: Universal Commerce Protocol 2026-01-23, order, webhooks; decision 74.   Floor: shop ucp.
 */
import { change, read, type Surroundings } from '../database/work.js';
import { orderOf, secretsOf } from '../orders/orders.js';
import { saleOf } from '../sales/readSale.js';
import { infoOf } from '../shops.js';
import { signDetached } from './detachedJws.js';
import { ucpOrderOf } from './orderOf.js';

const BATCH_MAX = 50;
const ANSWER_MS = 10_000;
/** Of all shops of a server: what else time does waits for it. */
export const ROUND_MS: number = 30_000;
const PROFILE_BYTES_MAX = 64 * 1024;
/** Doubles with each try. */
const FIRST_PAUSE_MS = 60_000;
const LONGEST_PAUSE_MS = 6 * 3_600_000;
/** A platform that took nothing for so long isn't asked any more. */
const TRIED_MS: number = 7 * 86_400_000;

interface Due {
  readonly event: number;
  readonly profile: string;
  readonly body: string;
  readonly signature: string;
  readonly origin: string;
}

/**
 * @param platforms origins that may be asked and told
 * @param over ends the round: what wasn't told by then waits for the next one
 * @returns how many events were taken
 */
export async function tellPlatforms(
  around: Surroundings,
  platforms: readonly string[],
  of: string,
  over: AbortSignal = AbortSignal.timeout(ROUND_MS),
): Promise<number> {
  /** By their profiles: anybody may name one that leads nowhere, and keeps nobody else's events back by it. */
  const failed = new Set<string>();
  /** Profiles are asked for once a round. */
  const webhooks = new Map<string, Promise<string | undefined>>();
  const waiting: number[] = [];
  let taken = 0;
  for (const due of await nextEvents(around, of)) {
    if (!platforms.includes(new URL(due.profile).origin)) continue;
    if (failed.has(due.profile) || over.aborted) {
      waiting.push(due.event);
      continue;
    }
    const webhook = webhooks.get(due.profile) ?? webhookOf(due.profile, over);
    webhooks.set(due.profile, webhook);
    const isTaken = await webhook.then((address) => tell(due, address, platforms, over)).catch(() => false);
    if (!isTaken) failed.add(due.profile);
    if (!isTaken) continue;
    taken += 1;
    await change(around, of, (work) =>
      work.query('update outbox set sent_ms = $3 where shop_id = $1 and event_id = $2', [of, due.event, work.nowMs]),
    );
  }
  if (waiting.length > 0) await putOff(around, of, waiting);
  return taken;
}

/** They were not tried, so their pause doesn't grow: one that is never taken would take the others along. */
async function putOff(around: Surroundings, of: string, events: readonly number[]): Promise<void> {
  await change(around, of, (work) =>
    work.query(
      `update outbox set tries = tries - 1, next_ms = $2
         where shop_id = $1 and event_id in (select jsonb_array_elements_text($3::jsonb)::bigint)`,
      [of, work.nowMs + FIRST_PAUSE_MS, JSON.stringify(events)],
    ),
  );
}

/** Those whose time has come, with the time of their next try written down before this one: a crash in between makes it come again. */
async function nextEvents(around: Surroundings, of: string): Promise<readonly Due[]> {
  const rows = await change(around, of, (work) =>
    work.query(
      `update outbox set tries = tries + 1, next_ms = $2 + least(${FIRST_PAUSE_MS} * power(2, least(tries, 20)), ${LONGEST_PAUSE_MS})::bigint
         where shop_id = $1 and event_id in (select event_id from outbox where shop_id = $1 and topic = 'ucp' and sent_ms is null
           and next_ms <= $2 and at_ms > $3 order by event_id limit $4)
         returning event_id, at_ms, body->>'number' as number`,
      [of, work.nowMs, work.nowMs - TRIED_MS, BATCH_MAX],
    ),
  );
  const sorted = [...rows].sort((one, other) => Number(one['event_id']) - Number(other['event_id']));
  const due = await read(around, of, async (work) => {
    const all: (Due | undefined)[] = [];
    for (const { event_id, at_ms, number } of sorted) {
      const [platform] = await work.query('select * from order_platform where shop_id = $1 and number = $2', [
        of,
        String(number),
      ]);
      const order = await orderOf(work, String(number));
      const secrets = await secretsOf(work, String(number));
      if (platform === undefined || order === undefined || secrets === undefined) continue;
      const sale = order.sale === undefined ? undefined : await saleOf(work, order.sale);
      const origin = String(platform['origin']);
      const entity = ucpOrderOf({
        info: infoOf(work.shop),
        checkout: String(platform['checkout_id']),
        order,
        code: secrets.code,
        refunds: sale?.refunds ?? [],
        origin,
      });
      const created_time = new Date(Number(at_ms)).toISOString();
      const body = JSON.stringify({ ...entity, event_id: `${of}.${event_id}`, created_time });
      all.push({
        event: Number(event_id),
        profile: String(platform['profile']),
        body,
        signature: signDetached(work.shop.signing_key, body),
        origin,
      });
    }
    return all;
  });
  return due.filter((one) => one !== undefined);
}

async function tell(
  { body, signature, origin }: Due,
  address: string | undefined,
  platforms: readonly string[],
  over: AbortSignal,
): Promise<boolean> {
  // Where a profile sends us is asked about, too: it names no inner address of ours.
  if (address === undefined || !platforms.includes(new URL(address).origin)) return false;
  const { ok, body: said } = await ask(address, over, {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/json',
      'request-signature': signature,
      'ucp-agent': `profile="${origin}/.well-known/ucp"`,
    },
  });
  // Nothing that it says matters, however long it is.
  await said?.cancel();
  return ok;
}

/** `config.webhook_url` of the order capability. */
async function webhookOf(profile: string, over: AbortSignal): Promise<string | undefined> {
  const answer = await ask(profile, over, { headers: { accept: 'application/json' } });
  if (!answer.ok) return undefined;
  const text = await textOf(answer);
  if (text === undefined) return undefined;
  const { ucp } = JSON.parse(text) as { ucp?: { capabilities?: Record<string, unknown> } };
  const orders = ucp?.capabilities?.['dev.ucp.shopping.order'];
  const [first] = (Array.isArray(orders) ? orders : []) as { config?: { webhook_url?: unknown } }[];
  const address = first?.config?.webhook_url;
  return typeof address === 'string' && URL.canParse(address) ? address : undefined;
}

/** @returns undefined when it's longer than any profile */
async function textOf({ body }: Response): Promise<string | undefined> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  const reader = body?.getReader();
  for (let part = await reader?.read(); part?.value !== undefined; part = await reader?.read()) {
    parts.push(part.value);
    bytes += part.value.length;
    if (bytes <= PROFILE_BYTES_MAX) continue;
    await reader?.cancel();
    return undefined;
  }
  return Buffer.concat(parts).toString('utf8');
}

/** Nothing is followed elsewhere, and nothing is waited for long. */
function ask(address: string, over: AbortSignal, request: RequestInit): Promise<Response> {
  return fetch(address, {
    ...request,
    redirect: 'error',
    signal: AbortSignal.any([over, AbortSignal.timeout(ANSWER_MS)]),
  });
}
