/**
 * The one index for what cards say. It's filled and read within one step, so one is enough: 2 KB of the chip's memory.
 * Floor: emv.
 */
import { CARD_TLV_LIMITS, createTlvIndex, type TlvIndex } from '@comptoir/protocol';

export const cardIndex: TlvIndex = createTlvIndex(CARD_TLV_LIMITS.objectsMax);
