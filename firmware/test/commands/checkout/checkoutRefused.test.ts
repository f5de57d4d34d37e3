/**
 * A tap survives a tender that is refused (SEL-1 step 15): the rest of the card pays, each refusal comes once, and nothing of a plan that was
 * given up stays reserved, on the card or at its authoriser. Reader, dynamic card and test acquirer are as they are.
 */
import { INTERFACE, type Message, OUTCOME } from '@comptoir/protocol';
import { planOf } from '@comptoir/protocol/wallet';
import { type Acquirer, keyFrom } from '@comptoir/sdk';
import { expect, test } from 'vitest';
import { type DynamicCard, tornCard } from '../../../../simulator/src/index.js';
import { developmentAuthorisers } from '../../../../simulator/src/world/acquirer/developmentAuthorisers.js';
import { createTestAcquirer, type TestAcquirer } from '../../../../simulator/src/world/acquirer/testAcquirer.js';
import type { IssuerBehaviour } from '../../../../simulator/src/world/banks/issuerBehaviour.js';
import { accountIdentity } from '../../../../simulator/src/world/cards/dynamic/accountKeys.js';
import { makeCard } from '../../../../simulator/src/world/cards/dynamic/cardMaking.js';
import { createCatalogueDynamicCard } from '../../../../simulator/src/world/cards/dynamic/catalogueDynamicCard.js';
import { FIRST_GIFT, SHOP_PROFILES } from '../../../../simulator/src/world/cards/dynamic/dynamicProfiles.js';
import { portOf } from '../../portOf.js';
import { baseDerivationKey, CheckoutTill, order, pki, tendersOf } from './checkoutTill.js';

const START_MS = Date.UTC(2026, 10, 24, 12);
const basket = [{ quantity: 2, unitAmount: 2500 }];
const COUPON = ['10 PERCENT OFF', 500] as const;
const GIFT = ['GIFT CARD', 2500] as const;

class Street {
  readonly authorisers = developmentAuthorisers({ nowMs: () => START_MS });
  readonly till = new CheckoutTill();
  readonly card: DynamicCard = createCatalogueDynamicCard(1, pki);
  readonly acquirer: TestAcquirer;

  /** @param first how the first bank that is asked decides; the others approve */
  constructor(first: IssuerBehaviour['decision'] = 'approve') {
    let banks = 0;
    const behaviourOf = (): IssuerBehaviour => {
      banks += 1;
      return { decision: banks === 1 ? first : 'approve' };
    };
    this.acquirer = createTestAcquirer({ baseDerivationKey, authorisers: this.authorisers, behaviourOf });
  }

  /** The card's issuer blocks a profile of the shop's. */
  block(...names: readonly string[]): void {
    const { identifier } = makeCard(1);
    for (const [at, [name]] of SHOP_PROFILES.entries()) {
      if (names.includes(name)) this.authorisers.gifts.block(accountIdentity(name, FIRST_GIFT + at, identifier));
    }
  }

  /** Minor units that are free, of gift card and points; whether the coupon is. */
  get free(): readonly unknown[] {
    const { ledger } = this.authorisers.gifts;
    const [gift, points] = [0, 3].map((at) => ledger.value(BigInt(FIRST_GIFT + at)));
    return [gift?.free, points?.free, ledger.isSerialFree('DYN-0001')];
  }
}

interface Case {
  readonly title: string;
  readonly blocked: readonly string[];
  readonly first?: IssuerBehaviour['decision'];
  readonly tenders: readonly (readonly [string, number])[];
  readonly free: readonly [gift: number, points: number, coupon: boolean];
}

const cases: readonly Case[] = [
  { title: 'a coupon', blocked: ['coupon-ten'], tenders: [['POINTS', 300], GIFT, ['CB', 2200]], free: [0, 0, true] },
  { title: 'a gift card', blocked: ['gift'], tenders: [COUPON, ['POINTS', 300], ['CB', 4200]], free: [2500, 0, false] },
  { title: 'points', blocked: ['points'], tenders: [COUPON, GIFT, ['CB', 2000]], free: [0, 300, false] },
  { title: 'two of them', blocked: ['gift', 'points'], tenders: [COUPON, ['CB', 4500]], free: [2500, 300, false] },
  {
    title: 'a bank that approves a part unasked',
    blocked: [],
    first: 'partial',
    tenders: [COUPON, ['POINTS', 300], GIFT, ['MASTERCARD', 1700]],
    free: [0, 0, false],
  },
  {
    title: 'a bank',
    blocked: [],
    first: 'decline',
    tenders: [COUPON, ['POINTS', 300], GIFT, ['MASTERCARD', 1700]],
    free: [0, 0, false],
  },
];

