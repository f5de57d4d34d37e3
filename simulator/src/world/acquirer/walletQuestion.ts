/**
 * What a reader asks about a profile without a card number, put to the profile's own authoriser.
 * Source: docs/reference/protocol.md, `authorise` with `asks`.   Floor: simulator world.
 */

import type { AcquirerAnswer } from '@comptoir/acquirer';
import type { Offer } from '@comptoir/issuer/authorisers';
import { saleInBooks } from '@comptoir/issuer/authorisers';
import {
  ASKS,
  type DataObject,
  encodeTlv,
  equalBytes,
  findObject,
  type Message,
  NO_BYTES,
  TAG_9F26_APPLICATION_CRYPTOGRAM,
  TAG_9F27_CRYPTOGRAM_INFORMATION_DATA,
  toHex,
} from '@comptoir/protocol';
import { KIND_ACCOUNT, TAG_C0_PROFILE_IDENTIFIER, TAG_DF77_SALE_KEY } from '@comptoir/protocol/wallet';
import type { Authorisers } from './developmentAuthorisers.js';
import { RESPONSE_CODES } from './responseCodes.js';

/** Fields of `complete`. */
export type CheckoutAnswer = AcquirerAnswer;

/** A question of a checkout: always with the sale's key. */
export type CheckoutQuestion = Message<'authorise'> & { readonly planId: Uint8Array };

const APPROVED = '00';
const PARTLY_APPROVED = '10';
const REFUSED = '05';
/** What the reader seals beside the assertion. */
const NOT_ASSERTED: readonly number[] = [TAG_9F27_CRYPTOGRAM_INFORMATION_DATA, TAG_C0_PROFILE_IDENTIFIER];

/**
 * @param question whose envelope was opened
 * @param cardData of the envelope
 */
export async function askAuthoriser(
  { gifts, accounts, giftBooks }: Authorisers,
  merchant: string,
  question: CheckoutQuestion,
  cardData: readonly DataObject[],
): Promise<CheckoutAnswer> {
  const { amount, asks, profileKind, planId, key } = question;
  const offer = offerOf(merchant, question, cardData);
  if (profileKind === KIND_ACCOUNT && asks === ASKS.authorise) {
    const answer = accounts.authorise({ ...offer, key: toHex(planId) });
    return answer.kind === 'approved'
      ? approved(answer.amount, amount)
      : { responseCode: RESPONSE_CODES[answer.reason] };
  }
  if (asks === ASKS.balance) return balanceOf(gifts, giftBooks, cardData);
  if (asks !== ASKS.reserve || !isOfSale(cardData, planId)) return { responseCode: REFUSED };
  const card = giftBooks && gifts.decidedByBooks(offer);
  const held = card && (await giftBooks?.hold(card, saleInBooks(key, planId), amount, offer.takesPartial ? 1 : amount));
  const answer = gifts.reserve(offer, held || 0);
  return answer.kind === 'reserved' ? approved(answer.amount, amount) : { responseCode: RESPONSE_CODES[answer.reason] };
}

/** What an authoriser is offered. @param cardData of the envelope */
export function offerOf(merchant: string, question: CheckoutQuestion, cardData: readonly DataObject[]): Offer {
  const { amount, currency, partial } = question;
  return { merchant, amount, currency, takesPartial: partial === 1, assertion: assertionOf(cardData) };
}

/** A gift card whose figure isn't on the card has its reference as its name: the card makes no cryptogram for an enquiry. */
async function balanceOf(
  gifts: Authorisers['gifts'],
  books: Authorisers['giftBooks'],
  cardData: readonly DataObject[],
): Promise<CheckoutAnswer> {
  const isEnquiry = findObject(cardData, TAG_9F26_APPLICATION_CRYPTOGRAM) === undefined;
  const reference = findObject(cardData, TAG_C0_PROFILE_IDENTIFIER)?.value ?? NO_BYTES;
  const inBooks = isEnquiry ? gifts.inBooks(reference) : undefined;
  const here = isEnquiry ? gifts.enquire(reference) : undefined;
  const free = inBooks === undefined ? here : await books?.balance(inBooks);
  return free === undefined
    ? { responseCode: RESPONSE_CODES.CARD_UNKNOWN }
    : { responseCode: APPROVED, approvedAmount: free };
}

function approved(amount: number, asked: number): CheckoutAnswer {
  return amount === asked ? { responseCode: APPROVED } : { responseCode: PARTLY_APPROVED, approvedAmount: amount };
}

/** What the reader sent to the card, and what the card said. */
function assertionOf(cardData: readonly DataObject[]): Uint8Array {
  return encodeTlv(...cardData.filter(({ tag }) => !NOT_ASSERTED.includes(tag)));
}

function isOfSale(cardData: readonly DataObject[], planId: Uint8Array): boolean {
  return equalBytes(findObject(cardData, TAG_DF77_SALE_KEY)?.value ?? NO_BYTES, planId);
}
