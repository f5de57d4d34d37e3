/**
 * The power of the emulated chip goes at flash operations of a sale and of what follows it: the till asks afterwards and gets
 * the truth. The store itself is cut at each operation by firmware/port/test/store/recordStore.test.ts; this is a sample of it on the
 * image that a person flashes.
 */
import { connect, newKey, type PayResult } from '@comptoir/sdk';
import { expect, test } from 'vitest';
import { type PowerCut, simulate } from '../../../src/index.js';

const amount = { minor: 1250, currency: 'EUR' } as const;
const CUTS = 7;
const TIMEOUT_MS = 600_000;

function cutOf(operation: number): PowerCut {
  return { operation, kind: operation % 2 === 0 ? 'clean' : 'torn' };
}

test('power cuts during sales: each payment is known afterwards and charged once', {
  timeout: TIMEOUT_MS,
}, async () => {
  await using simulation = await simulate({ target: 'pico' });
  simulation.tap('visa-debit');
  let lost = 0;
  for (let operation = 1; operation <= CUTS; operation += 1) {
    const key = newKey(`order-${operation}`);
    const before = await connect(simulation, simulation);
    simulation.cutPower(cutOf(operation));
    const heard: PayResult | Error = await before.pay({ amount, key }).catch((fault: Error) => fault);
    if (before.state === 'gone') lost += 1;
    const isApproved = !(heard instanceof Error) && heard.status === 'approved';
    simulation.cutPower({ operation: Number.POSITIVE_INFINITY, kind: 'clean' });
    await simulation.restart();

    const after = await connect(simulation, simulation);
    const known = await after.lookup(key);
    const charged = simulation.acquirer.charges().length === operation;
    if (isApproved) expect(known).toEqual(heard);
    else if (charged) expect(known).toMatchObject({ status: 'approved' });
    else expect(['never-seen', 'unknown']).toContain(known.status);
    expect(await after.pay({ amount, key })).toMatchObject({ status: 'approved' });
    expect(simulation.acquirer.charges().length).toBe(operation);
    await after.close();
  }
  expect(lost).toBeGreaterThan(3);
});
