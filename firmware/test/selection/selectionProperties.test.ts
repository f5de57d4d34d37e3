/** What holds for every selection, whatever the card, the merchant and the authorisers say. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyScenario } from './anyScenario.js';
import { runScenario } from './runScenario.js';
import type { Expected, Input, Tender } from './scenario.js';
import { oracle } from './selectionOracle.js';

const RUNS = 500;

test('the same as SEL-1 written a second time', () => {
  fc.assert(
    fc.property(anyScenario, (input) => {
      expect(runScenario(input)).toEqual(oracle(input));
    }),
    { numRuns: 4 * RUNS },
  );
});

const total = ({ basket }: Input): number => basket.reduce((sum, { qty, unit }) => sum + qty * unit, 0);
const ORDER = ['coupon', 'loyalty', 'gift', 'funding'];
const place = ({ kind }: Tender): number =>
  Math.max(ORDER.indexOf(kind), kind === 'bank' || kind === 'account' ? 3 : 0);

function holds(property: (input: Input, actual: Expected) => void): void {
  fc.assert(
    fc.property(anyScenario, (input) => {
      property(input, runScenario(input));
    }),
    { numRuns: RUNS },
  );
}

test('tenders are above 0 and, with what is due, add up to the basket', () =>
  holds((input, { tenders, due }) => {
    expect(tenders.every(({ amount }) => Number.isSafeInteger(amount) && amount > 0)).toBe(true);
    expect(tenders.reduce((sum, { amount }) => sum + amount, due)).toBe(total(input));
    expect(due).toBeGreaterThanOrEqual(0);
  }));

test('coupons, then points, then gift cards, then an application and perhaps its fallback', () =>
  holds((_input, { tenders }) => {
    const places = tenders.map(place);
    expect(places).toEqual(places.slice().sort());
    expect(places.filter((at) => at === 3).length).toBeLessThanOrEqual(2);
    expect(new Set(tenders.map(({ profile }) => profile)).size).toBe(tenders.length);
  }));

test('a profile that has a reason pays nothing, and each has one at most', () =>
  holds(({ card }, { tenders, reads, excluded }) => {
    const without = excluded.map(({ profile }) => profile);
    expect(without).toEqual(card.profiles.map(({ id }) => id).filter((id) => without.includes(id)));
    expect(tenders.filter(({ profile }) => without.includes(profile))).toEqual([]);
    // Points that are refused were read all the same.
    const unread = excluded.filter(({ reason }) => reason !== 'DECLINED').map(({ profile }) => profile);
    expect(reads.filter((profile) => unread.includes(profile))).toEqual([]);
  }));

test('nothing is taken but with TENDERS and PARTIAL, and only TENDERS leaves nothing due', () =>
  holds((input, { outcome, tenders, due }) => {
    if (outcome === 'TENDERS') expect(due).toBe(0);
    else if (outcome === 'PARTIAL') expect(due).toBeLessThan(total(input));
    else expect({ tenders, due }).toEqual({ tenders: [], due: total(input) });
  }));

test('coupons and gift cards never pay a gift card that is bought', () =>
  holds((input, { tenders }) => {
    const giftCards = total({ ...input, basket: input.basket.filter(({ giftCardItem }) => giftCardItem === true) });
    const stored = tenders.filter((tender) => place(tender) < 3).reduce((sum, { amount }) => sum + amount, 0);
    expect(stored).toBeLessThanOrEqual(total(input) - giftCards);
  }));

test('the same twice: nothing is kept from one to the next', () =>
  holds((input, actual) => expect(runScenario(input)).toEqual(actual)));

test('kinds may be listed in any order, for each is ordered by itself', () =>
  holds((input, { tenders, due, outcome, reads }) => {
    const kinds = ['loyalty', 'bank', 'account', 'gift', 'coupon'];
    const funds = (kind: string): number => (kind === 'account' ? kinds.indexOf('bank') : kinds.indexOf(kind));
    const profiles = input.card.profiles.slice().sort((a, b) => funds(a.kind) - funds(b.kind));
    const other = runScenario({ ...input, card: { ...input.card, profiles } });
    expect({ tenders: other.tenders, due: other.due, outcome: other.outcome, reads: other.reads }).toEqual({
      tenders,
      due,
      outcome,
      reads,
    });
  }));

test('to name what pays anyway changes nothing', () =>
  holds((input, { outcome, tenders }) => {
    const funding = tenders.filter((tender) => place(tender) === 3);
    const [first] = funding;
    if (outcome !== 'TENDERS' || funding.length !== 1 || first === undefined) return;
    const named = runScenario({ ...input, customer: { ...input.customer, choose: { profile: first.profile } } });
    // With a fallback the account that paid may have come second; named, it comes first.
    if (input.card.fallbackGroup === undefined) expect(named.tenders).toEqual(tenders);
  }));

test('a preference of the merchant never moves the sale to another account', () =>
  holds((input) => {
    const { choose: _choose, ...customer } = input.customer;
    const without = runScenario({ ...input, customer });
    const preferring = runScenario({
      ...input,
      customer,
      merchant: { ...input.merchant, brandPreference: ['cb', 'visa'] },
    });
    const accountOf = ({ tenders }: Expected): string | undefined => {
      const id = tenders.find((tender) => place(tender) === 3)?.profile;
      const profile = input.card.profiles.find((other) => other.id === id);
      return profile && (profile.fundingAccount ?? profile.id);
    };
    if (without.outcome === 'TENDERS' && preferring.outcome === 'TENDERS' && input.card.fallbackGroup === undefined)
      expect(accountOf(preferring)).toBe(accountOf(without));
  }));
