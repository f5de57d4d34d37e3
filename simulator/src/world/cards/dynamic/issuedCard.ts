/**
 * A dynamic card that its issuers give what it holds, through its own commands, when it's first used.
 * Floor: simulator world.
 */

import { SELECT_WALLET, storeData } from '@comptoir/issuer';
import { unsignedFromBytes } from '@comptoir/protocol';
import { SW } from '../../../machine/commandApdu.js';
import type { DynamicCard } from './softwareDynamicCard.js';

/** @param objects signed objects, made when they are needed: keys take a while */
export function issuedCard(card: DynamicCard, objects: () => readonly Uint8Array[]): DynamicCard {
  let isIssued = false;
  const ready = (): void => {
    if (isIssued) return;
    isIssued = true;
    card.powerOn(card.interface === 'contact' ? 'contact' : 'contactless');
    for (const object of objects()) {
      const sw = deliver(card, object);
      if (sw !== SW.success) throw new Error(`the card answered ${sw.toString(16)} to what its issuer signed`);
    }
    // A card leaves its maker without power.
    card.losePower();
  };
  return {
    ...card,
    powerOn(on) {
      ready();
      card.powerOn(on);
    },
    press(ms, during) {
      ready();
      card.press(ms, during);
    },
    copy() {
      ready();
      return card.copy();
    },
    wait(ms) {
      ready();
      card.wait(ms);
    },
  };
}

/** Gives the card one signed object. @returns the status word of its last command; 0 when the card is gone */
export function deliver(card: Pick<DynamicCard, 'transmit'>, object: Uint8Array): number {
  let sw = 0;
  for (const command of [SELECT_WALLET, ...storeData(object)]) {
    sw = unsignedFromBytes(card.transmit(command)?.subarray(-2) ?? new Uint8Array(1));
    if (sw !== SW.success) return sw;
  }
  return sw;
}
