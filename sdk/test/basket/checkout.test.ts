/** `reader.pay` with a basket, beside a scripted reader: what is sent, what is told, and what a till hears however it ends. */
import { ASKS, encodeMessage, type Message, OUTCOME, STATUS, type TemplateContent } from '@comptoir/protocol';
import { connect, keyFrom, type MerchantPolicy, type TenderEvent } from '@comptoir/sdk';
import { memoryStore, openSales } from '@comptoir/sdk/checkout';
import { memory } from '@comptoir/sdk/transports/memory';
import { describe, expect, test } from 'vitest';
import { secretOf } from '../../src/values/key.js';
import { AUTHORISE, createAcquirer, KEY, SIGNED } from '../sale.js';
import { createScriptedReader, type Step } from '../scriptedReader.js';
import { answering, BASKET, failure, OPEN, openBasketTill, QUESTION, REQUEST, tenders, VOID } from './basketSale.js';

const never = (): Promise<never> => new Promise(() => {});
/** The reader waits in the middle of the tap, and is cancelled. */
const cancelled = (last: Message<'result'>): Step => ({
  expect: 'CANCEL',
  act(say) {
    say.answer(last);
    say.frame(0x11, Uint8Array.of(1));
  },
});

test('policy, basket, checkout, question, answer: paid, and the authorisers know it', async () => {
  const { reader, script, acquirer } = await openBasketTill([
    answering('policy', { kind: 'accepted', lineCount: 0 }),
    BASKET,
    QUESTION,
    answering('complete', tenders({ cardUpdated: 1, selectionRecord: Uint8Array.of(0xe5, 0) })),
  ]);
  const sale = reader.pay({
    ...REQUEST,
    policy: { region: 'EEA', merchantCategory: 5411, collectsRest: true, couponPolicy: 'all' },
    choice: { pays: '0102030405060708', brand: 'CB', declines: ['1112131415161718', '2122232425262728'] },
  });
  const events: TenderEvent[] = [];
  for await (const event of sale) if (event.type === 'tender') events.push(event);
  expect(await sale).toEqual({
    status: 'approved',
    payment: {
      id: `//${KEY}`,
      key: KEY,
      total: { minor: 1250, currency: 'EUR' },
      taken: { minor: 1250, currency: 'EUR' },
      tenders: [
        {
          kind: 'bank',
          label: 'CB',
          amount: { minor: 1250, currency: 'EUR' },
          rules: ['CARD_PRIORITY'],
          masked: '497010******0204',
          token: null,
          tokenReason: 'not-given',
        },
      ],
      notUsed: [],
      sale: '5A'.repeat(16),
      record: 'E500',
      cardUpdated: true,
      settled: true,
    },
  });
  expect(events).toMatchObject([{ asks: 'authorise', kind: 'bank', approved: { minor: 1250 }, responseCode: '00' }]);
  expect(acquirer.asked).toEqual(['nonce', `authorise ${KEY}`, 'settle stands']);
  const [policy, basket, checkout] = script.messages;
  // Split, rest collected, coupons, gift cards, loyalty, override.
  expect(policy).toMatchObject({ merchantFlags: 0xbd, merchantCategory: 5411, couponPolicy: 2, region: 'EEA' });
  expect(basket).toMatchObject({ firstLine: 0, lines: [{ quantity: 5, unitAmount: 250 }] });
  expect(checkout).toMatchObject({
    amount: 1250,
    currency: 978,
    currencyCode: 'EUR',
    brand: 'CB',
    nonce: new Uint8Array(8),
  });
  script.assertDrained();
});

