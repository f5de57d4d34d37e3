/**
 * What a person asked to be presented: a card of the catalogue by its name, or a card in a file by its path.
 * Floor: simulator.
 */
import type { Authorisers } from '../issuer/developmentAuthorisers.js';
import type { Card, CardInterface } from './card.js';
import { profileOf } from './catalogue.js';
import { cardInJson, isJsonPath } from './described/cardInFile.js';
import { isCardFilePath, openFileCard } from './file/fileCard.js';
import { introduceCard } from './file/introduceCard.js';

export interface PresentedCard {
  /** Name or path, as it was asked for. */
  readonly name: string;
  readonly label: string;
  readonly interface: CardInterface | 'both';
  /** What `tap` and `insert` of a simulation take. */
  readonly card: string | Card;
  /** Tells the authorisers behind a simulated reader what the card holds. */
  introduce(authorisers: Authorisers): void;
}

/** @param text a path has a point or a slash in it @throws UnknownCardError, CardFileError */
export function presentedCard(text: string): PresentedCard {
  if (!isCardFilePath(text)) {
    const { label, interface: has } = profileOf(text);
    return { name: text, label, interface: has, card: text, introduce() {} };
  }
  if (isJsonPath(text)) return { name: text, ...cardInJson(text) };
  const card = openFileCard(text);
  return {
    name: text,
    label: 'Dynamic card',
    interface: 'both',
    card,
    introduce: (authorisers) => introduceCard(card, authorisers),
  };
}
