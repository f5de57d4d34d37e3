import { OUTCOME, STATUS } from '@comptoir/protocol';
import type { PayRequest, PayResult, Prompt, ReaderError } from '@comptoir/sdk';
import { expect, test } from 'vitest';
import { idle } from '../manualClock.js';
import {
  AMOUNT,
  APPROVED,
  AUTHORISE,
  approved,
  COMPLETE,
  complete,
  createAcquirer,
  DECLINED,
  KEY,
  openTill,
  PAY,
  result,
} from '../sale.js';
import type { Step } from '../scriptedReader.js';

const REQUEST = { amount: AMOUNT, key: KEY };
test('a payment: prompts, the acquirer, the result', async () => {
  const { reader, script, acquirer, clock } = await openTill({ steps: [PAY, COMPLETE] });
  const payment = reader.pay(REQUEST);
  const shown: Prompt['show'][] = [];
  for await (const prompt of payment) shown.push(prompt.show);
  expect(await payment).toEqual({
    status: 'approved',
    payment: {
      id: 'COMPTOIR/TILL0001/o-17-1',
      key: KEY,
      total: AMOUNT,
      taken: AMOUNT,
      tenders: [
        {
          kind: 'bank',
          label: 'VISA DEBIT',
          amount: AMOUNT,
          rules: [],
          aid: 'A0000000031010',
          masked: '476173******0119',
          token: AUTHORISE.indexToken,
          responseCode: '00',
          authorisationCode: '123456',
          receipt: {
            merchant: 'COMPTOIR',
            terminal: 'TILL0001',
            interface: 'contactless',
            aid: 'A0000000031010',
            tvr: '0000000000',
            cvmResults: '1F0000',
            cvm: 'none',
            atc: '0007',
            arc: '00',
            authorisationCode: '123456',
            sequence: '3',
            authentication: 'fDDA ok',
          },
        },
      ],
      notUsed: [],
      settled: true,
    },
  });
  expect(shown).toEqual(['tap', 'hold']);
  expect(acquirer.asked).toEqual([`authorise ${KEY}`]);
  expect(script.messages[0]).toMatchObject({
    amount: 1250,
    currency: 978,
    interfaces: 3,
    timeoutMs: 60_000,
    date: Uint8Array.of(0x26, 0x11, 0x24),
    time: Uint8Array.of(0x12, 0, 0),
  });
  script.assertDrained();
  expect([reader.state, clock.sleepers]).toEqual(['ready', 0]);
});

test('an operation is a promise, and iterates', async () => {
  const { reader } = await openTill({ steps: [PAY, COMPLETE] });
  const payment = reader.pay(REQUEST);
  let isOver = false;
  const ended = payment
    .catch(() => 'no')
    .finally(() => {
      isOver = true;
    });
  const shown: string[] = [];
  for await (const prompt of payment) shown.push(prompt.show);
  expect(await ended).toMatchObject({ status: 'approved' });
  expect([shown, isOver, payment instanceof Promise]).toEqual([['tap', 'hold'], true, true]);
});

test('an operation can be awaited without iterating it, and iterated after it ended', async () => {
  const { reader } = await openTill({ steps: [PAY, COMPLETE] });
  const payment = reader.pay(REQUEST);
  expect((await payment).status).toBe('approved');
  const shown: string[] = [];
  for await (const prompt of payment) shown.push(prompt.show);
  expect(shown).toEqual(['hold']);
});

test('leaving the loop does not stop the payment', async () => {
  const { reader } = await openTill({ steps: [PAY, COMPLETE] });
  const payment = reader.pay(REQUEST);
  for await (const _ of payment) break;
  expect((await payment).status).toBe('approved');
});

