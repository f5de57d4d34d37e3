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
const NOT_OF_CARD: readonly FieldName[] = [
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
  'saleKey',
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
];
const TEXTS: readonly FieldName[] = ['label', 'paymentAccountReference', 'languagePreference', 'currencyCode'];
/** The same of what `emvData` holds; 9F27 has a value of the book. */
const EMV_NOT_OF_CARD: readonly number[] = [...CLEAR_READER_TAGS, TAG_9F27_CRYPTOGRAM_INFORMATION_DATA];
const passed: ReadonlySet<number> = new Set(NOT_OF_CARD.map(fieldTag));
const passedInEmvData: ReadonlySet<number> = new Set(EMV_NOT_OF_CARD);
/** Fields that have the form of a text. */
const ofText: ReadonlySet<number> = new Set(TEXTS.map(fieldTag));
const TAG_EMV_DATA = fieldTag('emvData');
const TAG_MASK = fieldTag('maskedNumber');
const TAG_BALANCE = fieldTag('balance');

/** A value that was vouched for, as it is in the message. */
export interface Passed {
  readonly bytes: Uint8Array;
  readonly searched: readonly Uint8Array[];
}

export interface CardWritten {
  /** The caller erases them. */
  readonly bytes: Uint8Array;
  /** By byte: a value of MARK. */
  readonly marks: Uint8Array;
}

/** @param masks of the numbers: what is one of them was compared, and is left out. Its ends may be the hidden digits of another place. */
export function cardWritten(
  fields: readonly DataObject[],
  vouched: readonly Passed[],
  masks: readonly { readonly mask: Uint8Array }[],
): CardWritten {
  const values: Uint8Array[] = [];
  const marks: Uint8Array[] = [];
  const take = (value: Uint8Array, isText: boolean): void => {
    values.push(value);
    const marked = new Uint8Array(value.length).fill(isText ? MARK.text : MARK.none);
    if (!isText && value.length > 0) marked[0] = MARK.first;
    marks.push(marked);
  };
  const collect = (objects: readonly DataObject[], notOfCard: ReadonlySet<number>): void => {
    for (const { tag, value, children } of objects) {
      if (notOfCard.has(tag)) continue;
      if (children !== undefined) {
        collect(children, notOfCard);
        continue;
      }
      const by = vouched.find((one) => equalBytes(one.bytes, value));
      if (by !== undefined) for (const part of by.searched) take(part, false);
      else if (tag === TAG_EMV_DATA) collectEmvData(value);
      else if (tag === TAG_BALANCE) take(withoutLeadingZeros(value), false);
      else if (tag !== TAG_MASK || !masks.some(({ mask }) => equalBytes(mask, value))) take(value, ofText.has(tag));
    }
  };
  const collectEmvData = (value: Uint8Array): void => {
    const decoded = decodeTlv(value);
    if (decoded.ok) collect(decoded.objects, passedInEmvData);
    else take(value, false);
  };
  collect(fields, passed);
  return { bytes: concatBytes(...values), marks: concatBytes(...marks) };
}

/** They are the wire's: the card gave an amount. */
function withoutLeadingZeros(value: Uint8Array): Uint8Array {
  const first = value.findIndex((byte) => byte !== 0);
  return first < 0 ? NO_BYTES : value.subarray(first);
}
