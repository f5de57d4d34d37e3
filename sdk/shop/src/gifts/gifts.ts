/**
 * Gift value of this shop: one ledger, at the counter and on the web. What a card is worth is the sum of its events; the code is kept as its
 * hash alone, so a copy of the database buys nothing.
 * Source: docs/reference/shop.md, gifts; docs/explanation/account-pay.md.   Floor: shop gifts.
 */
import type { Gift, GiftHold, HoldGift, IssueGift } from '../api.js';
import type { Work } from '../database/work.js';
import { draw, hashOf } from '../names.js';
import { saleOf } from '../sales/readSale.js';
import { ShopError } from '../shopError.js';

const CODE_CHARACTERS = 16;
/** What is held isn't free: whoever holds ends it, by capture or release. */
const FREE = `sum(case kind when 'issue' then amount when 'load' then amount when 'release' then amount when 'refund' then amount
  when 'hold' then -amount else 0 end)`;

export async function issueGift(work: Work, { amount, sale }: IssueGift): Promise<Gift> {
  const { shop_id: shop, currency } = work.shop;
  const of = await saleOf(work, sale);
  const back = of?.refunds.reduce((sum, one) => sum + one.amount, 0) ?? 0;
  // Neither what isn't there yet nor what went back pays a gift card.
  const isThere = of?.key === sale && of.status !== 'stored' && of.status !== 'declined-later';
  const [paid] = await work.query(
    "select coalesce(sum(unit * qty - discount), 0)::bigint as paid from sale_line where shop_id = $1 and sale_key = $2 and (detail->>'isGiftCard')::boolean",
    [shop, sale],
  );
  const [issued] = await work.query(
    "select coalesce(sum(amount), 0)::bigint as amount from gift_event where shop_id = $1 and sale_key = $2 and kind = 'issue'",
    [shop, sale],
  );
  const most = isThere ? Math.min(Number(paid?.['paid']), of.total - back) : 0;
  if (amount + Number(issued?.['amount']) > most)
    throw new ShopError('more-than-left', 'This sale did not pay for a gift card of so much.');
  const code = draw(work.random, CODE_CHARACTERS);
  await work.query('insert into gift_card values ($1, $2, $3, null)', [shop, idOf(work, code), currency]);
  await note(work, idOf(work, code), 'issue', amount, sale);
  return { code, currency, balance: amount };
}

export async function giftOf(work: Work, code: string): Promise<Gift> {
  const id = idOf(work, code);
  const [card] = await work.query('select currency from gift_card where shop_id = $1 and gift_id = $2', [
    work.shop.shop_id,
    id,
  ]);
  if (card === undefined) throw new ShopError('not-found', 'There is no such gift card.');
  return { code: code.toUpperCase(), currency: String(card['currency']), balance: await balanceOf(work, id) };
}

/** What the card has, at most; the same sale again holds the same. */
export async function holdGift(work: Work, code: string, { sale, amount }: HoldGift): Promise<GiftHold> {
  await giftOf(work, code);
  const id = idOf(work, code);
  const [known] = await work.query(
    "select amount from gift_event where shop_id = $1 and gift_id = $2 and sale_key = $3 and kind = 'hold'",
    [work.shop.shop_id, id, sale],
  );
  if (known !== undefined) return { amount: Number(known['amount']), balance: await balanceOf(work, id) };
  const balance = await balanceOf(work, id);
  const held = Math.min(amount, balance);
  if (held === 0) throw new ShopError('declined', 'Nothing is left on this gift card.');
  await note(work, id, 'hold', held, sale);
  return { amount: held, balance: balance - held };
}

/** All that a sale holds, on whichever cards. The first word counts. */
export async function endGiftHolds(work: Work, sale: string, end: 'capture' | 'release'): Promise<void> {
  const held = await work.query(
    `select gift_id, amount from gift_event as one where shop_id = $1 and sale_key = $2 and kind = 'hold' and not exists
       (select from gift_event as other where other.shop_id = one.shop_id and other.gift_id = one.gift_id and other.sale_key = one.sale_key
         and other.kind in ('capture', 'release'))`,
    [work.shop.shop_id, sale],
  );
  for (const { gift_id: id, amount } of held) await note(work, String(id), end, Number(amount), sale);
}

/** Value goes back to the card that paid: never more than it paid. @param refund its key @returns what went back */
export async function refundGift(work: Work, sale: string, refund: string, amount: number): Promise<number> {
  const paid = await work.query(
    `select gift_id, amount - coalesce((select sum(back.amount) from gift_event as back where back.shop_id = $1 and back.gift_id = taken.gift_id
       and back.kind = 'refund' and starts_with(back.sale_key, $2 || '/')), 0)::bigint as amount from gift_event as taken
       where shop_id = $1 and sale_key = $2 and kind = 'capture' order by event_id desc`,
    [work.shop.shop_id, sale],
  );
  let due = amount;
  for (const row of paid) {
    const part = Math.min(due, Number(row['amount']));
    if (part > 0) await note(work, String(row['gift_id']), 'refund', part, `${sale}/${refund}`);
    due -= part;
  }
  return amount - due;
}

async function balanceOf(work: Work, id: string): Promise<number> {
  const [row] = await work.query(
    `select coalesce(${FREE}, 0)::bigint as free from gift_event where shop_id = $1 and gift_id = $2`,
    [work.shop.shop_id, id],
  );
  return Number(row?.['free']);
}

async function note(work: Work, id: string, kind: string, amount: number, sale: string): Promise<void> {
  await work.query(
    'insert into gift_event (shop_id, gift_id, at_ms, kind, amount, sale_key) values ($1, $2, $3, $4, $5, $6)',
    [work.shop.shop_id, id, work.nowMs, kind, amount, sale],
  );
}

function idOf({ shop }: Work, code: string): string {
  return hashOf(`gift\0${shop.shop_id}\0${code.toUpperCase()}`);
}
