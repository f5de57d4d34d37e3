/** Account pay beside a small model: any orders, again, reversed, overtaken, with journals that fail, over days. */

import { seededBytes } from '@comptoir/crypto/seed';
import type { AccountEntry } from '@comptoir/issuer/authorisers';
import {
  type AccountAuthoriser,
  type AccountOrder,
  type Journal,
  memoryJournal,
  NONCE_LIFETIME_MS,
  openAccountAuthoriser,
} from '@comptoir/issuer/authorisers';
import { latin1ToBytes, NO_BYTES } from '@comptoir/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { assertingCard, KEYS, scopesOf } from './assertingCard.js';

/** A minute before midnight. */
const START_MS = Date.UTC(2026, 10, 24, 23, 59);
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const SHOP = 'SHOP-1';
const LIMITS = { currency: 978, tapLimit: 900, offlineTapLimit: 100, dayLimit: 2500, credit: 6000 };
const SALES = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l'];
/** Two accounts; the first has two cards. */
const CARDS = [assertingCard(1, 10), assertingCard(1, 11), assertingCard(2, 20)] as const;
const ACCOUNT_OF = [0, 0, 1] as const;

type Fault = 'none' | 'lost' | 'kept';

interface Decision {
  readonly account: number;
  readonly amount: number;
  readonly day: number;
}

interface ModelSale {
  /** By card: approvals, and what else was answered. */
  readonly decisions: Map<number, Decision>;
  readonly answers: Map<number, string>;
  isReversed: boolean;
}

/** The model: what was approved for whom, and when. Owed and taken today are sums of that. */
interface Model {
  readonly sales: Map<string, ModelSale>;
  readonly blocked: Set<number>;
  /** By sale: when its tap began. */
  readonly began: Map<string, number>;
  /** By sale and card: what its order asks for. */
  readonly asked: Map<string, number>;
  nowMs: number;
}

interface Real {
  at: AccountAuthoriser;
  readonly kept: Journal<AccountEntry>;
  readonly counters: number[];
  /** By sale and card: an order is made once, and sent as often as one likes. */
  readonly orders: Map<string, AccountOrder>;
  /** By sale: the nonce of its tap. */
  readonly nonces: Map<string, Uint8Array>;
  fault: Fault;
  nowMs: number;
}

function open(real: Omit<Real, 'at'>): AccountAuthoriser {
  const { kept } = real;
  return openAccountAuthoriser({
    keySets: new Map([[1, KEYS]]),
    ranges: [{ first: 1n, last: 99n, ...LIMITS }],
    scopesOf,
    pairKey: latin1ToBytes('pair key of the model, 32 bytes.'),
    nowMs: () => real.nowMs,
    random: seededBytes(`model ${[...kept.entries()].length}`),
    journal: {
      entries: () => kept.entries(),
      append(entry) {
        if (real.fault !== 'lost') kept.append(entry);
        if (real.fault !== 'none') throw new Error('power');
      },
    },
  });
}

function newReal(): Real {
  const real = {
    kept: memoryJournal<AccountEntry>(),
    counters: CARDS.map(() => 0),
    orders: new Map<string, AccountOrder>(),
    nonces: new Map<string, Uint8Array>(),
    fault: 'none' as Fault,
    nowMs: START_MS,
  };
  const whole: Real = Object.assign(real, { at: open(real) });
  // The journal looks at the object that the test changes.
  whole.at = open(whole);
  return whole;
}

interface Step {
  readonly act: 'authorise' | 'reverse' | 'reopen' | 'minute' | 'day' | 'block' | 'unblock';
  readonly sale: string;
  readonly card: 0 | 1 | 2;
  readonly amount: number;
  readonly fault: Fault;
}

const dayOf = (ms: number): number => Math.floor(ms / DAY_MS);

const spent = (model: Model, account: number, day?: number): number =>
  [...model.sales.values()]
    .filter(({ isReversed }) => !isReversed)
    .flatMap(({ decisions }) => [...decisions.values()])
    .filter((one) => one.account === account && (day === undefined || one.day === day))
    .reduce((sum, { amount }) => sum + amount, 0);

class Command implements fc.Command<Model, Real> {
  readonly step: Step;
  constructor(step: Step) {
    this.step = step;
  }
  /** Within the week that decisions are kept. */
  check = (model: Readonly<Model>): boolean => this.step.act !== 'day' || model.nowMs < START_MS + 5 * DAY_MS;
  toString = (): string => JSON.stringify(this.step);

  run(model: Model, real: Real): void {
    if (this.step.act === 'authorise') this.order(real);
    if (this.step.act === 'day') real.nowMs += DAY_MS;
    if (this.step.act === 'minute') real.nowMs += MINUTE_MS;
    real.fault = this.step.fault;
    let answer: string;
    try {
      answer = this.call(real);
    } catch {
      // The process died; the caller doesn't know what became of it, and asks again.
      real.fault = 'none';
      real.at = open(real);
      answer = this.call(real);
    }
    real.fault = 'none';
    expect(answer).toBe(this.expected(model));
    for (const [account, card] of [CARDS[0], CARDS[2]].entries()) {
      const { owed, takenToday } = real.at.book.account(card.identity, real.nowMs);
      expect(owed).toBe(spent(model, account));
      expect(owed).toBeLessThanOrEqual(LIMITS.credit);
      expect(takenToday).toBe(spent(model, account, dayOf(model.nowMs)));
    }
  }

