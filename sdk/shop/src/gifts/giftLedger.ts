/**
 * The ledger of gift value: events, added and never changed. A trigger keeps what is free in `gift_card`, and the database refuses what would
 * take it below zero.
 * Source: docs/reference/shop.md, gift value; decision 72.   Floor: shop gifts.
 */
import type { Work } from '../database/work.js';
import { hashOf } from '../names.js';
import { ShopError } from '../shopError.js';

type GiftEventKind = 'issue' | 'load' | 'hold' | 'capture' | 'release' | 'refund' | 'revoke';

/** The code itself is kept nowhere. */
export function giftIdOf({ shop }: Work, code: string): string {
  return hashOf(`gift\0${shop.shop_id}\0${code.toUpperCase()}`);
}

/** @param card what its issuer calls a gift on a card @returns undefined: none of this shop's is on it */
export async function giftOnCard(work: Work, card: string): Promise<string | undefined> {
  const [row] = await work.query('select gift_id from gift_card where shop_id = $1 and on_card = $2', [
    work.shop.shop_id,
    card,
  ]);
  return row && String(row['gift_id']);
}

export async function addGiftCard(work: Work, id: string): Promise<void> {
  await work.query('insert into gift_card (shop_id, gift_id, currency) values ($1, $2, $3)', [
    work.shop.shop_id,
    id,
    work.shop.currency,
  ]);
}

/** Minor units that no sale holds or took. @throws ShopError `not-found` */
export async function freeOf(work: Work, id: string): Promise<number> {
  const [row] = await work.query('select free from gift_card where shop_id = $1 and gift_id = $2', [
    work.shop.shop_id,
    id,
  ]);
  if (row === undefined) throw new ShopError('not-found', 'There is no such gift card.');
  return Number(row['free']);
}

/** @param part tells several events of one kind and sale apart: the key of a refund, say */
export async function noteGift(
  work: Work,
  id: string,
  kind: GiftEventKind,
  amount: number,
  sale: string,
  part = '',
): Promise<void> {
  await work.query(
    'insert into gift_event (shop_id, gift_id, at_ms, kind, amount, sale_key, part) values ($1, $2, $3, $4, $5, $6, $7)',
    [work.shop.shop_id, id, work.nowMs, kind, amount, sale, part],
  );
}

/** The gift cards that a sale issued: what they are still worth, and what was spent of them or is held. */
export async function issuedBy(
  work: Work,
  sale: string,
): Promise<{ readonly free: number; readonly spent: number; readonly ids: readonly string[] }> {
  const rows = await work.query(
    `select gift_id, free, (sum(case kind when 'issue' then amount when 'revoke' then -amount else 0 end))::bigint as worth
       from gift_event join gift_card using (shop_id, gift_id) where shop_id = $1 and sale_key = $2 and kind in ('issue', 'revoke')
       group by gift_id, free order by gift_id`,
    [work.shop.shop_id, sale],
  );
  const worth = rows.reduce((sum, row) => sum + Number(row['worth']), 0);
  const free = rows.reduce((sum, row) => sum + Math.min(Number(row['worth']), Number(row['free'])), 0);
  return { free, spent: worth - free, ids: rows.map(({ gift_id }) => String(gift_id)) };
}
