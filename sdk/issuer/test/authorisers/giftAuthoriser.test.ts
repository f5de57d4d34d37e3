/** Gift cards and coupons at their authoriser: by example, and beside a small model under retries, reordering and crashes. */

import { seededBytes } from '@comptoir/crypto/seed';
import type { GiftEntry } from '@comptoir/issuer/authorisers';
import {
  type GiftAuthoriser,
  HOLD_MS,
  type Journal,
  memoryJournal,
  type Offer,
  openGiftAuthoriser,
  RELEASED_KEPT_MS,
  saleOf,
} from '@comptoir/issuer/authorisers';
import { latin1ToBytes, NO_BYTES, toHex } from '@comptoir/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type AssertingCard, assertingCard, KEYS, scopesOf } from './assertingCard.js';

const START_MS = Date.UTC(2026, 10, 24, 12);
const SCOPE = { 'SHOP-1': '4D31303030303030', 'SHOP-2': '4D32303030303030' } as const;
type Shop = keyof typeof SCOPE;

function open(journal: Journal<GiftEntry>, nowMs: () => number = () => START_MS): GiftAuthoriser {
  const keySets = new Map([[1, KEYS]]);
  const random = seededBytes(`gift ${[...journal.entries()].length}`);
  return openGiftAuthoriser({ keySets, ranges: [{ first: 1n, last: 99n }], scopesOf, journal, nowMs, random });
}

const planIdOf = (sale: string): Uint8Array => latin1ToBytes(sale.padEnd(16, '.'));

interface Debit {
  readonly shop?: Shop;
  readonly sale: string;
  readonly amount: number;
  readonly counter: number;
  readonly takesPartial?: boolean;
}

/** PREPARE on the card, as the merchant's order. */
function debit(
  at: GiftAuthoriser,
  card: AssertingCard,
  { shop = 'SHOP-1', sale, amount, counter, takesPartial = false }: Debit,
): Offer {
  const nonce = at.issueNonces(shop, 1)[0] ?? NO_BYTES;
  const assertion = card.assert({ amount, nonce, counter, scope: SCOPE[shop], planId: planIdOf(sale) });
  return { merchant: shop, amount, currency: 978, takesPartial, assertion };
}

const said = (answer: ReturnType<GiftAuthoriser['reserve']>): string =>
  answer.kind === 'reserved' ? `reserved ${answer.amount}` : answer.reason;

const gift = assertingCard(7, 70);

function issued(): { readonly at: GiftAuthoriser; readonly journal: Journal<GiftEntry> } {
  const journal = memoryJournal<GiftEntry>();
  const at = open(journal);
  at.issue(7n, { kind: 'value', currency: 978, balance: 2500 });
  return { at, journal };
}

test('reserve, capture, and each once more', () => {
  const { at } = issued();
  const order = debit(at, gift, { sale: 'a', amount: 1000, counter: 1 });
  expect(said(at.reserve(order))).toBe('reserved 1000');
  expect(said(at.reserve(order))).toBe('reserved 1000');
  expect(at.ledger.value(7n)).toEqual({ balance: 2500, free: 1500 });
  expect(at.capture('SHOP-2', planIdOf('a'))).toBe('unknown');
  expect([at.capture('SHOP-1', planIdOf('a')), at.capture('SHOP-1', planIdOf('a'))]).toEqual(['captured', 'captured']);
  expect(at.release('SHOP-1', planIdOf('a'))).toBe('captured');
  expect(at.ledger.value(7n)).toEqual({ balance: 1500, free: 1500 });
  expect(at.refund('SHOP-1', 'r1', planIdOf('a'), toHex(gift.identity), 600)).toBe(600);
  expect(at.refund('SHOP-1', 'r1', planIdOf('a'), toHex(gift.identity), 600)).toBe(600);
  expect(at.refund('SHOP-1', 'r2', planIdOf('a'), toHex(gift.identity), 401)).toBe(0);
  expect(at.refund('SHOP-1', 'r1', planIdOf('b'), toHex(gift.identity), 600)).toBe(0);
  expect(at.ledger.value(7n).balance).toBe(2100);
});

