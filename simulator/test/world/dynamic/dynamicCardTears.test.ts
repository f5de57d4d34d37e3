/** Tears: at every command, before it or after it, and at every record that is written. Nothing is lost, nothing is taken twice. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createCatalogueDynamicCard } from '../../../src/world/cards/dynamic/catalogueDynamicCard.js';
import type { DynamicCard } from '../../../src/world/cards/dynamic/softwareDynamicCard.js';
import { createTestPki } from '../../../src/world/pki/testPki.js';
import { expectAgreement, type Tear, tap } from './dynamicTears.js';
import { cancel, commit, numberIn, openWallet, pendingSales, profileOf, swOf } from './dynamicTerminal.js';
import { newLedger, type Sale } from './dynamicTill.js';

const pki = createTestPki();
const GIFT = 2500;
const FOUR_TENDERS: Sale = { sale: 'sale-1', gift: 1000, usesCoupon: true, isApproved: true };

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
