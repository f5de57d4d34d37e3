/** A checkout with the authorisers that it's for: reader, dynamic card and test acquirer as they are. */

import { HOLD_MS } from '@comptoir/issuer/authorisers';
import { concatBytes, decodeMessage, encodeMessage, type Message, NO_BYTES, OUTCOME } from '@comptoir/protocol';
import { type Acquirer, keyFrom } from '@comptoir/sdk';
import { expect, test } from 'vitest';
import { type DynamicCard, tornCard } from '../../../../simulator/src/index.js';
import {
  type Authorisers,
  developmentAuthorisers,
} from '../../../../simulator/src/world/acquirer/developmentAuthorisers.js';
import { createTestAcquirer, type TestAcquirer } from '../../../../simulator/src/world/acquirer/testAcquirer.js';
import { accountKeys } from '../../../../simulator/src/world/cards/dynamic/accountKeys.js';
import { makeCard } from '../../../../simulator/src/world/cards/dynamic/cardMaking.js';
import { createCatalogueDynamicCard } from '../../../../simulator/src/world/cards/dynamic/catalogueDynamicCard.js';
import {
  DYNAMIC_ACCOUNT,
  dynamicCardRecord,
  FIRST_GIFT,
} from '../../../../simulator/src/world/cards/dynamic/dynamicProfiles.js';
import { baseDerivationKey, CheckoutTill, pki, tendersOf } from './checkoutTill.js';
import { createFourTenderCard, MASTER } from './fourTenders.js';

const START_MS = Date.UTC(2026, 10, 24, 12);
const basket = [{ quantity: 2, unitAmount: 2500 }];
const GIFT = BigInt(FIRST_GIFT);

interface Shop {
  readonly acquirer: TestAcquirer;
  readonly authorisers: Authorisers;
  readonly till: CheckoutTill;
  readonly card: DynamicCard;
}

function shop(credit?: number, nowMs = (): number => START_MS): Shop {
  const authorisers = developmentAuthorisers({ nowMs, ...(credit !== undefined && { credit }) });
  const acquirer = createTestAcquirer({ baseDerivationKey, authorisers });
  return { acquirer, authorisers, till: new CheckoutTill(), card: createCatalogueDynamicCard(1, pki) };
}

/** Everything but the region: partial approvals, splits, coupons, gift cards, loyalty, override. */
const partialPolicy: Message<'policy'> = {
  kind: 'policy',
  region: 'EEA',
  merchantCategory: 5411,
  merchantFlags: 0x00bb,
  couponPolicy: 1,
};

test('coupon, gift card and bank: reserved, approved, captured', async () => {
  const { acquirer, authorisers, till, card } = shop();
  const answer = await till.tapAt(acquirer, card, basket);
  expect(tendersOf(answer)).toEqual([
    ['10 PERCENT OFF', 500],
    ['GIFT CARD', 2500],
    ['CB', 2000],
  ]);
  expect(authorisers.gifts.ledger.value(GIFT)).toEqual({ balance: 0, free: 0 });
  expect(authorisers.gifts.ledger.isSerialFree('DYN-0001')).toBe(false);
  expect(acquirer.charges()).toEqual([{ key: 'sale-1', amount: 2000, currency: 978 }]);
  expect(tendersOf(await till.tapAt(acquirer, card, basket, { key: 'sale-2' }))).toEqual([['CB', 5000]]);
});

test('four tenders: the account pays what it may, the bank the rest', async () => {
  const { acquirer, authorisers, till, card } = shop(700);
  till.send(partialPolicy);
  const answer = await till.tapAt(acquirer, card, basket, { brand: 'ACCOUNT' });
  expect(tendersOf(answer)).toEqual([
    ['10 PERCENT OFF', 500],
    ['GIFT CARD', 2500],
    ['ACCOUNT', 700],
    ['MASTERCARD', 1300],
  ]);
  expect(answer).toMatchObject({ outcome: OUTCOME.approved, due: 0, cardUpdated: 1 });
  const { planId = new Uint8Array(0) } = answer as Message<'result'>;
  const settled = await acquirer.settle(keyFrom('sale-1'), planId, 'void');
  expect(settled).toEqual({ end: 'stands', accountToken: expect.any(Uint8Array) });
  const account = new Uint8Array(8);
  account.set([DYNAMIC_ACCOUNT >> 8, DYNAMIC_ACCOUNT & 255], 6);
  expect(authorisers.accounts.book.account(account, START_MS)).toMatchObject({ owed: 700 });
});