test('two merchants race for one card: the ledger decides, whatever balance the card shows', () => {
  const { at } = issued();
  const first = debit(at, gift, { shop: 'SHOP-1', sale: 'a', amount: 2000, counter: 1 });
  const second = debit(at, gift, { shop: 'SHOP-2', sale: 'b', amount: 2000, counter: 2 });
  expect(said(at.reserve(second))).toBe('reserved 2000');
  expect(said(at.reserve(first))).toBe('FUNDS');
  expect(at.capture('SHOP-2', planIdOf('b'))).toBe('captured');
  const forgedBalance = debit(at, gift, { sale: 'c', amount: 999_999, counter: 3 });
  expect(said(at.reserve(forgedBalance))).toBe('FUNDS');
  expect(said(at.reserve(debit(at, gift, { sale: 'd', amount: 999, counter: 4, takesPartial: true })))).toBe(
    'reserved 500',
  );
});

test('a release that overtakes its reservation wins', () => {
  const { at } = issued();
  const order = debit(at, gift, { sale: 'a', amount: 1000, counter: 1 });
  expect(at.release('SHOP-1', planIdOf('a'))).toBe('released');
  expect(said(at.reserve(order))).toBe('SALE_OVER');
  expect(at.capture('SHOP-1', planIdOf('a'))).toBe('released');
  expect(at.ledger.value(7n).free).toBe(2500);
});

test('another card joins a sale that is open, none a captured one: it would be taken twice', () => {
  const { at } = issued();
  at.issue(8n, { kind: 'value', currency: 978, balance: 500 });
  at.issue(9n, { kind: 'value', currency: 978, balance: 500 });
  expect(said(at.reserve(debit(at, gift, { sale: 'a', amount: 1000, counter: 1 })))).toBe('reserved 1000');
  const second = debit(at, assertingCard(8, 80), { sale: 'a', amount: 500, counter: 1 });
  expect(said(at.reserve(second))).toBe('reserved 500');
  expect(at.capture('SHOP-1', planIdOf('a'))).toBe('captured');
  const third = debit(at, assertingCard(9, 90), { sale: 'a', amount: 500, counter: 1 });
  expect(said(at.reserve(third))).toBe('SALE_OVER');
  expect(said(at.reserve(second))).toBe('reserved 500');
  at.capture('SHOP-1', planIdOf('a'));
  expect([7n, 8n, 9n].map((account) => at.ledger.value(account).balance)).toEqual([1500, 0, 500]);
});

test('a replayed debit, another merchant’s, and one of a lost card', () => {
  const { at } = issued();
  const order = debit(at, gift, { sale: 'a', amount: 100, counter: 1 });
  expect(said(at.reserve({ ...order, merchant: 'SHOP-2' }))).toBe('MERCHANT_OTHER');
  expect(said(at.reserve({ ...order, amount: 99 }))).toBe('AMOUNT_OTHER');
  expect(said(at.reserve(order))).toBe('reserved 100');
  expect(said(at.reserve(debit(at, gift, { sale: 'b', amount: 100, counter: 1 })))).toBe('COUNTER_USED');
  expect(said(at.reserve(debit(at, gift, { sale: 'a', amount: 100, counter: 2 })))).toBe('KEY_REUSED');
  at.block(gift.identity);
  expect(said(at.reserve(debit(at, gift, { sale: 'c', amount: 100, counter: 2 })))).toBe('CARD_BLOCKED');
  expect(said(at.reserve(debit(at, assertingCard(8, 1), { sale: 'd', amount: 1, counter: 1 })))).toBe('NOT_ISSUED');
});

test('a coupon is redeemed once by its serial, whichever card has a copy', () => {
  const { at } = issued();
  const coupon = { kind: 'coupon', currency: 978, serial: 'C-1', most: 500 } as const;
  const [one, copy] = [assertingCard(20, 1), assertingCard(21, 2)];
  expect([at.issue(20n, coupon), at.issue(21n, coupon), at.issue(21n, { ...coupon, most: 501 })]).toEqual([
    true,
    true,
    false,
  ]);
  expect(said(at.reserve(debit(at, one, { sale: 'a', amount: 501, counter: 1 })))).toBe('COUPON_LIMIT');
  expect(said(at.reserve(debit(at, one, { sale: 'b', amount: 500, counter: 2 })))).toBe('reserved 500');
  expect(said(at.reserve(debit(at, copy, { sale: 'c', amount: 500, counter: 1 })))).toBe('COUPON_REDEEMED');
  expect(at.release('SHOP-1', planIdOf('b'))).toBe('released');
  expect(said(at.reserve(debit(at, copy, { sale: 'd', amount: 400, counter: 2 })))).toBe('reserved 400');
  expect(at.capture('SHOP-1', planIdOf('d'))).toBe('captured');
  expect(said(at.reserve(debit(at, one, { sale: 'e', amount: 1, counter: 3 })))).toBe('COUPON_REDEEMED');
});