const endings: readonly (readonly [string, Step, Partial<PayResult> & object])[] = [
  [
    'declined by the acquirer',
    { expect: 'pay', act: (say) => say.answer(DECLINED) },
    {
      status: 'declined',
      code: '51',
      payment: expect.objectContaining({
        taken: { minor: 0, currency: 'EUR' },
        tenders: [expect.objectContaining({ label: 'VISA DEBIT', masked: '476173******0119', responseCode: '51' })],
      }),
    },
  ],
  [
    'declined by the card',
    { expect: 'pay', act: (say) => say.answer(result(OUTCOME.declined)) },
    { status: 'declined', code: 'card-declined' },
  ],
  [
    'not accepted',
    { expect: 'pay', act: (say) => say.answer(result(OUTCOME.notAccepted)) },
    { status: 'declined', code: 'not-accepted' },
  ],
  [
    'blocked',
    { expect: 'pay', act: (say) => say.answer(result(OUTCOME.cardBlocked)) },
    { status: 'declined', code: 'card-blocked' },
  ],
  [
    'no card',
    { expect: 'pay', act: (say) => say.answer(result(OUTCOME.noCard)) },
    { status: 'cancelled', by: 'timeout' },
  ],
  [
    'cancelled at the reader',
    { expect: 'pay', act: (say) => say.answer(result(OUTCOME.cancelled)) },
    { status: 'cancelled', by: 'customer' },
  ],
  ['repeated', { expect: 'pay', act: (say) => say.answer(APPROVED) }, { status: 'approved' }],
];
test.each(endings)('a payment that is %s is data', async (_, step, expected) => {
  const { reader, acquirer } = await openTill({ steps: [step] });
  expect(await reader.pay(REQUEST)).toMatchObject(expected);
  expect(acquirer.asked).toEqual([]);
});

test('a partial approval tells what remains', async () => {
  const partly = { ...approved({ amount: 1000 }), outcome: OUTCOME.partlyApproved, due: 250 };
  const { reader } = await openTill({ steps: [PAY, { expect: 'complete', act: (say) => say.answer(partly) }] });
  expect(await reader.pay({ ...REQUEST, partial: 'allow' })).toMatchObject({
    status: 'partial',
    payment: { taken: { minor: 1000, currency: 'EUR' } },
    remaining: { minor: 250, currency: 'EUR' },
  });
});

test('insert-instead is told for a card that wants the slot', async () => {
  const { reader } = await openTill({
    steps: [{ expect: 'pay', act: (say) => say.answer(result(OUTCOME.tryAnotherInterface)) }],
  });
  expect(await reader.pay(REQUEST)).toMatchObject({ status: 'declined', recovery: { do: 'insert-instead' } });
});

const failures: readonly (readonly [string, Step, string, string])[] = [
  [
    'the card left',
    { expect: 'pay', act: (say) => say.answer(result(OUTCOME.cardRemoved)) },
    'card/torn',
    'retry-same-key',
  ],
  [
    'there were two cards',
    { expect: 'pay', act: (say) => say.answer(result(OUTCOME.severalCards)) },
    'card/multiple',
    'retry-same-key',
  ],
  [
    'the card is broken',
    { expect: 'pay', act: (say) => say.answer(result(OUTCOME.cardError)) },
    'card/unreadable',
    'ask-other-card',
  ],
  ['the reader is busy', { expect: 'pay', act: (say) => say.error(STATUS.busy) }, 'reader/busy', 'free-device'],
  [
    'the key was used for another amount',
    { expect: 'pay', act: (say) => say.error(STATUS.keyReused) },
    'usage/invalid',
    'fix-code',
  ],
  ['the reader failed', { expect: 'pay', act: (say) => say.error(STATUS.internalFault) }, 'reader/fault', 'reconnect'],
  [
    'the channel was taken',
    { expect: 'pay', act: (say) => say.error(STATUS.invalidChannel) },
    'link/in-use',
    'free-device',
  ],
  ['the status is unknown', { expect: 'pay', act: (say) => say.error(0x66) }, 'protocol/corrupt', 'reconnect'],
  [
    'a frame was cut off in its middle',
    { expect: 'pay', act: (say) => say.error(STATUS.timeout) },
    'link/lost',
    'reconnect',
  ],
  ['the link broke', { expect: 'pay', act: (say) => say.unplug() }, 'link/lost', 'reconnect'],
  [
    'another key is answered',
    { expect: 'pay', act: (say) => say.answer({ ...AUTHORISE, key: 'other' }) },
    'protocol/corrupt',
    'reconnect',
  ],
  [
    'another amount is answered',
    { expect: 'pay', act: (say) => say.answer({ ...AUTHORISE, amount: 125 }) },
    'protocol/corrupt',
    'reconnect',
  ],
  [
    'another message is answered',
    { expect: 'pay', act: (say) => say.answer({ kind: 'neverSeen', key: KEY }) },
    'protocol/corrupt',
    'reconnect',
  ],
];
test.each(failures)('before the acquirer is asked nothing is charged: %s', async (_, step, code, recovery) => {
  const { reader, acquirer, clock } = await openTill({ steps: [step] });
  const error = await Promise.resolve(reader.pay(REQUEST)).catch((thrown: unknown) => thrown as ReaderError);
  expect(error).toMatchObject({ code, charged: 'no', recovery: { do: recovery } });
  expect((error as ReaderError).traceId).toMatch(/^[0-9A-F]{16}$/);
  expect([acquirer.asked, clock.sleepers]).toEqual([[], 0]);
});

