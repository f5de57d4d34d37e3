/** The gift card on the dynamic card is the shop's: what a tap takes is gone on the web, and what the web took is gone at the tap. */
import { connect, keyFrom, type PaymentKey, type Reader } from '@comptoir/sdk';
import { refund } from '@comptoir/sdk/checkout';
import { realClock, type Simulation, simulate } from '@comptoir/simulator';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Database, withFaults } from '../src/database/database.js';
import { change, read } from '../src/database/work.js';
import { type GiftBooks, giftBooks } from '../src/gifts/giftBooks.js';
import { endGiftHolds, expireGiftHolds, GIFT_HOLD_MS, giftOf, holdGift } from '../src/gifts/gifts.js';
import { openGift } from '../src/gifts/issuedGifts.js';
import { HOOK_MS, type TestSurroundings, testSurroundings } from './testDatabase.js';

const SHOP = 'halles';
const CODE = 'TAPPEDANDTYPEDIN';
let around: TestSurroundings;
let books: GiftBooks;
let simulation: Simulation;
let reader: Reader;
let isDown = false;
beforeAll(async () => {
  around = await testSurroundings();
  const database: Database = withFaults(around.database, () => {
    if (isDown) throw new Error('the database is away');
  });
  books = giftBooks({ ...around, database }, SHOP);
  await change(around, SHOP, (work) => openGift(work, { code: CODE, amount: 2500, card: '1' }));
  simulation = await simulate({ seed: 1, clock: realClock, giftBooks: books });
  reader = await connect(simulation, simulation);
}, HOOK_MS);
afterAll(async () => {
  await reader?.close();
  await simulation?.close();
  await around.database.close();
});

const balance = async () => (await read(around, SHOP, (work) => giftOf(work, CODE))).balance;
/** @returns what each tender took */
async function tap(key: PaymentKey, unit: number): Promise<readonly (readonly [kind: string, amount: number])[]> {
  simulation.tap('dynamic');
  const basket = { currency: 'EUR', lines: [{ sku: 'x', qty: 1, unit }] };
  const policy = { region: 'EEA', takesPartialApproval: true, collectsRest: true } as const;
  const sale = await reader.pay({ key, basket, policy });
  simulation.lift();
  return 'payment' in sale ? sale.payment?.tenders.map(({ kind, amount }) => [kind, amount.minor]) : [];
}

test('a tap takes what is there, a refund brings it back, and the site sees both', async () => {
  const paid = await tap(keyFrom('one'), 1000);
  expect(paid).toEqual([
    ['coupon', 100],
    ['gift', 900],
  ]);
  expect(await balance()).toBe(1600);
  await change(around, SHOP, (work) => holdGift(work, CODE, { sale: 'web-1', amount: 1200 }));
  await change(around, SHOP, (work) => endGiftHolds(work, 'web-1', 'capture'));
  // The card has no figure of its own: the reader asks.
  expect((await tap(keyFrom('two'), 2000)).slice(0, 2)).toEqual([
    ['gift', 400],
    ['bank', 1600],
  ]);
  expect(await balance()).toBe(0);
  const back = { of: keyFrom('two'), key: keyFrom('two-back'), amount: { minor: 1900, currency: 'EUR' } };
  const [made, again] = [await refund(simulation.acquirer, back), await refund(simulation.acquirer, back)];
  expect(made).toMatchObject({ status: 'refunded', parts: [{ kind: 'bank' }, { kind: 'gift' }] });
  expect(again).toEqual(made);
  expect(await balance()).toBe(300);
});

test('a shop that can’t be asked takes nothing of the gift card, and no half of a sale', async () => {
  isDown = true;
  const charged = simulation.acquirer.charges().length;
  await expect(tap(keyFrom('down'), 500)).rejects.toMatchObject({ code: 'acquirer/failed' });
  simulation.lift();
  isDown = false;
  expect(await reader.lookup(keyFrom('down'))).toMatchObject({ status: 'cancelled' });
  expect([await balance(), simulation.acquirer.charges().length]).toEqual([300, charged]);
});

test('a tap that planned anew holds by its plan, and its refund finds it by the payment', async () => {
  const mark = '\u0001';
  await change(around, SHOP, (work) => openGift(work, { code: 'PLANNEDANEWTWICE', amount: 1000, card: 'planned' }));
  expect(await books.hold('planned', 'tap', 400, 400)).toBe(400);
  expect(await books.end('tap', 'released')).toBe('released');
  expect([await books.hold('planned', 'tap', 400, 400), await books.hold('planned', `tap${mark}1`, 700, 700)]).toEqual([
    0, 700,
  ]);
  expect(await books.end(`tap${mark}1`, 'captured')).toBe('captured');
  expect(await books.refund('planned', 'tap', 'back', 300)).toBe(300);
  expect(await books.refund('planned', 'tap', 'back', 300)).toBe(300);
  expect(await books.balance('planned')).toBe(600);
});

test('a till that comes back too late, when the value went elsewhere, hears that its whole sale is void', async () => {
  const { acquirer } = simulation;
  const { settle } = acquirer;
  let planId = new Uint8Array();
  acquirer.settle = async (_, key) => {
    planId = (key as Uint8Array<ArrayBuffer>).slice();
    throw new Error('the till is dead');
  };
  const late = keyFrom('late');
  const [gift, ...others] = await tap(late, 800);
  acquirer.settle = settle;
  expect([gift, others.length]).toEqual([['gift', 300], 1]);
  const seen = async () => (await read(around, SHOP, (work) => giftOf(work, CODE))).held;
  const untilMs = around.clock.nowMs + GIFT_HOLD_MS;
  expect(await seen()).toEqual({ amount: 300, untilMs });
  around.clock.nowMs += GIFT_HOLD_MS;
  await change(around, SHOP, expireGiftHolds);
  expect([await balance(), await seen()]).toEqual([300, undefined]);
  await change(around, SHOP, (work) => holdGift(work, CODE, { sale: 'web-2', amount: 300 }));
  const charged = acquirer.charges().length;
  expect(await acquirer.settle(late, planId, 'stands')).toMatchObject({ end: 'void' });
  expect(await reader.lookup(late)).toMatchObject({ status: 'unknown' });
  expect(acquirer.charges().length).toBe(charged - 1);
});
