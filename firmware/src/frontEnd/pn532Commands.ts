/**
 * The commands of a PN532 that a reader of cards needs, and what it says about the cards that it found.
 * Source: PN532 User Manual UM0701-02 §7.   Floor: frontEnd.
 */
import { CARD_TYPE, concatBytes, NO_BYTES } from '@comptoir/protocol';

/** Retries: of ATR_REQ FF and PSL_REQ 01 as they are at reset, of the activation of a card none. @see §7.3.1, item 05 */
export const NO_ACTIVATION_RETRIES: Uint8Array = Uint8Array.of(0x32, 0x05, 0xff, 0x01, 0x00);

/** @see §7.3.1, item 01 */
export const FIELD_OFF: Uint8Array = Uint8Array.of(0x32, 0x01, 0x00);

export type CardType = 'A' | 'B';

/** Up to two cards at 106 kbit/s: a second one is enough to know that there are several. @see §7.3.5 */
export const LIST_CARDS: Readonly<Record<CardType, Uint8Array>> = {
  A: Uint8Array.of(0x4a, 0x02, 0x00),
  /** Application family identifier 00: every card answers. */
  B: Uint8Array.of(0x4a, 0x02, 0x03, 0x00),
};

/** What InListPassiveTarget found. */
interface ListedCards {
  /** 0..2. */
  readonly count: number;
  /** Number of the first one; 0 when there is none. */
  readonly target: number;
  /** Whether the first one speaks ISO/IEC 14443-4, as payment cards do. */
  readonly isPart4: boolean;
  /** Of each: type, length, identifier. See `Board.cardsInField`. */
  readonly identifiers: Uint8Array;
}

const NO_CARDS: ListedCards = { count: 0, target: 0, isPart4: false, identifiers: NO_BYTES };
/** UID of type A: single, double or triple. @see ISO/IEC 14443-3 §6.5.4 */
const UID_BYTES_MAX = 10;
const PUPI_BYTES = 4;
/** Bit 6 of SEL_RES. @see ISO/IEC 14443-3 Table 9 */
const SEL_RES_PART_4 = 0x20;

/**
 * @param answer 4B NbTg, then for each of type A: Tg, SENS_RES 2, SEL_RES 1, length and UID, with ISO/IEC 14443-4 the ATS, whose first byte
 *               is its length; of type B: Tg, ATQB 12, length and ATTRIB_RES. Untrusted
 * @returns no cards when the answer can't be understood
 */
export function listedCards(answer: Uint8Array, type: CardType): ListedCards {
  const count = answer[1] ?? 0;
  const target = answer[2] ?? 0;
  if (count === 0 || count > 2 || target === 0 || target > 2) return NO_CARDS;
  const isPart4 = type === 'B' || ((answer[5] ?? 0) & SEL_RES_PART_4) !== 0;
  return { count, target, isPart4, identifiers: identifiersIn(answer, type) };
}

/** As far as they can be read. */
function identifiersIn(answer: Uint8Array, type: CardType): Uint8Array {
  let identifiers = NO_BYTES;
  let at = 2;
  for (let card = answer[1] ?? 0; card > 0; card -= 1) {
    const [start, length] = type === 'B' ? [at + 2, PUPI_BYTES] : [at + 5, answer[at + 4] ?? 0];
    const end = start + length;
    if (length === 0 || length > UID_BYTES_MAX || end > answer.length) break;
    const head = Uint8Array.of(type === 'B' ? CARD_TYPE.b : CARD_TYPE.a, length);
    identifiers = concatBytes(identifiers, head, answer.subarray(start, end));
    if (type === 'B') at += 14 + (answer[at + 13] ?? 0);
    else at = ((answer[at + 3] ?? 0) & SEL_RES_PART_4) === 0 ? end : end + (answer[end] ?? 0);
  }
  return identifiers;
}

/** In one InDataExchange, either way; longer ones are chained. @see §7.3.8 */
export const EXCHANGED_BYTES_MAX = 262;
/** In the target number and in the status: more is to come. */
const MORE_INFORMATION = 0x40;
const ERROR_MASK = 0x3f;

/** @param data 0..262 bytes; none fetches what the card has left */
export function dataExchange(target: number, data: Uint8Array, isMoreToCome: boolean): Uint8Array {
  return concatBytes(Uint8Array.of(0x40, isMoreToCome ? target | MORE_INFORMATION : target), data);
}

/** @param answer 41, status, data. Untrusted. @returns undefined when the card didn't answer, or not well */
export function exchangedData(
  answer: Uint8Array,
): { readonly data: Uint8Array; readonly isMoreToCome: boolean } | undefined {
  const status = answer[1];
  if (status === undefined || (status & ERROR_MASK) !== 0) return undefined;
  return { data: answer.subarray(2), isMoreToCome: (status & MORE_INFORMATION) !== 0 };
}
