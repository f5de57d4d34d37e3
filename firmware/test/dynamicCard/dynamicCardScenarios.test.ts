/** SEL-1 from a card: its issuers put a scenario's profiles there, a reader lists them by APDUs, and the tenders come out. */
import { latin1ToBytes, NO_BYTES, toHex } from '@comptoir/protocol';
import { expect, test } from 'vitest';
import { createScenarioCard } from '../../../simulator/src/trials/replay/scenarioCard.js';
import { ppseOf, walletListOf } from '../../../simulator/src/trials/replay/selectionWallet.js';
import { listWallet } from '../../../simulator/src/world/cards/dynamic/walletReader.js';
import { selectByName } from '../../src/apdu/commandApdu.js';
import { runScenario } from '../selection/runScenario.js';
import { type Expected, readScenarios, type Scenario } from '../selection/scenario.js';

/** Issuers put no application on a card whose name is none. */
const MALFORMED: readonly string[] = ['own-075', 'own-083', 'own-084'];

const scenarios = ['selection.json', 'selection-own.json'].flatMap((file) => readScenarios(file).scenarios);

/** They need what a profile that is for others doesn't show. */
const LATER_REASONS: readonly string[] = ['EXPIRED', 'COUPON_EXPIRED', 'COUPON_NOT_YET_VALID'];

let contradicting = 0;

for (const scenario of scenarios) {
  test(`${scenario.id} ${scenario.title}`, () => {
    const card = createScenarioCard(scenario.card);
    if (MALFORMED.includes(scenario.id)) {
      expect(() => card.powerOn('contactless')).toThrow('6a80');
      return;
    }
    card.powerOn('contactless');
    const listed = listWallet(card, scenario.merchant.id);
    const profiles = listed.profiles.map(toHex);
    const preferences = toHex(listed.preferences);
    const ppse = toHex(card.transmit(selectByName(latin1ToBytes('2PAY.SYS.DDF01'))) ?? NO_BYTES);
    expect(ppse).toBe(ppseOf(scenario.card.profiles));
    const asIssued = walletListOf(scenario.card);
    expect(preferences).toBe(asIssued.preferences);
    for (const [at, { merchantScope }] of scenario.card.profiles.entries()) {
      if (merchantScope?.includes(scenario.merchant.id) ?? true) expect(profiles[at]).toBe(asIssued.profiles[at]);
      else expect(profiles[at]).not.toBe(asIssued.profiles[at]);
    }
    const input = { ...scenario, card: { ...scenario.card, ppse } };
    // A directory that contradicts its list is no dynamic card's: ours comes from the profiles, and the tenders follow it.
    const isOurs = scenario.card.ppse === undefined || scenario.card.ppse === ppse;
    if (!isOurs) contradicting += 1;
    expect(runScenario(input, { profiles, preferences })).toEqual(isOurs ? scopeFirst(scenario) : runScenario(input));
  });
}

test('nearly all scenarios are those of a card that does not contradict itself', () => {
  expect(scenarios.length - contradicting).toBeGreaterThan(200);
});

/** Of what is for other merchants the card shows no more than that, so the reader tests it first. */
function scopeFirst({ card, merchant, expected }: Scenario): Expected {
  const excluded = expected.excluded.map(({ profile, reason }) => {
    const { kind, merchantScope } = card.profiles.find(({ id }) => id === profile) ?? {};
    const isForOthers = merchantScope !== undefined && !merchantScope.includes(merchant.id);
    if (!isForOthers || !LATER_REASONS.includes(reason)) return { profile, reason };
    return { profile, reason: kind === 'coupon' ? 'COUPON_WRONG_MERCHANT' : 'NOT_ACCEPTED' };
  });
  return { ...expected, excluded };
}
