/** What a reader tells of itself after a day of work: what happened, and nothing of the card. */
import { OUTCOME, STATUS } from '@comptoir/protocol';
import { connect, newKey, ReaderError } from '@comptoir/sdk';
import { expect, test } from 'vitest';
import { simulate } from '../src/simulate.js';
import { targetNames } from '../src/targets/targets.js';
import { brokenFirmware } from './brokenFirmware.js';

test.each(targetNames)('a sale, a refusal, a day: told in order [%s]', async (target) => {
  await using simulation = await simulate({ target });
  await using reader = await connect(simulation, simulation);
  simulation.tap('visa-debit');
  const amount = { minor: 1250, currency: 'EUR' } as const;
  expect(await reader.pay({ amount, key: newKey('log-1') })).toMatchObject({ status: 'approved' });
  simulation.lift();
  await reader.pay({ amount: { ...amount, minor: 1 }, key: newKey('log-1') }).then(
    () => expect.fail('the key was reused'),
    (error: ReaderError) => expect(error).toBeInstanceOf(ReaderError),
  );
  await simulation.clock.sleep(24 * 3_600_000);
  const log = await reader.log();
  expect(log.uptimeSeconds).toBeGreaterThanOrEqual(24 * 3600);
  expect(log.total).toBe(log.entries.length);
  // The self-tests of the 23rd hour are another of the same, only not in a row.
  expect(log.entries.map(({ event, detail, times }) => [event, detail, times])).toEqual([
    ['started', 0, 1],
    ['selfTest', 0, 1],
    ['ended', OUTCOME.approved, 1],
    ['refused', STATUS.keyReused, 1],
    ['selfTest', 0, 1],
  ]);
  expect(Object.keys(log.entries[0] ?? {}).sort()).toEqual(['detail', 'event', 'secondsAgo', 'times']);
});

test('a reader whose self-test fails is not connected to, and says which it was', async () => {
  const firmware = await brokenFirmware([['474509234371BCB2', '474509234371BCB3']]);
  await using simulation = await simulate({ firmware, target: 'node' });
  await connect(simulation, simulation).then(
    () => expect.fail('it was connected to'),
    (error: ReaderError) =>
      expect([error.code, error.cause instanceof Error ? error.cause.message : error.message].join(' ')).toContain(
        'AES-CMAC',
      ),
  );
});
