/** Points, only when the customer asks: on the real reader, card and ledger, all or nothing with the other tenders. */

import { signAnswer } from '@comptoir/acquirer';
import { developmentKeys } from '@comptoir/factory/development';
import { decodeMessage, type Message } from '@comptoir/protocol';
import { KIND_BANK, KIND_GIFT, KIND_LOYALTY } from '@comptoir/protocol/wallet';
import { type Acquirer, type BasketRequest, connect, keyFrom, type PayResult, type ReaderError } from '@comptoir/sdk';
import { refund } from '@comptoir/sdk/checkout';
import { explainSelection } from '@comptoir/sdk/selection';
import { expect, test } from 'vitest';
import { type Simulation, simulate } from '../../../src/index.js';
import { ran } from '../../cli/ran.js';

const KEY = keyFrom('order-1-1');
const basket = { currency: 'EUR', lines: [{ sku: 'bread', qty: 2, unit: 2500 }] };
/** What the authoriser issued. */
const POINTS = { account: 4n, worth: 300 };

const taken = (result: PayResult): readonly string[] =>
  'payment' in result ? result.payment?.tenders.map(({ kind, amount }) => `${kind} ${amount.minor}`) : [result.status];
const left = ({ authorisers }: Simulation) => authorisers.gifts.ledger.value(POINTS.account);
const ISSUED = { balance: POINTS.worth, free: POINTS.worth };

async function sold(more: Partial<BasketRequest>, simulation: Simulation): Promise<PayResult> {
  await using reader = await connect(simulation, simulation);
  simulation.tap('dynamic');
  return await reader.pay({ basket, key: KEY, ...more });
}

test.each(['node', 'quickjs'] as const)(
  'asked for, they pay before the gift card, and say why [%s]',
  async (target) => {
    await using simulation = await simulate({ target });
    const result = await sold({ redeemPoints: 200 }, simulation);
    expect(taken(result)).toEqual(['coupon 500', 'loyalty 200', 'gift 2500', 'bank 1800']);
    if (result.status !== 'approved') throw new Error('not paid');
    expect(result.payment).toMatchObject({ settled: true, cardUpdated: true });
    expect(result.payment.tenders[1]).toMatchObject({
      label: 'POINTS',
      rules: ['POINTS_ASKED_FOR'],
      responseCode: '00',
    });
    expect(explainSelection(Buffer.from(result.payment.record ?? '', 'hex'))?.join('\n')).toContain(
      'the payer asked for it',
    );
    expect(left(simulation)).toEqual({ balance: 100, free: 100 });
    await using reader = await connect(simulation, simulation);
    const shown = await reader.read({ accept: ['loyalty'] });
    expect(shown.instruments).toMatchObject([{ label: 'POINTS', points: 100 }]);
    // Back they go as well, in their turn.
    const back = await refund(simulation.acquirer, { of: KEY, key: keyFrom('back') }, simulation);
    expect('parts' in back && back.parts.map(({ kind }) => kind)).toEqual(['bank', 'gift', 'loyalty']);
    expect(left(simulation)).toEqual(ISSUED);
  },
);

test.each<readonly [string, Partial<BasketRequest>, readonly string[]]>([
  ['nobody asked', {}, ['coupon 500', 'gift 2500', 'bank 2000']],
  ['more than there is', { redeemPoints: 9999 }, ['coupon 500', 'loyalty 300', 'gift 2500', 'bank 1700']],
  [
    'more than is due',
    { redeemPoints: 300, basket: { currency: 'EUR', lines: [{ sku: 'roll', qty: 1, unit: 100 }] } },
    ['coupon 10', 'loyalty 90'],
  ],
  [
    'a gift card is bought, which points never pay',
    {
      redeemPoints: 300,
      basket: { currency: 'EUR', lines: [{ sku: 'gift-10', qty: 1, unit: 1000, giftCardItem: true }] },
    },
    ['bank 1000'],
  ],
  [
    'a merchant without loyalty',
    { redeemPoints: 300, policy: { takesLoyalty: false } },
    ['coupon 500', 'gift 2500', 'bank 2000'],
  ],
])('%s', async (_, more, expected) => {
  await using simulation = await simulate({ target: 'node' });
  expect(taken(await sold(more, simulation))).toEqual(expected);
  const redeemed = Number(expected.find((one) => one.startsWith('loyalty'))?.split(' ')[1] ?? 0);
  expect(left(simulation)).toEqual({ balance: POINTS.worth - redeemed, free: POINTS.worth - redeemed });
});