test('a coupon whose sale is refunded is redeemed again, once', () => {
  const { at, journal } = issued();
  at.issue(20n, { kind: 'coupon', currency: 978, serial: 'C-1', most: 500 });
  const card = assertingCard(20, 1);
  const back = (ledger: GiftAuthoriser, key: string, amount: number): number =>
    ledger.refund('SHOP-1', key, planIdOf('a'), toHex(card.identity), amount);
  at.reserve(debit(at, card, { sale: 'a', amount: 400, counter: 1 }));
  expect([back(at, 'r0', 400), at.capture('SHOP-1', planIdOf('a')), back(at, 'r1', 399)]).toEqual([0, 'captured', 0]);
  expect([back(at, 'r2', 400), back(at, 'r2', 400), at.ledger.isSerialFree('C-1')]).toEqual([400, 400, true]);
  const again = open(journal);
  expect(said(again.reserve(debit(again, card, { sale: 'b', amount: 300, counter: 2 })))).toBe('reserved 300');
  expect([back(again, 'r3', 400), again.ledger.isSerialFree('C-1')]).toEqual([0, false]);
});

test('the copy for the card: what is open stays prepared there, what the ledger never saw is void', () => {
  const { at } = issued();
  const unseen = debit(at, gift, { sale: 'a', amount: 100, counter: 1 });
  at.reserve(debit(at, gift, { sale: 'b', amount: 300, counter: 2 }));
  at.capture('SHOP-1', planIdOf('b'));
  at.reserve(debit(at, gift, { sale: 'c', amount: 400, counter: 3 }));
  expect(at.balanceCopy(gift.identity)).toEqual({ amount: 2200, settledThrough: 2 });
  expect(said(at.reserve(unseen))).toBe('COUNTER_USED');
  at.capture('SHOP-1', planIdOf('c'));
  expect(at.balanceCopy(gift.identity)).toEqual({ amount: 1800, settledThrough: 3 });
  at.load('top-up 1', 7n, 1000);
  at.load('top-up 1', 7n, 1000);
  expect(at.ledger.value(7n).balance).toBe(2800);
});

test('what nobody ends is free after its time, and taken all the same when the word comes and it is still there', () => {
  for (const isSpent of [false, true]) {
    const place = { ms: START_MS };
    const journal = memoryJournal<GiftEntry>();
    const at = open(journal, () => place.ms);
    at.issue(7n, { kind: 'value', currency: 978, balance: 2500 });
    at.reserve(debit(at, gift, { sale: 'a', amount: 2000, counter: 1 }));
    place.ms += HOLD_MS;
    expect(at.expireForgotten()).toBe(0);
    place.ms += 1;
    expect([at.expireForgotten(), at.expireForgotten()]).toEqual([1, 0]);
    expect(at.ledger.value(7n)).toEqual({ balance: 2500, free: 2500 });
    if (isSpent) at.reserve(debit(at, gift, { sale: 'b', amount: 1000, counter: 2 }));
    const end = isSpent ? 'released' : 'captured';
    expect([at.capture('SHOP-1', planIdOf('a')), at.release('SHOP-1', planIdOf('a'))]).toEqual([end, end]);
    const left = isSpent ? { balance: 2500, free: 1500 } : { balance: 500, free: 500 };
    expect([at.ledger.value(7n), open(journal, () => place.ms).ledger.value(7n)]).toEqual([left, left]);
  }
});

