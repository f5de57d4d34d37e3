/** Sales in a slot whose contacts the firmware drives, on both engines. */
import { connect, newKey } from '@comptoir/sdk';
import { describe, expect, test } from 'vitest';
import type { SlotStyle } from '../../../src/machine/slot/slotCard.js';
import { simulate } from '../../../src/simulation/simulate.js';

const amount = { minor: 1250, currency: 'EUR' };

async function sell(target: 'node' | 'quickjs', card: string, slot: SlotStyle | undefined) {
  await using simulation = await simulate({ seed: 3, target, ...(slot !== undefined && { slot }) });
  await using reader = await connect(simulation, simulation);
  simulation.insert(card);
  const result = await reader.pay({ amount, key: newKey('order'), interfaces: 'contact' });
  return { status: result.status, steps: simulation.steps().map(({ name }) => name) };
}

describe.each(['node', 'quickjs'] as const)('%s', (target) => {
  test.each<[string, SlotStyle]>([
    ['T=0', { protocol: 0 }],
    ['T=0, inverse', { protocol: 0, isInverse: true }],
    ['T=0, D = 4', { protocol: 0, rate: 4 }],
    ['T=0, byte by byte, with waits', { protocol: 0, isStepwise: true, waits: 3 }],
    ['T=1', { protocol: 1 }],
    ['T=1, short blocks, with waits, D = 2', { protocol: 1, blockBytes: 16, waits: 2, rate: 2 }],
  ])('a sale by %s', async (_, slot) => {
    const { status } = await sell(target, 'mastercard', slot);
    expect(status).toBe('approved');
  });
});
