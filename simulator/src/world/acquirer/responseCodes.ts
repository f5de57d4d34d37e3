/**
 * Authorisation response codes (tag 8A) for what an authoriser says; the reader takes all but 00 and 10 for a decline.
 * Source: ISO 8583:1987, action codes.   Floor: simulator world; imports types only.
 */
import type { Decline, Refusal } from '@comptoir/issuer/authorisers';

export const RESPONSE_CODES: Readonly<Record<Refusal | Decline, string>> = {
  MALFORMED: '30',
  KEY_REUSED: '94',
  SALE_OVER: '94',
  KEY_SET_NOT_LIVE: '63',
  CARD_UNKNOWN: '14',
  MAC_WRONG: '63',
  NONCE_UNKNOWN: '63',
  NONCE_USED: '94',
  NONCE_STALE: '68',
  MERCHANT_OTHER: '03',
  AMOUNT_OTHER: '13',
  COUNTER_OLD: '63',
  COUNTER_USED: '94',
  CARD_BLOCKED: '41',
  ACCOUNT_BLOCKED: '62',
  CURRENCY_OTHER: '12',
  LIMIT_TAP: '61',
  LIMIT_OFFLINE: '61',
  LIMIT_DAY: '61',
  FUNDS: '51',
  COUPON_REDEEMED: '94',
  COUPON_LIMIT: '13',
  NOT_ISSUED: '14',
};