test.each(cases)('refused: $title; the rest of the card pays', async ({ blocked, first, tenders, free }) => {
  const street = new Street(first);
  const { till, acquirer, card } = street;
  street.block(...blocked);
  const answer = await till.tapAt(acquirer, card, basket, { redeemPoints: 300 });
  expect(answer).toMatchObject({ outcome: OUTCOME.approved, due: 0, cardUpdated: 1 });
  expect(tendersOf(answer)).toEqual(tenders);
  expect(street.free).toEqual(free);
  const [, bank] = tenders.at(-1) ?? [];
  expect(acquirer.charges()).toEqual([{ key: 'sale-1', amount: bank, currency: 978 }]);
  // What a refund would give back is what was taken, once.
  expect((await acquirer.sale(keyFrom('sale-1')))?.tenders.map(({ amount }) => amount.minor)).toEqual(
    tenders.map(([, amount]) => amount),
  );
  // Each plan leaves out one more, and the card holds nothing open.
  expect(planOf((answer as Message<'result'>).planId ?? new Uint8Array(16))).toBe(blocked.length);
  till.asked.length = 0;
  await till.tapAt(acquirer, card, [{ quantity: 1, unitAmount: 100 }], { key: 'sale-2' });
  expect(till.questions()).not.toContain('unsettled');
});

test('a sale that is void after its second plan gives back both', async () => {
  const street = new Street();
  street.block('gift');
  const { till, card } = street;
  const behaviourOf = (): IssuerBehaviour => ({ decision: 'decline' });
  const acquirer = createTestAcquirer({ baseDerivationKey, authorisers: street.authorisers, behaviourOf });
  const answer = await till.tapAt(acquirer, card, basket);
  expect(answer).toMatchObject({ outcome: OUTCOME.declined, due: 5000, tenders: [], cardUpdated: 1 });
  expect([street.free, acquirer.charges()]).toEqual([[2500, 300, true], []]);
});

test('a look at a card that holds a sale of this shop open shows no figure of it; the next sale shows the true one', async () => {
  const { till, acquirer, card } = new Street();
  const look = (): number | undefined => {
    till.board.contactless = portOf(card, 'contactless');
    const { date, time, timeoutMs } = order;
    const shown = till.send({ kind: 'read', interfaces: INTERFACE.contactless, listsWallet: 1, timeoutMs, date, time });
    card.powerOff();
    if (typeof shown !== 'object' || shown.kind !== 'presented') throw new Error('nothing was shown');
    const gift = shown.instruments?.find(({ label }) => label === 'GIFT CARD');
    if (gift === undefined) throw new Error('the gift card was not shown');
    return gift.balance;
  };
  expect(look()).toBe(2500);
  await till.tapAt(acquirer, tornCard(card, 22), basket);
  expect(look()).toBeUndefined();
  await till.tapAt(acquirer, card, [{ quantity: 1, unitAmount: 100 }], { key: 'sale-2' });
  expect(look()).toBe(2410);
});

test('a late question or word about a plan that was given up changes nothing', async () => {
  const street = new Street();
  street.block('gift');
  const { till, acquirer, card } = street;
  const sent: Uint8Array[] = [];
  const recording: Required<Acquirer> = {
    ...acquirer,
    authorise(bytes, key) {
      sent.push(bytes.slice());
      return acquirer.authorise(bytes, key);
    },
  };
  const { planId = new Uint8Array(16) } = (await till.tapAt(recording, card, basket)) as Message<'result'>;
  const [before, charges] = [street.free, acquirer.charges()];
  const earlier = planId.slice();
  earlier[15] = 0;
  await acquirer.authorise(sent[0] ?? earlier, keyFrom('sale-1'));
  for (const end of ['stands', 'void'] as const)
    expect(await acquirer.settle(keyFrom('sale-1'), earlier, end)).toEqual({ end: 'void' });
  expect(await acquirer.settle(keyFrom('sale-1'), planId, 'void')).toMatchObject({ end: 'stands' });
  expect([street.free, acquirer.charges()]).toEqual([before, charges]);
});
