import { toHex } from '@comptoir/protocol';
import { connect, keyFrom } from '@comptoir/sdk';
import { describe, expect, test } from 'vitest';
import { createManualClock } from '../../src/machine/clock.js';
import { targetNames } from '../../src/machine/targets/targets.js';
import { type SimulateOptions, type Simulation, simulate } from '../../src/simulation/simulate.js';

const amount = { minor: 1250, currency: 'EUR' };

/** A tap and an insertion, as text that shows every byte and every moment. */
async function transcriptOf(options: SimulateOptions): Promise<string> {
  await using simulation = await simulate(options);
  await using reader = await connect(simulation, simulation);
  simulation.tap('visa-debit');
  await reader.pay({ amount, key: keyFrom('first'), interfaces: 'contactless' });
  simulation.lift();
  simulation.insert('mastercard');
  await reader.pay({ amount, key: keyFrom('second'), interfaces: 'contact' });
  return printed(simulation);
}

function printed(simulation: Simulation): string {
  return simulation
    .transcript()
    .map(({ atMs, direction, report }) => `${atMs} ${direction} ${toHex(report)}`)
    .join('\n');
}

describe('same seed, same bytes', () => {
  test('the same on both targets', async () => {
    const [first, ...others] = await Promise.all(targetNames.map((target) => transcriptOf({ seed: 7, target })));
    expect(first?.split('\n').length).toBeGreaterThan(20);
    for (const other of others) expect(other).toBe(first);
  });

  test('the same twice, also beside others', async () => {
    const alone = await transcriptOf({ seed: 3 });
    const beside = await Promise.all([1, 3, 2].map((seed) => transcriptOf({ seed })));
    expect(beside[1]).toBe(alone);
    expect(beside[0]).not.toBe(alone);
  });
});

test('the three lines of the documentation take a payment', async () => {
  const simulation = await simulate();
  simulation.tap('visa-debit');
  const reader = await connect(simulation, simulation);
  const result = await reader.pay({ amount, key: keyFrom('order-1') });
  expect(result.status).toBe('approved');
  expect(simulation.acquirer.charges()).toEqual([{ key: 'order-1', amount: 1250, currency: 978 }]);
  await reader.close();
  await simulation.close();
});

test('the same name is the same card: its transaction counter goes on', async () => {
  await using simulation = await simulate({ target: 'node' });
  await using reader = await connect(simulation, simulation);
  const counters: (string | undefined)[] = [];
  for (const order of ['a', 'b']) {
    simulation.tap('visa-debit');
    const result = await reader.pay({ amount, key: keyFrom(order) });
    counters.push(result.status === 'approved' ? result.payment.tenders[0]?.receipt?.atc : undefined);
    simulation.lift();
  }
  expect(counters).toEqual(['0001', '0002']);
});

test('a card may come while the reader waits for it', async () => {
  await using simulation = await simulate({ target: 'node' });
  await using reader = await connect(simulation, simulation);
  const payment = reader.pay({ amount, key: keyFrom('late') });
  for await (const prompt of payment) if (prompt.show === 'tap') simulation.tap('visa-debit');
  expect((await payment).status).toBe('approved');
});

test('nobody comes: the minute passes at once', async () => {
  await using simulation = await simulate({ target: 'node' });
  await using reader = await connect(simulation, simulation);
  const result = await reader.pay({ amount, key: keyFrom('nobody') });
  expect(result).toEqual({ status: 'cancelled', by: 'timeout' });
  expect(simulation.transcript().at(-1)?.atMs).toBeGreaterThanOrEqual(60_000);
});

test('two cards at once are two cards', async () => {
  await using simulation = await simulate({ target: 'node' });
  await using reader = await connect(simulation, simulation);
  simulation.tap('visa-debit');
  simulation.tap('mastercard');
  await expect(reader.pay({ amount, key: keyFrom('two') })).rejects.toMatchObject({
    code: 'card/multiple',
    charged: 'no',
  });
});

test('steps are named and masked', async () => {
  await using simulation = await simulate({ target: 'node' });
  await using reader = await connect(simulation, simulation);
  simulation.insert('visa-debit');
  await reader.pay({ amount, key: keyFrom('steps') });
  const steps = simulation.steps();
  expect(steps.map(({ name }) => name)).toContain('GENERATE AC 1 (ARQC, CDA)');
  expect(steps[0]).toMatchObject({ name: 'SELECT PSE', sw: '9000' });
  expect(JSON.stringify(steps)).not.toContain('4761739001010119');
  expect(steps.some(({ response }) => response.includes('*'))).toBe(true);
});

test('a target that there is not is named, with those that there are', async () => {
  await expect(simulate({ target: 'moon' as 'node' })).rejects.toThrow(
    'no target "moon"; there are: node, quickjs, pico',
  );
});

test('unknown cards, cards without the interface and a taken slot are refused', async () => {
  await using simulation = await simulate({ target: 'node' });
  expect(() => simulation.tap('no-such-card')).toThrow('there are: visa-debit');
  expect(() => simulation.tap('sda-only')).toThrow('no contactless interface');
  simulation.insert('visa-debit');
  expect(() => simulation.insert('mastercard')).toThrow('the slot is taken');
});

test('power off and on loses the link, and the next one works', async () => {
  await using simulation = await simulate({ target: 'quickjs' });
  const reader = await connect(simulation, simulation);
  await simulation.restart();
  expect(reader.state).toBe('gone');
  await using again = await connect(simulation, simulation);
  expect(again.info.serial).toBe(simulation.serial);
});

test('closed while it starts, it stays without power; the last of two starts counts', async () => {
  const simulation = await simulate({ target: 'quickjs' });
  await Promise.all([simulation.restart(), simulation.restart()]);
  const reader = await connect(simulation, simulation);
  expect(reader.state).toBe('ready');
  await Promise.all([simulation.restart(), simulation.close()]);
  await expect(connect(simulation, simulation)).rejects.toMatchObject({
    cause: new Error('the simulated reader has no power'),
  });
});

test('a payment before and one after a restart are both taken: no key serial number comes twice', async () => {
  await using simulation = await simulate({ target: 'node' });
  simulation.tap('visa-debit');
  for (const order of ['before', 'after']) {
    await using reader = await connect(simulation, simulation);
    expect((await reader.pay({ amount, key: keyFrom(order) })).status).toBe('approved');
    await simulation.restart();
  }
});

test('on a manual clock nothing happens by itself', async () => {
  const clock = createManualClock();
  await using simulation = await simulate({ target: 'node', clock });
  await using reader = await connect(simulation, simulation);
  let result: unknown;
  void reader.pay({ amount, key: keyFrom('manual') }).then((given) => {
    result = given;
  });
  await clock.advance(59_000);
  expect(result).toBeUndefined();
  simulation.tap('visa-debit');
  await clock.advance(100);
  expect(result).toMatchObject({ status: 'approved' });
});
