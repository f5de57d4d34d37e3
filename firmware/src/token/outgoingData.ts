/**
 * What may leave of one card: mask, token, PAR, EMV data in clear, cryptogram, envelope, transaction token.
 * Floor: token.
 */
import {
  type DataObject,
  dataObject,
  encodeTlv,
  latin1FromBytes,
  NO_BYTES,
  TAG_5F2A_TRANSACTION_CURRENCY_CODE,
  TAG_5F28_ISSUER_COUNTRY_CODE,
  TAG_5F34_PAN_SEQUENCE_NUMBER,
  TAG_8A_AUTHORISATION_RESPONSE_CODE,
  TAG_8E_CVM_LIST,
  TAG_9A_TRANSACTION_DATE,
  TAG_9B_TRANSACTION_STATUS_INFORMATION,
  TAG_9C_TRANSACTION_TYPE,
  TAG_9F1A_TERMINAL_COUNTRY_CODE,
  TAG_9F5B_ISSUER_SCRIPT_RESULTS,
  TAG_9F6C_CARD_TRANSACTION_QUALIFIERS,
  TAG_9F6E_FORM_FACTOR_INDICATOR,
  TAG_9F02_AMOUNT_AUTHORISED,
  TAG_9F03_AMOUNT_OTHER,
  TAG_9F10_ISSUER_APPLICATION_DATA,
  TAG_9F19_TOKEN_REQUESTOR_ID,
  TAG_9F21_TRANSACTION_TIME,
  TAG_9F24_PAYMENT_ACCOUNT_REFERENCE,
  TAG_9F26_APPLICATION_CRYPTOGRAM,
  TAG_9F27_CRYPTOGRAM_INFORMATION_DATA,
  TAG_9F33_TERMINAL_CAPABILITIES,
  TAG_9F34_CVM_RESULTS,
  TAG_9F35_TERMINAL_TYPE,
  TAG_9F36_APPLICATION_TRANSACTION_COUNTER,
  TAG_9F37_UNPREDICTABLE_NUMBER,
  TAG_9F66_TERMINAL_TRANSACTION_QUALIFIERS,
  TAG_82_APPLICATION_INTERCHANGE_PROFILE,
  TAG_84_DEDICATED_FILE_NAME,
  TAG_95_TERMINAL_VERIFICATION_RESULTS,
  TAG_DF8306_MEASURED_RELAY_RESISTANCE_PROCESSING_TIME,
} from '@comptoir/protocol';
import { KEY, type Secure } from '../board/board.js';
import { maskCardNumber } from '../emv/cardNumber.js';
import type { CardRead } from '../emv/transaction.js';
import { type CardNumberSpellings, showsCardNumber } from './egress.js';
import { type IndexToken, makeIndexToken } from './indexToken.js';
import type { TokenLimiter } from './tokenLimiter.js';

/** What a card may say in clear. A tag that isn't here stays in the reader, or goes into the envelope. */
const CARD_TAGS = [
  TAG_5F28_ISSUER_COUNTRY_CODE,
  TAG_5F34_PAN_SEQUENCE_NUMBER,
  TAG_82_APPLICATION_INTERCHANGE_PROFILE,
  TAG_8E_CVM_LIST,
  TAG_9F10_ISSUER_APPLICATION_DATA,
  TAG_9F19_TOKEN_REQUESTOR_ID,
  TAG_9F26_APPLICATION_CRYPTOGRAM,
  TAG_9F27_CRYPTOGRAM_INFORMATION_DATA,
  TAG_9F36_APPLICATION_TRANSACTION_COUNTER,
  TAG_9F6C_CARD_TRANSACTION_QUALIFIERS,
  TAG_9F6E_FORM_FACTOR_INDICATOR,
];

/** What the reader says itself. */
const TERMINAL_TAGS = [
  TAG_8A_AUTHORISATION_RESPONSE_CODE,
  TAG_5F2A_TRANSACTION_CURRENCY_CODE,
  TAG_95_TERMINAL_VERIFICATION_RESULTS,
  TAG_9A_TRANSACTION_DATE,
  TAG_9B_TRANSACTION_STATUS_INFORMATION,
  TAG_9C_TRANSACTION_TYPE,
  TAG_9F02_AMOUNT_AUTHORISED,
  TAG_9F03_AMOUNT_OTHER,
  TAG_9F1A_TERMINAL_COUNTRY_CODE,
  TAG_9F21_TRANSACTION_TIME,
  TAG_9F33_TERMINAL_CAPABILITIES,
  TAG_9F34_CVM_RESULTS,
  TAG_9F35_TERMINAL_TYPE,
  TAG_9F37_UNPREDICTABLE_NUMBER,
  TAG_9F5B_ISSUER_SCRIPT_RESULTS,
  TAG_9F66_TERMINAL_TRANSACTION_QUALIFIERS,
  TAG_DF8306_MEASURED_RELAY_RESISTANCE_PROCESSING_TIME,
];

