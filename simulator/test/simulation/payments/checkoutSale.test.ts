/** One tap for a basket, through the SDK, on the real reader with the dynamic card and the test acquirer. */

import { HOLD_MS } from '@comptoir/issuer/authorisers';
import { connect, keyFrom, type MerchantPolicy, type PayEvent, type PayResult } from '@comptoir/sdk';
import { explainSelection } from '@comptoir/sdk/selection';
import { expect, test } from 'vitest';
import { simulate } from '../../../src/index.js';

const KEY = keyFrom('order-1-1');
const basket = { currency: 'EUR', lines: [{ sku: 'bread', qty: 2, unit: 2500 }] };
const partial: MerchantPolicy = { region: 'EEA', merchantCategory: 5411, takesPartialApproval: true };

const taken = (result: PayResult): readonly string[] =>
  'payment' in result
    ? result.payment?.tenders.map(({ kind, label, amount }) => `${kind} ${label} ${amount.minor}`)
    : [];

test.each(['node', 'quickjs'] as const)(
  'coupon, gift card and bank pay, and the result says why [%s]',
  async (target) => {
    await using simulation = await simulate({ target });
    await using reader = await connect(simulation, simulation);
    simulation.tap('dynamic');
    const sale = reader.pay({ basket, key: KEY });
    const events: PayEvent[] = [];
    for await (const event of sale) events.push(event);
    const result = await sale;
    expect(result).toMatchObject({
      status: 'approved',
      payment: {
        key: KEY,
        total: { minor: 5000, currency: 'EUR' },
        settled: true,
        cardUpdated: true,
        notUsed: [{ kind: 'coupon', reason: 'COUPON_WRONG_MERCHANT' }],
      },
    });
    expect(taken(result)).toEqual(['coupon 10 PERCENT OFF 500', 'gift GIFT CARD 2500', 'bank CB 2000']);
    if (result.status !== 'approved') throw new Error('not paid');
    expect(result.payment.tenders.map(({ rules }) => rules[0])).toEqual([
      'BEST_COUPON_SET',
      'GIFT_CARD_ORDER',
      'CARD_PRIORITY',
    ]);
    expect(result.payment.tenders[2]).toMatchObject({ masked: '497010******0204', responseCode: '00' });
    expect(
      events.flatMap((event) => (event.type === 'tender' ? [`${event.asks} ${event.approved.minor}`] : [])),
    ).toEqual(['reserve 500', 'reserve 2500', 'authorise 2000']);
    expect(explainSelection(Buffer.from(result.payment.record ?? '', 'hex'))?.[0]).toBe('Everything is paid.');
    expect(simulation.acquirer.charges()).toEqual([{ key: KEY, amount: 2000, currency: 978 }]);
    expect(result.payment.tenders[2]?.receipt).toMatchObject({
      tvr: '0000000000',
      cvm: 'none',
      interface: 'contactless',
    });
    // The reader remembers what counts, and the same key again takes nothing more.
    const looked = await reader.lookup(KEY);
    expect(looked).toMatchObject({ status: 'approved', payment: { tenders: result.payment.tenders, settled: true } });
    expect(await reader.pay({ basket, key: KEY })).toEqual(looked);
    expect(simulation.acquirer.charges()).toHaveLength(1);
  },
);

test('four tenders: the account approves a part, and the fallback pays the rest', async () => {
  await using simulation = await simulate({ target: 'node', accountCredit: 700 });
  await using reader = await connect(simulation, simulation);
  simulation.tap('dynamic');
  const result = await reader.pay({ basket, key: KEY, policy: partial, choice: { brand: 'ACCOUNT' } });
  expect(taken(result)).toEqual([
    'coupon 10 PERCENT OFF 500',
    'gift GIFT CARD 2500',
    'account ACCOUNT 700',
    'bank MASTERCARD 1300',
  ]);
  expect(result).toMatchObject({
    status: 'approved',
    payment: { settled: true, accountToken: expect.stringMatching(/^[0-9A-F]{64}$/) },
  });
});

