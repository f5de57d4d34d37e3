/**
 * A slot or an antenna with software cards in it.
 * Floor: simulator.
 */
import { CARDS, type CardPort } from '@comptoir/firmware/board';
import { NO_BYTES } from '@comptoir/protocol';
import type { Card, CardInterface } from '../cards/card.js';

export interface CardPlace {
  /** The firmware's end. */
  readonly port: CardPort;
  /** Adds a card. @throws Error when the card can't be used here, or the slot is taken */
  put(card: Card): void;
  /** Whether there is a card, powered or not. */
  isTaken(): boolean;
  /** Takes all cards away, in the middle of whatever they do. @returns true when there was one */
  empty(): boolean;
}

/**
 * @param changed called when an answer waits, or a card came or went
 * @param sleep   lets a card work as long as it says; without it all cards answer at once
 */
export function createCardPlace(
  usedInterface: CardInterface,
  changed: () => void,
  sleep?: (ms: number) => Promise<void>,
): CardPlace {
  let cards: readonly Card[] = [];
  let active: Card | undefined;
  let answer: Uint8Array | undefined;
  /** The command that a card still works on. */
  let working: Uint8Array | undefined;

  function powerOff(): void {
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
        const card = cards[0];
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
        const ms = sleep === undefined ? 0 : (active?.workMs?.() ?? 0);
        if (ms > 0) void work(command, ms);
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
    put(card) {
      if (card.interface !== 'both' && card.interface !== usedInterface)
        throw new Error(`${card.name} has no ${usedInterface} interface`);
      if (usedInterface === 'contact' && cards.length > 0) throw new Error('the slot is taken');
      cards = [...cards, card];
      changed();
    },
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
