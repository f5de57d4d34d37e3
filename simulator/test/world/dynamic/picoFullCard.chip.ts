/** A card that is full, on the emulated chip: 32 profiles put there by commands, listed as the card in software lists them. */
import { readFileSync } from 'node:fs';
import { latin1ToBytes, toHex } from '@comptoir/protocol';
import { ACTIVATED, KIND_GIFT } from '@comptoir/protocol/wallet';
import { expect, test } from 'vitest';
import { loadPicoImage } from '../../../src/machine/targets/picoImages.js';
import { createScenarioCard } from '../../../src/trials/replay/scenarioCard.js';
import { type ScenarioCard, walletListOf } from '../../../src/trials/replay/selectionWallet.js';
import { accountKeys } from '../../../src/world/cards/dynamic/accountKeys.js';
import { createCardIssuer } from '../../../src/world/cards/dynamic/cardIssuer.js';
import { ISSUERS, makeCard } from '../../../src/world/cards/dynamic/cardMaking.js';
import { deliver } from '../../../src/world/cards/dynamic/issuedCard.js';
import { createPicoCard } from '../../../src/world/cards/dynamic/picoCard.js';
import { listWallet } from '../../../src/world/cards/dynamic/walletReader.js';
import * as terminal from '../cards/cardsTerminal.js';
import { SELECT_PPSE, SHOP } from './dynamicTerminal.js';

const FULL = 'own-266';
const file = readFileSync(new URL('../../../../test-vectors/selection-own.json', import.meta.url), 'utf8');
const { scenarios } = JSON.parse(file) as { readonly scenarios: readonly { id: string; card: ScenarioCard }[] };

test('32 profiles, a PPSE answer of 256 bytes, and no thirty-third', { timeout: 900_000 }, () => {
  const scenario = scenarios.find(({ id }) => id === FULL)?.card;
  if (scenario === undefined) throw new Error('the scenario is not there');
  const image = loadPicoImage('comptoir-card');
  const card = createScenarioCard(scenario, (options) => createPicoCard({ ...options, image }));
  card.powerOn('contactless');
  const ppse = terminal.send(card, SELECT_PPSE).data;
  expect(`${toHex(ppse)}9000`).toBe(scenario.ppse);
  expect(ppse.length + 2).toBe(256);
  const listed = listWallet(card, SHOP);
  expect({ profiles: listed.profiles.map(toHex), preferences: toHex(listed.preferences) }).toEqual(
    walletListOf(scenario),
  );
  expect(listed.profiles).toHaveLength(32);
  const made = makeCard(scenario.id);
  const operator = createCardIssuer(made, made.issuerKeys(ISSUERS.operator), 1000);
  const gift = { kind: KIND_GIFT, activation: ACTIVATED, label: latin1ToBytes('GIFT'), currency: 'EUR' };
  const more = operator.putProfile({ ...gift, id: latin1ToBytes('more') }, accountKeys('more', 33));
  expect(deliver(card, more)).toBe(0x6a84);
});