/** A host whose authorisers of one kind of profile refuse. */
function refusing({ acquirer, serial }: Simulation, kind: number): Required<Acquirer> {
  const bdk = developmentKeys(1, serial).baseDerivationKey;
  return {
    ...acquirer,
    async authorise(bytes, key, options) {
      const { message } = decodeMessage(bytes) as { readonly message: Message<'authorise'> };
      if (message.profileKind !== kind) return acquirer.authorise(bytes, key, options);
      return signAnswer(message, { responseCode: '51' }, { bdk });
    },
  };
}

test.each([
  ['the points', KIND_LOYALTY, ['coupon 500', 'gift 2500', 'bank 2000']],
  ['the gift card', KIND_GIFT, ['coupon 500', 'loyalty 300', 'bank 4200']],
])('%s: no. The rest of the card pays in the same tap', async (_, kind, expected) => {
  await using simulation = await simulate({ target: 'node' });
  const { authorisers, clock, random } = simulation;
  const acquirer = refusing(simulation, kind);
  await using reader = await connect(simulation, { trust: 'development', clock, random, acquirer });
  simulation.tap('dynamic');
  const result = await reader.pay({ basket, key: KEY, redeemPoints: 300 });
  expect(result).toMatchObject({ status: 'approved', payment: { settled: true } });
  expect(taken(result)).toEqual(expected);
  // Nothing of the plan that was given up stays reserved.
  const { balance, free } = authorisers.gifts.ledger.value(1n);
  expect(free).toBe(balance);
});

test('the bank: no. Nothing is taken of anything, and all of it is there at the next tap', async () => {
  await using simulation = await simulate({ target: 'node' });
  const { authorisers, clock, random } = simulation;
  const acquirer = refusing(simulation, KIND_BANK);
  await using reader = await connect(simulation, { trust: 'development', clock, random, acquirer });
  simulation.tap('dynamic');
  const result = await reader.pay({ basket, key: KEY, redeemPoints: 300 });
  expect(result).toMatchObject({ status: 'declined', payment: { tenders: [], settled: true } });
  expect([simulation.acquirer.charges(), left(simulation)]).toEqual([[], ISSUED]);
  expect(authorisers.gifts.ledger.value(1n)).toEqual({ balance: 2500, free: 2500 });
  expect(authorisers.gifts.ledger.isSerialFree('DYN-0001')).toBe(true);
  await reader.close();
  simulation.lift();
  const next = await sold({ redeemPoints: 300, key: keyFrom('order-2-1') }, simulation);
  expect(taken(next)).toEqual(['coupon 500', 'loyalty 300', 'gift 2500', 'bank 1700']);
});

test('in the middle of the tap the customer sees what points are worth, and asks', async () => {
  await using simulation = await simulate({ target: 'node' });
  const shown: unknown[] = [];
  const choose: BasketRequest['choose'] = (instruments) => {
    shown.push(instruments.find(({ kind }) => kind === 'loyalty')?.points);
    return { ids: instruments.filter(({ kind }) => kind === 'loyalty').map(({ id }) => id), redeemPoints: 250 };
  };
  const result = await sold({ choose, redeemPoints: 10 }, simulation);
  expect(shown).toEqual([300]);
  expect(taken(result)).toEqual(['loyalty 250', 'bank 4750']);
});

test('points that were not picked are not redeemed', async () => {
  await using simulation = await simulate({ target: 'node' });
  const choose: BasketRequest['choose'] = (instruments) =>
    instruments.filter(({ kind }) => kind === 'gift').map(({ id }) => id);
  expect(taken(await sold({ choose, redeemPoints: 300 }, simulation))).toEqual(['gift 2500', 'bank 2500']);
});

test.each([-1, 0.5, 1e12, '5'])('%s is no amount of points', async (redeemPoints) => {
  await using simulation = await simulate({ target: 'node' });
  const wrong = await sold({ redeemPoints: redeemPoints as number }, simulation).catch((error: ReaderError) => error);
  expect(wrong).toMatchObject({ code: 'usage/invalid', charged: 'no' });
});

test('npm start -- --points', async () => {
  const sale = ['sale', '--card', 'dynamic', '--target', 'node', '--basket', 'docs/tutorials/basket.json'];
  const { code, out } = await ran(...sale, '--points', '2');
  expect(code).toBe(0);
  expect(out).toContain('      2.00 EUR  loyalty POINTS: the payer asked for it');
  expect(out).toContain('  POINTS                     loyalty  3.00 EUR');
  for (const wrong of [
    [...sale, '--points', 'all'],
    ['sale', '--points', '1'],
  ])
    expect((await ran(...wrong)).code).toBe(2);
});
