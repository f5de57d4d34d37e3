/**
 * Any sales, refunded in any parts by two tills at once that die anywhere and go on: what the tills were told, what the desk wrote down and
 * what the instruments got back is the same, never more than was taken, and in the end nothing is open.
 */
import { KIND_COUPON } from '@comptoir/protocol/wallet';
import { type AcquirerWith, keyFrom, type PaymentKey, type Store } from '@comptoir/sdk';
import { memoryStore, type RefundResult, refund, refundEntries } from '@comptoir/sdk/checkout';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createVirtualClock } from '../../../src/machine/clock.js';
import { RefundDesk } from '../../../src/world/acquirer/refundDesk.js';

const OF = keyFrom('sale');
const TIMEOUT_MS = 120_000;

interface Drawn {
  /** Kind of profile, from 1, and what was taken. */
  readonly tenders: readonly (readonly [kind: number, amount: number])[];
  /** By key; the amount of 0 is all that is left. */
  readonly amounts: readonly number[];
  /** In order, two at a time. A till dies at its step; 0: never. */
  readonly refunds: readonly { readonly key: number; readonly diesAt: number }[];
}

const drawn = fc.record<Drawn>({
  tenders: fc.array(fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 1000 })), {
    minLength: 1,
    maxLength: 5,
  }),
  amounts: fc.array(fc.integer({ min: 0, max: 900 }), { minLength: 5, maxLength: 5 }),
  refunds: fc.array(fc.record({ key: fc.integer({ min: 0, max: 4 }), diesAt: fc.integer({ min: 0, max: 14 }) }), {
    minLength: 2,
    maxLength: 10,
  }),
});

/** Its steps are what the till does outside itself; from its last one on it neither does nor hears anything. */
function mortal(
  acquirer: AcquirerWith<'sale' | 'refund'>,
  store: Store,
  diesAt: number,
  scheduled: <T>(value: T) => Promise<T>,
) {
  let step = 0;
  let die: () => void = () => {};
  const dead = new Promise<'dead'>((resolve) => {
    die = () => resolve('dead');
  });
  const passes = (): boolean => {
    step += 1;
    if (step === diesAt) die();
    return diesAt === 0 || step < diesAt;
  };
  const act = async <T>(work: () => Promise<T>): Promise<T> => {
    await scheduled(undefined);
    if (!passes()) return new Promise(() => {});
    const result = await work();
    return passes() ? result : new Promise(() => {});
  };
  const till: { readonly acquirer: AcquirerWith<'sale' | 'refund'>; readonly journal: Store } = {
    acquirer: {
      ...acquirer,
      sale: (key) => act(() => acquirer.sale(key)),
      refund: (order) => act(() => acquirer.refund(order)),
    },
    journal: {
      get: (name) => act(() => store.get(name)),
      put: (name, value) => act(() => store.put(name, value)),
      del: (name) => act(() => store.del(name)),
      keys: (prefix) => store.keys(prefix),
    },
  };
  return { ...till, dead };
}

test('2,000 sales: the sums always agree', { timeout: TIMEOUT_MS }, async () => {
  await fc.assert(
    fc.asyncProperty(drawn, fc.scheduler(), async ({ tenders, amounts, refunds }, scheduler) => {
      const clock = createVirtualClock();
      const given = tenders.map(() => 0);
      const desk = new RefundDesk((key) => (key === OF ? 'stands' : undefined), 10);
      const counted = new Set<string>();
      for (const [at, [profileKind, amount]] of tenders.entries()) {
        desk.note({ key: OF, profileKind, label: String(at), currency: 978 }, amount, (name, back) => {
          expect(counted.has(name)).toBe(false);
          counted.add(name);
          given[at] = (given[at] ?? 0) + back;
          return true;
        });
      }
      const never = (): Promise<never> => Promise.reject(new Error('not asked'));
      const acquirer: AcquirerWith<'sale' | 'refund'> = {
        authorise: never,
        status: never,
        sale: async (key) => desk.sale(key),
        refund: async (order) => desk.refund(order),
      };
      const store = memoryStore();
      const told = new Map<PaymentKey, RefundResult>();
      const run = async ({ key: number, diesAt }: Drawn['refunds'][number]): Promise<void> => {
        const amount = amounts[number] ?? 0;
        const key = keyFrom(`refund ${number}`);
        const till = mortal(acquirer, store, diesAt, (value) => scheduler.schedule(Promise.resolve(value)));
        const wanted = { of: OF, key, ...(amount > 0 && { amount: { minor: amount, currency: 'EUR' } }) };
        const result = await Promise.race([
          refund(till.acquirer, { ...wanted, journal: till.journal }, { clock, timeoutMs: 2 ** 30 }),
          till.dead,
        ]);
        if (result === 'dead') return;
        expect(result.status).not.toBe('unknown');
        if (result.status === 'refused') return;
        if (result.status === 'refunded' && amount > 0) expect(result.amount.minor).toBe(amount);
        told.set(key, result);
      };
      for (let at = 0; at < refunds.length; at += 2) {
        const racing = refunds.slice(at, at + 2).map(run);
        await scheduler.waitFor(Promise.all(racing));
      }
      // Whoever comes next ends what the dead left open.
      for (const { key, of, amount, result } of await refundEntries(store)) {
        const ended = await refund(acquirer, { of, key, ...(amount && { amount }), journal: store }, { clock });
        expect(ended.status).not.toBe('unknown');
        if (result?.status === 'refunded') expect(ended).toEqual(result);
        if (ended.status !== 'refused') told.set(key, ended);
      }
      expect((await refundEntries(store)).filter(({ result }) => result === undefined)).toEqual([]);

      const made = desk.sale(OF)?.refunds ?? [];
      for (const [at, [kind, taken]] of tenders.entries()) {
        const ofTender = made.filter(({ tender }) => tender === at).reduce((sum, { amount }) => sum + amount.minor, 0);
        expect(ofTender).toBeLessThanOrEqual(kind === KIND_COUPON ? 0 : taken);
        if (kind !== KIND_COUPON) expect(given[at]).toBe(ofTender);
      }
      const back = made.reduce((sum, { amount }) => sum + amount.minor, 0);
      const toldBack = [...told.values()].reduce((sum, one) => sum + ('amount' in one ? one.amount.minor : 0), 0);
      expect(toldBack).toBe(back);
      const paid = tenders.reduce((sum, [kind, amount]) => sum + (kind === KIND_COUPON ? 0 : amount), 0);
      const coupons = tenders.flatMap(([kind, amount], at) => (kind === KIND_COUPON ? [given[at] === amount] : []));
      if (back < paid) expect(coupons).not.toContain(true);
      else if (paid > 0) expect(coupons).not.toContain(false);
    }),
    { numRuns: 2000 },
  );
});