  /** What the card asserts for this sale; the same as before, when it did. */
  order(real: Real): void {
    const { sale, card, amount } = this.step;
    const name = `${sale} ${card}`;
    if (real.orders.has(name)) return;
    const nonce = real.nonces.get(sale) ?? real.at.issueNonces(SHOP, 1, 'online')[0] ?? NO_BYTES;
    real.nonces.set(sale, nonce);
    const counter = (real.counters[card] ?? 0) + 1;
    real.counters[card] = counter;
    const takesPartial = amount % 2 === 0;
    const assertion = CARDS[card].assert({ amount, nonce, counter });
    real.orders.set(name, { merchant: SHOP, key: sale, amount, currency: 978, takesPartial, assertion });
  }

  call(real: Real): string {
    const { act, sale, card } = this.step;
    const order = real.orders.get(`${sale} ${card}`);
    switch (act) {
      case 'authorise': {
        if (order === undefined) return 'none';
        const answer = real.at.authorise(order);
        if (answer.kind === 'approved') return `approved ${answer.amount}`;
        // Whether it's forgotten already is nobody's business.
        return answer.reason === 'NONCE_UNKNOWN' ? 'NONCE_STALE' : answer.reason;
      }
      case 'reverse':
        return String(real.at.reverse(SHOP, sale));
      case 'block':
        real.at.block(CARDS[card].identity);
        return 'blocked';
      case 'unblock':
        real.at.unblock(CARDS[card].identity);
        return 'open';
      case 'reopen':
        real.at = open(real);
        return 'reopened';
      case 'minute':
      case 'day':
        return 'later';
    }
  }

  expected(model: Model): string {
    const { act, sale, card } = this.step;
    const known = model.sales.get(sale) ?? {
      decisions: new Map<number, Decision>(),
      answers: new Map<number, string>(),
      isReversed: false,
    };
    model.sales.set(sale, known);
    switch (act) {
      case 'authorise':
        return this.authorised(model, known);
      case 'reverse':
        known.isReversed = true;
        return String([...known.decisions.values()].reduce((sum, { amount }) => sum + amount, 0));
      case 'block':
        model.blocked.add(card);
        return 'blocked';
      case 'unblock':
        model.blocked.delete(card);
        return 'open';
      case 'reopen':
        return 'reopened';
      case 'minute':
        model.nowMs += MINUTE_MS;
        return 'later';
      case 'day':
        model.nowMs += DAY_MS;
        return 'later';
    }
  }

  authorised(model: Model, sale: ModelSale): string {
    const { sale: name, card, amount } = this.step;
    const began = model.began.get(name) ?? model.nowMs;
    model.began.set(name, began);
    const asked = this.asked(model, name, card, amount);
    if (sale.isReversed) return 'SALE_OVER';
    const known = sale.answers.get(card);
    if (known !== undefined) return known;
    if (model.nowMs - began > NONCE_LIFETIME_MS.online) return 'NONCE_STALE';
    const account = ACCOUNT_OF[card];
    const left = LIMITS.credit - spent(model, account);
    const isPart = asked > left;
    let answer = `approved ${isPart ? left : asked}`;
    if (isPart && (asked % 2 === 1 || left === 0)) answer = 'FUNDS';
    if (spent(model, account, dayOf(model.nowMs)) + asked > LIMITS.dayLimit) answer = 'LIMIT_DAY';
    if (asked > LIMITS.tapLimit) answer = 'LIMIT_TAP';
    if (model.blocked.has(card)) answer = 'CARD_BLOCKED';
    sale.answers.set(card, answer);
    if (answer.startsWith('approved'))
      sale.decisions.set(card, { account, amount: isPart ? left : asked, day: dayOf(model.nowMs) });
    return answer;
  }

  /** The order that was made first is the one that is sent. */
  asked(model: Model, sale: string, card: number, amount: number): number {
    const name = `${sale} ${card}`;
    const asked = model.asked.get(name) ?? amount;
    model.asked.set(name, asked);
    return asked;
  }
}

test('20,000 steps beside the model: no account owes more or less than what stands', () => {
  const step = fc.record<Step>({
    act: fc.constantFrom(
      'authorise',
      'authorise',
      'authorise',
      'authorise',
      'authorise',
      'reverse',
      'reopen',
      'minute',
      'day',
      'block',
      'unblock',
    ),
    sale: fc.constantFrom(...SALES),
    card: fc.constantFrom(0, 1, 2),
    amount: fc.integer({ min: 1, max: 1000 }),
    fault: fc.constantFrom('none', 'none', 'lost', 'kept'),
  });
  let steps = 0;
  fc.assert(
    fc.property(fc.commands([step.map((one) => new Command(one))], { maxCommands: 100, size: 'max' }), (commands) => {
      const model: Model = {
        sales: new Map(),
        blocked: new Set(),
        began: new Map(),
        asked: new Map(),
        nowMs: START_MS,
      };
      fc.modelRun(() => ({ model, real: newReal() }), commands);
      steps += [...commands].length;
    }),
    { seed: 11, numRuns: 500 },
  );
  expect(steps).toBeGreaterThan(20_000);
});