test.each([
  ['the acquirer fails', createAcquirer({ authorise: () => Promise.reject(new Error('connection reset')) })],
  ['the acquirer answers nonsense', createAcquirer({ authorise: async () => Uint8Array.of(1, 2, 3) })],
  ['the acquirer answers for another key', createAcquirer({ authorise: async () => complete('00', 'other' as never) })],
])('once the acquirer was asked the result is unknown: %s', async (_, acquirer) => {
  const { reader, clock } = await openTill({ steps: [PAY] }, acquirer);
  expect(await reader.pay(REQUEST)).toMatchObject({ status: 'unknown', key: KEY, recovery: { do: 'lookup' } });
  expect([reader.state, clock.sleepers]).toEqual(['ready', 0]);
});

test.each<readonly [string, Step]>([
  ['the link breaks', { expect: 'complete', act: (say) => say.unplug() }],
  ['the reader refuses', { expect: 'complete', act: (say) => say.error(STATUS.internalFault) }],
  [
    'the reader answers for another payment',
    { expect: 'complete', act: (say) => say.answer({ ...APPROVED, amount: 1 }) },
  ],
  ['the reader answers nonsense', { expect: 'complete', act: (say) => say.answer(Uint8Array.of(1, 2)) }],
])('while the reader ends the payment the result is unknown: %s', async (_, step) => {
  const { reader } = await openTill({ steps: [PAY, step] });
  expect(await reader.pay(REQUEST)).toMatchObject({ status: 'unknown', key: KEY, recovery: { do: 'lookup' } });
});

const otherTap = { transactionToken: new Uint8Array(16).fill(0xb2) };
test.each([
  ['00', 'yes', 'call-support'],
  ['51', 'no', 'ask-other-card'],
] as const)(
  'an earlier tap with this key was decided with %s: nothing goes to the reader',
  async (code, charged, todo) => {
    const acquirer = createAcquirer({ authorise: async (_request, key) => complete(code, key, otherTap) });
    const { reader, script } = await openTill({ steps: [PAY] }, acquirer);
    const result = await reader.pay(REQUEST);
    expect(result).toMatchObject({
      status: 'unknown',
      charged,
      recovery: { do: todo, message: expect.stringContaining('an earlier tap with this key') },
    });
    expect(script.heard).toEqual(['INIT', 'pay']);
  },
);

test('the decision on this tap goes to the reader', async () => {
  const { transactionToken } = AUTHORISE;
  const acquirer = createAcquirer({ authorise: async (_request, key) => complete('00', key, { transactionToken }) });
  const { reader, script } = await openTill({ steps: [PAY, COMPLETE] }, acquirer);
  expect(await reader.pay(REQUEST)).toMatchObject({ status: 'approved' });
  expect(script.messages[1]).toMatchObject({ kind: 'complete', transactionToken });
});

test('approved, and the reader has forgotten the payment: settled by hand', async () => {
  const forgotten: Step = { expect: 'complete', act: (say) => say.answer({ kind: 'neverSeen', key: KEY }) };
  const { reader } = await openTill({ steps: [PAY, forgotten] });
  expect(await reader.pay(REQUEST)).toMatchObject({
    status: 'unknown',
    charged: 'yes',
    recovery: { do: 'call-support' },
  });
});

test('an unknown result keeps what was behind it, and its JSON stays clean', async () => {
  const acquirer = createAcquirer({ authorise: () => Promise.reject(new Error('connection reset')) });
  const { reader } = await openTill({ steps: [PAY] }, acquirer);
  const result = await reader.pay(REQUEST);
  expect(result).toMatchObject({ charged: 'maybe', cause: { message: 'connection reset' } });
  expect(Object.keys(JSON.parse(JSON.stringify(result)))).toEqual(['status', 'key', 'charged', 'recovery']);
});

