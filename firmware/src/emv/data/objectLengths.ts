/**
 * Lengths of the card's data objects that leave the reader or are sealed: a card that breaks one is in error. So a message
 * never grows by what a card likes to say.
 * Source: EMV 4.4 Book 3 Annex A; C-3 for 9F69, 9F6C and 9F6E.   Floor: emv.
 */
import {
  TAG_5A_APPLICATION_PAN,
  TAG_5F20_CARDHOLDER_NAME,
  TAG_5F24_APPLICATION_EXPIRATION_DATE,
  TAG_5F28_ISSUER_COUNTRY_CODE,
  TAG_5F34_PAN_SEQUENCE_NUMBER,
  TAG_8E_CVM_LIST,
  TAG_9F6C_CARD_TRANSACTION_QUALIFIERS,
  TAG_9F6E_FORM_FACTOR_INDICATOR,
  TAG_9F10_ISSUER_APPLICATION_DATA,
  TAG_9F19_TOKEN_REQUESTOR_ID,
  TAG_9F26_APPLICATION_CRYPTOGRAM,
  TAG_9F27_CRYPTOGRAM_INFORMATION_DATA,
  TAG_9F36_APPLICATION_TRANSACTION_COUNTER,
  TAG_57_TRACK_2_EQUIVALENT_DATA,
  TAG_82_APPLICATION_INTERCHANGE_PROFILE,
} from '@comptoir/protocol';
import type { DataStore } from './dataStore.js';

/** Tag, least and most bytes. An optional object may be there and empty: it then counts as absent. */
export const LENGTHS: readonly (readonly [tag: number, least: number, most: number])[] = [
  [TAG_57_TRACK_2_EQUIVALENT_DATA, 1, 19],
  [TAG_5A_APPLICATION_PAN, 1, 10],
  [TAG_5F20_CARDHOLDER_NAME, 0, 26],
  [TAG_5F24_APPLICATION_EXPIRATION_DATE, 3, 3],
  [TAG_5F28_ISSUER_COUNTRY_CODE, 0, 2],
  [TAG_5F34_PAN_SEQUENCE_NUMBER, 0, 1],
  [TAG_82_APPLICATION_INTERCHANGE_PROFILE, 2, 2],
  [TAG_8E_CVM_LIST, 0, 252],
  [TAG_9F10_ISSUER_APPLICATION_DATA, 0, 32],
  [TAG_9F19_TOKEN_REQUESTOR_ID, 0, 6],
  [TAG_9F26_APPLICATION_CRYPTOGRAM, 8, 8],
  [TAG_9F27_CRYPTOGRAM_INFORMATION_DATA, 1, 1],
  [TAG_9F36_APPLICATION_TRANSACTION_COUNTER, 2, 2],
  [TAG_9F6C_CARD_TRANSACTION_QUALIFIERS, 0, 2],
  [TAG_9F6E_FORM_FACTOR_INDICATOR, 0, 32],
];

/** True when a data object that the card gave is shorter or longer than its tag allows. */
export function hasWrongLength(store: DataStore): boolean {
  return LENGTHS.some(([tag, least, most]) => {
    const length = store.get(tag)?.length;
    return length !== undefined && (length < least || length > most);
  });
}
