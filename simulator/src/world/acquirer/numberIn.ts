/**
 * The card number in the card data of an envelope.
 * Source: EMV 4.4 Book 3 Annex A (57, 5A).   Floor: simulator world.
 */
import {
  type DataObject,
  findObject,
  NO_BYTES,
  TAG_5A_APPLICATION_PAN,
  TAG_57_TRACK_2_EQUIVALENT_DATA,
} from '@comptoir/protocol';

const SEPARATOR = 0xd;
const PADDING = 0xf;

/** @returns new bytes, as tag 5A holds a number; the caller wipes them. No bytes when there is no number. */
export function numberIn(cardData: readonly DataObject[]): Uint8Array {
  const number = findObject(cardData, TAG_5A_APPLICATION_PAN);
  if (number !== undefined) return number.value.slice();
  const track2 = findObject(cardData, TAG_57_TRACK_2_EQUIVALENT_DATA)?.value ?? NO_BYTES;
  const digit = (at: number): number => ((track2[at >> 1] ?? 0xff) >> (at % 2 === 0 ? 4 : 0)) & 15;
  let length = 0;
  while (length < 2 * track2.length && digit(length) !== SEPARATOR) length += 1;
  const copy = track2.slice(0, Math.ceil(length / 2));
  if (length % 2 === 1) copy[copy.length - 1] = (digit(length - 1) << 4) | PADDING;
  return copy;
}
