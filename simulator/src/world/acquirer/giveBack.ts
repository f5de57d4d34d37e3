/**
 * The way back of what was taken: to the instrument that paid, in its own authoriser's ledger.
 * Source: docs/reference/sdk.md, `Acquirer`.   Floor: simulator world.
 */

import { orderOf, saleOf } from '@comptoir/issuer/authorisers';
import { type DataObject, toHex } from '@comptoir/protocol';
import { KIND_ACCOUNT } from '@comptoir/protocol/wallet';
import type { Authorisers } from './developmentAuthorisers.js';
import { type CheckoutQuestion, offerOf } from './walletQuestion.js';

/**
 * @param refund its key: each is counted once
 * @param amount minor units; of a coupon what it took off: it may be used again
 * @returns false when the ledger refuses: nothing went back
 */
export type GiveBack = (refund: string, amount: number) => boolean | Promise<boolean>;

/** @param question an authoriser approved it @param cardData of its envelope */
export function giveBackTo(
  { gifts, accounts, giftBooks }: Authorisers,
  merchant: string,
  question: CheckoutQuestion,
  cardData: readonly DataObject[],
): GiveBack {
  const { planId, profileKind } = question;
  const sale = saleOf(merchant, toHex(planId));
  const offer = offerOf(merchant, question, cardData);
  const order = orderOf(offer, toHex(offer.assertion));
  if (profileKind === KIND_ACCOUNT) {
    const at = accounts.book.sale(sale)?.decided.findIndex((one) => one.order === order) ?? -1;
    return (refund, amount) => accounts.refund(merchant, refund, toHex(planId), at, amount) === amount;
  }
  const holds = [...(gifts.ledger.sale(sale)?.holds ?? [])];
  const [identity = '', hold] = holds.find(([, one]) => one.order === order) ?? [];
  const isElsewhere = hold !== undefined && gifts.isInBooks(hold.account);
  if (isElsewhere && giftBooks !== undefined) {
    const card = hold.account.toString();
    return async (refund, amount) => (await giftBooks.refund(card, question.key, refund, amount)) === amount;
  }
  return (refund, amount) => gifts.refund(merchant, refund, planId, identity, amount) === amount;
}
