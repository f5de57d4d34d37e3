/**
 * Gift cards that a sale paid for: issued with a code, put on a card that is tapped, and worth nothing more when the sale's money goes back.
 * Source: docs/reference/shop.md, gift value; decision 72.   Floor: shop gifts.
 */
import type { Gift, IssueGift, Sale } from '../api.js';
import type { Work } from '../database/work.js';
import { draw } from '../names.js';
import { moneyOf, saleOf } from '../sales/readSale.js';
import { ShopError } from '../shopError.js';
import { addGiftCard, freeOf, giftIdOf, giftOnCard, issuedBy, noteGift } from './giftLedger.js';

const CODE_CHARACTERS = 16;
const CARD_CHARACTERS_MAX = 64;
const MINOR_MAX = 999_999_999_999;
const CODE_FORM = /^[0-9A-Z]{16}$/;

/** @throws ShopError `more-than-left` */
export async function issueGift(work: Work, { amount, sale }: IssueGift): Promise<Gift> {
  const of = await saleOf(work, sale);
  // Neither what isn't there yet nor what went back pays a gift card.
  const missing = moneyOf(of?.tenders ?? []);
  const isThere = of?.key === sale && missing.stored === 0 && missing.owed === 0;
  const backed = isThere ? giftsBackedBy(of) : 0;
  const { free, spent } = await issuedBy(work, sale);
  if (amount + free + spent > backed)
    throw new ShopError('more-than-left', 'This sale did not pay for a gift card of so much.');
  const code = draw(work.random, CODE_CHARACTERS);
  await addGiftCard(work, giftIdOf(work, code));
  await noteGift(work, giftIdOf(work, code), 'issue', amount, sale);
  return { code, currency: work.shop.currency, balance: amount };
}

/** What the gift cards of a sale may be worth: what was paid for them and didn't go back. */
function giftsBackedBy({ lines, refunds, tenders }: Sale): number {
  const paid = lines.reduce((sum, { net, isGiftCard }) => sum + (isGiftCard ? net : 0), 0);
  const returned = refunds.flatMap((one) => one.lines);
  const back = lines.reduce((sum, { sku, qty, net, isGiftCard }) => {
    const came = returned.reduce((count, line) => count + (line.sku === sku ? line.qty : 0), 0);
    return isGiftCard ? sum + Math.round((net * Math.min(came, qty)) / qty) : sum;
  }, 0);
  const left = moneyOf(tenders).came - refunds.reduce((sum, { amount }) => sum + amount, 0);
  return Math.max(0, Math.min(paid - back, left));
}

/**
 * After a refund: what its sale's gift cards are worth beyond what still pays for them goes.
 * @param sale as it is with the refund @param refund its key
 * @returns minor units that were taken back, and those that had been spent before
 */
export async function revokeGifts(
  work: Work,
  sale: Sale,
  refund: string,
): Promise<{ readonly revoked: number; readonly spent: number }> {
  const { free, spent, ids } = await issuedBy(work, sale.key);
  const due = Math.max(0, free + spent - giftsBackedBy(sale));
  let left = Math.min(due, free);
  for (const id of ids) {
    const part = Math.min(left, await freeOf(work, id));
    if (part > 0) await noteGift(work, id, 'revoke', part, sale.key, refund);
    left -= part;
  }
  return { revoked: Math.min(due, free), spent: due - Math.min(due, free) };
}

/**
 * A gift card of before the ledger, or of a card's issuer, with what it's worth. The same again changes nothing.
 * @param card what the issuer calls it on a card that is tapped, 1 to 64 characters
 * @throws ShopError `invalid`
 */
export async function openGift(
  work: Work,
  { code, amount, card }: { readonly code: string; readonly amount: number; readonly card?: string },
): Promise<void> {
  if (!CODE_FORM.test(code)) throw new ShopError('invalid', 'A gift card has a code of 16 letters and digits.');
  if (!Number.isSafeInteger(amount) || amount < 0 || amount > MINOR_MAX)
    throw new ShopError(
      'invalid',
      'What a gift card is worth is a whole number of minor units, of twelve digits at most.',
    );
  const id = giftIdOf(work, code);
  const isThere = await freeOf(work, id).then(
    () => true,
    () => false,
  );
  if (!isThere) {
    await addGiftCard(work, id);
    await noteGift(work, id, 'load', amount, 'opening');
  }
  if (card !== undefined) await putOnCard(work, id, card);
}

async function putOnCard(work: Work, id: string, card: string): Promise<void> {
  if (card.length < 1 || card.length > CARD_CHARACTERS_MAX)
    throw new ShopError('invalid', 'What an issuer calls a card has 1 to 64 characters.');
  const known = await giftOnCard(work, card);
  if (known !== undefined && known !== id) throw new ShopError('invalid', 'Another gift is on this card.');
  await work.query('update gift_card set on_card = $3 where shop_id = $1 and gift_id = $2', [
    work.shop.shop_id,
    id,
    card,
  ]);
}