test('a sale says until when it holds value: from its first hold on, an hour, until it ends', () => {
  const place = { ms: START_MS };
  const at = open(memoryJournal(), () => place.ms);
  at.issue(7n, { kind: 'value', currency: 978, balance: 2500 });
  const until = (sale: string): number | undefined => at.heldUntilMs('SHOP-1', planIdOf(sale));
  at.reserve(debit(at, gift, { sale: 'a', amount: 1000, counter: 1 }));
  at.reserve(debit(at, gift, { sale: 'b', amount: 2000, counter: 2 }));
  // `b` was declined, nobody knows `c`, and other merchants have sales of their own.
  expect([until('a'), until('b'), until('c')]).toEqual([START_MS + HOLD_MS, undefined, undefined]);
  expect(at.heldUntilMs('SHOP-2', planIdOf('a'))).toBeUndefined();
  // What a shop's books hold is theirs to tell.
  at.issue(8n, { kind: 'elsewhere', currency: 978 });
  expect(said(at.reserve(debit(at, assertingCard(8, 80), { sale: 'e', amount: 500, counter: 1 }), 500))).toBe(
    'reserved 500',
  );
  expect(until('e')).toBeUndefined();
  place.ms += HOLD_MS;
  expect(until('a')).toBe(START_MS + HOLD_MS);
  place.ms += 1;
  expect(until('a')).toBeUndefined();
  for (const end of ['capture', 'release'] as const) {
    const sale = `d ${end}`;
    at.reserve(debit(at, gift, { sale, amount: 100, counter: end === 'capture' ? 3 : 4 }));
    expect(until(sale)).toBe(place.ms + HOLD_MS);
    at[end]('SHOP-1', planIdOf(sale));
    expect(until(sale)).toBeUndefined();
  }
});

test('a released sale is forgotten in time, and its order is refused all the same', () => {
  const place = { ms: START_MS };
  const at = open(memoryJournal(), () => place.ms);
  at.issue(7n, { kind: 'value', currency: 978, balance: 2500 });
  const order = debit(at, gift, { sale: 'a', amount: 1000, counter: 1 });
  const captured = debit(at, gift, { sale: 'b', amount: 100, counter: 2 });
  at.release('SHOP-1', planIdOf('a'));
  at.reserve(captured);
  at.capture('SHOP-1', planIdOf('b'));
  place.ms += RELEASED_KEPT_MS + 1;
  at.issueNonces('SHOP-1', 1);
  expect(at.ledger.sale(saleOf('SHOP-1', toHex(planIdOf('a'))))).toBeUndefined();
  expect(said(at.reserve(order))).toBe('NONCE_UNKNOWN');
  expect(at.release('SHOP-1', planIdOf('b'))).toBe('captured');
});

/** The model: where each unit of value is, and nothing about how the authoriser works. */
interface Model {
  balance: number;
  counter: number;
  readonly sales: Map<string, { state: 'new' | 'open' | 'captured' | 'released'; held: number; isAnswered: boolean }>;
}

interface Real {
  at: GiftAuthoriser;
  readonly kept: Journal<GiftEntry>;
  /** The next append: as it should be, lost, or kept and the answer lost. */
  fault: 'none' | 'lost' | 'kept';
  readonly orders: Map<string, Offer>;
}

function faulty(real: Real): Journal<GiftEntry> {
  return {
    entries: () => real.kept.entries(),
    append(entry) {
      const { fault } = real;
      if (fault !== 'lost') real.kept.append(entry);
      if (fault !== 'none') throw new Error('power');
    },
  };
}

const SALES = ['a', 'b', 'c', 'd', 'e', 'f'].flatMap((name) => [`1${name}`, `2${name}`]);
const shopOf = (sale: string): Shop => (sale.startsWith('1') ? 'SHOP-1' : 'SHOP-2');
const freeOf = (model: Model): number =>
  model.balance - [...model.sales.values()].reduce((sum, { state, held }) => sum + (state === 'open' ? held : 0), 0);

interface Step {
  readonly act: 'reserve' | 'capture' | 'release' | 'load' | 'copy' | 'reopen';
  readonly sale: string;
  readonly amount: number;
  readonly fault: 'none' | 'lost' | 'kept';
}

class Command implements fc.Command<Model, Real> {
  readonly step: Step;
  constructor(step: Step) {
    this.step = step;
  }
  check = (): boolean => true;
  toString = (): string => JSON.stringify(this.step);

