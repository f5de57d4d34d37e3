import { NO_BYTES } from '@comptoir/protocol';
import type { Card, CardInterface } from '../../simulator/src/index.js';
import { CARDS, type CardPort } from '../src/board/board.js';

/** A card port over a software card. @param activated called when the card is found */
export function portOf(
  card: Card | undefined,
  usedInterface: CardInterface,
  activated: () => void = () => {},
  answered: (response: Uint8Array) => void = () => {},
): CardPort {
  let answer: Uint8Array | undefined;
  return {
    poll() {
      if (card === undefined) return CARDS.none;
      card.powerOn(usedInterface);
      activated();
      return CARDS.one;
    },
    transmit(command) {
      answer = card?.transmit(command) ?? NO_BYTES;
      answered(answer);
    },
    receive() {
      const taken = answer;
      answer = undefined;
      return taken;
    },
    release: () => card?.powerOff(),
  };
}
