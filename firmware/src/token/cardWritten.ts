/**
 * What a card wrote into a message, one value after the other, without tags and lengths. What the reader or the till wrote is named here and
 * isn't searched: a card may well hide 000000, and an amount has zeros. What isn't named is searched, so that who forgets to name a field
 * loses it, and not a number.
 * Source: docs/reference/clear-fields.md.   Floor: token.
 */
import {
  concatBytes,
  type DataObject,
  decodeTlv,
  equalBytes,
  type FieldName,
  fieldTag,
  NO_BYTES,
  TAG_9F27_CRYPTOGRAM_INFORMATION_DATA,
} from '@comptoir/protocol';
import { CLEAR_READER_TAGS } from './clearFields.js';
import { MARK } from './numberSearch.js';

/** Fields that the reader, its configuration, the till or the acquirer wrote. */
const passedFields = tagsOf([
  'key',
  'amount',
  'currency',
  'outcome',
  'reason',
  'reversalDue',
  'usedInterface',
  'tokenReason',
  'authenticationMethod',
  'authenticationResult',
  'responseCode',
  'authorisationCode',
  'approvedAmount',
  'merchantIdentifier',
  'terminalIdentification',
  'transactionSequence',
  'model',
  'serial',
  'partial',
  'asks',
  'planId',
  'reference',
  'keySerialNumber',
  'inquiredToken',
  'due',
  'rejection',
  'rules',
  'profileKind',
  'reasonCode',
  'cardUpdated',
  'lineCount',
  'firmware',
  'versions',
  'selfTest',
  'slotStatus',
  'refusal',
  'runningHeader',
  'writtenChunks',
  'languages',
  'faultAt',
  'objectSequence',
  'contentHash',
  'certificate',
  'initialKeyId',
  'indexTokenVersion',
  'checkValues',
  'uptimeSeconds',
  'eventCount',
  'eventList',
]);
/** The same of what `emvData` holds; 9F27 has a value of the book. */
const passedObjects = [...CLEAR_READER_TAGS, TAG_9F27_CRYPTOGRAM_INFORMATION_DATA].map(character).join('');
/** Fields that have the form of a text. */
const ofText = tagsOf(['label', 'paymentAccountReference', 'languagePreference', 'currencyCode']);
/** Of the first byte of a tag: an item of a list. @see EMV 4.4 Book 3 Annex B1 */
const CONSTRUCTED = 0x20;
const TAG_EMV_DATA = fieldTag('emvData');
const TAG_MASK = fieldTag('maskedNumber');
const TAG_BALANCE = fieldTag('balance');
const TAG_REFERENCE = fieldTag('paymentAccountReference');

/** A value that was vouched for, as it is in the message. */
export interface Passed {
  readonly bytes: Uint8Array;
  readonly searched: readonly Uint8Array[];
}

interface CardWritten {
  /** The caller erases them. */
  readonly bytes: Uint8Array;
  /** By byte: a value of MARK. */
  readonly marks: Uint8Array;
  /** Those of the values that may be base64. */
  readonly encoded: readonly Uint8Array[];
}

/** What was found so far. No closure holds it: two that call each other stay in memory until the engine looks for circles. */
interface Found {
  readonly values: Uint8Array[];
  readonly texts: boolean[];
  readonly encoded: Uint8Array[];
  readonly vouched: readonly Passed[];
  readonly masks: readonly { readonly mask: Uint8Array }[];
}

/** @param masks of the numbers: what is one of them was compared, and is left out. Its ends may be the hidden digits of another place. */
export function cardWritten(
  fields: readonly DataObject[],
  vouched: readonly Passed[],
  masks: readonly { readonly mask: Uint8Array }[],
): CardWritten {
  const found: Found = { values: [], texts: [], encoded: [], vouched, masks };
  collect(found, fields, passedFields);
  const { values, texts, encoded } = found;
  const bytes = concatBytes(...values);
  const marks = new Uint8Array(bytes.length);
  let at = 0;
  for (let index = 0; index < values.length; index += 1) {
    const end = at + (values[index] as Uint8Array).length;
    if (texts[index] === true) marks.fill(MARK.text, at, end);
    else marks[at] = MARK.first;
    at = end;
  }
  return { bytes, marks, encoded };
}

/** In the order of the message, lists and EMV data with it. @param notOfCard tags that aren't searched */
function collect(found: Found, objects: readonly DataObject[], notOfCard: string): void {
  for (let index = 0; index < objects.length; index += 1) {
    const { tag, value } = objects[index] as DataObject;
    // `isAmong`, without the call.
    if (tag <= 0xffff && notOfCard.includes(String.fromCharCode(tag))) continue;
    const item = tag <= 0xff && (tag & CONSTRUCTED) !== 0 ? decodeTlv(value) : undefined;
    if (item?.ok === true) collect(found, item.objects, notOfCard);
    else collectValue(found, tag, value);
  }
}

function collectValue(found: Found, tag: number, value: Uint8Array): void {
  const by = vouchedFor(found.vouched, value);
  const decoded = by === undefined && tag === TAG_EMV_DATA ? decodeTlv(value) : undefined;
  if (by !== undefined) for (const part of by.searched) take(found, tag, part);
  else if (decoded?.ok === true) collect(found, decoded.objects, passedObjects);
  else if (tag === TAG_BALANCE) take(found, tag, withoutLeadingZeros(value));
  else if (tag !== TAG_MASK || !found.masks.some(({ mask }) => equalBytes(mask, value))) take(found, tag, value);
}

function vouchedFor(vouched: readonly Passed[], value: Uint8Array): Passed | undefined {
  const { length } = value;
  for (let index = 0; index < vouched.length; index += 1) {
    const passed = vouched[index] as Passed;
    if (passed.bytes === value || (passed.bytes.length === length && equalBytes(passed.bytes, value))) return passed;
  }
  return undefined;
}

function take({ values, texts, encoded }: Found, tag: number, value: Uint8Array): void {
  if (value.length === 0) return;
  values.push(value);
  texts.push(isAmong(ofText, tag));
  // A PAR has capitals and figures.
  if (tag !== TAG_REFERENCE) encoded.push(value);
}

/** A string of characters is the smallest set of tags, and the one that is looked through fastest. */
function tagsOf(names: readonly FieldName[]): string {
  return names.map((name) => character(fieldTag(name))).join('');
}

function character(tag: number): string {
  return String.fromCharCode(tag);
}

/** Longer tags than two bytes are none of ours. */
function isAmong(tags: string, tag: number): boolean {
  return tag <= 0xffff && tags.includes(character(tag));
}

/** They are the wire's: the card gave an amount. */
function withoutLeadingZeros(value: Uint8Array): Uint8Array {
  const first = value.findIndex((byte) => byte !== 0);
  return first < 0 ? NO_BYTES : value.subarray(first);
}
