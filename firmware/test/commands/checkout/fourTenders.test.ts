/**
 * A four-tender tap, torn anywhere, and then tapped again: first at every place once, then in any order beside a small model. Whatever
 * happens, card, reader, host and ledgers agree afterwards, and nothing was lost or taken twice.
 * More taps than here: `TAPS=20000 npm test -- firmware/test/commands/checkout/fourTenders.test.ts`.
 */
import { type Message, OUTCOME } from '@comptoir/protocol';
import { KIND_ACCOUNT, KIND_BANK, KIND_COUPON, KIND_GIFT } from '@comptoir/protocol/wallet';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isStanding } from './checkoutTill.js';
import {
  type Circumstances,
  CREDIT,
  FourTenders,
  GIFT_BALANCE,
  READERS,
  type Reader,
  type Refusal,
  type Trouble,
} from './fourTenders.js';

type Tenders = Message<'result'>;

const TAPS = Number(process.env.TAPS ?? 400);
const AMOUNT = 6000;
const READER_REMEMBERS = 8;
const LOSSES = [true, false] as const;

/** What may be taken: coupon, gift card, account and bank, minor units each. */
type Taken = readonly [coupon: number, gift: number, account: number, bank: number];
const NOTHING: Taken = [0, 0, 0, 0];
const sum = (all: readonly Taken[]): Taken =>
  all.reduce<Taken>(
    (total, one) => [total[0] + one[0], total[1] + one[1], total[2] + one[2], total[3] + one[3]],
    NOTHING,
  );

/** The model: what is there, what a sale takes of it, and which sales stand. Nothing about cards, readers or keys. */
class Model {
  readonly standing = new Map<string, Taken>();
  /** Nobody knows yet, or the host wasn't told. */
  readonly pending = new Map<string, { readonly number: number; readonly amount: number; readonly reader: Reader }>();
  sales = 0;

  /** Nobody is asked who has nothing; the account passes to the bank what it doesn't pay, and the bank to nobody. */
  next(amount: number, refuses: readonly Refusal[]): Taken {
    const [couponUsed, giftTaken, owed] = sum([...this.standing.values()]);
    const of = (name: Refusal, most: number): number => (refuses.includes(name) ? 0 : most);
    const coupon = couponUsed > 0 ? 0 : of('coupon-ten', Math.floor((amount * 10 + 50) / 100));
    const gift = of('gift', Math.min(GIFT_BALANCE - giftTaken, amount - coupon));
    const account = of('account', Math.min(CREDIT - owed, amount - coupon - gift));
    const bank = amount - coupon - gift - account;
    return bank > 0 && refuses.includes('bank') ? NOTHING : [coupon, gift, account, bank];
  }
}

function takenIn({ tenders }: Tenders): Taken {
  const of = (kind: number): number =>
    tenders.reduce((total, { profileKind, amount }) => total + (profileKind === kind ? amount : 0), 0);
  return [of(KIND_COUPON), of(KIND_GIFT), of(KIND_ACCOUNT), of(KIND_BANK)];
}

/** The reader's last word on a sale. */
function note(model: Model, key: string, amount: number, ended: Tenders): void {
  const taken = takenIn(ended);
  if (isStanding(ended)) {
    expect(sum([taken]).reduce((total, one) => total + one, 0) + ended.due).toBe(amount);
    model.standing.set(key, taken);
  } else {
    expect(taken).toEqual(NOTHING);
    expect(model.standing.has(key)).toBe(false);
  }
}

/** What ledgers have, between what is known to stand and what may. */
function expectBounds(model: Model, real: FourTenders): void {
  const [, gift, account, bank] = sum([...model.standing.values()]);
  const { balance, free } = real.giftValue();
  expect(free).toBeLessThanOrEqual(GIFT_BALANCE - gift);
  expect(balance).toBeGreaterThanOrEqual(GIFT_BALANCE - gift);
  expect(real.owed()).toBeGreaterThanOrEqual(account);
  expect(real.charged()).toBeGreaterThanOrEqual(bank);
  expect(new Set(real.acquirer.charges().map(({ key }) => key)).size).toBe(real.acquirer.charges().length);
}

async function recoverAll(model: Model, real: FourTenders, isLate = false): Promise<void> {
  for (const [key, { amount, reader }] of model.pending) {
    const ended = await real.recover(key, reader, isLate);
    if (ended !== undefined) note(model, key, amount, ended);
    model.pending.delete(key);
  }
  const [coupon, gift, account, bank] = sum([...model.standing.values()]);
  expect(real.giftValue()).toEqual({ balance: GIFT_BALANCE - gift, free: GIFT_BALANCE - gift });
  expect([real.isCouponFree(), real.owed(), real.charged()]).toEqual([coupon === 0, account, bank]);
}

async function tap(model: Model, real: FourTenders, amount: number, how: Circumstances = {}): Promise<void> {
  const { trouble, tells = true, reader = 0, refuses = [] } = how;
  // A reader remembers eight sales: a till asks about one that it doesn't know before there are eight more.
  const [oldest] = model.pending.values();
  if (oldest !== undefined && model.sales - oldest.number >= READER_REMEMBERS - 1) await recoverAll(model, real);
  model.sales += 1;
  const key = `sale-${model.sales}`;
  const expected = model.pending.size === 0 && trouble === undefined ? model.next(amount, refuses) : undefined;
  const answer = await real.tap(key, amount, how);
  if (typeof answer === 'object' && answer.kind === 'result' && answer.transactionToken === undefined) {
    note(model, key, amount, answer);
    if (!tells) model.pending.set(key, { number: model.sales, amount, reader });
  } else model.pending.set(key, { number: model.sales, amount, reader });
  if (expected !== undefined) expect(model.standing.get(key) ?? NOTHING).toEqual(expected);
}

