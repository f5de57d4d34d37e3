import { COMMAND, OUTCOME, PROMPT } from '@comptoir/protocol';
import { expect, test } from 'vitest';
import { idle, type ManualClock } from '../manualClock.js';
import { AMOUNT, COMPLETE, createAcquirer, KEY, openTill, PAY, result } from '../sale.js';
import type { ScriptedReader, Step } from '../scriptedReader.js';

const REQUEST = { amount: AMOUNT, key: KEY };
const SILENT: Step = { expect: 'pay', act: () => {} };
const ENDLESS: Step = { expect: 'pay', act: (say) => say.prompt(PROMPT.presentCard) };
const DEAF: Step = { expect: 'CANCEL', act: () => {} };

/** Passes time while the reader keeps saying that it works. */
async function keepAlive(clock: ManualClock, script: ScriptedReader, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 100) {
    await clock.advance(100);
    script.say.prompt(passed % 200 === 0 ? PROMPT.holdCard : PROMPT.presentCard);
  }
}

/** What an operation came to, and when, in milliseconds. */
function settled<T>(
  clock: ManualClock,
  operation: PromiseLike<T>,
): Promise<{ readonly what: unknown; readonly afterMs: number }> {
  const startMs = clock.now();
  const tell = (what: unknown) => ({ what, afterMs: clock.now() - startMs });
  return Promise.resolve(operation).then(tell, tell);
}

test('a reader that falls silent is lost after a second', async () => {
  const { reader, clock } = await openTill({ steps: [SILENT] });
  const outcome = settled(clock, reader.pay(REQUEST));
  await clock.advance(5000);
  expect(await outcome).toMatchObject({ what: { code: 'link/lost', charged: 'no' }, afterMs: 1000 });
  expect([reader.state, clock.sleepers]).toEqual(['gone', 0]);
});

test('KEEPALIVE keeps a link alive', async () => {
  const { reader, clock, script } = await openTill({ steps: [ENDLESS] });
  const outcome = settled(clock, reader.pay(REQUEST));
  await keepAlive(clock, script, 20_000);
  script.say.answer(result(OUTCOME.noCard));
  expect(await outcome).toMatchObject({ what: { status: 'cancelled', by: 'timeout' }, afterMs: 20_000 });
});

test('a payment that nobody ends is cancelled before its deadline', async () => {
  const cancel: Step = {
    expect: 'CANCEL',
    act(say) {
      say.answer(result(OUTCOME.cancelled));
      say.frame(COMMAND.cancel, Uint8Array.of(1));
    },
  };
  const { reader, clock, script } = await openTill({ steps: [ENDLESS, cancel] });
  const outcome = settled(clock, reader.pay(REQUEST, { timeoutMs: 10_000 }));
  await keepAlive(clock, script, 10_000);
  expect(await outcome).toMatchObject({ what: { status: 'cancelled', by: 'timeout' }, afterMs: 9000 });
  expect(script.messages[0]).toMatchObject({ timeoutMs: 5000 });
});

test('endless KEEPALIVE meets the deadline', async () => {
  const { reader, clock, script } = await openTill({ steps: [ENDLESS, DEAF] });
  const outcome = settled(clock, reader.pay(REQUEST, { timeoutMs: 10_000 }));
  await keepAlive(clock, script, 12_000);
  expect(await outcome).toMatchObject({ what: { code: 'timeout', charged: 'no' }, afterMs: 10_000 });
  expect(clock.sleepers).toBe(0);
});

test('an acquirer that never answers: unknown before the deadline', async () => {
  const acquirer = createAcquirer({ authorise: () => new Promise(() => {}) });
  const { reader, clock } = await openTill({ steps: [PAY] }, acquirer);
  const outcome = settled(clock, reader.pay(REQUEST));
  await clock.advance(200_000);
  expect(await outcome).toMatchObject({ what: { status: 'unknown', key: KEY }, afterMs: 119_000 });
  expect(clock.sleepers).toBe(0);
});

