/**
 * Checkouts between calls. Each step reads one and writes it in the same transaction, which holds the shop's row: of two that come at once,
 * the second sees what the first did. Whoever has the id may do everything, so it's drawn, and kept as its hash.
 * Source: docs/reference/shop.md, UCP; decision 74.   Floor: shop ucp.
 */
import type { Priced } from '../api.js';
import type { Shop } from '../createShop.js';
import type { Work } from '../database/work.js';
import { promotionsOf } from '../goods/catalogue.js';
import { price } from '../goods/price.js';
import { draw, hashOf } from '../names.js';
import { freeSlots, orderOf, pricedOf } from '../orders/orders.js';
import { ShopError } from '../shopError.js';
import { infoOf } from '../shops.js';
import { accountHandlers } from './accountHandler.js';
import { checkoutOf, type Kept } from './checkoutOf.js';

const LASTS_MS = 6 * 3_600_000;

export interface Checkouts {
  create(of: string, kept: Kept): Promise<object>;
  /** @param step what becomes of it; what it throws changes nothing @returns as the platform sees it afterwards */
  change(id: string, step: (kept: Kept, work: Work) => Kept, messages?: readonly object[]): Promise<object>;
}

/** What there is of a checkout, in a transaction of its shop. @throws ShopError `not-found` */
export async function checkoutIn(work: Work, id: string): Promise<{ readonly kept: Kept; readonly expiresMs: number }> {
  const [row] = await work.query(
    'select basket, expires_ms from session where shop_id = $1 and session_id = $2 and expires_ms > $3',
    [work.shop.shop_id, sessionOf(id), work.nowMs],
  );
  if (row === undefined) throw new ShopError('not-found', 'There is no such checkout.');
  return { kept: row['basket'] as Kept, expiresMs: Number(row['expires_ms']) };
}

export async function keepCheckout(work: Work, id: string, kept: Kept, expiresMs: number): Promise<void> {
  await work.query(
    `insert into session values ($1, $2, null, null, $3, 'en', $4) on conflict (shop_id, session_id) do update set basket = $3, expires_ms = $4`,
    [work.shop.shop_id, sessionOf(id), JSON.stringify(kept), expiresMs],
  );
}

/** Name of the checkout in the database: also whose order it is. */
export function sessionOf(id: string): string {
  return hashOf(`ucp\0${id}`);
}

export function shopOf(id: string): string {
  return id.slice(0, id.lastIndexOf('.'));
}

export function createCheckouts(shop: Shop, origin: string): Checkouts {
  /** Tells it, and remembers what was told: that, and nothing else, may be charged. */
  const told = async (work: Work, id: string, next: Kept, expiresMs: number, messages: readonly object[]) => {
    const order = next.order === undefined ? undefined : await orderOf(work, next.order);
    // What was ordered costs what it cost then.
    const priced: Priced = next.order === undefined ? await price(work, next) : await pricedOf(work, next.order);
    const kept: Kept = next.order === undefined ? { ...next, shown: priced.total } : next;
    await keepCheckout(work, id, kept, expiresMs);
    const codes = (await promotionsOf(work)).flatMap((one) =>
      one.code === undefined ? [] : [[one.id, one.code] as const],
    );
    return checkoutOf({
      info: infoOf(work.shop),
      id,
      kept,
      priced,
      slots: await freeSlots(work),
      order,
      codeOf: new Map(codes),
      handlers: shop.accounts === undefined ? {} : accountHandlers(origin, work.shop.merchant),
      origin,
      nowMs: work.nowMs,
      expiresMs,
      messages,
    });
  };
  return {
    create: (of, kept) =>
      shop.change(of, (work) => told(work, `${of}.${draw(work.random, 26)}`, kept, work.nowMs + LASTS_MS, [])),
    change: (id, step, messages = []) =>
      shop.change(shopOf(id), async (work) => {
        const { kept, expiresMs } = await checkoutIn(work, id);
        const settled = await withoutDeclined(work, kept);
        const next = step(settled, work);
        const isSame = next === settled;
        return told(work, id, next, isSame ? expiresMs : work.nowMs + LASTS_MS, messages);
      }),
  };
}

/** An order whose account said no is over, and its checkout is open again. */
async function withoutDeclined(work: Work, kept: Kept): Promise<Kept> {
  const order = kept.order === undefined ? undefined : await orderOf(work, kept.order);
  const last = order?.events.at(-1);
  if (order?.status !== 'cancelled' || last?.by !== 'account') return kept;
  const { order: _, claim: __, ...open } = kept;
  return { ...open, attempt: kept.attempt + 1, isDeclined: true };
}
