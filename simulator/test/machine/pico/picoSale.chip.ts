/** Sales with the reader image of the Pico on the emulated chip. */
import { connect, keyFrom, newKey, ReaderError } from '@comptoir/sdk';
import { describe, expect, test } from 'vitest';
import { simulate } from '../../../src/simulation/simulate.js';
import { createCard } from '../../../src/world/cards/catalogue.js';
import { tornCard } from '../../../src/world/cards/tornCard.js';

const amount = { minor: 1250, currency: 'EUR' };
const TIMEOUT_MS = 600_000;

describe('a sale on the chip', { timeout: TIMEOUT_MS }, () => {
  test.each(['visa-debit', 'mastercard', 'declined-offline'])('%s ends as it does on node', async (card) => {
    const results = [];
    for (const target of ['node', 'pico'] as const) {
      await using simulation = await simulate({ seed: 5, target });
      await using reader = await connect(simulation, simulation);
      simulation.tap(card);
      const result = await reader.pay({ amount, key: newKey('order'), interfaces: 'contactless' });
      const { token, masked } = ('payment' in result && result.payment?.tenders[0]) || {};
      results.push({
        status: result.status,
        token,
        masked,
        steps: simulation.steps().map(({ name }) => name),
      });
    }
    expect(results[1]).toEqual(results[0]);
  });

  // On a busy machine an interrupt was seen to be served 1.7 µs earlier in one run, and a report 1 µs: why isn't known.
  test('the same seed gives the same reports, at times that differ by less than 10 µs', async () => {
    const transcripts = [];
    for (let run = 0; run < 2; run += 1) {
      await using simulation = await simulate({ seed: 9, target: 'pico' });
      await using reader = await connect(simulation, simulation);
      simulation.tap('visa-debit');
      await reader.pay({ amount, key: keyFrom('order-1'), interfaces: 'contactless' });
      transcripts.push(simulation.transcript());
    }
    const [first = [], second = []] = transcripts;
    expect(second.map(({ atMs: _, ...crossed }) => crossed)).toEqual(first.map(({ atMs: _, ...crossed }) => crossed));
    for (const [at, { atMs }] of first.entries()) expect(Math.abs(atMs - (second[at]?.atMs ?? 0))).toBeLessThan(0.01);
  });

  test('a card pulled at each APDU is told as such, and charged nothing', async () => {
    await using simulation = await simulate({ target: 'pico' });
    await using reader = await connect(simulation, simulation);
    for (let atApdu = 1; ; atApdu += 1) {
      simulation.tap(tornCard(createCard('visa-debit', { seed: 1 }), atApdu));
      const ended = await reader.pay({ amount, key: newKey(`order-${atApdu}`), interfaces: 'contactless' }).then(
        (result) => result.status,
        (error: unknown) => (error instanceof ReaderError ? error.code : Promise.reject(error)),
      );
      simulation.lift();
      if (ended === 'approved') break;
      expect(ended).toBe('card/torn');
      expect(simulation.acquirer.charges()).toEqual([]);
    }
  });

  test('power off in the middle of a sale: the till is told that the reader is gone', async () => {
    await using simulation = await simulate({ target: 'pico' });
    const reader = await connect(simulation, simulation);
    const paid = reader
      .pay({ amount, key: newKey('order'), interfaces: 'contactless' })
      .catch((error: unknown) => error);
    await simulation.clock.sleep(100);
    await simulation.close();
    expect(await paid).toBeInstanceOf(ReaderError);
  });
});
