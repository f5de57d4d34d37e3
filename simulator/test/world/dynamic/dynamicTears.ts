/** A tap of a dynamic card that is torn somewhere, and what must be true afterwards. */
import { expect } from 'vitest';
import type { Card } from '../../../src/machine/card.js';
import type { DynamicCard } from '../../../src/world/cards/dynamic/softwareDynamicCard.js';
import { numberIn, pendingSales, profileOf } from './dynamicTerminal.js';
import { CardGone, type Ledger, recover, type Sale, sell } from './dynamicTill.js';

export type Tear =
  | { readonly kind: 'command' | 'answer'; readonly at: number }
  | { readonly kind: 'clean' | 'torn'; readonly at: number };

/** `command`: the card doesn't get it. `answer`: the card gets it, the reader gets no answer. Both: it's away from there on. */
function torn(card: DynamicCard, { kind, at }: Tear): Card & { readonly commands: () => number } {
  let count = 0;
  let isGone = false;
  return {
    ...card,
    commands: () => count,
    transmit(command) {
      count += 1;
      if (isGone || (kind === 'command' && count === at)) {
        isGone = true;
        return undefined;
      }
      const answer = card.transmit(command);
      if (kind === 'answer' && count === at) isGone = true;
      return isGone ? undefined : answer;
    },
  };
}

/** @returns how many commands it took */
export function tap(card: DynamicCard, ledger: Ledger, sale: Sale, tear: Tear | undefined): number {
  card.powerOn('contactless');
  if (tear?.kind === 'clean' || tear?.kind === 'torn') card.cutPower({ kind: tear.kind, operation: tear.at });
  const held = torn(card, tear ?? { kind: 'command', at: 0 });
  try {
    sell(held, ledger, sale);
  } catch (thrown) {
    if (!(thrown instanceof CardGone)) throw thrown;
  }
  card.cutPower({ kind: 'clean', operation: 1_000_000 });
  card.powerOff();
  return held.commands();
}

/** At the next tap, card and authoriser say the same. */
export function expectAgreement(card: DynamicCard, ledger: Ledger): void {
  card.powerOn('contactless');
  recover(card, ledger);
  expect(pendingSales(card)).toEqual([]);
  expect(numberIn(profileOf(card, 'gift').get(0xca))).toBe(ledger.gift);
  expect(profileOf(card, 'coupon-ten').get(0xc2)?.[0]).toBe(ledger.couponSale === undefined ? 0x01 : 0x80);
  card.powerOff();
}
