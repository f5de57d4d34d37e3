/**
 * How a refund ended, as data; and what is to be done next, from what the ledgers say. Nothing else is remembered: whoever goes on
 * with a refund, after a crash or at another till, comes to the same steps.
 * Source: docs/reference/sdk.md, `refund`.   Floor: sdk refund.
 */

import type { RefundOrder, RefundRefusal, SaleAtAcquirer } from '../payment/acquirerRefunds.js';
import type { Recovery, RecoveryAction } from '../values/errorTable.js';
import { type PaymentKey, paymentIdOf } from '../values/key.js';
import type { Kind } from '../values/kind.js';
import type { Money } from '../values/money.js';
import { refundPlan } from './refundPlan.js';
import { sumOf } from './saleAtAcquirer.js';

/** What went back to one instrument. */
export interface RefundPart {
  readonly kind: Kind | 'other';
  readonly label: string;
  readonly amount: Money;
  /** Position of the tender in the sale. */
  readonly tender: number;
}

interface OfSale {
  /** Of the refund. */
  readonly key: PaymentKey;
  /** Of the sale. */
  readonly of: PaymentKey;
}

export interface RefundTold extends OfSale {
  /** By this refund. */
  readonly amount: Money;
  /** In the order in which they went back, the last tender of the sale first. */
  readonly parts: readonly RefundPart[];
  /** Coupons of the sale: valid again as soon as all the money went back, or not. */
  readonly coupons: readonly { readonly label: string; readonly isValidAgain: boolean }[];
  /** What could still go back of this sale. */
  readonly left: Money;
}

export type RefundCode = RefundRefusal | 'NOTHING_LEFT' | 'CURRENCY_DIFFERS';

export type RefundResult =
  /** All that was asked for went back. */
  | ({ readonly status: 'refunded' } & RefundTold)
  /** A part went back and stands; `remaining` didn't. */
  | ({
      readonly status: 'partial';
      readonly remaining: Money;
      readonly code: RefundCode;
      readonly recovery: Recovery;
    } & RefundTold)
  /** Nothing went back by this key. */
  | ({
      readonly status: 'refused';
      readonly code: RefundCode;
      readonly recovery: Recovery;
      /** What could go back. */
      readonly left?: Money;
    } & OfSale)
  /** The acquirer couldn't be asked: a part may have gone back. The same key again tells, and goes on. */
  | ({
      readonly status: 'unknown';
      readonly recovery: Recovery;
      /** Not enumerable: it stays out of JSON. */
      readonly cause?: unknown;
    } & OfSale);

/** What to do about a refusal. */
// biome-ignore format: a table is read by its rows
const REFUSED: Readonly<Record<RefundCode, readonly [RecoveryAction, string]>> = {
  SALE_UNKNOWN: ['fix-code', 'The acquirer knows of nothing that was taken under this key: check the key of the sale.'],
  SALE_OPEN: ['lookup', 'It is not known yet how the sale ended: look it up first, then refund it.'],
  SALE_VOID: ['fix-code', 'Nothing was taken by this sale: there is nothing to give back.'],
  TENDER_UNKNOWN: ['call-support', 'The acquirer does not know its own tender: ask it.'],
  MORE_THAN_LEFT: ['fix-code', 'Give back no more than is left, with this key.'],
  NOTHING_LEFT: ['fix-code', 'Everything went back before.'],
  CURRENCY_DIFFERS: ['fix-code', 'The sale was in another currency.'],
  KEY_REUSED: ['fix-code', 'This key belongs to another refund: make a new one.'],
  MONEY_FIRST: ['retry-same-key', 'Try again.'],
  INSTRUMENT_REFUSED: ['call-support', 'The instrument that paid takes nothing back: give the rest back in another way.'],
};

const AGAIN = 'Refund again with the same key: what went back is not given twice.';

type RefundStep =
  | { readonly kind: 'act'; readonly orders: readonly RefundOrder[] }
  | { readonly kind: 'ended'; readonly result: RefundResult };

export interface Wanted extends OfSale {
  readonly amount?: Money | undefined;
}

/**
 * @param sale    what the ledgers say now
 * @param refusal why the last order was refused, when another try would be refused as well
 * @param refusedCoupons positions
 */
