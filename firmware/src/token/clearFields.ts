/**
 * What a card may say in clear, and the form of each: a value that doesn't have its form is left out whole, and never cut to fit.
 * Source: docs/reference/clear-fields.md is this table, with the reasons.   Floor: token.
 */
import {
  type DataObject,
  dataObject,
  latin1FromBytes,
  TAG_8A_AUTHORISATION_RESPONSE_CODE,
  TAG_9A_TRANSACTION_DATE,
  TAG_9B_TRANSACTION_STATUS_INFORMATION,
  TAG_9C_TRANSACTION_TYPE,
  TAG_9F5B_ISSUER_SCRIPT_RESULTS,
  TAG_9F21_TRANSACTION_TIME,
  TAG_9F26_APPLICATION_CRYPTOGRAM,
  TAG_9F27_CRYPTOGRAM_INFORMATION_DATA,
  TAG_9F34_CVM_RESULTS,
  TAG_9F36_APPLICATION_TRANSACTION_COUNTER,
  TAG_95_TERMINAL_VERIFICATION_RESULTS,
} from '@comptoir/protocol';
import type { DataStore } from '../emv/data/dataStore.js';

const CRYPTOGRAM_BYTES = 8;
const COUNTER_BYTES = 2;
/** Bits of 9F27 that the book leaves unused. @see EMV 4.4 Book 3 §6.5.5.4, Table 15 */
const CID_UNUSED = 0x30;
const CID_NO_TYPE = 0xc0;

/** Of the card, in the field `emvData`. */
export const CLEAR_CARD_TAGS: readonly (readonly [tag: number, hasForm: (value: Uint8Array) => boolean])[] = [
  [TAG_9F36_APPLICATION_TRANSACTION_COUNTER, ({ length }) => length === COUNTER_BYTES],
  [TAG_9F27_CRYPTOGRAM_INFORMATION_DATA, isCryptogramInformation],
  [TAG_9F26_APPLICATION_CRYPTOGRAM, ({ length }) => length === CRYPTOGRAM_BYTES],
];

/** Of the reader itself, in the same field. */
export const CLEAR_READER_TAGS: readonly number[] = [
  TAG_95_TERMINAL_VERIFICATION_RESULTS,
  TAG_9B_TRANSACTION_STATUS_INFORMATION,
  TAG_9F34_CVM_RESULTS,
  TAG_9A_TRANSACTION_DATE,
  TAG_9F21_TRANSACTION_TIME,
  TAG_9C_TRANSACTION_TYPE,
  TAG_8A_AUTHORISATION_RESPONSE_CODE,
  TAG_9F5B_ISSUER_SCRIPT_RESULTS,
];

const LABEL_CHARACTERS_MAX = 16;
const LABEL_DIGITS_MAX = 4;
const REFERENCE_CHARACTERS = 29;
const LANGUAGES_BYTES_MAX = 8;
const QUESTION_MARK = 0x3f;
/** ISO 8859-1 has characters from here on. */
const LATIN_FROM = 0xa0;

/** What receipt and till need of the EMV data: objects of the card that have their form, and of the reader. */
export function clearEmvObjects(
  store: DataStore,
  terminal: ReadonlyMap<number, Uint8Array>,
): { readonly ofCard: readonly DataObject[]; readonly ofReader: readonly DataObject[] } {
  const ofCard: DataObject[] = [];
  for (const [tag, hasForm] of CLEAR_CARD_TAGS) {
    const value = store.get(tag);
    if (value !== undefined && hasForm(value)) ofCard.push(dataObject(tag, value));
  }
  const ofReader: DataObject[] = [];
  for (const tag of CLEAR_READER_TAGS) {
    const value = terminal.get(tag);
    if (value !== undefined && value.length > 0) ofReader.push(dataObject(tag, value));
  }
  return { ofCard, ofReader };
}

function isCryptogramInformation({ length, 0: byte = CID_UNUSED }: Uint8Array): boolean {
  return length === 1 && (byte & CID_UNUSED) === 0 && (byte & CID_NO_TYPE) !== CID_NO_TYPE;
}

/**
 * Tag 50 or 9F12, and the label of a wallet's profile: at most 16 characters of ISO 8859-1, of which ASCII is shown and the others become
 * question marks. At most four digits between two letters: more may be a part of a number, also of an application that is never
 * opened, which no search knows.
 * @returns empty when it has another form
 */
export function clearLabel(label: Uint8Array): string {
  if (label.length > LABEL_CHARACTERS_MAX) return '';
  let text = '';
  let digits = 0;
  for (const byte of label) {
    const isShown = byte >= 0x20 && byte <= 0x7e;
    if (!isShown && byte < LATIN_FROM) return '';
    if (isAsciiDigit(byte)) digits += 1;
    else if (isLetter(byte)) digits = 0;
    if (digits > LABEL_DIGITS_MAX) return '';
    text += String.fromCharCode(isShown ? byte : QUESTION_MARK);
  }
  return text.trimEnd();
}

/** Tag 5F2D: one to four languages, two small letters each. Undefined when it's something else. */
export function clearLanguages(value: Uint8Array): string | undefined {
  const isList = value.length > 0 && value.length <= LANGUAGES_BYTES_MAX && value.length % 2 === 0;
  return isList && value.every(isSmallLetter) ? latin1FromBytes(value) : undefined;
}

/** Tag 9F24, the PAR: 29 characters, A to Z and 0 to 9. Undefined when it's something else. */
export function clearAccountReference(value: Uint8Array | undefined): string | undefined {
  const hasForm = value?.length === REFERENCE_CHARACTERS && value.every(isReferenceCharacter);
  return hasForm ? latin1FromBytes(value) : undefined;
}

function isReferenceCharacter(byte: number): boolean {
  return isAsciiDigit(byte) || (byte >= 0x41 && byte <= 0x5a);
}

function isAsciiDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

function isLetter(byte: number): boolean {
  return isSmallLetter(byte | 0x20);
}

function isSmallLetter(byte: number): boolean {
  return byte >= 0x61 && byte <= 0x7a;
}
