/**
 * What a person asked to be presented: a card of the catalogue by its name, or a card in a file by its path.
 * Floor: simulator world.
 */
import { toHex } from '@comptoir/protocol';
import type { Card, CardInterface } from '../../machine/card.js';
import type { Authorisers } from '../acquirer/developmentAuthorisers.js';
import { profileOf } from './catalogue.js';
import { cardInJson, isJsonPath } from './described/cardInFile.js';
import { isCardFilePath, openFileCard } from './file/fileCard.js';
import { introduceCard } from './file/introduceCard.js';

export interface PresentedCard {
  /** Name or path, as it was asked for. */
  readonly name: string;
  readonly label: string;
  readonly interface: CardInterface | 'both';
  /** On contact. */
  readonly protocol: 0 | 1;
  /** What `tap` and `insert` of a simulation take. */
  readonly card: string | Card;
  /** Of the reader that it meets: a card that is kept never meets the same random bytes again. */
  seedOf(seed: number): number | string;
  /** Tells the authorisers behind a simulated reader what the card holds. */
  introduce(authorisers: Authorisers): void;
}

/** @param text a path has a point or a slash in it @throws UnknownCardError, FileError */
export function presentedCard(text: string): PresentedCard {
  if (!isCardFilePath(text)) {
    const { label, interface: has, t0 } = profileOf(text);
    const protocol = t0 === undefined ? 1 : 0;
    return { name: text, label, interface: has, protocol, card: text, seedOf: (seed) => seed, introduce() {} };
  }
  if (isJsonPath(text)) return { name: text, seedOf: (seed) => seed, ...cardInJson(text) };
  const card = openFileCard(text);
  return {
    name: text,
    label: 'Dynamic card',
    interface: 'both',
    protocol: 1,
    card,
    seedOf: (seed) => `${seed}/${toHex(card.identifier)}/${card.uses}`,
    introduce: (authorisers) => introduceCard(card, authorisers),
  };
}
