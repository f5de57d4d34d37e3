/**
 * Where the value of gift cards is kept, when that isn't their authoriser: a shop has them in its own ledger, where its site sells and takes
 * them, too. The authoriser judges the card, the books the value. It has the form of `giftBooks` of `@comptoir/shop`.
 * Source: docs/explanation/account-pay.md; decision 72.   Floor: issuer.
 */
import { planOf } from '@comptoir/protocol/wallet';

/** Every call may come again. Rejecting means: nobody knows. Amounts are minor units. */
export interface GiftBooks {
  /** @param card its number at the authoriser, decimal @returns what is free; undefined: it isn't one of these books */
  balance(card: string): Promise<number | undefined>;
  /**
   * @param sale  key of the payment; of a later plan of its tap see `saleInBooks`
   * @param least nothing is held when less than this is there
   * @returns what is held for it, at most what was asked for; 0: nothing is
   */
  hold(card: string, sale: string, amount: number, least: number): Promise<number>;
  /** Ends what a payment holds: the first word counts. @returns what is true now; undefined: it held nothing */
  end(sale: string, end: 'captured' | 'released'): Promise<'captured' | 'released' | undefined>;
  /** @param refund its key @returns what went back to this card by this key */
  refund(card: string, sale: string, refund: string, amount: number): Promise<number>;
}

/** In no key of a payment: these are printable. */
const PLAN_MARK = '\u0001';

/** What books call a sale: a plan that was given up is over there, and the next one holds anew. @param planId DF77 */
export function saleInBooks(key: string, planId: Uint8Array): string {
  const plan = planOf(planId);
  return plan === 0 ? key : `${key}${PLAN_MARK}${plan}`;
}
