import { expect, test } from 'vitest';
import { startWatchdog, within } from '../../src/values/deadline.js';
import { createManualClock, START_MS } from '../manualClock.js';

test('a watchdog barks once, at its time, moved sooner or later', async () => {
  const clock = createManualClock();
  const barks: number[] = [];
  const watchdog = startWatchdog(clock, START_MS + 100, () => barks.push(clock.now() - START_MS));
  watchdog.due(START_MS + 500);
  await clock.advance(200);
  watchdog.due(START_MS + 300);
  await clock.advance(1000);
  watchdog.due(START_MS + 2000);
  await clock.advance(1000);
  expect([barks, clock.sleepers]).toEqual([[300], 0]);
});

test('a watchdog that was stopped does not bark', async () => {
  const clock = createManualClock();
  const watchdog = startWatchdog(clock, START_MS + 100, () => expect.fail('it barked'));
  watchdog.stop();
  await clock.advance(1000);
  expect(clock.sleepers).toBe(0);
});

test('a watchdog that wakes late looks once more: what arrived meanwhile counts', async () => {
  const clock = createManualClock();
  const barks: string[] = [];
  const heard = startWatchdog(clock, START_MS + 1000, () => barks.push('heard'));
  startWatchdog(clock, START_MS + 1000, () => barks.push(`unheard at ${clock.now() - START_MS}`));
  await clock.stall(5000);
  heard.due(START_MS + 6000);
  await clock.advance(500);
  expect([barks, clock.sleepers]).toEqual([['unheard at 5100'], 1]);
  heard.stop();
});

test.each([
  [
    'throws',
    () => {
      throw new Error('no');
    },
  ],
  ['rejects', () => Promise.reject(new Error('no'))],
])('within: work that %s leaves nothing behind', async (_, work) => {
  const clock = createManualClock();
  await expect(within(clock, { deadlineMs: START_MS + 100 }, work)).rejects.toThrow('no');
  expect(clock.sleepers).toBe(0);
});

test('within: work that never ends is told, and left behind at the deadline', async () => {
  const clock = createManualClock();
  let told: AbortSignal | undefined;
  const outcome = within(clock, { deadlineMs: START_MS + 100 }, (signal) => {
    told = signal;
    return new Promise(() => {});
  }).catch((error: unknown) => error);
  await clock.advance(100);
  expect(await outcome).toMatchObject({ code: 'timeout' });
  expect([told?.aborted, clock.sleepers]).toEqual([true, 0]);
});
