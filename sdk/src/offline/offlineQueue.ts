/**
 * An acquirer's place-holder, for when it can't be asked: it stores the sealed request of a payment by bank card, within limits, and tells the reader
 * so (Y3, unable to go online). What is stored is forwarded later, one at a time, with the key that it was taken with: the acquirer charges it
 * once, however often it's sent, and by however many tills or tabs. A basket with gift cards, accounts or coupons is never stored: their balances
 * are known to their authorisers alone.
 *
 *   write the record → tell the reader → … → forwarding → ask → settled | declined | expired → lost
 *                                        … → taken back: void
 *
 * Source: docs/reference/sdk.md, `offlineQueue`; EMV 4.4 Book 4 Annex A6; decision 68.   Floor: sdk offline.
 */
import { decodeMessage, encodeMessage, type Message, toHex } from '@comptoir/protocol';
import type { CallOptions } from '../link/transport.js';
import { wholeTimeout } from '../operation/callOptions.js';
import type { Acquirer, Settled } from '../payment/acquirer.js';
import type { SaleEnd } from '../payment/acquirerRefunds.js';
import { readComplete } from '../payment/complete.js';
import { RESPONSE_NOT_STORED, RESPONSE_STORED } from '../payment/payResult.js';
import { type Clock, systemClock } from '../values/clock.js';
import { usageError } from '../values/errors.js';
import { type PaymentId, paymentIdOf } from '../values/key.js';
import { currencyOf, currencyOfNumeric } from '../values/money.js';
import { hasMethods } from '../values/shape.js';
import type { Store } from '../values/store.js';
import { type Lock, systemLock } from './lock.js';
import {
  allKept,
  answeredWith,
  dropKept,
  isOwed,
  type Kept,
  keep,
  keptOf,
  type OfflineLimits,
  type StoredSale,
} from './storedSale.js';

export interface OfflineQueueOptions {
  /** May be the journal's: the names differ. A `put` that resolved survives a crash. */
  readonly store: Store;
  readonly limits: OfflineLimits;
  readonly clock?: Clock;
  /** False: the acquirer isn't even asked. Default: it always is, and what doesn't get there is stored. */
  readonly isOnline?: () => boolean;
  /** How long it may take to answer before the payment is stored. Default 10 s. */
  readonly patienceMs?: number;
  /** Default: Web Locks where they are there, else one at a time in this process. */
  readonly lock?: Lock;
}

export interface ForwardReport {
  readonly settled: number;
  readonly declined: number;
  readonly expired: number;
  /** The acquirer can't be asked: they stay stored. */
  readonly left: number;
}

export interface OfflineQueue<Host extends Acquirer = Required<Acquirer>> {
  /** For `connect`, in the place of the acquirer's. */
  readonly acquirer: Host;
  /** Every payment that was stored and not forgotten, the oldest first. @throws ReaderError `journal/failed` */
  list(): Promise<readonly StoredSale[]>;
  /** Largest amount that could be stored now, in minor units; 0 when none could. @throws ReaderError `journal/failed` */
  room(): Promise<number>;
  /** Asks the acquirer about everything that is stored. Calls at the same time share one round. @throws ReaderError `journal/failed` */
  forward(options?: CallOptions): Promise<ForwardReport>;
  /** A line of JSON for each, with its sealed request: for whoever settles by hand. @throws ReaderError `journal/failed` */
  export(): Promise<string>;
  /**
   * Takes a payment back that the acquirer hasn't taken yet, by its id or its whole key: it's never forwarded; one that may have been sent is reversed.
   * @returns false: the acquirer decided before, or it isn't there. What it took is refunded
   * @throws ReaderError `journal/failed`; what the acquirer throws: nobody knows, and the same call again tells
   */
  takeBack(key: PaymentId, options?: CallOptions): Promise<boolean>;
  /**
   * Gives an expired payment up as lost, so that payments are stored again.
   * @param note why, and who says so: it stays with the record
   * @returns false: it isn't expired. True again for one that is lost
   * @throws ReaderError `journal/failed`
   */
  giveUp(key: PaymentId, note: string): Promise<boolean>;
  /** Lets go of one that is over. @returns false: it's still owed, or not there */
  forget(key: PaymentId): Promise<boolean>;
}

const PATIENCE_MS = 10_000;
const LOCK = 'comptoir-offline';
const LOCK_FORWARD = 'comptoir-offline-forward';

