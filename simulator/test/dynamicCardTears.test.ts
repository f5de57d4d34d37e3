/** Tears: at every command, before it or after it, and at every record that is written. Nothing is lost, nothing is taken twice. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Card } from '../src/cards/card.js';
import { createCatalogueDynamicCard } from '../src/cards/dynamic/catalogueDynamicCard.js';
import type { DynamicCard } from '../src/cards/dynamic/softwareDynamicCard.js';
import { createTestPki } from '../src/pki/testPki.js';
import { cancel, commit, numberIn, openWallet, pendingSales, profileOf, swOf } from './dynamicTerminal.js';
import { CardGone, type Ledger, newLedger, recover, type Sale, sell } from './dynamicTill.js';

const pki = createTestPki();
const GIFT = 2500;
const FOUR_TENDERS: Sale = { sale: 'sale-1', gift: 1000, usesCoupon: true, isApproved: true };

type Tear =
  | { readonly kind: 'command' | 'answer'; readonly at: number }
  | { readonly kind: 'clean' | 'torn'; readonly at: number };

/** `command`: the card doesn't get it. `answer`: the card gets it, the reader gets no answer. Both: it's away from there on. */
function torn(card: DynamicCard, { kind, at }: Tear): Card & { readonly commands: () => number } {
  let count = 0;
  let isGone = false;
  return {
    ...card,
    commands: () => count,
    transmit(command) {
      count += 1;
      if (isGone || (kind === 'command' && count === at)) {
        isGone = true;
        return undefined;
      }
      const answer = card.transmit(command);
      if (kind === 'answer' && count === at) isGone = true;
      return isGone ? undefined : answer;
    },
  };
}

function tap(card: DynamicCard, ledger: Ledger, sale: Sale, tear: Tear | undefined): number {
  card.powerOn('contactless');
  if (tear?.kind === 'clean' || tear?.kind === 'torn') card.cutPower({ kind: tear.kind, operation: tear.at });
  const held = torn(card, tear ?? { kind: 'command', at: 0 });
  try {
    sell(held, ledger, sale);
  } catch (thrown) {
    if (!(thrown instanceof CardGone)) throw thrown;
  }
  card.cutPower({ kind: 'clean', operation: 1_000_000 });
  card.powerOff();
  return held.commands();
}

/** At the next tap, card and authoriser say the same. */
function expectAgreement(card: DynamicCard, ledger: Ledger): void {
  card.powerOn('contactless');
  recover(card, ledger);
  expect(pendingSales(card)).toEqual([]);
  expect(numberIn(profileOf(card, 'gift').get(0xca))).toBe(ledger.gift);
  expect(profileOf(card, 'coupon-ten').get(0xc2)?.[0]).toBe(ledger.couponSale === undefined ? 0x01 : 0x80);
  card.powerOff();
}

const issued = createCatalogueDynamicCard(1, pki);
const newCard = (): DynamicCard => issued.copy();

/** Of a sale that nothing disturbs. */
function count(): { readonly commands: number; readonly writes: number } {
  const card = newCard();
  const before = card.writes();
  const commands = tap(card, newLedger(GIFT), FOUR_TENDERS, undefined);
  return { commands, writes: card.writes() - before };
}

const { commands, writes } = count();

describe('a sale of coupon, gift card and account', () => {
  const tears: Tear[] = [];
  for (let at = 1; at <= commands; at += 1) tears.push({ kind: 'command', at }, { kind: 'answer', at });
  for (let at = 1; at <= writes; at += 1) tears.push({ kind: 'clean', at }, { kind: 'torn', at });

  test('is long enough to be torn', () => {
    expect(commands).toBeGreaterThan(8);
    expect(writes).toBe(4);
  });

  test.each(tears)('$kind $at', (tear) => {
    const card = newCard();
    const ledger = newLedger(GIFT);
    tap(card, ledger, FOUR_TENDERS, tear);
    expectAgreement(card, ledger);
    tap(card, ledger, { ...FOUR_TENDERS, sale: 'sale-2', usesCoupon: false }, undefined);
    expect(ledger.gift).toBe(ledger.standing.size === 2 ? 500 : 1500);
    expectAgreement(card, ledger);
  });
});

test('any sales, torn anywhere: value is never lost or taken twice, a counter never comes again', () => {
  const sale = fc.record({
    gift: fc.integer({ min: 0, max: 900 }),
    usesCoupon: fc.boolean(),
    isApproved: fc.boolean(),
  });
  const tear: fc.Arbitrary<Tear | undefined> = fc.option(
    fc.record({
      kind: fc.constantFrom('command' as const, 'answer' as const, 'clean' as const, 'torn' as const),
      at: fc.integer({ min: 1, max: commands }),
    }),
    { nil: undefined },
  );
  const losesPower = fc.boolean();
  fc.assert(
    fc.property(fc.array(fc.tuple(sale, tear, losesPower), { minLength: 1, maxLength: 8 }), (taps) => {
      const card = newCard();
      const ledger = newLedger(GIFT);
      for (const [at, [order, disturbed, isDead]] of taps.entries()) {
        tap(card, ledger, { ...order, sale: `sale-${at}` }, disturbed);
        if (isDead) card.losePower();
        expect(ledger.gift).toBeGreaterThanOrEqual(0);
      }
      expectAgreement(card, ledger);
    }),
    { numRuns: Number(process.env['COMPTOIR_RUNS'] ?? 400), seed: 1 },
  );
});

test('another merchant neither sees nor ends what one left open', () => {
  const card = newCard();
  const ledger = newLedger(GIFT);
  tap(card, ledger, FOUR_TENDERS, { kind: 'command', at: commands });
  card.powerOn('contactless');
  openWallet(card, 'OTHER-SHOP-02');
  expect(pendingSales(card)).toEqual([]);
  expect(swOf(card, commit('sale-1'))).toBe('6A88');
  expect(swOf(card, cancel('sale-1'))).toBe('6A88');
  expect(numberIn(profileOf(card, 'gift').get(0xca))).toBe(1500);
});
