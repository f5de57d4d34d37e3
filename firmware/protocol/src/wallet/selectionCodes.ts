/**
 * Codes of a selection record: outcomes, reasons and rules. Frozen: a number never changes its meaning.
 * Source: docs/reference/wallet-list.md.   Floor: protocol; imports nothing.
 */

/** How a selection ended. */
export const OUTCOME_TENDERS = 1;
export const OUTCOME_PARTIAL = 2;
export const OUTCOME_REJECT = 3;
export const OUTCOME_CHOICE_REQUIRED = 4;
export const OUTCOME_ENUMERATED = 5;

/** Why nothing was taken. */
export const REJECT_COLLISION = 1;
export const REJECT_TRY_ANOTHER_INTERFACE = 2;
export const REJECT_CANDIDATE_LIST_EMPTY = 3;
export const REJECT_CHOSEN_UNAVAILABLE = 4;
export const REJECT_CONFIRMATION_REFUSED = 5;
export const REJECT_DECLINED = 6;
export const REJECT_INSUFFICIENT_TENDER = 7;

/** Why a profile was not used. */
export const NOT_ACTIVATED = 1;
export const NOT_ACCEPTED = 2;
export const MALFORMED_ADF = 3;
export const OVER_CTLS_LIMIT = 4;
export const CVM_REQUIRED = 5;
export const CONFIRMATION_UNAVAILABLE = 6;
export const EXPIRED = 7;
export const CURRENCY_MISMATCH = 8;
export const SELECT_FAILED = 9;
export const DECLINED = 10;
export const CUSTOMER_DECLINED = 11;
export const SPLIT_NOT_ALLOWED = 12;
export const GIFT_LIMIT = 13;
export const COUPON_NOT_ACCEPTED = 14;
export const COUPON_EXPIRED = 15;
export const COUPON_NOT_YET_VALID = 16;
export const COUPON_WRONG_MERCHANT = 17;
export const COUPON_MIN_SPEND = 18;
export const COUPON_NO_MATCHING_ITEM = 19;
export const COUPON_ALREADY_REDEEMED = 20;
export const COUPON_COMBINATION_DISALLOWED = 21;
export const CARD_RULE_FORBIDS = 22;

/** Why a tender was taken, or taken before others. */
export const RULE_BEST_COUPON_SET = 1;
export const RULE_POINTS_ASKED_FOR = 2;
export const RULE_GIFT_CARD_ORDER = 3;
export const RULE_PAYER_CHOICE = 4;
export const RULE_CARD_RULE = 5;
export const RULE_CARD_SELECTION = 6;
export const RULE_CARD_PRIORITY = 7;
export const RULE_FALLBACK = 8;
export const RULE_PAYER_BRAND = 9;
export const RULE_LEAST_COST = 10;
export const RULE_MERCHANT_PREFERENCE = 11;
