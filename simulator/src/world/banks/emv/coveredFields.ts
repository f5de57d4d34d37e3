/**
 * What every cryptogram covers before the card's own words, in this order.
 * Source: EMV 4.4 Book 2 §8.1.1, Table 26.   Floor: simulator world.
 */
import * as tags from '@comptoir/protocol';

export const fieldLengths: readonly { readonly tag: number; readonly length: number }[] = [
  { tag: tags.TAG_9F02_AMOUNT_AUTHORISED, length: 6 },
  { tag: tags.TAG_9F03_AMOUNT_OTHER, length: 6 },
  { tag: tags.TAG_9F1A_TERMINAL_COUNTRY_CODE, length: 2 },
  { tag: tags.TAG_95_TERMINAL_VERIFICATION_RESULTS, length: 5 },
  { tag: tags.TAG_5F2A_TRANSACTION_CURRENCY_CODE, length: 2 },
  { tag: tags.TAG_9A_TRANSACTION_DATE, length: 3 },
  { tag: tags.TAG_9C_TRANSACTION_TYPE, length: 1 },
  { tag: tags.TAG_9F37_UNPREDICTABLE_NUMBER, length: 4 },
  { tag: tags.TAG_82_APPLICATION_INTERCHANGE_PROFILE, length: 2 },
  { tag: tags.TAG_9F36_APPLICATION_TRANSACTION_COUNTER, length: 2 },
];
