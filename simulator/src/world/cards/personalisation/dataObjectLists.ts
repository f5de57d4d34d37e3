/**
 * The data object lists that the software cards use.
 * Floor: simulator world.
 */
import * as tags from '@comptoir/protocol';
import type { DolEntry } from './dataObjectList.js';

/** What the cryptogram covers on every card. */
const transactionData: readonly DolEntry[] = [
  { tag: tags.TAG_9F02_AMOUNT_AUTHORISED, length: 6 },
  { tag: tags.TAG_9F03_AMOUNT_OTHER, length: 6 },
  { tag: tags.TAG_9F1A_TERMINAL_COUNTRY_CODE, length: 2 },
  { tag: tags.TAG_95_TERMINAL_VERIFICATION_RESULTS, length: 5 },
  { tag: tags.TAG_5F2A_TRANSACTION_CURRENCY_CODE, length: 2 },
  { tag: tags.TAG_9A_TRANSACTION_DATE, length: 3 },
  { tag: tags.TAG_9C_TRANSACTION_TYPE, length: 1 },
  { tag: tags.TAG_9F37_UNPREDICTABLE_NUMBER, length: 4 },
];

export const QVSDC_PDOL: readonly DolEntry[] = [
  { tag: tags.TAG_9F66_TERMINAL_TRANSACTION_QUALIFIERS, length: 4 },
  ...transactionData,
];

/** Some contact cards ask for a little before they start. */
export const CONTACT_PDOL: readonly DolEntry[] = [
  { tag: tags.TAG_9F35_TERMINAL_TYPE, length: 1 },
  { tag: tags.TAG_9F40_ADDITIONAL_TERMINAL_CAPABILITIES, length: 5 },
];

export const VISA_CDOL1: readonly DolEntry[] = transactionData;

export const MCHIP_CDOL1: readonly DolEntry[] = [
  ...transactionData,
  { tag: tags.TAG_9F35_TERMINAL_TYPE, length: 1 },
  { tag: tags.TAG_9F45_DATA_AUTHENTICATION_CODE, length: 2 },
  { tag: tags.TAG_9F4C_ICC_DYNAMIC_NUMBER, length: 8 },
  { tag: tags.TAG_9F34_CVM_RESULTS, length: 3 },
  { tag: tags.TAG_9F21_TRANSACTION_TIME, length: 3 },
];

/**
 * The second GENERATE AC: the issuer's answer first.
 * @param issuerDataLength how much of 91 the card wants there, in bytes; 0: nothing
 */
export function cdol2(cdol1: readonly DolEntry[], issuerDataLength: number): readonly DolEntry[] {
  const code = { tag: tags.TAG_8A_AUTHORISATION_RESPONSE_CODE, length: 2 };
  const issuerData = { tag: tags.TAG_91_ISSUER_AUTHENTICATION_DATA, length: issuerDataLength };
  return [code, ...(issuerDataLength === 0 ? [] : [issuerData]), ...cdol1];
}

export const DDOL: readonly DolEntry[] = [{ tag: tags.TAG_9F37_UNPREDICTABLE_NUMBER, length: 4 }];
