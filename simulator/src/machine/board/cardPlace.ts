/**
 * A slot or an antenna with software cards in it.
 * Floor: simulator machine.
 */

import { CARDS, type CardPort } from '@comptoir/firmware/board';
import { CARD_TYPE, concatBytes, NO_BYTES } from '@comptoir/protocol';
import { seededBytes } from '#crypto/seed';
import type { Card, CardInterface } from '../card.js';

export interface CardPlace {
  /** The firmware's end. */
  readonly port: CardPort;
  /** See `Board.cardsInField`. All cards are of type A. */
  cardsInField(): Uint8Array;
  /**
   * Adds a card.
   * @param uid what it calls itself: 4, 7 or 10 bytes. Default: a random one, another one each time that the field is switched on
   * @throws Error when the card can't be used here, or the slot is taken
   */
  put(card: Card, uid?: Uint8Array): void;
  /** Takes away the cards of that name, in the middle of whatever they do. */
  take(name: string): void;
  /** How long the card works on its last answer, beyond what the air takes, in milliseconds: for a front end that keeps its own time. */
  workMs(): number;
  /** The names of those that are there. */
  names(): readonly string[];
  /** Whether there is a card, powered or not. */
  isTaken(): boolean;
  /** Takes all cards away, in the middle of whatever they do. @returns true when there was one */
  empty(): boolean;
}

interface Placed {
  readonly card: Card;
  readonly uid?: Uint8Array;
}

const CARDS_LISTED_MAX = 4;
const UID_LENGTHS: readonly number[] = [4, 7, 10];
/** @see ISO/IEC 14443-3 §6.5.4: uid0 of a random UID */
const RANDOM_UID = 0x08;

/**
 * @param changed called when an answer waits, or a card came or went
 * @param sleep   lets a card work as long as it says; without it all cards answer at once
 */
export function createCardPlace(
  usedInterface: CardInterface,
  changed: () => void,
  sleep?: (ms: number) => Promise<void>,
): CardPlace {
  let cards: readonly Placed[] = [];
  /** How often the field was switched on. */
  let fields = 0;
  let active: Card | undefined;
  let answer: Uint8Array | undefined;
  let workMs = 0;
  /** The command that a card still works on. */
  let working: Uint8Array | undefined;

  function powerOff(): void {
    fields += 1;
    active?.powerOff();
    active = undefined;
    answer = undefined;
    working = undefined;
  }

  async function work(command: Uint8Array, ms: number): Promise<void> {
    working = command;
    await sleep?.(ms);
    if (working !== command) return;
    working = undefined;
    changed();
  }
  return {
    port: {
      poll() {
        const card = cards[0]?.card;
        if (card === undefined) return CARDS.none;
        if (cards.length > 1) {
          powerOff();
          return CARDS.several;
        }
        if (active === undefined) {
          card.powerOn(usedInterface);
          active = card;
        }
        return CARDS.one;
      },
      transmit(command) {
        if (answer !== undefined) throw new Error('the answer before was not taken');
        answer = active?.transmit(command) ?? NO_BYTES;
        workMs = active?.workMs?.() ?? 0;
        if (sleep !== undefined && workMs > 0) void work(command, workMs);
        else changed();
      },
      receive() {
        if (working !== undefined) return undefined;
        const taken = answer;
        answer = undefined;
        return taken;
      },
      release: powerOff,
    },
    cardsInField: () =>
      concatBytes(
        ...cards.slice(0, CARDS_LISTED_MAX).map(({ card, uid = randomUid(`${card.name}/${fields}`) }) => {
          return concatBytes(Uint8Array.of(CARD_TYPE.a, uid.length), uid);
        }),
      ),
    put(card, uid) {
      if (card.interface !== 'both' && card.interface !== usedInterface)
        throw new Error(`${card.name} has no ${usedInterface} interface`);
      if (usedInterface === 'contact' && cards.length > 0) throw new Error('the slot is taken');
      if (uid !== undefined && !UID_LENGTHS.includes(uid.length)) throw new Error('a UID has 4, 7 or 10 bytes');
      cards = [...cards, uid === undefined ? { card } : { card, uid: uid.slice() }];
      changed();
    },
    take(name) {
      const left = cards.filter(({ card }) => card.name !== name);
      const isWorking = answer !== undefined;
      if (left.length === cards.length) return;
      powerOff();
      if (isWorking) answer = NO_BYTES;
      cards = left;
      changed();
    },
    workMs: () => workMs,
    names: () => cards.map(({ card }) => card.name),
    isTaken: () => cards.length > 0,
    empty() {
      const had = cards.length > 0;
      const isWorking = answer !== undefined;
      powerOff();
      // A command that the card was working on ends without an answer.
      if (isWorking) answer = NO_BYTES;
      cards = [];
      changed();
      return had;
    },
  };
}

function randomUid(seed: string): Uint8Array {
  const uid = seededBytes(`uid/${seed}`)(4);
  uid[0] = RANDOM_UID;
  return uid;
}