  run(model: Model, real: Real): void {
    const { act, sale, amount, fault } = this.step;
    if (act === 'reserve' && !real.orders.has(sale)) {
      model.counter += 1;
      const order = { shop: shopOf(sale), sale, amount, counter: model.counter, takesPartial: amount % 2 === 0 };
      real.orders.set(sale, debit(real.at, gift, order));
    }
    const loadKey = `load ${real.orders.size} ${amount}`;
    // A call that died is made again after the restart, as a till does: the same end as one call that went well.
    real.fault = fault;
    let answer: string;
    try {
      answer = this.call(real, loadKey);
    } catch {
      real.fault = 'none';
      real.at = open(faulty(real));
      answer = this.call(real, loadKey);
    }
    real.fault = 'none';
    expect(answer).toBe(this.expected(model, real, loadKey));
    const { balance, free } = real.at.ledger.value(7n);
    expect({ balance, free }).toEqual({ balance: model.balance, free: freeOf(model) });
    expect(free).toBeGreaterThanOrEqual(0);
  }

  call(real: Real, loadKey: string): string {
    const { act, sale, amount } = this.step;
    const order = real.orders.get(sale);
    switch (act) {
      case 'reserve':
        return order === undefined ? 'none' : said(real.at.reserve(order));
      case 'capture':
        return real.at.capture(shopOf(sale), planIdOf(sale));
      case 'release':
        return real.at.release(shopOf(sale), planIdOf(sale));
      case 'load':
        return String(real.at.load(loadKey, 7n, amount));
      case 'copy':
        return String(real.at.balanceCopy(gift.identity).amount);
      case 'reopen':
        real.at = open(faulty(real));
        return 'open';
    }
  }

  expected(model: Model, real: Real, loadKey: string): string {
    const { act, sale, amount } = this.step;
    const known = model.sales.get(sale) ?? { state: 'new', held: 0, isAnswered: false };
    model.sales.set(sale, known);
    switch (act) {
      case 'reserve': {
        if (known.state === 'released') return 'SALE_OVER';
        if (!known.isAnswered) {
          const asked = real.orders.get(sale)?.amount ?? 0;
          const free = freeOf(model);
          known.held = asked <= free ? asked : asked % 2 === 0 ? free : 0;
          known.isAnswered = true;
          known.state = 'open';
        }
        return known.held > 0 ? `reserved ${known.held}` : 'FUNDS';
      }
      case 'capture':
        if (known.state === 'new') return 'unknown';
        if (known.state === 'open') {
          model.balance -= known.held;
          known.state = 'captured';
        }
        return known.state;
      case 'release':
        if (known.state !== 'captured') known.state = 'released';
        return known.state;
      case 'load':
        if (!loads(model).has(loadKey)) model.balance += amount;
        loads(model).add(loadKey);
        return 'true';
      case 'copy':
        return String(model.balance);
      case 'reopen':
        return 'open';
    }
  }
}

const loadsOf = new WeakMap<Model, Set<string>>();
function loads(model: Model): Set<string> {
  const known = loadsOf.get(model) ?? new Set();
  loadsOf.set(model, known);
  return known;
}

test('40,000 steps beside the model: no value is lost or taken twice', () => {
  const step = fc.record<Step>({
    act: fc.constantFrom('reserve', 'reserve', 'reserve', 'capture', 'release', 'load', 'copy', 'reopen'),
    sale: fc.constantFrom(...SALES),
    amount: fc.integer({ min: 1, max: 900 }),
    fault: fc.constantFrom('none', 'none', 'lost', 'kept'),
  });
  let steps = 0;
  fc.assert(
    fc.property(fc.commands([step.map((one) => new Command(one))], { maxCommands: 100, size: 'max' }), (commands) => {
      const kept = memoryJournal<GiftEntry>();
      fc.modelRun(() => {
        const real: Real = { at: open(kept), kept, fault: 'none', orders: new Map() };
        real.at = open(faulty(real));
        real.at.issue(7n, { kind: 'value', currency: 978, balance: 2500 });
        return { model: { balance: 2500, counter: 0, sales: new Map() }, real };
      }, commands);
      steps += [...commands].length;
    }),
    { seed: 7, numRuns: 1000 },
  );
  expect(steps).toBeGreaterThan(40_000);
});
