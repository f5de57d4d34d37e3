/** The power of the reader goes while it keeps a payment; the till asks afterwards and gets the truth. */
import { connect, type LookupResult, newKey, type PayResult } from '@comptoir/sdk';
import { describe, expect, test } from 'vitest';
import { type PowerCut, simulate } from '../../../src/index.js';
import { targetNames } from '../../../src/machine/targets/targets.js';

const amount = { minor: 1250, currency: 'EUR' } as const;
const cuts: readonly (PowerCut & { readonly charges: number })[] = [
  // The limit of index tokens, which the first payment takes from.
  { operation: 1, kind: 'torn', charges: 0 },
  { operation: 1, kind: 'clean', charges: 0 },
  // The payment, before the acquirer is asked.
  { operation: 2, kind: 'torn', charges: 0 },
  { operation: 2, kind: 'clean', charges: 0 },
  // Its result.
  { operation: 3, kind: 'torn', charges: 1 },
  { operation: 3, kind: 'clean', charges: 1 },
];

describe.each(targetNames)('%s', (target) => {
  test.each(cuts)('$kind at write $operation of a sale: known afterwards, charged once', async (cut) => {
    await using simulation = await simulate({ target });
    simulation.tap('visa-debit');
    simulation.cutPower(cut);
    const key = newKey('order');
    const before = await connect(simulation, simulation);
    const heard: PayResult | Error = await before.pay({ amount, key }).catch((fault: Error) => fault);
    expect(heard).not.toMatchObject({ status: 'approved' });
    expect(before.state).toBe('gone');
    expect(simulation.acquirer.charges().length).toBe(cut.charges);
    expect(simulation.fault()).toBeUndefined();

    await simulation.restart();
    await using after = await connect(simulation, simulation);
    const known: LookupResult = await after.lookup(key);
    if (cut.charges === 1) expect(known).toMatchObject({ status: 'approved' });
    else if (cut.operation === 2 && cut.kind === 'clean')
      expect(known).toMatchObject({ status: 'unknown', charged: 'no' });
    else expect(known).toEqual({ status: 'never-seen' });

    expect(await after.pay({ amount, key })).toMatchObject({ status: 'approved' });
    expect(simulation.acquirer.charges().length).toBe(1);
  });

  test('results outlive the power, the last eight of them', async () => {
    await using simulation = await simulate({ target });
    simulation.tap('visa-debit');
    const keys = Array.from({ length: 9 }, (_, index) => newKey(`order-${index}`));
    const before = await connect(simulation, simulation);
    const results: PayResult[] = [];
    for (const key of keys) results.push(await before.pay({ amount, key }));
    await simulation.restart();
    const { acquirer: _, ...withoutAcquirer } = simulation;
    await using after = await connect(simulation, withoutAcquirer);
    for (const [index, key] of keys.entries()) {
      const known = await after.lookup(key);
      if (index === 0) expect(known).toMatchObject({ status: 'unknown' });
      else expect(known).toEqual(results[index]);
    }
  });
});