test('an approval without a token and without a reason is an approval', async () => {
  const { tenders } = APPROVED;
  const tokenless = { ...APPROVED, tenders: tenders.map(({ indexToken: _, ...tender }) => tender) };
  const { reader } = await openTill({ steps: [PAY, { expect: 'complete', act: (say) => say.answer(tokenless) }] });
  expect(await reader.pay(REQUEST)).toMatchObject({
    payment: { tenders: [{ token: null, tokenReason: 'not-given' }] },
  });
});

test('the link breaks while the acquirer is asked: unknown, at once or when the acquirer answers', async () => {
  let answer = (_: Uint8Array): void => {};
  const acquirer = createAcquirer({ authorise: () => new Promise((resolve) => (answer = resolve)) });
  const { reader, script } = await openTill({ steps: [PAY] }, acquirer);
  const payment = reader.pay(REQUEST);
  await idle();
  script.say.unplug();
  answer(complete('00'));
  expect(await payment).toMatchObject({ status: 'unknown' });
  expect(reader.state).toBe('gone');
});

test('the same key again after unknown: the reader asks for the acquirer again', async () => {
  let tries = 0;
  const acquirer = createAcquirer({
    authorise: async (_request, key) => {
      tries += 1;
      if (tries === 1) throw new Error('lost');
      return complete('00', key);
    },
  });
  const { reader, script } = await openTill({ steps: [PAY, PAY, COMPLETE] }, acquirer);
  expect((await reader.pay(REQUEST)).status).toBe('unknown');
  expect((await reader.pay(REQUEST)).status).toBe('approved');
  script.assertDrained();
});

test('a key that was sent once never sounds uncharged, not over a new link either, until its result is known', async () => {
  const acquirer = createAcquirer({ authorise: () => Promise.reject(new Error('lost')) });
  const first = await openTill({ steps: [PAY] }, acquirer);
  await first.reader.pay(REQUEST);
  await first.reader.close();

  const torn: Step = { expect: 'pay', act: (say) => say.answer(result(OUTCOME.cardRemoved)) };
  const cancelled: Step = { expect: 'pay', act: (say) => say.answer(result(OUTCOME.cancelled)) };
  const told: Step = { expect: 'lookup', act: (say) => say.answer(DECLINED) };
  const { reader } = await openTill({ steps: [torn, cancelled, told, torn] }, acquirer);
  await expect(reader.pay(REQUEST)).rejects.toMatchObject({ code: 'card/torn', charged: 'maybe' });
  expect(await reader.pay(REQUEST)).toMatchObject({ status: 'unknown' });
  expect(await reader.lookup(KEY)).toMatchObject({ status: 'declined' });
  await expect(reader.pay(REQUEST)).rejects.toMatchObject({ code: 'card/torn', charged: 'no' });
});

test('an operation that is refused without anybody looking does not end the process', async () => {
  const { reader } = await openTill({ steps: [{ expect: 'pay', act: (say) => say.unplug() }] });
  reader.pay(REQUEST);
  await idle();
  expect(reader.state).toBe('gone');
});

test.each([
  [{ ...REQUEST, amount: { minor: 0, currency: 'EUR' } }],
  [{ ...REQUEST, amount: { minor: 12.5, currency: 'EUR' } }],
  [{ ...REQUEST, amount: { minor: 1250, currency: 'XXX' } }],
  [{ ...REQUEST, amount: { minor: 10 ** 12, currency: 'EUR' } }],
  [{ ...REQUEST, key: '' as never }],
  [{ ...REQUEST, interfaces: 'magnetic' as never }],
  [{ ...REQUEST, interfaces: 'toString' as never }],
  [{ ...REQUEST, partial: true as never }],
  [{ ...REQUEST, amount: '12.50' as never }],
  [{ amount: AMOUNT } as never],
  [{ key: KEY } as never],
  [{} as never],
  [null as never],
  [undefined as never],
])('a wrong request is refused before anything is sent: %j', async (request: PayRequest) => {
  const { reader, script } = await openTill({});
  await expect(reader.pay(request)).rejects.toMatchObject({
    code: 'usage/invalid',
    charged: 'no',
    recovery: { do: 'fix-code' },
  });
  expect(script.heard).toEqual(['INIT']);
});
