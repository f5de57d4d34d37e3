/**
 * Read application data: the records that the AFL names, and which of their bytes are signed.
 * Source: EMV 4.4 Book 3 §10.2, §10.3.   Floor: emv.
 */
import {
  concatBytes,
  TAG_5A_APPLICATION_PAN,
  TAG_57_TRACK_2_EQUIVALENT_DATA,
  TAG_70_READ_RECORD_TEMPLATE,
  tagAt,
  valueEndAt,
  valueStartAt,
} from '@comptoir/protocol';
import { readRecord } from '../apdu/commandApdu.js';
import { exchange } from '../apdu/exchange.js';
import type { Kernel } from '../apdu/kernel.js';
import { SW } from '../apdu/responseApdu.js';
import { sensitive } from '../apdu/sensitive.js';
import { parseApplicationFileLocator } from './data/applicationFileLocator.js';
import { indexCardData } from './data/cardIndex.js';
import type { DataStore } from './data/dataStore.js';

type ReadFault =
  | 'AFL_INVALID'
  | 'READ_RECORD_FAILED'
  | 'READ_RECORD_INVALID'
  | 'READ_RECORD_PARSE_FAILED'
  | 'CARD_ERROR';

type ReadOutcome =
  | {
      readonly kind: 'ok';
      /** What is signed of the records, in their order; the AIP is not in it. */
      readonly staticData: Uint8Array;
      /** False: a signed record was not in template 70, so offline data authentication must fail. */
      readonly maybeAuthenticated: boolean;
      /** True: the card number (5A or 57) is in one of the signed records. */
      readonly isNumberSigned: boolean;
    }
  | {
      readonly kind: 'terminate';
      readonly fault: ReadFault;
      readonly sfi: number;
      readonly record: number;
      readonly sw: number;
    };

/** Files 1 to 10 are EMV's; the others belong to the issuer. */
const EMV_SFI_MAX = 10;

const NUMBER_TAGS = [TAG_5A_APPLICATION_PAN, TAG_57_TRACK_2_EQUIVALENT_DATA];

/**
 * Reads all records into the store.
 * @param afl   tag 94, untrusted
 * @param store takes the data objects of files 1 to 10
 * @param mandatory tags that must be in the store in the end
 * @see EMV 4.4 Book 3 §10.2
 */
export function* readApplicationData(
  afl: Uint8Array,
  store: DataStore,
  mandatory: readonly number[],
): Kernel<ReadOutcome> {
  const entries = parseApplicationFileLocator(afl);
  if (entries === undefined) return { kind: 'terminate', fault: 'AFL_INVALID', sfi: 0, record: 0, sw: 0 };
  const signedParts: Uint8Array[] = [];
  let maybeAuthenticated = true;
  let isNumberSigned = false;
  for (const { sfi, first, last, signed } of entries) {
    for (let record = first; record <= last; record += 1) {
      const answer = yield* exchange(readRecord(sfi, record));
      const stop = (fault: ReadFault): ReadOutcome => ({ kind: 'terminate', fault, sfi, record, sw: answer.sw });
      if (answer.sw !== SW.success) return stop('READ_RECORD_FAILED');
      const content = templateContent(answer.data);
      const hadNumber = NUMBER_TAGS.filter((tag) => store.has(tag)).length;
      if (sfi <= EMV_SFI_MAX) {
        if (content === undefined) return stop('READ_RECORD_INVALID');
        const fault = store.addAll(content);
        if (fault === 'DATA_OBJECT_TWICE' || fault === 'TOO_MUCH_DATA') return stop('CARD_ERROR');
        if (fault !== undefined) return stop('READ_RECORD_PARSE_FAILED');
      }
      if (record - first >= signed) continue;
      if (content === undefined) maybeAuthenticated = false;
      else signedParts.push(sfi <= EMV_SFI_MAX ? content : answer.data);
      isNumberSigned ||= NUMBER_TAGS.filter((tag) => store.has(tag)).length > hadNumber;
    }
  }
  if (!mandatory.every((tag) => store.has(tag)))
    return { kind: 'terminate', fault: 'CARD_ERROR', sfi: 0, record: 0, sw: SW.success };
  return { kind: 'ok', staticData: sensitive(concatBytes(...signedParts)), maybeAuthenticated, isNumberSigned };
}

/** The value of the one template 70 that the record must be; undefined when it's something else, or something follows. */
function templateContent(record: Uint8Array): Uint8Array | undefined {
  const index = indexCardData(record);
  // A fault inside the template is told apart by the store; here only the outer object counts.
  const isTemplate = index.count > 0 && tagAt(index, 0) === TAG_70_READ_RECORD_TEMPLATE;
  if (!isTemplate || valueEndAt(index, 0) !== record.length || record[0] !== TAG_70_READ_RECORD_TEMPLATE)
    return undefined;
  return record.subarray(valueStartAt(index, 0), valueEndAt(index, 0));
}
