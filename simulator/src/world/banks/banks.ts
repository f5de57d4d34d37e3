/**
 * The banks behind the test cards: those of the catalogue, and those of cards that somebody described.
 * Floor: simulator world. Memory: card numbers stay bytes; there are as many as cards were introduced.
 */
import { equalBytes } from '@comptoir/protocol';
import { issuerBehaviourOf } from '../cards/catalogue.js';
import type { IssuerBehaviour } from './issuerBehaviour.js';

export interface Banks {
  /** How the bank of this card decides. @param number as tag 5A holds it */
  behaviourOf(number: Uint8Array): IssuerBehaviour;
  /** From now on the bank of this card decides so. @param number as tag 5A holds it; copied */
  introduce(number: Uint8Array, behaviour: IssuerBehaviour): void;
}

export function createBanks(): Banks {
  const introduced: { readonly number: Uint8Array; readonly behaviour: IssuerBehaviour }[] = [];
  return {
    behaviourOf: (sought) =>
      introduced.findLast(({ number }) => equalBytes(number, sought))?.behaviour ?? issuerBehaviourOf(sought),
    introduce(number, behaviour) {
      introduced.push({ number: number.slice(), behaviour });
    },
  };
}