const PAR_CHARACTERS = 29;
const LABEL_CHARACTERS_MAX = 16;
const LANGUAGES_BYTES_MAX = 8;

/** Fields of the messages `authorise`, `result` and `instrument` that describe the card. */
export interface CardDescription {
  readonly label: string;
  readonly applicationIdentifier: Uint8Array;
  readonly maskedNumber: string;
  readonly authenticationMethod: string;
  readonly authenticationResult: string;
  readonly indexToken?: string;
  readonly tokenReason?: string;
  readonly paymentAccountReference?: string;
  readonly languagePreference?: string;
}

/** The card in the words of the messages, without its token. */
export function describeCard(card: CardRead, spellings: CardNumberSpellings): CardDescription {
  const { cardNumber, authentication } = card;
  // The description outlives the card's answers, of which this is a view.
  const aid = showsCardNumber(card.aid, spellings) ? NO_BYTES : card.aid.slice();
  const reference = paymentAccountReference(card, spellings);
  const languages = shownLanguages(card.languages, spellings);
  return {
    label: shownLabel(card.label, spellings),
    applicationIdentifier: aid,
    maskedNumber: maskCardNumber(cardNumber),
    authenticationMethod: authentication.method,
    authenticationResult: authentication.result,
    ...(reference === undefined ? {} : { paymentAccountReference: reference }),
    ...(languages === undefined ? {} : { languagePreference: languages }),
  };
}

export type IndexTokenResult =
  | { readonly kind: 'token'; readonly token: IndexToken }
  | { readonly kind: 'withheld'; readonly reason: 'not-authenticated' | 'no-merchant-key' | 'too-many' };

/** Only when offline authentication proved the number, and not too many: an emulated card must not make the reader a token oracle. */
export function indexTokenOf(secure: Secure, limiter: TokenLimiter, card: CardRead): IndexTokenResult {
  if (!card.isNumberProven) return { kind: 'withheld', reason: 'not-authenticated' };
  const merchantKey = secure.findKey(KEY.indexToken);
  if (merchantKey === 0) return { kind: 'withheld', reason: 'no-merchant-key' };
  if (!limiter.take()) return { kind: 'withheld', reason: 'too-many' };
  return { kind: 'token', token: makeIndexToken(secure, merchantKey, card.cardNumber) };
}

/** Data objects for the acquirer in clear; one that shows the card number is left out. */
export function emvDataInClear(
  card: CardRead,
  terminal: ReadonlyMap<number, Uint8Array>,
  spellings: CardNumberSpellings,
): Uint8Array {
  const objects: DataObject[] = [];
  const take = (tag: number, value: Uint8Array | undefined): void => {
    if (value !== undefined && value.length > 0 && !showsCardNumber(value, spellings))
      objects.push(dataObject(tag, value));
  };
  take(TAG_84_DEDICATED_FILE_NAME, card.aid);
  for (const tag of CARD_TAGS) take(tag, card.store.get(tag));
  for (const tag of TERMINAL_TAGS) take(tag, terminal.get(tag));
  const encoded = encodeTlv(...objects);
  // Two harmless values side by side may spell the number: then the terminal's own data is all that goes.
  return showsCardNumber(encoded, spellings)
    ? encodeTlv(...objects.filter(({ tag }) => TERMINAL_TAGS.includes(tag)))
    : encoded;
}

/** Text is made only of a label that does not show the number. @param label as the card wrote it */
export function shownLabel(label: Uint8Array, spellings: CardNumberSpellings): string {
  const shown = label.subarray(0, LABEL_CHARACTERS_MAX);
  return showsCardNumber(shown, spellings) ? '' : printableText(shown);
}

/** ASCII; what isn't printable becomes a question mark. */
export function printableText(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += byte >= 0x20 && byte <= 0x7e ? String.fromCharCode(byte) : '?';
  return text.trimEnd();
}

/** Tag 5F2D: one to four languages, two letters each. Undefined when it's something else: letters may be packed digits, too. */
export function shownLanguages(value: Uint8Array, spellings: CardNumberSpellings): string | undefined {
  const isList = value.length > 0 && value.length <= LANGUAGES_BYTES_MAX && value.length % 2 === 0;
  return isList && value.every(isLowerLetter) && !showsCardNumber(value, spellings)
    ? latin1FromBytes(value)
    : undefined;
}

function isLowerLetter(byte: number): boolean {
  return byte >= 0x61 && byte <= 0x7a;
}

/** PAR, 29 characters A to Z and 0 to 9; a card that gives something else gives none. */
function paymentAccountReference({ store }: CardRead, spellings: CardNumberSpellings): string | undefined {
  const value = store.get(TAG_9F24_PAYMENT_ACCOUNT_REFERENCE);
  if (value?.length !== PAR_CHARACTERS || !value.every(isUpperAlphanumeric) || showsCardNumber(value, spellings))
    return undefined;
  return latin1FromBytes(value);
}

function isUpperAlphanumeric(byte: number): boolean {
  return (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x5a);
}
