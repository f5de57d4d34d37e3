/** Whatever a reader says in a sale with a basket: the till gets a value that adds up, or a ReaderError, by its deadline. */
import { COMMAND, encodeFrame, encodeMessage, type Message, OUTCOME } from '@comptoir/protocol';
import { ReaderError } from '@comptoir/sdk';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CHANNEL, type Say, type Step } from '../scriptedReader.js';
import { answering, BASKET, openBasketTill, QUESTION, REQUEST, tenders } from './basketSale.js';

const TOTAL = 1250;
const LATEST_MS = 4000;

async function sold(steps: readonly Step[]): Promise<unknown> {
  const { reader, clock, script } = await openBasketTill(steps);
  const outcome = Promise.resolve(reader.pay(REQUEST, { timeoutMs: LATEST_MS })).catch((error: unknown) => error);
  await clock.advance(LATEST_MS);
  const what = await outcome;
  script.say.unplug();
  await reader.close();
  expect(clock.sleepers).toBe(0);
  return what;
}

const amount = fc.oneof(fc.constantFrom(0, 1, TOTAL - 1, TOTAL, TOTAL + 1), fc.integer({ min: 0, max: 2 * TOTAL }));
const row = fc.record({
  profileKind: fc.integer({ min: 0, max: 8 }),
  label: fc.constantFrom('', 'GIFT CARD'),
  amount,
  rules: fc.uint8Array({ maxLength: 8 }),
});
const outcome = fc.oneof(fc.constantFrom(...Object.values(OUTCOME)), fc.integer({ min: 0, max: 255 }));
const lie: fc.Arbitrary<Partial<Message<'result'>>> = fc.record({
  outcome,
  amount: fc.oneof({ weight: 5, arbitrary: fc.constant(TOTAL) }, { weight: 1, arbitrary: amount }),
  due: amount,
  rejection: fc.integer({ min: 0, max: 12 }),
  tenders: fc.array(row, { maxLength: 4 }),
});
/** Half of them add up. */
const story = fc.oneof(
  { weight: 2, arbitrary: lie },
  { weight: 1, arbitrary: outcome.map((told) => ({ outcome: told, due: TOTAL, tenders: [] })) },
  { weight: 1, arbitrary: outcome.map((told) => ({ outcome: told })) },
);

test('any end of a sale, before and after a question', async () => {
  const seen = new Set<string>();
  await fc.assert(
    fc.asyncProperty(story, fc.boolean(), async (told, isAfterQuestion) => {
      const end = answering(isAfterQuestion ? 'complete' : 'pay', tenders(told));
      // What makes no sense is followed by CANCEL; what does isn't.
      const cancel: Step = { expect: 'CANCEL', act: (say) => say.frame(COMMAND.cancel, Uint8Array.of(0)) };
      const what = await sold(isAfterQuestion ? [BASKET, QUESTION, end, cancel] : [BASKET, end, cancel]);
      if (what instanceof ReaderError) {
        seen.add(what.code);
        expect(what.charged).toBe('no');
        return;
      }
      const result = what as {
        status: string;
        payment?: { tenders: readonly { amount: { minor: number } }[] };
        remaining?: { minor: number };
      };
      seen.add(result.status);
      if (result.status === 'unknown') return;
      const taken = (result.payment?.tenders ?? []).reduce((sum, tender) => sum + tender.amount.minor, 0);
      expect(taken + (result.remaining?.minor ?? (result.status === 'approved' ? 0 : TOTAL))).toBe(TOTAL);
    }),
    { numRuns: 400 },
  );
  for (const status of ['approved', 'unknown', 'declined', 'cancelled', 'card/torn', 'protocol/corrupt'])
    expect(seen).toContain(status);
});

test('any bytes in place of an answer', async () => {
  const frame = fc
    .record({
      command: fc.constantFrom(...Object.values(COMMAND)),
      payload: fc.oneof(
        fc.uint8Array({ maxLength: 300 }),
        story.map((told) => encodeMessage(tenders(told))),
      ),
    })
    .map(({ command, payload }) => encodeFrame({ channel: CHANNEL, command, payload: payload.slice(0, 1886) }));
  await fc.assert(
    fc.asyncProperty(fc.array(frame, { maxLength: 8 }), fc.integer({ min: 0, max: 2 }), async (noise, at) => {
      const noisy = (say: Say): void => noise.flat().forEach(say.report);
      const steps: readonly Step[] = [
        [{ expect: 'basket' as const, act: noisy }],
        [BASKET, { expect: 'pay' as const, act: noisy }],
        [BASKET, QUESTION, { expect: 'complete' as const, act: noisy }],
      ][at] as readonly Step[];
      const what = await sold(steps);
      const isValue = typeof what === 'object' && what !== null && 'status' in what;
      expect(what instanceof ReaderError || isValue).toBe(true);
      if (what instanceof ReaderError) expect(what.charged).toBe('no');
    }),
    { numRuns: 200 },
  );
});