export function nextStep(
  sale: SaleAtAcquirer | null,
  wanted: Wanted,
  refusal: RefundRefusal | undefined,
  refusedCoupons: ReadonlySet<number>,
): RefundStep {
  const { key, of, amount: asked } = wanted;
  const ids = { of: paymentIdOf(of), key: paymentIdOf(key) };
  const ended = (code: RefundCode, left?: Money): RefundStep => ({
    kind: 'ended',
    result: refused(wanted, code, left),
  });
  const currency = sale?.tenders[0]?.amount.currency;
  if (sale === null) return ended('SALE_UNKNOWN');
  if (sale.state === 'open') return ended('SALE_OPEN');
  const { tenders, refunds } = sale;
  const own = refunds.filter((made) => made.key === ids.key);
  const isBegun = own.length > 0;
  const isVoid = sale.state === 'void';
  // What went back before the sale was taken back stays told.
  if ((isVoid && !isBegun) || currency === undefined) return ended('SALE_VOID');
  if (asked !== undefined && asked.currency !== currency) return ended('CURRENCY_DIFFERS');

  const taken = sumOf(tenders.filter(({ kind }) => kind !== 'coupon'));
  const left = { minor: isVoid ? 0 : taken - sumOf(refunds), currency };
  const done = sumOf(own);
  const whole = own[0]?.whole ?? asked ?? left;
  if (asked !== undefined && asked.minor !== whole.minor) return ended('KEY_REUSED', left);
  const due = whole.minor - done;
  if (!isBegun && taken > 0 && left.minor === 0) return ended('NOTHING_LEFT', left);
  if (!isBegun && due > left.minor) return ended('MORE_THAN_LEFT', left);
  if (!isBegun && refusal !== undefined) return ended(refusal, left);

  // Another till was first with this key, and its parts tell of what amount it is.
  const isFinal = refusal !== undefined && refusal !== 'KEY_REUSED';
  if (due > 0 && left.minor > 0 && !isFinal) {
    const plan = refundPlan(tenders, { minor: Math.min(due, left.minor), currency }, refunds);
    return { kind: 'act', orders: plan.refunds.map((part) => ({ ...ids, whole, ...part })) };
  }
  const coupons = tenders.flatMap(({ kind }, at) => (kind === 'coupon' ? [at] : []));
  const isValidAgain = (at: number): boolean => refunds.some(({ tender }) => tender === at);
  const orders = left.minor > 0 ? [] : coupons.filter((at) => !isValidAgain(at) && !refusedCoupons.has(at)).reverse();
  if (orders.length > 0) {
    const amount = { minor: 0, currency };
    return { kind: 'act', orders: orders.map((tender) => ({ ...ids, tender, amount, whole })) };
  }
  if (!isBegun && taken === 0) return ended('NOTHING_LEFT', left);
  const told: RefundTold = {
    key,
    of,
    amount: { minor: done, currency },
    parts: own.flatMap(({ tender, amount }) => {
      const paid = tenders[tender];
      return paid === undefined || paid.kind === 'coupon'
        ? []
        : [{ kind: paid.kind, label: paid.label, amount, tender }];
    }),
    coupons: coupons.map((at) => ({ label: tenders[at]?.label ?? '', isValidAgain: isValidAgain(at) })),
    left,
  };
  if (due === 0) return { kind: 'ended', result: { status: 'refunded', ...told } };
  const code = isFinal ? refusal : 'MORE_THAN_LEFT';
  const remaining = { minor: due, currency };
  return { kind: 'ended', result: { status: 'partial', remaining, code, recovery: recoveryOf(code), ...told } };
}

export function refused({ key, of }: OfSale, code: RefundCode, left?: Money): RefundResult {
  return { status: 'refused', key, of, code, recovery: recoveryOf(code), ...(left !== undefined && { left }) };
}

export function unknownRefund({ key, of }: OfSale, cause: unknown): RefundResult {
  const result: RefundResult = { status: 'unknown', key, of, recovery: { do: 'retry-same-key', message: AGAIN } };
  return Object.defineProperty(result, 'cause', { value: cause });
}

function recoveryOf(code: RefundCode): Recovery {
  const [action, message] = REFUSED[code];
  return { do: action, message };
}
