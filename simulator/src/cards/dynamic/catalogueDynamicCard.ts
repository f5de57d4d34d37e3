/**
 * The catalogue's dynamic card.
 * Floor: simulator.
 */
import type { TestPki } from '../../pki/testPki.js';
import type { Load } from '../../targets/target.js';
import type { CardInterface } from '../card.js';
import { makeCard } from './cardMaking.js';
import { DYNAMIC_CARD, dynamicCardObjects } from './dynamicProfiles.js';
import { issuedCard } from './issuedCard.js';
import { createDynamicCard, type DynamicCard } from './softwareDynamicCard.js';

/** @param load the engine; by default the target `node`, see `readyQuickjs` for the other */
export function createCatalogueDynamicCard(
  seed: number | string,
  pki: TestPki,
  has: CardInterface | 'both' = 'both',
  load?: Load,
): DynamicCard {
  const made = makeCard(seed);
  const card = createDynamicCard({
    name: DYNAMIC_CARD.name,
    made,
    seed,
    interface: has,
    ...(load !== undefined && { load }),
  });
  return issuedCard(card, () => dynamicCardObjects(made, pki));
}
