import { OUTCOME, PROMPT, STATUS } from '@comptoir/protocol';
import { connect, type PaymentId } from '@comptoir/sdk';
import { memory } from '@comptoir/sdk/transports/memory';
import { expect, test } from 'vitest';
import { idle } from '../manualClock.js';
import {
  AMOUNT,
  APPROVED,
  AUTHORISE,
  COMPLETE,
  complete,
  createAcquirer,
  DECLINED,
  KEY,
  openTill,
  PAY,
  result,
} from '../sale.js';
import { createScriptedReader, type Step } from '../scriptedReader.js';

const FINISHED: Step = { expect: 'lookup', act: (say) => say.answer(APPROVED) };
const REFUSED: Step = { expect: 'lookup', act: (say) => say.answer(DECLINED) };
const TORN: Step = { expect: 'lookup', act: (say) => say.answer(result(OUTCOME.cardRemoved)) };
const CANCELLED: Step = { expect: 'lookup', act: (say) => say.answer(result(OUTCOME.cancelled)) };
const OPEN: Step = { expect: 'lookup', act: (say) => say.answer(result(OUTCOME.waitingForAcquirer)) };
const NEVER: Step = { expect: 'lookup', act: (say) => say.answer({ kind: 'neverSeen', key: KEY }) };

const charged = createAcquirer({ status: async (key) => complete('00', key) });
const declined = createAcquirer({ status: async (key) => complete('51', key) });
const idleAcquirer = createAcquirer();
const down = createAcquirer({ status: () => Promise.reject(new Error('down')) });
const nonsense = createAcquirer({ status: async () => Uint8Array.of(0xe2, 0) });

const token = new Uint8Array(16).fill(0xb2);
const chargedEarlier = createAcquirer({ status: async (key) => complete('00', key, { transactionToken: token }) });
const declinedEarlier = createAcquirer({ status: async (key) => complete('51', key, { transactionToken: token }) });
const chargedNothing = createAcquirer({ status: async (key) => complete('00', key, { approvedAmount: 0 }) });
const FORGOTTEN: Step = { expect: 'complete', act: (say) => say.answer({ kind: 'neverSeen', key: KEY }) };
/** What the firmware answers when the token isn't that of its tap. */
const OTHER_TAP: Step = { expect: 'complete', act: (say) => say.error(STATUS.messageRefused) };
const SETTLE_BY_HAND = { status: 'unknown', charged: 'yes', recovery: { do: 'call-support' } };
const OTHER_CARD = { status: 'unknown', recovery: { do: 'ask-other-card' } };

const ANOTHER_TAP: Step = {
  expect: 'pay',
  act: (say) => say.answer({ ...AUTHORISE, transactionToken: token, maskedNumber: '497010******1234' }),
};

const matrix: readonly (readonly [reader: string, host: string, readonly Step[], typeof charged, object])[] = [
  ['finished', 'not asked', [FINISHED], down, { status: 'approved' }],
  ['declined', 'not asked', [REFUSED], down, { status: 'declined', code: '51' }],
  [
    'ended at the card',
    'never charged',
    [TORN],
    idleAcquirer,
    { status: 'declined', code: 'card/torn', recovery: { do: 'retry-same-key' } },
  ],
  ['cancelled', 'never charged', [CANCELLED], idleAcquirer, { status: 'cancelled', by: 'clerk' }],
  ['cancelled', 'charged elsewhere', [CANCELLED], charged, SETTLE_BY_HAND],
  ['cancelled', 'down', [CANCELLED], down, { status: 'unknown', charged: 'maybe', recovery: { do: 'lookup' } }],
  ['open', 'charged', [OPEN, COMPLETE], charged, { status: 'approved' }],
  ['open', 'charged, then forgotten', [OPEN, FORGOTTEN], charged, SETTLE_BY_HAND],
  ['open', 'declined, then forgotten', [OPEN, FORGOTTEN], declined, { status: 'declined', code: '51' }],
  ['open', 'charged for an earlier tap', [OPEN, OTHER_TAP], chargedEarlier, SETTLE_BY_HAND],
  ['open', 'declined for an earlier tap', [OPEN, OTHER_TAP], declinedEarlier, { charged: 'no', ...OTHER_CARD }],
  [
    'open',
    'never charged',
    [OPEN],
    idleAcquirer,
    { status: 'unknown', key: KEY, charged: 'no', recovery: { do: 'retry-same-key' } },
  ],
  ['open', 'down', [OPEN], down, { status: 'unknown', charged: 'maybe', recovery: { do: 'lookup', afterMs: 1000 } }],
  ['open', 'nonsense', [OPEN], nonsense, { status: 'unknown', recovery: { do: 'lookup' } }],
  ['never seen', 'charged', [NEVER], charged, SETTLE_BY_HAND],
  ['never seen', 'charged nothing', [NEVER], chargedNothing, { status: 'declined', code: '00' }],
  ['never seen', 'declined', [NEVER], declined, { status: 'declined', code: '51' }],
  ['never seen', 'never charged', [NEVER], idleAcquirer, { status: 'never-seen' }],
  ['never seen', 'down', [NEVER], down, { status: 'unknown', recovery: { do: 'lookup' } }],
];
test.each(matrix)(
  'lookup: the reader says %s, the acquirer is %s',
  async (_reader, _host, steps, acquirer, expected) => {
    const { reader, script, clock } = await openTill({ steps }, acquirer);
    expect(await reader.lookup(KEY)).toMatchObject(expected);
    script.assertDrained();
    expect([reader.state, clock.sleepers]).toEqual(['ready', 0]);
  },
);

