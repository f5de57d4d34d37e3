/**
 * Gift cards pay, at the counter and on the web: hold by the key of the sale, then capture or release, then refunds. Each call may come again.
 * Source: docs/reference/shop.md, gift value; docs/explanation/account-pay.md.   Floor: shop gifts.
 */
import type { Gift, GiftHold, HoldGift } from '../api.js';
import type { Work } from '../database/work.js';
import { noteShopEvent } from '../goods/stock.js';
import { ShopError } from '../shopError.js';
import { freeOf, giftIdOf, noteGift } from './giftLedger.js';

/** A tap takes a minute. A till that died for longer finds its value again when it's still there: see `endGiftHolds`. */
export const GIFT_HOLD_MS: number = 60 * 60_000;
/** Parts: of a hold that was forgotten, and of a capture that came after that. */
const EXPIRED = 'expired';
const LATE = 'late';
/** Of a hold, `one`: nobody ended it. */
const IS_OPEN = `not exists (select from gift_event as other where other.shop_id = one.shop_id and other.gift_id = one.gift_id
         and other.sale_key = one.sale_key and other.kind in ('capture', 'release'))`;

export type GiftEnd = 'captured' | 'released';

export async function giftOf(work: Work, code: string): Promise<Gift> {
  const id = giftIdOf(work, code);
  const balance = await freeOf(work, id);
  const [open] = await work.query(
    `select sum(amount)::bigint as amount, max(at_ms) as at_ms from gift_event as one
       where shop_id = $1 and gift_id = $2 and kind = 'hold' and ${IS_OPEN}`,
    [work.shop.shop_id, id],
  );
  const amount = Number(open?.['amount'] ?? 0);
  const held = { amount, untilMs: Number(open?.['at_ms']) + GIFT_HOLD_MS };
  return { code: code.toUpperCase(), currency: work.shop.currency, balance, ...(amount > 0 && { held }) };
}

export async function holdGift(work: Work, code: string, hold: HoldGift): Promise<GiftHold> {
  return holdGiftById(work, giftIdOf(work, code), hold);
}

/**
 * What the card has, at most; the same sale again holds the same.
 * @throws ShopError `declined` when nothing is left, `wrong-state` when the sale was over before
 */
export async function holdGiftById(work: Work, id: string, { sale, amount, least = 1 }: HoldGift): Promise<GiftHold> {
  const free = await freeOf(work, id);
  const { state, holds } = await heldBy(work, sale);
  const known = holds.find((one) => one.id === id);
  if (known !== undefined && state !== 'released' && !known.isExpired) return { amount: known.amount, balance: free };
  if (known !== undefined || state !== 'open') throw new ShopError('wrong-state', 'This sale is over.');
  const taken = Math.min(amount, free);
  if (taken < least) throw new ShopError('declined', 'Too little is left on this gift card.');
  await noteGift(work, id, 'hold', taken, sale);
  return { amount: taken, balance: free - taken };
}

/**
 * All that a sale holds, on whichever cards: the first word counts. A hold that expired before its capture is taken again when all of its value
 * is still there: a till that was dead so long took what it said. Otherwise the sale is released.
 * @returns what is true now; undefined: the sale held nothing
 */
export async function endGiftHolds(work: Work, sale: string, end: 'capture' | 'release'): Promise<GiftEnd | undefined> {
  const { state, holds } = await heldBy(work, sale);
  if (holds.length === 0) return undefined;
  if (state !== 'open') return state;
  let kind = end;
  for (const { id, amount, isExpired } of holds) if (isExpired && (await freeOf(work, id)) < amount) kind = 'release';
  for (const { id, amount, isExpired } of holds) {
    if (!isExpired) await noteGift(work, id, kind, amount, sale);
    else if (kind === 'release') await noteGift(work, id, 'release', 0, sale);
    else {
      await noteGift(work, id, 'hold', amount, sale, LATE);
      await noteGift(work, id, 'capture', amount, sale, LATE);
    }
  }
  return kind === 'capture' ? 'captured' : 'released';
}

