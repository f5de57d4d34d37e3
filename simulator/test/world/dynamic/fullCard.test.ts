/** A card that is full: 32 profiles, and applications for a PPSE answer of 256 bytes, at a real reader with a test acquirer. */
import { readFileSync } from 'node:fs';
import { connect, keyFrom, type MerchantPolicy } from '@comptoir/sdk';
import { expect, test } from 'vitest';
import { simulate } from '../../../src/index.js';
import { createScenarioCard } from '../../../src/trials/replay/scenarioCard.js';
import type { ScenarioCard } from '../../../src/trials/replay/selectionWallet.js';

const FULL = 'own-266';
const file = readFileSync(new URL('../../../../test-vectors/selection-own.json', import.meta.url), 'utf8');
const { scenarios } = JSON.parse(file) as { readonly scenarios: readonly { id: string; card: ScenarioCard }[] };
const scenario = scenarios.find(({ id }) => id === FULL)?.card;
if (scenario === undefined) throw new Error('the scenario is not there');
const { profiles } = scenario;
const EURO = 978;

/** A tap reserves eight of them at most. */
const policy: MerchantPolicy = { couponPolicy: 'perSource', giftCardsMax: 3 };

test.each(['node', 'quickjs'] as const)(
  'the tenders are those of its rules, and each profile has its reason [%s]',
  async (target) => {
    await using simulation = await simulate({ target, cards: { full: createScenarioCard(scenario) } });
    const { gifts } = simulation.authorisers;
    for (const [at, { id, kind, balance, pointsValue, rule }] of profiles.entries()) {
      const most = rule?.amountOff ?? 0;
      if (kind === 'coupon') gifts.issue(BigInt(at), { kind, currency: EURO, serial: id, most });
      if (kind === 'gift' || kind === 'loyalty')
        gifts.issue(BigInt(at), { kind: 'value', currency: EURO, balance: balance ?? pointsValue ?? 0 });
    }
    await using reader = await connect(simulation, simulation);
    simulation.tap('full');
    const result = await reader.pay({
      basket: { currency: 'EUR', lines: [{ sku: 's', qty: 1, unit: 5000 }] },
      key: keyFrom('order-1-1'),
      policy,
    });
    if (result.status !== 'approved') throw new Error(JSON.stringify(result));
    expect(result.payment.tenders.map(({ label, amount }) => `${label} ${amount.minor}`)).toEqual([
      'k5 60',
      'g5 100',
      'g4 200',
      'g3 300',
      'b10 4340',
    ]);
    expect(result.payment.tenders.at(-1)?.rules).toEqual(['CARD_RULE']);
    expect(result.payment.notUsed.map(({ label, reason }) => `${label} ${reason}`)).toEqual([
      'bk00 CARD_RULE_FORBIDS',
      ...[0, 1, 2, 3, 4].map((at) => `m${at} NOT_ACTIVATED`),
      ...[0, 1, 2, 3, 4].map((at) => `k${at} COUPON_COMBINATION_DISALLOWED`),
      ...[0, 1, 2].map((at) => `g${at} GIFT_LIMIT`),
    ]);
    expect(simulation.acquirer.charges()).toMatchObject([{ amount: 4340 }]);
    const answers = simulation.exchanges().map(({ response }) => response.length);
    expect(Math.max(...answers)).toBe(256);
  },
);
