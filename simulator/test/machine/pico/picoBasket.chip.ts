/** One tap for a basket with the reader image of the Pico on the emulated chip. */
import { connect, keyFrom } from '@comptoir/sdk';
import { expect, test } from 'vitest';
import { simulate } from '../../../src/simulation/simulate.js';

const TIMEOUT_MS = 600_000;
const basket = { currency: 'EUR', lines: [{ sku: 'bread', qty: 2, unit: 2500 }] };
const ALL = ['bank', 'account', 'gift', 'coupon', 'loyalty'] as const;

test('what a tap shows, and four tenders, are what they are on node', { timeout: TIMEOUT_MS }, async () => {
  const told = [];
  for (const target of ['node', 'pico'] as const) {
    await using simulation = await simulate({ seed: 5, target, accountCredit: 700 });
    await using reader = await connect(simulation, simulation);
    simulation.tap('dynamic');
    const shown = await reader.read({ accept: ALL });
    const policy = { region: 'EEA', takesPartialApproval: true };
    const result = await reader.pay({ basket, key: keyFrom('order-1-1'), policy, choice: { brand: 'ACCOUNT' } });
    expect(result).toMatchObject({ status: 'approved', payment: { settled: true, cardUpdated: true } });
    told.push({
      shown: shown.instruments.map(({ kind, label, reference }) => [kind, label, reference]),
      tenders:
        'payment' in result && result.payment?.tenders.map(({ kind, label, amount }) => [kind, label, amount.minor]),
      left: await reader.lookup(keyFrom('order-1-1')).then(({ status }) => status),
      steps: simulation.steps().map(({ name }) => name),
    });
  }
  expect(told[1]).toEqual(told[0]);
  expect(told[0]?.tenders).toHaveLength(4);
});
