/**
 * A dynamic card that holds what the card of a selection scenario holds, put there by its issuers.
 * Source: test-vectors/README.md, selection.   Floor: simulator trials.
 */
import { KIND_BANK } from '@comptoir/protocol/wallet';
import { visa } from '../../world/cards/applicationProfiles.js';
import { accountKeys } from '../../world/cards/dynamic/accountKeys.js';
import { bankApplicationObjects } from '../../world/cards/dynamic/bankApplication.js';
import { createCardIssuer } from '../../world/cards/dynamic/cardIssuer.js';
import { ISSUERS, makeCard } from '../../world/cards/dynamic/cardMaking.js';
import { DYNAMIC_CARD } from '../../world/cards/dynamic/dynamicProfiles.js';
import { issuedCard } from '../../world/cards/dynamic/issuedCard.js';
import {
  createDynamicCard,
  type DynamicCard,
  type DynamicCardOptions,
} from '../../world/cards/dynamic/softwareDynamicCard.js';
import { createTestPki } from '../../world/pki/testPki.js';
import { preferencesOf, type ScenarioCard, walletProfileOf } from './selectionWallet.js';

/**
 * The bank applications sign nothing: a scenario says how they are authorised.
 * @param create makes the blank card
 * @throws Error at first use, when an issuer may not put such a card together
 */
export function createScenarioCard(
  scenario: ScenarioCard,
  create: (options: DynamicCardOptions) => DynamicCard = createDynamicCard,
): DynamicCard {
  const made = makeCard(scenario.id);
  const card = create({ name: scenario.id, made, seed: scenario.id });
  return issuedCard(card, () => {
    const operator = createCardIssuer(made, made.issuerKeys(ISSUERS.operator));
    const objects = scenario.profiles.map((profile, at) => {
      const listed = walletProfileOf(profile);
      if (listed.kind !== KIND_BANK || listed.aid === undefined)
        return operator.putProfile(listed, accountKeys(profile.id, at));
      const application = visa({ authentication: 'none' });
      const own = { ...application, aid: listed.aid };
      return operator.putBank(listed, bankApplicationObjects(operator, DYNAMIC_CARD, own, createTestPki()), '');
    });
    return [...objects, operator.setPreferences(preferencesOf(scenario))];
  });
}
