import { COMMAND, OUTCOME, PROMPT } from '@comptoir/protocol';
import { FIRST_STATE, foldState, type ReaderEvent } from '@comptoir/sdk';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createManualClock, idle } from '../manualClock.js';
import { AMOUNT, COMPLETE, createAcquirer, KEY, openTill, PAY, result } from '../sale.js';
import type { Step } from '../scriptedReader.js';

const REQUEST = { amount: AMOUNT, key: KEY };
const steps: Readonly<Record<string, Step>> = {
  pay: PAY,
  torn: { expect: 'pay', act: (say) => say.answer(result(OUTCOME.cardRemoved)) },
  two: {
    expect: 'pay',
    act(say) {
      say.prompt(PROMPT.presentOneCard);
      say.answer(result(OUTCOME.severalCards));
    },
  },
  unplug: { expect: 'pay', act: (say) => say.unplug() },
  nonsense: { expect: 'pay', act: (say) => say.frame(COMMAND.wink) },
};

test('events: the state as it is, the card, and every change', async () => {
  const { reader } = await openTill({ steps: [PAY, COMPLETE] });
  const events: ReaderEvent[] = [];
  const loop = (async () => {
    for await (const event of reader.events()) events.push(event);
  })();
  await reader.pay(REQUEST);
  await reader.close();
  await loop;
  expect(events).toEqual([
    { type: 'link', state: 'ready' },
    { type: 'link', state: 'busy' },
    { type: 'card', what: 'in-field' },
    { type: 'link', state: 'ready' },
    { type: 'link', state: 'gone', reason: 'closed' },
  ]);
});

test('the state is the fold of the events, after any history', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom(...Object.keys(steps)), { maxLength: 6 }), async (names) => {
      const script = names.flatMap((name) => (name === 'pay' ? [PAY, COMPLETE] : [steps[name] as Step]));
      const { reader } = await openTill({ steps: script });
      let folded = FIRST_STATE;
      const loop = (async () => {
        for await (const event of reader.events()) folded = foldState(folded, event);
      })();
      for (const _ of names) {
        await Promise.resolve(reader.pay(REQUEST)).catch(() => {});
        await idle();
        expect(folded).toBe(reader.state);
      }
      await reader.close();
      await loop;
      expect([folded, reader.state]).toEqual(['gone', 'gone']);
    }),
    { numRuns: 100 },
  );
});

test('events end with their signal, with their timeout, and leave nothing behind', async () => {
  const clock = createManualClock();
  const { reader } = await openTill({}, createAcquirer(), clock);
  const abort = new AbortController();
  const loops = [reader.events({ signal: abort.signal }), reader.events({ timeoutMs: 500 })].map(async (events) => {
    for await (const _ of events);
  });
  abort.abort();
  await clock.advance(500);
  await Promise.all(loops);
  expect(clock.sleepers).toBe(0);
});
