/** A sale that cash, a card and a tap of the dynamic card paid goes back to each of them, the last one first, whatever dies in between. */
import { connect, keyFrom, newKey } from '@comptoir/sdk';
import { memoryStore, type PaidPart, recoverRefunds, refundEntries, refundSale } from '@comptoir/sdk/checkout';
import { expect, test } from 'vitest';
import { type Simulation, simulate } from '../../../src/index.js';

const euro = (minor: number) => ({ minor, currency: 'EUR' });
const [CASH, CARD, TAP] = [newKey('sale', 1), newKey('sale', 2), newKey('sale', 3)];

/** 10.00 in cash, 7.00 by card, 20.00 by a coupon (2.00) and a gift card. */
async function sold(): Promise<Simulation> {
  const simulation = await simulate({ target: 'node' });
  const reader = await connect(simulation, simulation);
  simulation.tap('visa-debit');
  expect((await reader.pay({ key: CARD, amount: euro(700) })).status).toBe('approved');
  simulation.lift();
  simulation.tap('dynamic');
  const basket = { currency: 'EUR', lines: [{ sku: 'bread', qty: 1, unit: 2000 }] };
  expect((await reader.pay({ key: TAP, basket })).status).toBe('approved');
  simulation.lift();
  await reader.close();
  return simulation;
}
const payments = (cash: number, card: number, tap: number): readonly PaidPart[] => [
  { key: CASH, by: 'till', kind: 'cash', label: 'cash', left: cash },
  { key: CARD, by: 'acquirer', kind: 'bank', label: 'VISA DEBIT', left: card },
  { key: TAP, by: 'acquirer', kind: 'gift', label: 'GIFT CARD', left: tap },
];
const sumOf = (all: readonly { readonly amount: number }[]) => all.reduce((sum, { amount }) => sum + amount, 0);

test('partly, then the rest: the last payment first; the same key again is the same refund', async () => {
  await using simulation = await sold();
  const { acquirer, authorisers } = simulation;
  const first = { key: keyFrom('back-1'), payments: payments(1000, 700, 1800), amount: euro(2000) };
  const [made, again] = [await refundSale(acquirer, first, simulation), await refundSale(acquirer, first, simulation)];
  expect(again).toEqual(made);
  expect(made).toMatchObject({
    status: 'refunded',
    parts: [
      { kind: 'gift', amount: euro(1800), key: TAP, by: 'back-1-3' },
      { kind: 'bank', amount: euro(200), key: CARD, by: 'back-1-2' },
    ],
  });
  expect(authorisers.gifts.ledger.value(1n).balance).toBe(2500);
  expect(authorisers.gifts.ledger.isSerialFree('DYN-0001')).toBe(true);
  const rest = { key: keyFrom('back-2'), payments: payments(1000, 500, 0), amount: euro(1500) };
  expect(await refundSale(acquirer, rest, simulation)).toMatchObject({
    status: 'refunded',
    parts: [
      { kind: 'bank', amount: euro(500) },
      { kind: 'cash', amount: euro(1000), by: 'back-2' },
    ],
  });
  expect(sumOf(acquirer.charges()) - sumOf(acquirer.bankRefunds())).toBe(0);
  await expect(
    refundSale(acquirer, { ...rest, key: keyFrom('back-3'), amount: euro(1501) }, simulation),
  ).rejects.toThrow('at most');
});

test('what a host refuses stays, and what went back before it stands; nothing of the till is told while a host is away', async () => {
  await using simulation = await sold();
  const { acquirer } = simulation;
  const asked = { key: keyFrom('back-1'), payments: payments(1000, 700, 1800), amount: euro(3500) };
  // The till was told wrong: 5.00 went back of the card before.
  await refundSale(acquirer, { key: keyFrom('old'), payments: payments(0, 500, 0), amount: euro(500) }, simulation);
  expect(await refundSale(acquirer, asked, simulation)).toMatchObject({
    status: 'partial',
    amount: euro(1800),
    remaining: euro(1700),
    code: 'MORE_THAN_LEFT',
  });
  const away = { ...acquirer, sale: () => Promise.reject(new Error('no network')) };
  const cashLast = { key: keyFrom('back-2'), payments: payments(1000, 200, 0), amount: euro(1200) };
  expect(await refundSale(away, cashLast, simulation)).toEqual({
    status: 'unknown',
    recovery: expect.objectContaining({ do: 'retry-same-key' }),
  });
});

test('a refund that a crash left open is finished by itself, without a reader', async () => {
  await using simulation = await sold();
  const { acquirer, clock } = simulation;
  const journal = memoryStore();
  const dying = { ...acquirer, refund: () => Promise.reject(new Error('the till died')) };
  const asked = { key: keyFrom('back-1'), payments: payments(0, 700, 0), amount: euro(700), journal };
  expect((await refundSale(dying, asked, { clock })).status).toBe('unknown');
  expect(await recoverRefunds(acquirer, journal, { clock })).toMatchObject([{ result: { status: 'refunded' } }]);
  expect(await recoverRefunds(acquirer, journal, { clock })).toEqual([]);
  expect((await refundEntries(journal)).map(({ result }) => result?.status)).toEqual(['refunded']);
  expect(sumOf(acquirer.bankRefunds())).toBe(700);
});