test('a card that leaves after something was reserved: given back, and the key is over', async () => {
  await using simulation = await simulate({ target: 'node' });
  await using reader = await connect(simulation, simulation);
  simulation.tap('dynamic');
  const leaving = reader.pay({ basket, key: KEY });
  const seen = (async () => {
    for await (const event of leaving) if (event.type === 'tender' && event.kind === 'gift') simulation.lift();
  })();
  const torn = { code: 'card/torn', charged: 'no', recovery: { message: expect.stringContaining('with a new key') } };
  await expect(seen).rejects.toMatchObject(torn);
  simulation.tap('dynamic');
  await expect(reader.pay({ basket, key: KEY })).rejects.toMatchObject(torn);
  expect(await reader.lookup(KEY)).toMatchObject({ status: 'declined', code: 'card/torn', payment: { settled: true } });
  const again = await reader.pay({ basket, key: keyFrom('order-1-2') });
  expect(taken(again)).toEqual(['coupon 10 PERCENT OFF 500', 'gift GIFT CARD 2500', 'bank CB 2000']);
});

test('a rest that the shop collects in another way is due; without that, nothing is taken', async () => {
  await using simulation = await simulate({ target: 'node', accountCredit: 700 });
  await using reader = await connect(simulation, simulation);
  simulation.tap('dynamic');
  const accountOnly = { combinations: [{ aid: 'F04143435401', brand: 'ACCOUNT' }] };
  const due = await reader.pay({ basket, key: KEY, policy: { ...partial, ...accountOnly, collectsRest: true } });
  expect(due).toMatchObject({
    status: 'partial',
    remaining: { minor: 1300, currency: 'EUR' },
    payment: { settled: true },
  });
  await using other = await simulate({ target: 'node', accountCredit: 700 });
  await using another = await connect(other, other);
  other.tap('dynamic');
  const declined = await another.pay({ basket, key: KEY, policy: { ...partial, ...accountOnly } });
  expect(declined).toMatchObject({
    status: 'declined',
    code: 'INSUFFICIENT_TENDER',
    payment: { tenders: [], settled: true },
  });
  // What was reserved is free again.
  const again = await another.pay({ basket, key: keyFrom('order-1-2'), policy: partial });
  expect(taken(again)).toEqual(['coupon 10 PERCENT OFF 500', 'gift GIFT CARD 2500', 'bank CB 2000']);
});

test('255 lines in as many messages as they need come to what they come to', async () => {
  await using simulation = await simulate({ target: 'node' });
  await using reader = await connect(simulation, simulation);
  simulation.tap('visa-debit');
  const long = 'x'.repeat(32);
  const lines = Array.from({ length: 255 }, (_, at) => ({
    sku: `s${at}`,
    qty: 1,
    unit: at,
    gtin: long,
    category: long,
  }));
  const result = await reader.pay({ basket: { currency: 'EUR', lines }, key: KEY });
  expect(result).toMatchObject({ status: 'approved', payment: { total: { minor: 32_385 } } });
});

test('the bank is dead after coupon and gift card were reserved: the till hears until when they are held, and settles later', async () => {
  await using simulation = await simulate({ target: 'node' });
  const state = { isDead: false };
  const whileDead =
    <A extends unknown[], R>(answer: (...asked: A) => Promise<R>) =>
    (...asked: A): Promise<R> =>
      state.isDead ? Promise.reject(new Error('no bank')) : answer(...asked);
  const { authorise, status, settle } = simulation.acquirer;
  const acquirer = {
    ...simulation.acquirer,
    authorise: whileDead(authorise),
    status: whileDead(status),
    settle: whileDead(settle),
  };
  await using reader = await connect(simulation, { ...simulation, acquirer });
  simulation.tap('dynamic');
  const beganMs = simulation.clock.now();
  const sale = reader.pay({ basket, key: KEY });
  const heard = (async () => {
    for await (const event of sale) if (event.type === 'tender' && event.kind === 'gift') state.isDead = true;
  })();
  await heard;
  for (const result of [await sale, await reader.lookup(KEY)]) {
    expect(result).toMatchObject({ status: 'unknown', charged: 'maybe', heldUntilMs: expect.any(Number) });
    const heldMs = (result.status === 'unknown' ? (result.heldUntilMs ?? 0) : 0) - HOLD_MS;
    expect(heldMs).toBeGreaterThanOrEqual(beganMs);
    expect(heldMs).toBeLessThanOrEqual(simulation.clock.now());
  }
  state.isDead = false;
  expect(await reader.lookup(KEY)).not.toHaveProperty('heldUntilMs');
  expect(await simulation.acquirer.sale(KEY)).not.toHaveProperty('heldUntilMs');
});