interface Held {
  readonly state: 'open' | GiftEnd;
  readonly holds: readonly { readonly id: string; readonly amount: number; readonly isExpired: boolean }[];
}

/** A sale whose holds expired is still open: its till may come back. */
async function heldBy(work: Work, sale: string): Promise<Held> {
  const events = await work.query(
    'select gift_id, kind, amount, part from gift_event where shop_id = $1 and sale_key = $2 order by event_id',
    [work.shop.shop_id, sale],
  );
  const isCaptured = events.some(({ kind }) => kind === 'capture');
  const isReleased = events.some(({ kind, part }) => kind === 'release' && part !== EXPIRED);
  const holds = events.filter(({ kind, part }) => kind === 'hold' && part !== LATE);
  return {
    state: isCaptured ? 'captured' : isReleased ? 'released' : 'open',
    holds: holds.map(({ gift_id, amount }) => ({
      id: String(gift_id),
      amount: Number(amount),
      isExpired: events.some((one) => one['gift_id'] === gift_id && one['part'] === EXPIRED),
    })),
  };
}

/** A tap that planned anew holds by the payment's key, U+0001 and the number of the plan: see `GiftBooks`. */
function paymentOf(sale: string): string {
  return sale.split('\u0001', 1)[0] ?? sale;
}

/** What a till that died holds for too long is free again. An order whose account is still asked keeps what it holds. */
export async function expireGiftHolds(work: Work): Promise<void> {
  const { shop_id: shop } = work.shop;
  const forgotten = await work.query(
    `select gift_id, sale_key, amount from gift_event as one where shop_id = $1 and kind = 'hold' and part = '' and at_ms <= $2
       and ${IS_OPEN}
       and not exists (select from customer_order where shop_id = $1 and pay_key = one.sale_key and status = 'paying')`,
    [shop, work.nowMs - GIFT_HOLD_MS],
  );
  for (const { gift_id, sale_key, amount } of forgotten) {
    await noteGift(work, String(gift_id), 'release', Number(amount), String(sale_key), EXPIRED);
    await noteShopEvent(work, { kind: 'gift-hold-expired', about: paymentOf(String(sale_key)), qty: Number(amount) });
  }
}

/**
 * Value goes back to the cards that paid, the last one first: never more than they paid.
 * @param refund its key, or `KEY/PART` of one that has several: what went back by it before counts
 * @param only this gift card
 * @returns what went back by this key in all
 */
export async function refundGift(
  work: Work,
  sale: string,
  refund: string,
  amount: number,
  only?: string,
): Promise<number> {
  const paid = await work.query(
    `select gift_id, amount - coalesce(sum(back), 0)::bigint as left, coalesce(sum(back) filter (where is_own), 0)::bigint as own from (
       select taken.gift_id, taken.amount, taken.event_id, back.amount as back, back.part = $3 or starts_with(back.part, $3 || '/') as is_own
         from gift_event as taken left join gift_event as back on back.shop_id = $1 and back.gift_id = taken.gift_id and back.sale_key = $2
           and back.kind = 'refund' where taken.shop_id = $1 and (taken.sale_key = $2 or starts_with(taken.sale_key, $2 || chr(1)))
           and taken.kind = 'capture') as both_ways
       group by gift_id, amount, event_id order by event_id desc`,
    [work.shop.shop_id, sale, refund],
  );
  const asked = paid.filter(({ gift_id }) => only === undefined || gift_id === only);
  let due = amount - asked.reduce((sum, { own }) => sum + Number(own), 0);
  for (const { gift_id, left, own } of asked) {
    const part = Math.min(due, Number(left));
    if (part <= 0 || Number(own) > 0) continue;
    await noteGift(work, String(gift_id), 'refund', part, sale, refund);
    due -= part;
  }
  return amount - Math.max(0, due);
}
