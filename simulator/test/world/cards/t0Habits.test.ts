/** Habits of T=0 cards, from the card's description to a sale: over APDUs, and over the contacts of the slot. EMV 4.4 Book 1 §9.3.1. */
import { connect, keyFrom } from '@comptoir/sdk';
import { expect, test } from 'vitest';
import { simulate } from '../../../src/simulation/simulate.js';
import { createProfileCard } from '../../../src/world/cards/catalogue.js';
import { describedCard } from '../../../src/world/cards/described/describedCard.js';
import { createTestPki } from '../../../src/world/pki/testPki.js';

const habits: readonly (readonly [string, object])[] = [
  ['all at once', {}],
  ['pieces of 20 bytes', { pieceBytes: 20 }],
  ['pieces of 32 bytes, and no word of how much there is', { pieceBytes: 32, announces: 'unknown' }],
  ['a wrong Le is not corrected', { correctsLength: false }],
];

test.each(habits.flatMap(([name, t0]) => (['APDUs', 'contacts'] as const).map((by) => [name, by, t0] as const)))(
  '%s, by %s',
  async (_, by, t0) => {
    const application = {
      network: 'mastercard',
      authentication: 'DDA',
      layout: { objectsPerRecord: 6, firstRecord: 3 },
    };
    const described = describedCard({ name: 'habits', number: { begins: '541333' }, t0, applications: [application] });
    if (!described.ok) throw new Error(described.fault.must);
    await using simulation = await simulate({ target: 'node', ...(by === 'contacts' && { slot: { protocol: 0 } }) });
    await using reader = await connect(simulation, simulation);
    simulation.insert(createProfileCard(described.profile, 1, createTestPki()));
    const amount = { minor: 1250, currency: 'EUR' };
    const result = await reader.pay({ amount, key: keyFrom('order-1'), interfaces: 'contact' });
    expect(result).toMatchObject({ status: 'approved', payment: { tenders: [{ token: expect.any(String) }] } });
    expect(simulation.steps().at(-1)?.sw).toBe('9000');
  },
);
