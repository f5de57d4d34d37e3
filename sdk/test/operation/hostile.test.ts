import { COMMAND, encodeFrame } from '@comptoir/protocol';
import { connect, ReaderError } from '@comptoir/sdk';
import { memory } from '@comptoir/sdk/transports/memory';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createManualClock, idle } from '../manualClock.js';
import { AMOUNT, AUTHORISE, createAcquirer, KEY, openTill } from '../sale.js';
import { CHANNEL, createScriptedReader, type Say, type Step } from '../scriptedReader.js';

const REQUEST = { amount: AMOUNT, key: KEY };
const COMMANDS = Object.values(COMMAND);

/** Reports that look more and more like real ones. */
const report = fc.oneof(
  fc.uint8Array({ maxLength: 80 }),
  fc.uint8Array({ minLength: 64, maxLength: 64 }),
  fc.uint8Array({ minLength: 64, maxLength: 64 }).map((bytes) => {
    bytes.set([1, 2, 3, 4]);
    return bytes;
  }),
);
const frame = fc
  .record({ command: fc.constantFrom(...COMMANDS), payload: fc.uint8Array({ maxLength: 1886, size: 'max' }) })
  .map(({ command, payload }) => encodeFrame({ channel: CHANNEL, command, payload }));
const noise = fc
  .array(
    fc.oneof(
      report.map((one) => [one]),
      frame,
    ),
    { maxLength: 12 },
  )
  .map((list) => list.flat());

test('any bytes in place of an answer: a value or a ReaderError by the deadline, nothing left behind', async () => {
  await fc.assert(
    fc.asyncProperty(noise, fc.boolean(), async (reports, isAfterAuthorise) => {
      const noisy = (say: Say): void => reports.forEach(say.report);
      const steps: Step[] = isAfterAuthorise
        ? [
            { expect: 'pay', act: (say) => say.answer(AUTHORISE) },
            { expect: 'complete', act: noisy },
          ]
        : [{ expect: 'pay', act: noisy }];
      const { reader, clock } = await openTill({ steps });
      const outcome = Promise.resolve(reader.pay(REQUEST, { timeoutMs: 3000 })).catch((error: unknown) => error);
      await clock.advance(3000);
      const what = await outcome;
      if (isAfterAuthorise) expect(what).toMatchObject({ status: 'unknown' });
      else expect(what).toBeInstanceOf(ReaderError);
      await reader.close();
      expect(clock.sleepers).toBe(0);
    }),
    { numRuns: 300 },
  );
});

test('any bytes in place of the INIT answer: a ReaderError by the deadline', async () => {
  await fc.assert(
    fc.asyncProperty(noise, async (reports) => {
      const clock = createManualClock();
      const script = createScriptedReader({ deafInits: 1000 });
      const connecting = connect(memory(script.port), { clock, timeoutMs: 1000, trust: 'development' }).catch(
        (error: unknown) => error,
      );
      await idle();
      reports.forEach(script.say.report);
      await clock.advance(1000);
      expect(await connecting).toBeInstanceOf(ReaderError);
      expect([clock.sleepers, script.isOpen()]).toEqual([0, false]);
    }),
    { numRuns: 200 },
  );
});

test('any bytes from the host: unknown, and none of them reach the reader', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 5000, size: 'max' }), async (bytes) => {
      const acquirer = createAcquirer({ authorise: async () => bytes });
      const { reader, script } = await openTill(
        { steps: [{ expect: 'pay', act: (say) => say.answer(AUTHORISE) }] },
        acquirer,
      );
      expect(await reader.pay(REQUEST)).toMatchObject({ status: 'unknown' });
      script.assertDrained();
      await reader.close();
    }),
    { numRuns: 100 },
  );
});

test('prompts that nobody reads take no memory: a late loop sees the last one', async () => {
  const chatty: Step = {
    expect: 'pay',
    act: (say) => Array.from({ length: 10_000 }, (_, i) => say.prompt(1 + (i % 7))),
  };
  const { reader, clock } = await openTill({ steps: [chatty] });
  const payment = reader.pay(REQUEST);
  const loop = payment[Symbol.asyncIterator]();
  await idle();
  const shown: unknown[] = [];
  const outcome = (async () => {
    for (let next = await loop.next(); next.done !== true; next = await loop.next()) shown.push(next.value);
  })().catch((error: unknown) => error);
  await clock.advance(1000);
  expect(await outcome).toBeInstanceOf(ReaderError);
  expect(shown.length).toBeLessThanOrEqual(16);
});

test('what a reader sends while nobody asked is dropped', async () => {
  const { reader, script } = await openTill({
    steps: [{ expect: 'lookup', act: (say) => say.answer({ kind: 'neverSeen', key: KEY }) }],
  });
  for (const one of encodeFrame({ channel: CHANNEL, command: COMMAND.message, payload: new Uint8Array(100) }))
    script.say.report(one);
  expect(await reader.lookup(KEY)).toEqual({ status: 'never-seen' });
});
