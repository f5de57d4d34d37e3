/**
 * What every kernel does with one application: processing options, records, and whose number it is.
 * Source: EMV 4.4 Book 3 §10.1, §10.2.   Floor: emv.
 */
import {
  equalBytes,
  findObject,
  TAG_5A_APPLICATION_PAN,
  TAG_9F38_PDOL,
  TAG_57_TRACK_2_EQUIVALENT_DATA,
  TAG_94_APPLICATION_FILE_LOCATOR,
} from '@comptoir/protocol';
import { getProcessingOptions } from '../apdu/commandApdu.js';
import type { Kernel } from '../apdu/kernel.js';
import type { ReadApplication } from './authentication/cardKeys.js';
import { brandAgrees } from './cardBrand.js';
import { cardNumberFromPan, cardNumberFromTrack2 } from './cardNumber.js';
import { answerDataObjectList } from './dataObjectList.js';
import type { FileControlInformation } from './fileControlInformation.js';
import { initiateApplicationProcessing } from './initiateApplicationProcessing.js';
import { readApplicationData } from './readApplicationData.js';
import { type CardOutcome, ended, type TransactionContext } from './transaction.js';

export type ReadCardOutcome =
  | { readonly kind: 'read'; readonly application: ReadApplication; readonly pdolData: Uint8Array }
  | { readonly kind: 'tryNextApplication' }
  | { readonly kind: 'ended'; readonly outcome: CardOutcome };

/**
 * Reads the application that was selected.
 * @param mandatory tags without which the transaction ends
 */
export function* readCard(
  context: TransactionContext,
  selected: FileControlInformation,
  mandatory: readonly number[],
): Kernel<ReadCardOutcome> {
  const list = findObject(selected.proprietary, TAG_9F38_PDOL)?.value;
  const pdol = answerDataObjectList(list, (tag) => context.terminal.get(tag));
  if (!pdol.ok) return stop(pdol.fault);
  const options = yield* initiateApplicationProcessing(getProcessingOptions(pdol.data));
  if (options.kind === 'tryNextApplication') return options;
  if (options.kind === 'terminate') return stop(options.fault);
  const { store } = options;
  const records = yield* readApplicationData(store.valueOf(TAG_94_APPLICATION_FILE_LOCATOR), store, mandatory);
  if (records.kind === 'terminate') return stop(records.fault);

  const pan = store.get(TAG_5A_APPLICATION_PAN);
  const track2 = store.get(TAG_57_TRACK_2_EQUIVALENT_DATA);
  const fromPan = pan === undefined ? undefined : cardNumberFromPan(pan);
  const fromTrack2 = track2 === undefined ? undefined : cardNumberFromTrack2(track2);
  const cardNumber = fromPan ?? fromTrack2;
  if (cardNumber === undefined) return stop('CARD_NUMBER_INVALID');
  if (fromTrack2 !== undefined && !equalBytes(cardNumber, fromTrack2)) return stop('CARD_NUMBERS_DIFFER');
  if (!brandAgrees(selected.name, cardNumber)) return stop('BRAND_DIFFERS');
  const { staticData, maybeAuthenticated } = records;
  const aid = selected.name.slice();
  return { kind: 'read', application: { aid, store, cardNumber, staticData, maybeAuthenticated }, pdolData: pdol.data };
}

function stop(reason: string): ReadCardOutcome {
  return { kind: 'ended', outcome: ended('cardError', reason) };
}
