/**
 * A card that is pulled away.
 * Floor: simulator world.
 */
import type { Card } from '../../machine/card.js';

/**
 * @param atApdu the first command that gets no answer, from 1; counted over all powers. The card then stays away until
 * `powerOff` and a new `powerOn`, and is not torn again
 * @param lost   the command, or the answer of a card that carried it out
 */
export function tornCard(card: Card, atApdu: number, lost: 'command' | 'answer' = 'command'): Card {
  let count = 0;
  let isGone = false;
  return {
    name: card.name,
    interface: card.interface,
    powerOn(usedInterface) {
      isGone = false;
      card.powerOn(usedInterface);
    },
    transmit(command) {
      count += 1;
      if (count === atApdu) {
        isGone = true;
        if (lost === 'answer') card.transmit(command);
      }
      return isGone ? undefined : card.transmit(command);
    },
    powerOff() {
      card.powerOff();
    },
  };
}