/** @throws ReaderError `usage/invalid` */
export function offlineQueue<Host extends Acquirer>(acquirer: Host, options: OfflineQueueOptions): OfflineQueue<Host> {
  const { store, limits, clock = systemClock, isOnline = () => true, patienceMs = PATIENCE_MS } = options;
  const { lock = systemLock } = options;
  check(acquirer, options);
  let round: Promise<ForwardReport> | undefined;
  /** Those that the acquirer had no answer for: they are asked last, so that one it never has an answer for keeps none waiting. */
  const tired = new Set<PaymentId>();

  const impatient = (given: CallOptions = {}): CallOptions => ({
    ...given,
    timeoutMs: wholeTimeout(Math.min(given.timeoutMs ?? patienceMs, patienceMs)),
  });

  async function authorise(request: Uint8Array, key: PaymentId, given?: CallOptions): Promise<Uint8Array> {
    const question = questionIn(request);
    if (question === undefined || question.key !== paymentIdOf(key)) return acquirer.authorise(request, key, given);
    const before = await keptOf(store, key);
    if (before !== undefined) return wordOn(before);
    let cause: unknown;
    const wasSent = isOnline();
    if (wasSent) {
      try {
        return await acquirer.authorise(request, key, impatient(given));
      } catch (fault) {
        if (given?.signal?.aborted) throw fault;
        cause = fault;
      }
    }
    return lock(LOCK, async () => {
      const raced = await keptOf(store, key);
      if (raced !== undefined) return wordOn(raced);
      if (currencyOf(limits.currency)?.numeric === question.currency && question.amount <= (await room())) {
        const kept = storedOf(question, request, wasSent);
        await keep(store, kept);
        return wordOn(kept);
      }
      // It may have been charged: only `lookup` tells.
      if (wasSent) throw cause;
      return ownWord(question, RESPONSE_NOT_STORED);
    });
  }

  function storedOf(question: Message<'authorise'>, request: Uint8Array, wasSent: boolean): Kept {
    const { key, amount, label, maskedNumber } = question;
    const sale = {
      amount: { minor: amount, currency: limits.currency },
      storedMs: clock.now(),
      label,
      masked: maskedNumber,
    };
    return { sale: { key: key as PaymentId, ...sale, state: 'stored', wasSent }, request: request.slice() };
  }

  async function room(): Promise<number> {
    const owed = (await allKept(store)).map(({ sale }) => sale).filter(isOwed);
    const oldest = owed[0]?.storedMs ?? Number.POSITIVE_INFINITY;
    if (clock.now() - oldest > limits.ageMs) return 0;
    const sum = owed.reduce((total, { amount }) => total + amount.minor, 0);
    return Math.max(0, Math.min(limits.perSale, limits.total - sum));
  }

  async function status(key: PaymentId, given?: CallOptions): Promise<Uint8Array | null> {
    const kept = await keptOf(store, key);
    return kept === undefined ? acquirer.status(paymentIdOf(key), given) : wordOn(kept);
  }

  async function settleAtAcquirer(...told: Parameters<NonNullable<Acquirer['settle']>>): Promise<Settled> {
    if (acquirer.settle === undefined) throw new Error('this acquirer takes nothing back');
    return acquirer.settle(...told);
  }

  /** No basket is stored; of one card, the card had the last word, and it was no. */
  async function settle(
    key: PaymentId,
    planId: Uint8Array | undefined,
    end: SaleEnd,
    given?: CallOptions,
  ): Promise<Settled> {
    const toAcquirer = (): Promise<Settled> => settleAtAcquirer(paymentIdOf(key), planId, end, given);
    if (planId !== undefined || end === 'stands') return toAcquirer();
    return lock(LOCK_FORWARD, async () => {
      const kept = await keptOf(store, key);
      const settled = kept === undefined || kept.sale.wasSent ? await toAcquirer() : { end };
      if (kept !== undefined) await dropKept(store, key);
      return settled;
    });
  }

  async function forwardAll(given: CallOptions): Promise<ForwardReport> {
    const report = { settled: 0, declined: 0, expired: 0, left: 0 };
    const all = await allKept(store);
    const isTired = ({ sale }: Kept): boolean => tired.has(sale.key);
    for (const { sale } of [...all.filter((one) => !isTired(one)), ...all.filter(isTired)]) {
      if (sale.state !== 'stored' && sale.state !== 'forwarding') continue;
      // Another till of this store may have been faster.
      const kept = await keptOf(store, sale.key);
      if (kept === undefined || !isOwed(kept.sale)) continue;
      const isAsked = report.left === 0;
      const state = isAsked ? await forwardOne(kept, given) : 'left';
      report[state] += 1;
      if (isAsked && state === 'left') tired.add(sale.key);
      else if (isAsked) tired.delete(sale.key);
    }
    return report;
  }

  /** @returns how it ended; `left`: the acquirer couldn't be asked */
  async function forwardOne(kept: Kept, given: CallOptions): Promise<keyof ForwardReport> {
    const { key, storedMs } = kept.sale;
    const isOld = clock.now() - storedMs > limits.ageMs;
    const before: Kept = { ...kept, sale: { ...kept.sale, state: 'forwarding', wasSent: kept.sale.wasSent || !isOld } };
    await keep(store, before);
    let answer: Uint8Array | null;
    try {
      answer = isOld ? await acquirer.status(key, given) : await acquirer.authorise(kept.request, key, given);
      if (answer !== null) readComplete(answer, key);
    } catch {
      await keep(store, { ...before, sale: { ...before.sale, state: 'stored' } });
      return 'left';
    }
    const after: Kept =
      answer === null
        ? { ...before, sale: { ...before.sale, state: 'expired' } }
        : answeredWith(before, readComplete(answer, key));
    await keep(store, after);
    return after.sale.state as keyof ForwardReport;
  }

  return {
    acquirer: withOwn(acquirer, { authorise, status, settle }),
    list: async () => (await allKept(store)).map(({ sale }) => sale),
    room,
    forward(given = {}) {
      round ??= lock(LOCK_FORWARD, () => forwardAll(given)).finally(() => {
        round = undefined;
      });
      return round;
    },
    async export() {
      const lines = (await allKept(store)).map(({ sale, request }) =>
        JSON.stringify({ ...sale, request: toHex(request) }),
      );
      return lines.map((line) => `${line}\n`).join('');
    },
    takeBack: (key, given = {}) =>
      lock(LOCK_FORWARD, async () => {
        const kept = await keptOf(store, key);
        if (kept === undefined || kept.sale.state === 'void' || !isOwed(kept.sale)) return kept?.sale.state === 'void';
        if (kept.sale.wasSent) await settleAtAcquirer(paymentIdOf(key), undefined, 'void', given);
        await keep(store, { ...kept, sale: { ...kept.sale, state: 'void' } });
        return true;
      }),
    giveUp: (key, note) =>
      lock(LOCK_FORWARD, async () => {
        const kept = await keptOf(store, key);
        if (kept?.sale.state === 'expired') await keep(store, { ...kept, sale: { ...kept.sale, state: 'lost', note } });
        return kept?.sale.state === 'expired' || kept?.sale.state === 'lost';
      }),
    async forget(key) {
      const kept = await keptOf(store, key);
      if (kept === undefined || isOwed(kept.sale)) return false;
      await dropKept(store, key);
      return true;
    },
  };
}

