/**
 * The one index for what cards say. It's filled and read within one step, so one is enough: 2 KB of the chip's memory, made at the first card.
 * Floor: emv.
 */
import { CARD_TLV_LIMITS, createTlvIndex, indexTlv, type TlvIndex } from '@comptoir/protocol';

let cardIndex: TlvIndex | undefined;

/**
 * @param bytes untrusted card data
 * @returns the index of `bytes`, with the fault if there is one. It's good until the next call
 */
export function indexCardData(bytes: Uint8Array): TlvIndex {
  cardIndex ??= createTlvIndex(CARD_TLV_LIMITS.objectsMax);
  indexTlv(cardIndex, bytes, CARD_TLV_LIMITS);
  return cardIndex;
}
