/** Arbitraries give what the schemas take; whole days go by, and no order is charged twice by a careful till. */
import { connect, newKey, ReaderError } from '@comptoir/sdk';
import { arbitraryCard, arbitraryDay, arbitraryFault, type Customer } from '@comptoir/simulator/fast-check';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FAULTS, readFault } from '../../src/simulation/faults/fault.js';
import { type Simulation, simulate } from '../../src/simulation/simulate.js';
import { cardNames } from '../../src/world/cards/catalogue.js';

const RUN = { seed: 11, numRuns: 300 };

test('every fault is one of the schema, and all kinds that are not left out come', () => {
  const kinds = new Set<string>();
  fc.assert(
    fc.property(arbitraryFault(), (fault) => {
      kinds.add(fault.kind);
      expect(readFault(fault)).toEqual({ ok: true, fault });
    }),
    RUN,
  );
  expect([...kinds].sort()).toEqual(
    Object.keys(FAULTS)
      .filter((kind) => !['second-card', 'keys-lost', 'tamper', 'version'].includes(kind))
      .sort(),
  );
  const all = fc.sample(arbitraryFault({ kinds: ['second-card'] }), RUN);
  expect(all.every((fault) => readFault(fault).ok)).toBe(true);
});

test('cards are those of the catalogue; orders of a day are apart; the same seed is the same day', () => {
  expect(new Set(fc.sample(arbitraryCard(), RUN)).size).toBe(cardNames.length);
  const days = fc.sample(arbitraryDay(), RUN);
  for (const day of days) expect(new Set(day.map(({ order }) => order)).size).toBe(day.length);
  expect(fc.sample(arbitraryDay(), RUN)).toEqual(days);
});

/** Pays, and pays again with the same key until it knows. */
async function sell(simulation: Simulation, { order, amount, tap }: Customer): Promise<void> {
  for (const fault of tap.faults) await simulation.inject(fault);
  if (tap.on === 'contact') simulation.insert(tap.card);
  else simulation.tap(tap.card);
  for (let tries = 0; tries < 3; tries += 1) {
    try {
      await using reader = await connect(simulation, simulation);
      const { status } = await reader.pay({ amount, key: newKey(order) }, { timeoutMs: 30_000 });
      if (status !== 'unknown') break;
    } catch (error) {
      expect(error).toBeInstanceOf(ReaderError);
    }
    await simulation.advance(1000);
  }
  simulation.lift();
}

test('whatever happens in a day, each order is charged once at most and every call ends', {
  timeout: 120_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(arbitraryDay({ customersMax: 3 }), async (day) => {
      await using simulation = await simulate({ target: 'node' });
      for (const customer of day) {
        await sell(simulation, customer);
        await simulation.advance(customer.thenMs);
        if (!simulation.state().isPowered) await simulation.restart();
      }
      const keys = simulation.acquirer.charges().map(({ key }) => key);
      expect(new Set(keys).size).toBe(keys.length);
    }),
    { seed: 3, numRuns: 30 },
  );
});
