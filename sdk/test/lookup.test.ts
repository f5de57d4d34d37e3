import { OUTCOME, PROMPT } from '@comptoir/protocol';
import { connect } from '@comptoir/sdk';
import { memory } from '@comptoir/sdk/transports/memory';
import { expect, test } from 'vitest';
import { idle } from './manualClock.js';
import { AMOUNT, APPROVED, COMPLETE, complete, createHost, DECLINED, KEY, openTill, PAY, result } from './sale.js';
import { createScriptedReader, type Step } from './scriptedReader.js';

const FINISHED: Step = { expect: 'lookup', act: (say) => say.answer(APPROVED) };
const REFUSED: Step = { expect: 'lookup', act: (say) => say.answer(DECLINED) };
const TORN: Step = { expect: 'lookup', act: (say) => say.answer(result(OUTCOME.cardRemoved)) };
const CANCELLED: Step = { expect: 'lookup', act: (say) => say.answer(result(OUTCOME.cancelled)) };
const OPEN: Step = { expect: 'lookup', act: (say) => say.answer(result(OUTCOME.waitingForAcquirer)) };
const NEVER: Step = { expect: 'lookup', act: (say) => say.answer({ kind: 'neverSeen', key: KEY }) };

const charged = createHost({ status: async (key) => complete('00', key) });
const declined = createHost({ status: async (key) => complete('51', key) });
const idleHost = createHost();
const down = createHost({ status: () => Promise.reject(new Error('down')) });
const nonsense = createHost({ status: async () => Uint8Array.of(0xe2, 0) });

const matrix: readonly (readonly [reader: string, host: string, readonly Step[], typeof charged, object])[] = [
  ['finished', 'not asked', [FINISHED], down, { status: 'approved' }],
  ['declined', 'not asked', [REFUSED], down, { status: 'declined', code: '51' }],
  [
    'ended at the card',
    'never charged',
    [TORN],
    idleHost,
    { status: 'declined', code: 'card/torn', recovery: { do: 'retry-same-key' } },
  ],
  ['cancelled', 'never charged', [CANCELLED], idleHost, { status: 'cancelled', by: 'customer' }],
  ['cancelled', 'charged elsewhere', [CANCELLED], charged, { status: 'unknown', recovery: { do: 'retry-same-key' } }],
  ['cancelled', 'down', [CANCELLED], down, { status: 'unknown', recovery: { do: 'lookup' } }],
  ['open', 'charged', [OPEN, COMPLETE], charged, { status: 'approved' }],
  ['open', 'never charged', [OPEN], idleHost, { status: 'unknown', key: KEY, recovery: { do: 'retry-same-key' } }],
  ['open', 'down', [OPEN], down, { status: 'unknown', recovery: { do: 'lookup', afterMs: 1000 } }],
  ['open', 'nonsense', [OPEN], nonsense, { status: 'unknown', recovery: { do: 'lookup' } }],
  ['never seen', 'charged', [NEVER], charged, { status: 'unknown', recovery: { do: 'retry-same-key' } }],
  ['never seen', 'declined', [NEVER], declined, { status: 'declined', code: '51' }],
  ['never seen', 'never charged', [NEVER], idleHost, { status: 'never-seen' }],
  ['never seen', 'down', [NEVER], down, { status: 'unknown', recovery: { do: 'lookup' } }],
];
test.each(matrix)('lookup: the reader says %s, the host is %s', async (_reader, _host, steps, host, expected) => {
  const { reader, script, clock } = await openTill({ steps }, host);
  expect(await reader.lookup(KEY)).toMatchObject(expected);
  script.assertDrained();
  expect([reader.state, clock.sleepers]).toEqual(['ready', 0]);
});

test('lookup without a host says what is missing', async () => {
  const script = createScriptedReader({ steps: [NEVER] });
  const reader = await connect(memory(script.port));
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
  const host = createHost({
    authorise(_request, key) {
      if (charges.push(key) === 1) return Promise.reject(new Error('the answer was lost'));
      return Promise.resolve(complete('00', key));
    },
    status: async (key) => (charges.includes(key) ? complete('00', key) : null),
  });
  const first = await openTill({ steps: [PAY] }, host);
  expect(await first.reader.pay({ amount: AMOUNT, key: KEY })).toMatchObject({ status: 'unknown' });

  const second = await openTill({ steps: [NEVER, PAY, COMPLETE] }, host);
  expect(await second.reader.lookup(KEY)).toMatchObject({ status: 'unknown', recovery: { do: 'retry-same-key' } });
  expect(await second.reader.pay({ amount: AMOUNT, key: KEY })).toMatchObject({ status: 'approved' });
  second.script.assertDrained();
});