/** Whatever an acquirer is made of: everything else is its own. */
function withOwn<Host extends Acquirer>(acquirer: Host, own: Acquirer): Host {
  return new Proxy(acquirer, {
    get(target, name) {
      const value: unknown = Reflect.get(own, name) ?? Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

/** The acquirer's, once it's there. */
function wordOn({ sale: { state }, request, answer }: Kept): Uint8Array {
  const question = questionIn(request);
  if (answer !== undefined) return answer;
  if (question === undefined) throw new Error('a stored request makes no sense');
  return ownWord(question, state === 'void' || state === 'lost' ? RESPONSE_NOT_STORED : RESPONSE_STORED);
}

/** The SDK shows the reader the secret of the payment with it: a queue has none. */
function ownWord({ key, transactionToken }: Message<'authorise'>, responseCode: string): Uint8Array {
  return encodeMessage({ kind: 'decide', key, responseCode, transactionToken });
}

/** @returns undefined for what is never stored: no request of one payment by bank card */
function questionIn(request: Uint8Array): Message<'authorise'> | undefined {
  const decoded = decodeMessage(request);
  if (!decoded.ok || decoded.message.kind !== 'authorise') return undefined;
  const { asks, planId, currency } = decoded.message;
  return asks === undefined && planId === undefined && currencyOfNumeric(currency) ? decoded.message : undefined;
}

function check(acquirer: Acquirer, { store, limits, isOnline, lock }: OfflineQueueOptions): void {
  if (!hasMethods(acquirer, 'authorise', 'status')) throw usageError('An offline queue has an acquirer.');
  if (!hasMethods(store, 'get', 'put', 'del', 'keys')) throw usageError('A store has get, put, del, keys.');
  const { currency, perSale, total, ageMs } = limits;
  const areWhole = [perSale, total, ageMs].every((limit) => Number.isSafeInteger(limit) && limit >= 0);
  if (currencyOf(currency) === undefined || !areWhole)
    throw usageError('Limits are a currency, and whole numbers of minor units and milliseconds.');
  if ([isOnline, lock].some((one) => one !== undefined && typeof one !== 'function'))
    throw usageError('isOnline and lock are functions.');
}
