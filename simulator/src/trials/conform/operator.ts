/**
 * A person at the reader, who is told what to do.
 * Floor: simulator trials.
 */
import type { Hands } from './saleCases.js';

/** Tells the person, and resolves when they have done it. */
export type Ask = (what: string) => Promise<void>;

/** @param tell says it and doesn't wait: a card can be held there before the reader asks for it */
export function operatorHands(tell: (what: string) => void, ask: Ask): Hands {
  return {
    async present(card) {
      tell(`Present ${card}: tap it, or insert it.`);
    },
    take: (card) => ask(`Take ${card} away, then press Enter.`),
  };
}