describe('wrong calls send nothing', () => {
  const line = { sku: 'a', qty: 1, unit: 1 };
  test.each<[string, unknown]>([
    ['no request', undefined],
    ['no key', { basket: REQUEST.basket }],
    ['no basket', { key: KEY }],
    ['no lines', { key: KEY, basket: { currency: 'EUR', lines: [] } }],
    ['256 lines', { key: KEY, basket: { currency: 'EUR', lines: new Array(256).fill(line) } }],
    ['nothing to pay', { key: KEY, basket: { currency: 'EUR', lines: [{ ...line, unit: 0 }] } }],
    ['a broken line', { key: KEY, basket: { currency: 'EUR', lines: [{ ...line, qty: 0.5 }] } }],
    ['a choice that is no reference', { ...REQUEST, choice: { pays: 'AB' } }],
    ['33 declined', { ...REQUEST, choice: { declines: new Array(33).fill('0102030405060708') } }],
    ['a long brand', { ...REQUEST, choice: { brand: 'x'.repeat(13) } }],
    ['a policy that is none', { ...REQUEST, policy: 7 }],
    ['an unknown coupon policy', { ...REQUEST, policy: { couponPolicy: 'some' } }],
    ['an AID that is no hexadecimal', { ...REQUEST, policy: { combinations: [{ aid: 'xy', brand: '' }] } }],
    ['a policy without end', { ...REQUEST, policy: { redeemedSerials: new Array(500).fill('serial') } }],
    ['a journal that is none', { ...REQUEST, journal: {} }],
  ])('%s', async (_, request) => {
    const { reader, script } = await openBasketTill([]);
    expect(await failure(reader.pay(request as never))).toMatchObject({ code: 'usage/invalid', charged: 'no' });
    expect(script.heard).toEqual(['INIT']);
  });

  test('an acquirer that takes no baskets', async () => {
    const script = createScriptedReader();
    const reader = await connect(memory(script.port), { acquirer: createAcquirer(), trust: 'development' });
    expect(await failure(reader.pay(REQUEST))).toMatchObject({ code: 'usage/invalid' });
  });
});

test('a reader without baskets is to be updated', async () => {
  const refused: Step = { expect: 'basket', act: (say) => say.error(STATUS.unknownMessage) };
  const old: Step = { expect: 'CANCEL', act: (say) => say.frame(0x11, Uint8Array.of(0)) };
  const { reader, script } = await openBasketTill([refused, old]);
  expect(await failure(reader.pay(REQUEST))).toMatchObject({
    code: 'update/required',
    charged: 'no',
    message: 'This reader takes no baskets.',
  });
  script.assertDrained();
});

describe('how a sale ends', () => {
  const ending = (last: Message<'result'>): readonly Step[] => [BASKET, QUESTION, answering('complete', last)];

  test.each<[string, Partial<Message<'result'>>, object]>([
    [
      'partial',
      { outcome: OUTCOME.partlyApproved, due: 250, tenders: [{ ...tender(), amount: 1000 }] },
      { status: 'partial', remaining: { minor: 250, currency: 'EUR' } },
    ],
    [
      'declined',
      { ...VOID, rejection: 6 },
      { status: 'declined', code: 'DECLINED', recovery: { do: 'ask-other-card' } },
    ],
    [
      'insert',
      { ...VOID, rejection: 2 },
      { status: 'declined', code: 'TRY_ANOTHER_INTERFACE', recovery: { do: 'insert-instead' } },
    ],
    ['a rejection of a later reader', { ...VOID, rejection: 99 }, { status: 'declined', code: '99' }],
    ['cancelled', { ...VOID, outcome: OUTCOME.cancelled }, { status: 'cancelled', by: 'customer' }],
    ['no card', { ...VOID, outcome: OUTCOME.noCard }, { status: 'cancelled', by: 'timeout' }],
  ])('%s', async (_, last, expected) => {
    const { reader, acquirer } = await openBasketTill(ending(tenders(last)));
    expect(await reader.pay(REQUEST)).toMatchObject({ ...expected, payment: { settled: true } });
    expect(acquirer.asked.at(-1)).toBe(last.due === 250 ? 'settle stands' : 'settle void');
  });

  test.each([
    [OUTCOME.cardRemoved, 'card/torn'],
    [OUTCOME.severalCards, 'card/multiple'],
    [OUTCOME.cardError, 'card/unreadable'],
  ])('the card is the trouble: outcome %i is the error %s, and nothing was taken', async (outcome, code) => {
    const { reader, acquirer } = await openBasketTill(ending(tenders({ ...VOID, outcome })));
    expect(await failure(reader.pay(REQUEST))).toMatchObject({
      code,
      charged: 'no',
      recovery: { do: 'ask-other-card', message: expect.stringContaining('with a new key') },
    });
    expect(acquirer.asked.at(-1)).toBe('settle void');
  });

  test('the same, and the authorisers can not be told: it may have been charged', async () => {
    const settle = (): Promise<never> => Promise.reject(new Error('no network'));
    const steps = ending(tenders({ ...VOID, outcome: OUTCOME.cardRemoved }));
    const { reader } = await openBasketTill(steps, { settle });
    expect(await reader.pay(REQUEST)).toMatchObject({
      status: 'unknown',
      charged: 'maybe',
      recovery: { do: 'lookup' },
    });
  });

  test('paid, and the authorisers can not be told: settled by a lookup, and the journal waits for it', async () => {
    let isDown = true;
    const settle = async (_key: unknown, _sale: unknown, end: 'stands' | 'void'): Promise<{ end: typeof end }> => {
      if (isDown) throw new Error('no network');
      return { end };
    };
    const steps = [...ending(tenders()), answering('lookup', tenders())];
    const { reader, acquirer } = await openBasketTill(steps, { settle });
    const journal = memoryStore();
    expect(await reader.pay({ ...REQUEST, journal })).toMatchObject({
      status: 'approved',
      payment: { settled: false },
    });
    expect(await openSales(journal)).toMatchObject([{ key: KEY, total: { minor: 1250 } }]);
    isDown = false;
    expect(await reader.lookup(KEY)).toMatchObject({ status: 'approved', payment: { settled: true } });
    expect(acquirer.asked.filter((name) => name === 'settle stands')).toHaveLength(2);
  });

  test.each([
    ['void', tenders(), 'no'],
    ['stands', tenders(VOID), 'yes'],
  ] as const)('the authorisers were told %s before: a person must settle it', async (end, last, charged) => {
    const { reader } = await openBasketTill(ending(last), { settle: async () => ({ end }) });
    expect(await reader.pay(REQUEST)).toMatchObject({
      status: 'unknown',
      charged,
      recovery: { do: 'call-support' },
    });
  });
});