test('a reader that works for ever on the acquirer’s answer: unknown', async () => {
  const { reader, clock, script } = await openTill({ steps: [PAY, { expect: 'complete', act: () => {} }] });
  const outcome = settled(clock, reader.pay(REQUEST));
  await idle();
  await keepAlive(clock, script, 15_000);
  expect(await outcome).toMatchObject({ what: { status: 'unknown' }, afterMs: 10_000 });
});

test('every call ends by its deadline, whatever was last heard of the reader and the host', async () => {
  const deadlines = [1, 10, 300, 999, 1000, 1001, 5000];
  const scripts: readonly (readonly Step[])[] = [
    [SILENT],
    [ENDLESS],
    [ENDLESS, DEAF],
    [PAY],
    [PAY, { expect: 'complete', act: () => {} }],
  ];
  for (const timeoutMs of deadlines) {
    for (const steps of scripts) {
      const acquirer = createAcquirer(steps.length === 1 ? { authorise: () => new Promise(() => {}) } : {});
      const { reader, clock, script } = await openTill({ steps }, acquirer);
      const outcome = settled(clock, reader.pay(REQUEST, { timeoutMs }));
      const chatter = keepAlive(clock, script, timeoutMs + 200);
      await chatter;
      expect((await outcome).afterMs).toBeLessThanOrEqual(timeoutMs);
      const closing = settled(clock, reader.close());
      await clock.advance(6000);
      expect((await closing).afterMs).toBeLessThanOrEqual(5000);
      expect(clock.sleepers).toBe(0);
    }
  }
});

test('sabotage: with a clock that never wakes anybody the same call waits for ever', async () => {
  const { reader, clock, script } = await openTill({ steps: [ENDLESS] });
  Object.assign(clock, { sleep: () => new Promise(() => {}) });
  let isOver = false;
  const end = (): void => {
    isOver = true;
  };
  reader.pay(REQUEST, { timeoutMs: 3000 }).then(end, end);
  await keepAlive(clock, script, 600_000);
  expect(isOver).toBe(false);
});

test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('a timeout of %d is refused', async (timeoutMs) => {
  const { reader } = await openTill({});
  await expect(reader.pay(REQUEST, { timeoutMs })).rejects.toMatchObject({ code: 'usage/invalid', charged: 'no' });
});

test('a second operation is refused while one runs, and takes over when told to', async () => {
  const cancel: Step = {
    expect: 'CANCEL',
    act(say) {
      say.answer(result(OUTCOME.cancelled));
      say.frame(COMMAND.cancel, Uint8Array.of(1));
    },
  };
  const { reader, script } = await openTill({ steps: [ENDLESS, cancel, PAY, COMPLETE] });
  const first = reader.pay(REQUEST);
  await expect(reader.pay(REQUEST)).rejects.toMatchObject({
    code: 'reader/busy',
    message: `The reader is busy with pay ${KEY}.`,
  });
  await expect(reader.lookup(KEY)).rejects.toMatchObject({ code: 'reader/busy' });
  expect(reader.state).toBe('busy');
  const second = reader.pay(REQUEST, { takeOver: true });
  expect(await first).toEqual({ status: 'cancelled', by: 'clerk' });
  expect(await second).toMatchObject({ status: 'approved' });
  script.assertDrained();
});

test('a wall clock that is set back does not keep a call waiting', async () => {
  const till = await openTill({ steps: [ENDLESS, DEAF] });
  const { reader, clock, script } = till;
  const now = clock.now;
  const outcome = Promise.resolve(reader.pay(REQUEST, { timeoutMs: 3000 })).catch((error: unknown) => error);
  await idle();
  Object.assign(clock, { now: () => now() - 3_600_000 });
  for (let i = 0; i < 60; i += 1) {
    await clock.advance(100);
    script.say.prompt(PROMPT.holdCard);
  }
  expect(await outcome).toMatchObject({ charged: 'no' });
});
