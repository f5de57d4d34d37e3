/**
 * Why an authoriser says no, as data: one code, one sentence for people.
 * A refusal leaves no trace: what was shown proves nothing. A decline is a decision, and kept.
 * Source: docs/explanation/account-pay.md.   Floor: issuer; imports nothing.
 */
export const REFUSALS = {
  MALFORMED: 'the assertion is not one of each object that it must hold',
  KEY_REUSED: 'this key came before with another order',
  SALE_OVER: 'this sale was reversed or released',
  KEY_SET_NOT_LIVE: 'no live key-set has this number',
  CARD_UNKNOWN: 'the card reference belongs to no account in the known ranges',
  MAC_WRONG: 'the cryptogram is not the card’s over these objects',
  NONCE_UNKNOWN: 'this authoriser never made the nonce, or forgot it',
  NONCE_USED: 'another sale used the nonce',
  NONCE_STALE: 'the nonce is older than it may be',
  MERCHANT_OTHER: 'the assertion, or its nonce, is for another merchant',
  AMOUNT_OTHER: 'the card asserted another amount or currency',
  COUNTER_OLD: 'the card’s counter is behind the window',
  COUNTER_USED: 'the card’s counter was used or settled before',
} as const;
export type Refusal = keyof typeof REFUSALS;

export const DECLINES = {
  CARD_BLOCKED: 'the card is reported lost',
  ACCOUNT_BLOCKED: 'the account is blocked',
  CURRENCY_OTHER: 'the account is kept in another currency',
  LIMIT_TAP: 'more than one tap may take',
  LIMIT_OFFLINE: 'more than one tap may take with a nonce fetched ahead',
  LIMIT_DAY: 'more than one day may take',
  FUNDS: 'there is not enough left',
  COUPON_REDEEMED: 'the coupon is redeemed, or another sale holds it',
  COUPON_LIMIT: 'the discount is larger than the coupon gives',
  NOT_ISSUED: 'nothing was issued under this number',
} as const;
export type Decline = keyof typeof DECLINES;