function tender(): TemplateContent<'tender'> {
  return tenders().tenders[0] as TemplateContent<'tender'>;
}

describe('a reader that makes no sense', () => {
  const CANCEL: Step = { expect: 'CANCEL', act: (say) => say.frame(0x11, Uint8Array.of(0)) };
  const other = keyFrom('other-1');

  test.each<[string, Message]>([
    ['a question about another key', { ...AUTHORISE, key: other }],
    ['a question for more than the basket', { ...AUTHORISE, amount: 1251 }],
    ['a question in another currency', { ...AUTHORISE, currency: 840 }],
    ['the end of another sale', tenders({ key: other })],
    ['the end of a sale of another amount', tenders({ amount: 1251, tenders: [{ ...tender(), amount: 1251 }] })],
    ['tenders that do not add up', tenders({ tenders: [{ ...tender(), amount: 1000 }] })],
    ['paid with something due', tenders({ due: 250, tenders: [{ ...tender(), amount: 1000 }] })],
    ['paid without tenders', tenders({ tenders: [] })],
    ['void with tenders', tenders({ outcome: OUTCOME.declined })],
    ['an unknown outcome', tenders({ ...VOID, outcome: 77 })],
    ['a payment', { kind: 'neverSeen', key: KEY }],
  ])('%s: an error, and nothing was charged', async (_, message) => {
    const { reader, acquirer } = await openBasketTill([BASKET, answering('pay', message), CANCEL]);
    expect(await failure(reader.pay(REQUEST))).toMatchObject({ code: 'protocol/corrupt', charged: 'no' });
    expect(acquirer.asked).toEqual(['nonce']);
  });

  test.each<[string, Message]>([
    ['the end of another sale', tenders({ key: other })],
    ['tenders that do not add up', tenders({ tenders: [{ ...tender(), amount: 1000 }] })],
    ['an unknown outcome', tenders({ ...VOID, outcome: 77 })],
    ['a question about another key', { ...AUTHORISE, key: other }],
  ])('%s after a question: unknown', async (_, message) => {
    const { reader, acquirer } = await openBasketTill([BASKET, QUESTION, answering('complete', message), CANCEL]);
    expect(await reader.pay(REQUEST)).toMatchObject({
      status: 'unknown',
      charged: 'maybe',
      recovery: { do: 'lookup' },
    });
    expect(acquirer.asked.some((name) => name.startsWith('settle'))).toBe(false);
  });

  test('lines that were not counted', async () => {
    const { reader } = await openBasketTill([answering('basket', { kind: 'accepted', lineCount: 2 }), CANCEL]);
    expect(await failure(reader.pay(REQUEST))).toMatchObject({ code: 'protocol/corrupt', charged: 'no' });
  });
});

