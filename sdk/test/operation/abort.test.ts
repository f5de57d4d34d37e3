import { OUTCOME, PROMPT } from '@comptoir/protocol';
import { expect, test } from 'vitest';
import { idle } from '../manualClock.js';
import { AMOUNT, AUTHORISE, COMPLETE, createAcquirer, KEY, openTill, PAY, result } from '../sale.js';
import type { Step } from '../scriptedReader.js';

const REQUEST = { amount: AMOUNT, key: KEY };
const never = (): Promise<never> => new Promise(() => {});

/** A reader that waits for a card until it's cancelled. */
const WAITING: Step = { expect: 'pay', act: (say) => say.prompt(PROMPT.presentCard) };
const CANCEL: Step = {
  expect: 'CANCEL',
  act(say) {
    say.answer(result(OUTCOME.cancelled));
    say.frame(0x11, Uint8Array.of(1));
  },
};

test('abort while a card is waited for: CANCEL, and cancelled by the clerk', async () => {
  const abort = new AbortController();
  const { reader, script, clock } = await openTill({ steps: [WAITING, CANCEL] });
  const payment = reader.pay(REQUEST, { signal: abort.signal });
  await idle();
  abort.abort();
  expect(await payment).toEqual({ status: 'cancelled', by: 'clerk' });
  script.assertDrained();
  expect([reader.state, clock.sleepers]).toEqual(['ready', 0]);
});

test('abort before the start sends nothing', async () => {
  const { reader, script } = await openTill({});
  expect(await reader.pay(REQUEST, { signal: AbortSignal.abort() })).toEqual({ status: 'cancelled', by: 'clerk' });
  expect(script.heard).toEqual(['INIT']);
});

test('abort while the card is just read: the request is not sent', async () => {
  const abort = new AbortController();
  const late: Step = {
    expect: 'CANCEL',
    act(say) {
      say.answer(AUTHORISE);
      say.frame(0x11, Uint8Array.of(0));
    },
  };
  const { reader, acquirer } = await openTill({ steps: [WAITING, late] });
  const payment = reader.pay(REQUEST, { signal: abort.signal });
  await idle();
  abort.abort();
  expect(await payment).toEqual({ status: 'cancelled', by: 'clerk' });
  expect(acquirer.asked).toEqual([]);
});

test('abort while the acquirer is asked: unknown, and the acquirer is told', async () => {
  const abort = new AbortController();
  let told: AbortSignal | undefined;
  const acquirer = createAcquirer({
    authorise(_request, _key, options) {
      told = options?.signal;
      return never();
    },
  });
  const { reader } = await openTill({ steps: [PAY] }, acquirer);
  const payment = reader.pay(REQUEST, { signal: abort.signal });
  await idle();
  abort.abort();
  expect(await payment).toMatchObject({ status: 'unknown', recovery: { do: 'lookup' } });
  expect(told?.aborted).toBe(true);
});

test('a reader that does not answer CANCEL ends the payment a second later, and is set straight before the next', async () => {
  const abort = new AbortController();
  const deaf: Step = { expect: 'CANCEL', act: (say) => say.prompt(PROMPT.presentCard) };
  const { reader, script, clock } = await openTill({ steps: [WAITING, deaf, PAY, COMPLETE] });
  const payment = Promise.resolve(reader.pay(REQUEST, { signal: abort.signal })).catch((error: unknown) => error);
  await idle();
  abort.abort();
  for (let i = 0; i < 10; i += 1) {
    await clock.advance(100);
    script.say.prompt(PROMPT.presentCard);
  }
  expect(await payment).toMatchObject({ code: 'timeout', charged: 'no' });
  expect((await reader.pay(REQUEST)).status).toBe('approved');
  expect(script.heard).toEqual(['INIT', 'pay', 'CANCEL', 'INIT', 'pay', 'complete']);
});