test('a gift card whose figure is not on the card: the host is asked, and what is left is taken', async () => {
  const { acquirer, authorisers, till } = shop();
  const card = createFourTenderCard(null, 'no figure');
  const small = [{ quantity: 1, unitAmount: 2000 }];
  const first = await till.tapAt(acquirer, card, small, { brand: 'VISA' });
  expect(till.questions()).toEqual(['balance GIFT CARD 0', 'reserve 10 PERCENT OFF 200', 'reserve GIFT CARD 1800']);
  expect(tendersOf(first)).toEqual([
    ['10 PERCENT OFF', 200],
    ['GIFT CARD', 1800],
  ]);
  const second = await till.tapAt(acquirer, card, small, { key: 'sale-2', brand: 'VISA' });
  expect(tendersOf(second)).toEqual([
    ['GIFT CARD', 700],
    ['VISA', 1300],
  ]);
  authorisers.gifts.load('top-up', GIFT, 500);
  const made = makeCard('no figure');
  authorisers.gifts.blockReference(accountKeys('gift', FIRST_GIFT, made.identifier));
  const third = await till.tapAt(acquirer, card, small, { key: 'sale-3', brand: 'VISA' });
  expect(tendersOf(third)).toEqual([['VISA', 2000]]);
});

test('a tap that asked for nothing leaves its key to the next, wherever it was torn', async () => {
  let again = 0;
  for (let torn = 1; torn <= 20; torn += 1) {
    const { acquirer, till } = shop(1500);
    const card = MASTER.copy();
    const first = await till.tapAt(acquirer, tornCard(card, torn), basket, { brand: 'ACCOUNT' });
    till.asked.length = 0;
    const second = await till.tapAt(acquirer, card, basket, { brand: 'ACCOUNT' });
    // What was asked for has its answer; else the same key takes the whole sale now.
    if (till.asked.length === 0) expect(tendersOf(second)).toEqual(tendersOf(first));
    else again += 1;
    if (till.asked.length > 0) expect(second).toMatchObject({ outcome: OUTCOME.approved, due: 0 });
  }
  expect(again).toBeGreaterThan(5);
});

test('a basket is not ended as the payment of one card is: that would leave the gift card taken', async () => {
  const { acquirer, authorisers, till, card } = shop();
  await till.tapAt(acquirer, card, basket, { brand: 'VISA' });
  const charges = acquirer.charges();
  expect(charges).toHaveLength(1);
  await expect(acquirer.settle(keyFrom('sale-1'), undefined, 'void')).rejects.toThrow('KEY_REUSED');
  expect(acquirer.charges()).toEqual(charges);
  expect(authorisers.gifts.ledger.value(GIFT).balance).toBe(0);
});

test('of a sale that is void, nothing is approved any more: not even what was', async () => {
  const { acquirer, authorisers, till, card } = shop();
  await till.tapAt({ ...acquirer, settle: async () => ({ end: 'void' }) }, card, basket, { brand: 'VISA' });
  const [, , bank] = till.asked;
  if (bank?.kind !== 'authorise' || bank.planId === undefined) throw new Error('no question to a bank');
  const [key, bytes] = [keyFrom('sale-1'), encodeMessage(bank)];
  expect(decodeMessage(await acquirer.authorise(bytes, key))).toMatchObject({ message: { responseCode: '00' } });
  await acquirer.settle(key, bank.planId, 'void');
  expect(decodeMessage(await acquirer.authorise(bytes, key))).toMatchObject({ message: { responseCode: '05' } });
  // Also at a host that began anew: the ledger has it.
  const begun = createTestAcquirer({ baseDerivationKey, authorisers });
  expect(decodeMessage(await begun.authorise(bytes, key))).toMatchObject({ message: { responseCode: '05' } });
  expect([acquirer.charges(), begun.charges()]).toEqual([[], []]);
});

test('a host that began anew ends a sale by what its authorisers know', async () => {
  for (const end of ['stands', 'void'] as const) {
    const { acquirer, authorisers, till, card } = shop();
    const untold: Required<Acquirer> = { ...acquirer, settle: async () => ({ end: 'void' }) };
    const { planId = NO_BYTES } = (await till.tapAt(untold, card, basket)) as Message<'result'>;
    const begun = createTestAcquirer({ baseDerivationKey, authorisers });
    expect(await begun.settle(keyFrom('sale-1'), planId, end)).toEqual({ end });
    expect(authorisers.gifts.ledger.value(GIFT).balance).toBe(end === 'stands' ? 0 : 2500);
    const other = end === 'stands' ? 'void' : 'stands';
    const third = createTestAcquirer({ baseDerivationKey, authorisers });
    expect(await third.settle(keyFrom('sale-1'), planId, other)).toEqual({ end });
  }
});

