/**
 * Initiate application processing: GET PROCESSING OPTIONS.
 * Source: EMV 4.4 Book 3 §10.1, §6.5.8.   Floor: emv.
 */
import {
  CARD_TLV_LIMITS,
  decodeTlv,
  NO_BYTES,
  TAG_77_RESPONSE_FORMAT_2,
  TAG_80_RESPONSE_FORMAT_1,
  TAG_82_APPLICATION_INTERCHANGE_PROFILE,
  TAG_94_APPLICATION_FILE_LOCATOR,
} from '@comptoir/protocol';
import { exchange } from '../apdu/exchange.js';
import type { Kernel } from '../apdu/kernel.js';
import { SW } from '../apdu/responseApdu.js';
import { DataStore, type StoreFault } from './data/dataStore.js';

type ProcessingOptionsOutcome =
  /** `store` holds the AIP (82), the AFL (94), and what else a format 2 answer gave. */
  | { readonly kind: 'ok'; readonly store: DataStore }
  | { readonly kind: 'tryNextApplication' }
  | { readonly kind: 'terminate'; readonly sw: number; readonly fault: StoreFault | 'GPO_FORMAT' | 'GPO_STATUS' };

const AIP_BYTES = 2;

/** @param command GET PROCESSING OPTIONS @see EMV 4.4 Book 3 §10.1 */
export function* initiateApplicationProcessing(command: Uint8Array): Kernel<ProcessingOptionsOutcome> {
  const { data, sw } = yield* exchange(command);
  if (sw === SW.conditionsNotSatisfied) return { kind: 'tryNextApplication' };
  if (sw !== SW.success) return { kind: 'terminate', sw, fault: 'GPO_STATUS' };
  const tlv = decodeTlv(data, CARD_TLV_LIMITS);
  const answer = tlv.ok && tlv.objects.length === 1 ? tlv.objects[0] : undefined;
  const store = new DataStore();
  if (answer?.tag === TAG_80_RESPONSE_FORMAT_1 && answer.value.length >= AIP_BYTES) {
    for (const [tag, value] of processingOptionsFields(answer.value)) store.set(tag, value);
  } else if (answer?.tag === TAG_77_RESPONSE_FORMAT_2) {
    const fault = store.addAll(answer.value);
    if (fault !== undefined) return { kind: 'terminate', sw, fault };
    if (!store.has(TAG_94_APPLICATION_FILE_LOCATOR)) store.set(TAG_94_APPLICATION_FILE_LOCATOR, NO_BYTES);
  }
  if (store.valueOf(TAG_82_APPLICATION_INTERCHANGE_PROFILE).length !== AIP_BYTES)
    return { kind: 'terminate', sw, fault: 'GPO_FORMAT' };
  return { kind: 'ok', store };
}

/** The data objects of a format 1 answer: AIP and AFL. @see EMV 4.4 Book 3 §6.5.8.4 */
export function processingOptionsFields(value: Uint8Array): readonly (readonly [tag: number, value: Uint8Array])[] {
  return [
    [TAG_82_APPLICATION_INTERCHANGE_PROFILE, value.subarray(0, AIP_BYTES)],
    [TAG_94_APPLICATION_FILE_LOCATOR, value.subarray(AIP_BYTES)],
  ];
}
