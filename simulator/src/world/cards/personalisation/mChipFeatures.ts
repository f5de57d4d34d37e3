/**
 * What some M/Chip cards do beside: relay resistance, and telling an answer again that was torn.
 * Source: contactless book C-2 §3.10, §5.6; Annex A.1.16 for what the AIP says of them.   Floor: simulator world.
 */
import * as tlv from '@comptoir/protocol';
import type { DolEntry } from './dataObjectList.js';

/** In tenths of a millisecond. */
export interface RelayTimes {
  readonly least: number;
  readonly most: number;
  readonly onAir: number;
}

export interface MChipFeatures {
  /** Undefined: the card doesn't take part. */
  readonly relayTimes?: RelayTimes;
  /** The card says it has the cryptogram ready again. */
  readonly recovers?: boolean;
  /** The holder has to do something on the device: each cryptogram is an AAC that says so. */
  readonly wantsInteraction?: boolean;
}

/** An answer to GENERATE AC that the reader may not have heard. */
export interface Recoverable {
  readonly answer: Uint8Array;
  /** 9F37 of then. */
  readonly unpredictableNumber: Uint8Array;
}

export const DRDOL: readonly DolEntry[] = [{ tag: tlv.TAG_9F37_UNPREDICTABLE_NUMBER, length: 4 }];

/** Byte 2 of the AIP. */
export function relayBit({ relayTimes }: MChipFeatures = {}): number {
  return relayTimes === undefined ? 0 : 0x01;
}
