import { expect, test } from 'vitest';
import { createManualClock, createVirtualClock, SIMULATED_START_MS, sleepPatiently } from '../../src/machine/clock.js';
import { simulate } from '../../src/simulation/simulate.js';

test('a manual clock stands still, then wakes sleepers in order', async () => {
  const clock = createManualClock(0);
  const woken: string[] = [];
  void clock.sleep(20).then(() => woken.push(`b ${clock.now()}`));
  void clock.sleep(10).then(() => woken.push(`a ${clock.now()}`));
  void clock.sleep(20).then(() => woken.push(`c ${clock.now()}`));
  void clock.sleep(30).then(() => woken.push(`d ${clock.now()}`));
  await clock.advance(5);
  expect(woken).toEqual([]);
  await clock.advance(20);
  expect(woken).toEqual(['a 10', 'b 20', 'c 20']);
  expect(clock.now()).toBe(25);
});

test('to sleep for no time on a manual clock needs none to pass', async () => {
  const clock = createManualClock(0);
  await clock.sleep(0);
  expect(clock.now()).toBe(0);
});

test('a sleeper that sleeps again is woken on the way', async () => {
  const clock = createManualClock(0);
  let ticks = 0;
  void (async () => {
    for (;;) {
      await clock.sleep(100);
      ticks += 1;
    }
  })();
  await clock.advance(1000);
  expect(ticks).toBe(10);
});

test('an aborted sleep rejects with the reason and is forgotten', async () => {
  const clock = createManualClock(0);
  const controller = new AbortController();
  const slept = clock.sleep(10, controller.signal);
  controller.abort(new Error('enough'));
  await expect(slept).rejects.toThrow('enough');
  await expect(clock.sleep(10, controller.signal)).rejects.toThrow('enough');
  await clock.advance(20);
});

test('a virtual clock starts at the same moment each time and jumps', async () => {
  const clock = createVirtualClock();
  expect(clock.now()).toBe(SIMULATED_START_MS);
  expect(new Date(clock.now()).toISOString()).toBe('2026-11-24T12:00:00.000Z');
  await clock.sleep(86_400_000);
  expect(clock.now()).toBe(SIMULATED_START_MS + 86_400_000);
});

test('two tasks on a virtual clock take turns by time', async () => {
  const clock = createVirtualClock(0);
  const order: string[] = [];
  async function task(name: string, everyMs: number): Promise<void> {
    for (let i = 0; i < 3; i += 1) {
      await clock.sleep(everyMs);
      order.push(`${name} ${clock.now()}`);
    }
  }
  await Promise.all([task('slow', 25), task('fast', 10)]);
  expect(order).toEqual(['fast 10', 'fast 20', 'slow 25', 'fast 30', 'slow 50', 'slow 75']);
});

test('who only waits for the next day makes no time pass, and wakes when it has passed', async () => {
  const clock = createVirtualClock(0);
  const woken: number[] = [];
  void sleepPatiently(clock, 7_200_000).then(() => woken.push(clock.now()));
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  expect([clock.now(), woken]).toEqual([0, []]);
  await clock.sleep(7_200_001);
  expect([clock.now(), woken]).toEqual([7_200_001, [7_200_000]]);
});

test('an idle reader leaves the clock where it is, though it tests itself each day', async () => {
  await using simulation = await simulate({ target: 'node' });
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  expect(simulation.state().atMs).toBe(0);
});