test('what no till ended is free after an hour; the till that comes back takes it, or hears that the whole sale is void', async () => {
  for (const isSpent of [false, true]) {
    const clock = { ms: START_MS };
    const { authorisers, acquirer, till, card } = shop(undefined, () => clock.ms);
    const untold: Required<Acquirer> = { ...acquirer, settle: async () => ({ end: 'void' }) };
    const { planId = NO_BYTES } = (await till.tapAt(untold, card, basket)) as Message<'result'>;
    expect(authorisers.gifts.ledger.value(GIFT).free).toBe(0);
    clock.ms += HOLD_MS + 1;
    await acquirer.nonce();
    expect(authorisers.gifts.ledger.value(GIFT)).toEqual({ balance: 2500, free: 2500 });
    // By another card of the same gift.
    const other = createCatalogueDynamicCard(2, pki);
    if (isSpent) await new CheckoutTill(undefined, 1).tapAt(acquirer, other, basket, { key: 'sale-2' });
    expect(await acquirer.settle(keyFrom('sale-1'), planId, 'stands')).toMatchObject({
      end: isSpent ? 'void' : 'stands',
    });
    expect(authorisers.gifts.ledger.value(GIFT)).toEqual({ balance: 0, free: 0 });
    const charged = acquirer.charges().map(({ key, amount }) => [key, amount]);
    expect(charged).toEqual([[isSpent ? 'sale-2' : 'sale-1', 2000]]);
  }
});

test('the host says until when a sale that nobody ended holds value: for its hour, and no longer than it is open', async () => {
  for (const end of [undefined, 'stands', 'void'] as const) {
    const clock = { ms: START_MS };
    const { acquirer, till, card } = shop(undefined, () => clock.ms);
    const key = keyFrom('sale-1');
    const untold: Required<Acquirer> = { ...acquirer, settle: async () => ({ end: 'void' }) };
    const { planId = NO_BYTES } = (await till.tapAt(untold, card, basket)) as Message<'result'>;
    expect(await acquirer.sale(key)).toMatchObject({ state: 'open', heldUntilMs: START_MS + HOLD_MS });
    clock.ms += HOLD_MS;
    expect(await acquirer.sale(key)).toMatchObject({ heldUntilMs: START_MS + HOLD_MS });
    if (end === undefined) clock.ms += 1;
    else await acquirer.settle(key, planId, end);
    expect(await acquirer.sale(key)).toMatchObject({ state: end ?? 'open' });
    expect(await acquirer.sale(key)).not.toHaveProperty('heldUntilMs');
  }
});

test('no authoriser knows a number of another', () => {
  const { authorisers } = shop();
  const { references } = dynamicCardRecord(makeCard(1));
  const known = references.map((one) => [
    authorisers.gifts.blockReference(one),
    authorisers.accounts.blockReference(one),
  ]);
  expect(known).toEqual([[false, true], ...references.slice(1).map(() => [true, false])]);
});

test('a lost card pays nothing more, with whatever is on it; the next card of its owner has the value', async () => {
  const { till, card, authorisers } = shop();
  const seen = await till.tapAt(shop().acquirer, card.copy(), basket, { key: 'look' });
  const [coupon, gift] = (seen as Message<'result'>).tenders.map(({ reference = new Uint8Array(8) }) => reference);
  const codes: string[] = [];
  const real = createTestAcquirer({ baseDerivationKey, authorisers });
  const acquirer: TestAcquirer = {
    ...real,
    async authorise(bytes, key) {
      const answer = await real.authorise(bytes, key);
      const decoded = decodeMessage(answer);
      if (decoded.ok && decoded.message.kind === 'complete') codes.push(decoded.message.responseCode);
      return answer;
    },
  };
  acquirer.reportLost(dynamicCardRecord(makeCard(1)));
  const declinedBy = [NO_BYTES, coupon, concatBytes(coupon ?? NO_BYTES, gift ?? NO_BYTES)];
  for (const [at, declinedReferences = NO_BYTES] of declinedBy.entries()) {
    const answer = await till.tapAt(acquirer, card, basket, {
      key: `lost-${at}`,
      declinedReferences,
      brand: 'ACCOUNT',
    });
    expect(answer).toMatchObject({ outcome: OUTCOME.declined, due: 5000, tenders: [] });
  }
  // Coupon, gift card, account, and the bank that would take its place; then without those that the customer left out.
  expect(codes).toEqual(new Array(4 + 3 + 2).fill('41'));
  expect(acquirer.charges()).toEqual([]);
  const next = createCatalogueDynamicCard(2, pki);
  const declinedReferences = coupon ?? NO_BYTES;
  const answer = await till.tapAt(acquirer, next, [{ quantity: 1, unitAmount: 4000 }], {
    key: 'next',
    declinedReferences,
    brand: 'ACCOUNT',
  });
  expect(tendersOf(answer)).toEqual([
    ['GIFT CARD', 2500],
    ['ACCOUNT', 1500],
  ]);
});