test('what was behind an unknown is kept, and stays out of JSON', async () => {
  const { reader } = await openTill({ steps: [NEVER] }, down);
  const result = await reader.lookup(KEY);
  expect(result).toMatchObject({ status: 'unknown', cause: { message: 'down' } });
  expect(Object.keys(result)).toEqual(['status', 'key', 'charged', 'recovery']);
});

test('lookup without an acquirer says what is missing', async () => {
  const script = createScriptedReader({ steps: [NEVER] });
  const reader = await connect(memory(script.port), { trust: 'development' });
  expect(await reader.lookup(KEY)).toMatchObject({ status: 'unknown', recovery: { do: 'fix-code' } });
  await reader.close();
});

test('lookup answers for another key: refused', async () => {
  const other: Step = { expect: 'lookup', act: (say) => say.answer({ ...APPROVED, key: 'other' }) };
  const { reader } = await openTill({ steps: [other] });
  await expect(reader.lookup(KEY)).rejects.toMatchObject({ code: 'protocol/corrupt', charged: 'maybe' });
});

test('lookup over a link that breaks: an error that says maybe', async () => {
  const { reader } = await openTill({ steps: [{ expect: 'lookup', act: (say) => say.unplug() }] });
  await expect(reader.lookup(KEY)).rejects.toMatchObject({
    code: 'link/lost',
    charged: 'maybe',
    recovery: { do: 'reconnect' },
  });
});

test('lookup stops when its signal is aborted', async () => {
  const abort = new AbortController();
  const { reader, clock } = await openTill({
    steps: [{ expect: 'lookup', act: (say) => say.prompt(PROMPT.processing) }],
  });
  const outcome = reader.lookup(KEY, { signal: abort.signal }).catch((error: unknown) => error);
  await idle();
  abort.abort();
  expect(await outcome).toMatchObject({ code: 'aborted', charged: 'maybe' });
  expect(clock.sleepers).toBe(0);
});

test('a payment lost at one reader is found again at another, charged once', async () => {
  const charges: string[] = [];
  const decided = (key: PaymentId): Uint8Array => complete('00', key, { transactionToken: AUTHORISE.transactionToken });
  const acquirer = createAcquirer({
    async authorise(_request, key) {
      if (charges.includes(key)) return decided(key);
      charges.push(key);
      throw new Error('the answer was lost');
    },
    status: async (key) => (charges.includes(key) ? decided(key) : null),
  });
  const first = await openTill({ steps: [PAY] }, acquirer);
  expect(await first.reader.pay({ amount: AMOUNT, key: KEY })).toMatchObject({ status: 'unknown' });

  const second = await openTill({ steps: [NEVER, ANOTHER_TAP] }, acquirer);
  expect(await second.reader.lookup(KEY)).toMatchObject(SETTLE_BY_HAND);
  // A clerk who lets another card tap nevertheless: its number is not printed on the receipt of the first one's money.
  expect(await second.reader.pay({ amount: AMOUNT, key: KEY })).toMatchObject(SETTLE_BY_HAND);
  second.script.assertDrained();
  expect(charges).toEqual([KEY]);
});

const WAITING: Step = { expect: 'pay', act: (say) => say.prompt(PROMPT.presentCard) };
const AT_THE_READER: Step = { expect: 'pay', act: (say) => say.answer(result(OUTCOME.cancelled)) };
const CANCEL: Step = {
  expect: 'CANCEL',
  act(say) {
    say.answer(result(OUTCOME.cancelled));
    say.frame(0x11, Uint8Array.of(1));
  },
};

test.each([
  ['clerk', [WAITING, CANCEL]],
  ['timeout', [WAITING, CANCEL]],
  ['customer', [AT_THE_READER]],
] as const)('who cancelled is the same in a later lookup: %s', async (by, steps) => {
  const { reader, clock, script } = await openTill({ steps: [...steps, CANCELLED] }, idleAcquirer);
  const stop = new AbortController();
  const payment = reader.pay({ amount: AMOUNT, key: KEY }, { signal: stop.signal, timeoutMs: 1_000 });
  await idle();
  if (by === 'clerk') stop.abort();
  if (by === 'timeout') await clock.advance(900);
  expect(await payment).toEqual({ status: 'cancelled', by });
  expect(await reader.lookup(KEY)).toEqual({ status: 'cancelled', by });
  script.assertDrained();
});
