/**
 * What every kernel does with one application: processing options, records, and whose number it is.
 * Source: EMV 4.4 Book 3 §10.1, §10.2.   Floor: emv.
 */
import {
  equalBytes,
  findObject,
  NO_BYTES,
  TAG_5A_APPLICATION_PAN,
  TAG_9F38_PDOL,
  TAG_57_TRACK_2_EQUIVALENT_DATA,
  TAG_94_APPLICATION_FILE_LOCATOR,
} from '@comptoir/protocol';
import { getProcessingOptions } from '../apdu/commandApdu.js';
import type { Kernel } from '../apdu/kernel.js';
import { languagesOf } from './applicationSelection/candidateList.js';
import type { FileControlInformation } from './applicationSelection/fileControlInformation.js';
import { brandAgrees } from './data/cardBrand.js';
import { cardNumberFromPan } from './data/cardNumber.js';
import { answerDataObjectList } from './data/dataObjectList.js';
import type { DataStore } from './data/dataStore.js';
import { hasWrongLength } from './data/objectLengths.js';
import { parseTrack2 } from './data/track.js';
import { initiateApplicationProcessing } from './initiateApplicationProcessing.js';
import { readApplicationData } from './readApplicationData.js';
import { type CardOutcome, ended, type ReadApplication, type TransactionContext } from './transaction.js';

type ReadCardOutcome =
  | { readonly kind: 'read'; readonly application: ReadApplication; readonly pdolData: Uint8Array }
  | { readonly kind: 'tryNextApplication' }
  /** `sw`: what GET PROCESSING OPTIONS answered, when it's that which ended it. */
  | { readonly kind: 'ended'; readonly outcome: CardOutcome; readonly sw: number | undefined };

/**
 * Reads the application that was selected.
 * @param mandatory tags without which the transaction ends
 * @param between   what comes before the records; a reason that it gives ends the transaction
 */
export function* readCard(
  context: TransactionContext,
  selected: FileControlInformation,
  mandatory: readonly number[],
  between?: (store: DataStore) => Kernel<string | undefined>,
): Kernel<ReadCardOutcome> {
  const list = findObject(selected.proprietary, TAG_9F38_PDOL)?.value;
  const pdol = answerDataObjectList(list, (tag) => context.terminal.get(tag));
  if (!pdol.ok) return stop(pdol.fault);
  const options = yield* initiateApplicationProcessing(getProcessingOptions(pdol.data));
  if (options.kind === 'tryNextApplication') return options;
  if (options.kind === 'terminate') return stop(options.fault, options.sw);
  const { store } = options;
  const fault = between && (yield* between(store));
  if (fault !== undefined) return stop(fault);
  const records = yield* readApplicationData(store.valueOf(TAG_94_APPLICATION_FILE_LOCATOR), store, mandatory);
  if (records.kind === 'terminate') return stop(records.fault);
  if (hasWrongLength(store)) return stop('DATA_LENGTH');
  const cardNumber = cardNumberOf(store);
  if (typeof cardNumber === 'string') return stop(cardNumber);
  if (!brandAgrees(selected.name, cardNumber)) return stop('BRAND_DIFFERS');
  const { staticData, maybeAuthenticated, isNumberSigned } = records;
  const aid = selected.name.slice();
  const languages = languagesOf(selected.proprietary) ?? NO_BYTES;
  const application = { aid, store, cardNumber, languages, staticData, maybeAuthenticated, isNumberSigned };
  return { kind: 'read', application, pdolData: pdol.data };
}

/**
 * The number of 5A or 57. Where the card gives both they must agree: what is masked and made a token here is what the
 * acquirer finds in the envelope.
 * @returns packed, ten bytes; or why there is none
 */
function cardNumberOf(store: DataStore): Uint8Array | string {
  const pan = store.get(TAG_5A_APPLICATION_PAN);
  const fromPan = pan === undefined ? undefined : cardNumberFromPan(pan);
  if (pan !== undefined && fromPan === undefined) return 'CARD_NUMBER_INVALID';
  const value = store.get(TAG_57_TRACK_2_EQUIVALENT_DATA);
  const track2 = value === undefined ? undefined : parseTrack2(value);
  if (track2?.ok === false) return track2.fault;
  if (fromPan !== undefined && track2 !== undefined && !equalBytes(fromPan, track2.number))
    return 'CARD_NUMBERS_DIFFER';
  return fromPan ?? track2?.number ?? 'CARD_NUMBER_MISSING';
}

function stop(reason: string, sw?: number): ReadCardOutcome {
  return { kind: 'ended', outcome: ended('cardError', reason), sw };
}
