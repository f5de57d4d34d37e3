/**
 * Names of the codes of a selection record; the code is the position. Apart from the codes: a reader doesn't carry them.
 * Floor: protocol; imports nothing.
 */
export const SELECTION_OUTCOMES: readonly string[] = [
  '',
  'TENDERS',
  'PARTIAL',
  'REJECT',
  'CHOICE_REQUIRED',
  'ENUMERATED',
];

export const SELECTION_REJECTIONS: readonly string[] = [
  '',
  'COLLISION',
  'TRY_ANOTHER_INTERFACE',
  'CANDIDATE_LIST_EMPTY',
  'CHOSEN_UNAVAILABLE',
  'CONFIRMATION_REFUSED',
  'DECLINED',
  'INSUFFICIENT_TENDER',
];

export const SELECTION_REASONS: readonly string[] = [
  '',
  'NOT_ACTIVATED',
  'NOT_ACCEPTED',
  'MALFORMED_ADF',
  'OVER_CTLS_LIMIT',
  'CVM_REQUIRED',
  'CONFIRMATION_UNAVAILABLE',
  'EXPIRED',
  'CURRENCY_MISMATCH',
  'SELECT_FAILED',
  'DECLINED',
  'CUSTOMER_DECLINED',
  'SPLIT_NOT_ALLOWED',
  'GIFT_LIMIT',
  'COUPON_NOT_ACCEPTED',
  'COUPON_EXPIRED',
  'COUPON_NOT_YET_VALID',
  'COUPON_WRONG_MERCHANT',
  'COUPON_MIN_SPEND',
  'COUPON_NO_MATCHING_ITEM',
  'COUPON_ALREADY_REDEEMED',
  'COUPON_COMBINATION_DISALLOWED',
  'CARD_RULE_FORBIDS',
];

export const SELECTION_RULES: readonly string[] = [
  '',
  'BEST_COUPON_SET',
  'POINTS_ASKED_FOR',
  'GIFT_CARD_ORDER',
  'PAYER_CHOICE',
  'CARD_RULE',
  'CARD_SELECTION',
  'CARD_PRIORITY',
  'FALLBACK',
  'PAYER_BRAND',
  'LEAST_COST',
  'MERCHANT_PREFERENCE',
];
