/**
 * Who decides what pays without a card number: the account's authoriser and the gift card's, with their ledgers and what they write down.
 * Source: docs/explanation/account-pay.md.   Floor: issuer.
 */
export {
  type AccountAuthoriser,
  type AccountOrder,
  type AccountRange,
  merchantToken,
  openAccountAuthoriser,
} from './authorisers/accountAuthoriser.js';
export { DECISIONS_KEPT_MS } from './authorisers/accountBook.js';
export type { AccountEntry } from './authorisers/accountEntries.js';
export { type AssertionKind, forwardedAssertion, readAssertion } from './authorisers/assertion.js';
export { type CardRecord, keysOfCard, proveCard } from './authorisers/cardProof.js';
export { type Offer, orderOf, saleOf } from './authorisers/checkAssertion.js';
export { type GiftAuthoriser, HOLD_MS, openGiftAuthoriser } from './authorisers/giftAuthoriser.js';
export { type GiftBooks, saleInBooks } from './authorisers/giftBooks.js';
export type { GiftEntry, Instrument } from './authorisers/giftEntries.js';
export { RELEASED_KEPT_MS } from './authorisers/giftLedger.js';
export { type Journal, memoryJournal } from './authorisers/journal.js';
export { NONCE_LIFETIME_MS, NONCES_OF_MERCHANT_MAX, type NonceUse } from './authorisers/nonceBook.js';
export { DECLINES, type Decline, REFUSALS, type Refusal } from './authorisers/reasons.js';
