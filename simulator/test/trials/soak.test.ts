/** The soak of `npm run soak`, short: a few hundred payments, more of them with faults. */
import { expect, test } from 'vitest';
import { runSoak } from '../../bench/soak/runSoak.js';
import { brokenFirmware } from '../machine/brokenFirmware.js';

test('no key serial number twice, no number anywhere, every payment ends known', { timeout: 240_000 }, async () => {
  const report = await runSoak({ payments: 300, seed: 'short', faultsInHundred: 20, paymentsOfReader: 150 });
  expect(report).toMatchObject({ payments: 300, repeated: [], unopened: [], numbersFound: [], unknown: [] });
  expect(report.faults).toBeGreaterThan(30);
  expect(report.keySerialNumbers).toBeGreaterThan(100);
  expect(report.ends['approved']).toBeGreaterThan(50);
});

test('sabotage: a counter that stands still is seen', async () => {
  const firmware = await brokenFirmware([['return this.use(), { ksn:', 'return { ksn:']]);
  const report = await runSoak({ payments: 20, seed: 'short', faultsInHundred: 0, firmware });
  expect(report.repeated.length).toBeGreaterThan(0);
});

test('sabotage: a number that leaves is seen', async () => {
  const firmware = await brokenFirmware([
    ['isShownIn({ children = [] }, vouched) {', 'isShownIn({ children = [] }, vouched) { return false;'],
    [
      'applicationIdentifier: Vouched.acceptedName(applications, card.aid) ?? NO_BYTES,\n    maskedNumber',
      'applicationIdentifier: cardNumber.slice(),\n    maskedNumber',
    ],
  ]);
  const report = await runSoak({ payments: 20, seed: 'short', faultsInHundred: 0, firmware });
  expect(report.numbersFound.some((found) => found.endsWith(': packed'))).toBe(true);
});
