/**
 * The shop's gift ledger for whoever authorises the gift cards on cards that are tapped: what a reader asks about one is held, taken and given
 * back here, by the key of its payment, as on the web. Whoever calls has verified the card; here it's the value alone.
 * Source: docs/reference/shop.md, gift value; decision 72.   Floor: shop gifts.
 */
import { change, read, type Surroundings, type Work } from '../database/work.js';
import { ShopError } from '../shopError.js';
import { freeOf, giftOnCard } from './giftLedger.js';
import { endGiftHolds, type GiftEnd, holdGiftById, refundGift } from './gifts.js';

/** Every call may come again. Rejecting means: nobody knows. */
export interface GiftBooks {
  /** @param card what its issuer calls it @returns minor units; undefined: it isn't one of these books */
  balance(card: string): Promise<number | undefined>;
  /**
   * @param sale  key of the payment; of a later plan of the same tap followed by U+0001 and its number. A refund has the key alone
   * @param least nothing is held when less than this is there
   * @returns minor units that are held for it, at most what was asked for; 0: nothing is
   */
  hold(card: string, sale: string, amount: number, least: number): Promise<number>;
  /** Ends what a sale holds: the first word counts. @returns what is true now; undefined: it held nothing */
  end(sale: string, end: GiftEnd): Promise<GiftEnd | undefined>;
  /** @param refund its key @returns minor units that went back by this key */
  refund(card: string, sale: string, refund: string, amount: number): Promise<number>;
}

export function giftBooks(around: Surroundings, shop: string): GiftBooks {
  const ofCard = async (work: Work, card: string): Promise<string> => {
    const id = await giftOnCard(work, card);
    if (id === undefined) throw new ShopError('not-found', 'There is no such gift card.');
    return id;
  };
  return {
    balance: (card) =>
      read(around, shop, async (work) => {
        const id = await giftOnCard(work, card);
        return id === undefined ? undefined : freeOf(work, id);
      }),
    hold: (card, sale, amount, least) =>
      change(around, shop, async (work) => {
        const held = await holdGiftById(work, await ofCard(work, card), { sale, amount, least });
        return held.amount;
      }).catch(nothing),
    end: (sale, end) =>
      change(around, shop, (work) => endGiftHolds(work, sale, end === 'captured' ? 'capture' : 'release')),
    refund: (card, sale, refund, amount) =>
      change(around, shop, async (work) => refundGift(work, sale, refund, amount, await ofCard(work, card))),
  };
}

/** A gift card that says no is no fault. */
function nothing(fault: unknown): number {
  if (fault instanceof ShopError && ['declined', 'wrong-state', 'not-found'].includes(fault.code)) return 0;
  throw fault;
}