describe.each([
  { title: 'nobody refuses', refuses: [], taken: [600, 2500, 1500, 1400], size: [19, 5] },
  // The coupon is reserved, given back, and reserved anew.
  { title: 'the gift card is refused', refuses: ['gift'], taken: [600, 0, 1500, 3900], size: [22, 7] },
] as const)('once at every place: $title', async ({ refuses, taken, size }) => {
  const clean = new FourTenders();
  const before = clean.card.writes();
  const answer = (await clean.tap('clean', AMOUNT, { refuses })) as Tenders;
  const { commands } = clean;
  const writes = clean.card.writes() - before;
  const troubles: Trouble[] = [];
  for (let at = 1; at <= commands; at += 1)
    troubles.push({ kind: 'command', at }, { kind: 'answer', at }, { kind: 'reader', at });
  for (let at = 1; at <= writes; at += 1) troubles.push({ kind: 'clean', at }, { kind: 'torn', at });
  for (let at = 1; at <= answer.tenders.length + 2 * refuses.length; at += 1)
    for (const losesPower of LOSSES)
      troubles.push({ kind: 'question', at, losesPower }, { kind: 'word', at, losesPower });

  test('the tenders, and many places', () => {
    expect(answer).toMatchObject({ outcome: OUTCOME.approved, due: 0, cardUpdated: 1 });
    expect(takenIn(answer)).toEqual(taken);
    expect([commands, writes]).toEqual(size);
    expect(troubles.length).toBeGreaterThan(80);
  });

  test.each(troubles)('$kind $at', async (trouble) => {
    for (const [tells, reader] of [
      [true, 0],
      [false, 0],
      [true, 1],
    ] as const) {
      const [model, real] = [new Model(), new FourTenders()];
      await tap(model, real, AMOUNT, { trouble, tells, refuses });
      expectBounds(model, real);
      await recoverAll(model, real, reader === 1);
      // The card has what the ledgers have: the next tap takes exactly that, also at the shop's other reader.
      await tap(model, real, AMOUNT, { reader });
      await recoverAll(model, real);
    }
  });
});

interface Act {
  readonly kind: 'tap' | 'recover' | 'restart' | 'replay';
  readonly amount: number;
  readonly trouble: Trouble | undefined;
  readonly refuses: readonly Refusal[];
  readonly tells: boolean;
  readonly reader: Reader;
}

class Command implements fc.AsyncCommand<Model, FourTenders> {
  readonly act: Act;
  constructor(act: Act) {
    this.act = act;
  }
  check = (): boolean => true;
  toString = (): string => JSON.stringify(this.act);

  async run(model: Model, real: FourTenders): Promise<void> {
    const { kind, amount, reader } = this.act;
    if (kind === 'tap') await tap(model, real, amount, this.act);
    if (kind === 'recover') await recoverAll(model, real, amount % 2 === 0);
    if (kind === 'restart') real.start(reader);
    if (kind === 'replay') await real.replay(amount);
    expectBounds(model, real);
  }
}

test(
  `${TAPS} taps in any order beside the model`,
  async () => {
    const place = { at: fc.integer({ min: 1, max: 36 }) };
    const question = { at: fc.integer({ min: 1, max: 8 }), losesPower: fc.boolean() };
    const trouble: fc.Arbitrary<Trouble> = fc.oneof(
      fc.record({ kind: fc.constantFrom('command' as const, 'answer', 'reader'), ...place }),
      fc.record({ kind: fc.constantFrom('clean' as const, 'torn'), at: fc.integer({ min: 1, max: 9 }) }),
      fc.record({ kind: fc.constantFrom('question' as const, 'word'), ...question }),
    );
    const act = fc.record<Act>({
      kind: fc.constantFrom('tap', 'tap', 'tap', 'tap', 'tap', 'recover', 'restart', 'replay'),
      amount: fc.integer({ min: 10, max: 4000 }),
      trouble: fc.option(trouble, { nil: undefined, freq: 3 }),
      refuses: fc.oneof(fc.constant([]), fc.subarray<Refusal>(['coupon-ten', 'gift', 'account', 'bank'])),
      tells: fc.boolean(),
      reader: fc.constantFrom(...READERS),
    });
    let taps = 0;
    const commands = fc.commands([act.map((one) => new Command(one))], { maxCommands: 20, size: 'max' });
    const sale = fc.asyncProperty(commands, async (list) => {
      const [model, real] = [new Model(), new FourTenders()];
      await fc.asyncModelRun(() => ({ model, real }), list);
      await recoverAll(model, real);
      await tap(model, real, AMOUNT);
      await recoverAll(model, real);
      taps += model.sales;
    });
    await fc.assert(sale, { seed: 4, numRuns: Math.ceil(TAPS / 7) });
    expect(taps).toBeGreaterThanOrEqual(TAPS);
  },
  60_000 + 100 * TAPS,
);
