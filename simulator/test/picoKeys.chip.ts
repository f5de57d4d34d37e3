/**
 * The power of the emulated chip goes at flash operations of DUKPT's advance: the acquirer never sees a key serial number twice, and every
 * payment afterwards goes through. The store itself is cut at each operation by firmware/port/test/keyPowerCuts.test.ts; this is a sample of it
 * on the image that a person flashes.
 */
import { connect, newKey } from '@comptoir/sdk';
import { expect, test } from 'vitest';
import { simulate } from '../src/index.js';

const amount = { minor: 1250, currency: 'EUR' } as const;
const CUTS = 10;
const TIMEOUT_MS = 600_000;

test('power cuts while keys advance: no key serial number twice', { timeout: TIMEOUT_MS }, async () => {
  await using simulation = await simulate({ target: 'pico' });
  simulation.tap('visa-debit');
  let lost = 0;
  for (let operation = 1; operation <= CUTS; operation += 1) {
    simulation.cutPower({ operation, kind: operation % 2 === 0 ? 'clean' : 'torn' });
    // The first keys of 64 counters are prepared when the host has said INIT.
    const before = await connect(simulation, simulation).catch(() => undefined);
    await before?.pay({ amount, key: newKey(`cut-${operation}`) }).catch(() => undefined);
    if (before === undefined || before.state === 'gone') lost += 1;
    simulation.cutPower({ operation: Number.POSITIVE_INFINITY, kind: 'clean' });
    await simulation.restart();

    const charged = simulation.host.charges().length;
    const after = await connect(simulation, simulation);
    // The test host refuses a key serial number that it has seen.
    expect((await after.pay({ amount, key: newKey(`after-${operation}`) })).status).toBe('approved');
    expect(simulation.host.charges().length).toBe(charged + 1);
    await after.close();
  }
  expect(lost).toBeGreaterThan(CUTS / 2);
});
