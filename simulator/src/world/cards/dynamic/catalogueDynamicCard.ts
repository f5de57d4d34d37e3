/**
 * The catalogue's dynamic card.
 * Floor: simulator world.
 */

import type { CardInterface } from '../../../machine/card.js';
import type { Load } from '../../../machine/targets/target.js';
import type { TestPki } from '../../pki/testPki.js';
import { makeCard } from './cardMaking.js';
import { DYNAMIC_CARD, dynamicCardObjects } from './dynamicProfiles.js';
import { issuedCard } from './issuedCard.js';
import { createDynamicCard, type DynamicCard } from './softwareDynamicCard.js';

/** What was signed for a seed: signing takes eight milliseconds, and a simulation after the other has the same card. */
const objectsOf = new WeakMap<TestPki, Map<string, readonly Uint8Array[]>>();
const OBJECTS_MAX = 16;

/** @param load the engine; by default the target `node`, see `readyQuickjs` for the other @param showsGift see `dynamicCardObjects` */
export function createCatalogueDynamicCard(
  seed: number | string,
  pki: TestPki,
  has: CardInterface | 'both' = 'both',
  load?: Load,
  showsGift = true,
): DynamicCard {
  const made = makeCard(seed);
  const card = createDynamicCard({
    name: DYNAMIC_CARD.name,
    made,
    seed,
    interface: has,
    ...(load !== undefined && { load }),
  });
  return issuedCard(card, () => {
    const known = objectsOf.get(pki) ?? new Map<string, readonly Uint8Array[]>();
    objectsOf.set(pki, known);
    const name = `${seed} ${showsGift}`;
    const objects = known.get(name) ?? dynamicCardObjects(made, pki, showsGift);
    if (known.size < OBJECTS_MAX) known.set(name, objects);
    return objects;
  });
}