describe('an acquirer that makes no sense', () => {
  const otherToken = new Uint8Array(16).fill(0xee);
  const complete = (more: Partial<Message<'complete'>>): Uint8Array =>
    encodeMessage({ kind: 'complete', key: KEY, responseCode: '00', ...SIGNED, ...more });

  test.each<[string, () => Promise<Uint8Array>]>([
    ['rejects', () => Promise.reject(new Error('no network'))],
    ['gives no message', async () => Uint8Array.of(1, 2, 3)],
    ['answers another key', async () => complete({ key: keyFrom('other-1') })],
    ['answers another question', async () => complete({ transactionToken: otherToken })],
  ])('%s: the reader is told, and the sale is unknown', async (_, authorise) => {
    const steps = [BASKET, QUESTION, cancelled(tenders(OPEN))];
    const { reader, script } = await openBasketTill(steps, { authorise });
    const journal = memoryStore();
    expect(await reader.pay({ ...REQUEST, journal })).toMatchObject({ status: 'unknown', charged: 'maybe' });
    expect(await openSales(journal)).toHaveLength(1);
    script.assertDrained();
  });

  test('no balance: nothing was taken, and the reader is free again', async () => {
    const balance = answering('pay', { ...AUTHORISE, asks: ASKS.balance, amount: 0, profileKind: 3 });
    const steps = [BASKET, balance, cancelled(tenders({ ...VOID, outcome: OUTCOME.cancelled }))];
    const { reader, script } = await openBasketTill(steps, {
      authorise: () => Promise.reject(new Error('no network')),
    });
    expect(await failure(reader.pay(REQUEST))).toMatchObject({
      code: 'acquirer/failed',
      charged: 'no',
      cause: { message: 'no network' },
    });
    script.assertDrained();
  });

  test.each([new Uint8Array(7), 'nonce' as never])('a nonce that is none', async (nonce) => {
    const CANCEL: Step = { expect: 'CANCEL', act: (say) => say.frame(0x11, Uint8Array.of(0)) };
    const { reader } = await openBasketTill([BASKET, CANCEL], { nonce: async () => nonce });
    expect(await failure(reader.pay(REQUEST))).toMatchObject({ code: 'protocol/corrupt', charged: 'no' });
  });
});

test('cancelled while a question was on its way here: it never went to the acquirer, and the reader ends it', async () => {
  const abort = new AbortController();
  const waiting: Step = { expect: 'pay', act: () => abort.abort() };
  const crossing: Step = {
    expect: 'CANCEL',
    act(say) {
      say.answer({ ...AUTHORISE, asks: 1 });
      say.answer(tenders(OPEN));
      say.frame(0x11, Uint8Array.of(1));
    },
  };
  const { reader, script, acquirer } = await openBasketTill([
    BASKET,
    waiting,
    crossing,
    answering('decide', tenders(VOID)),
  ]);
  expect(await reader.pay(REQUEST, { signal: abort.signal })).toMatchObject({ status: 'cancelled', by: 'clerk' });
  expect(script.messages.at(-1)).toMatchObject({ kind: 'decide', responseCode: '05', paymentSecret: secretOf(KEY) });
  expect(acquirer.asked).toEqual(['nonce', 'settle void']);
  script.assertDrained();
});

test('an acquirer that never answers: unknown by the deadline', async () => {
  const { reader, clock } = await openBasketTill([BASKET, QUESTION, cancelled(tenders(OPEN))], { authorise: never });
  const sale = reader.pay(REQUEST, { timeoutMs: 5000 });
  await clock.advance(5000);
  expect(await sale).toMatchObject({ status: 'unknown', charged: 'maybe' });
  expect(clock.sleepers).toBe(0);
});

test('a policy says what it leaves out as a reader has it', async () => {
  const flags = async (policy: MerchantPolicy): Promise<unknown> => {
    const { reader, script } = await openBasketTill([
      answering('policy', { kind: 'accepted', lineCount: 0 }),
      BASKET,
      answering('pay', tenders(VOID)),
    ]);
    await reader.pay({ ...REQUEST, policy });
    const [first] = script.messages;
    return first?.kind === 'policy' ? first.merchantFlags : undefined;
  };
  expect(await flags({})).toBe(0xb9);
  expect(await flags({ takesSplit: false, takesPartialApproval: true, isLeastCost: true })).toBe(0xfa);
});
