/**
 * Gives a part of a sale back that several payments paid, or all of it: the last payment first, each by whoever took it. What the hosts took goes
 * back there, each part by a key of its own that follows from the refund's; what the till took, cash above all, it gives back itself.
 * Source: docs/reference/sdk.md, `refundSale`; decision 73.   Floor: sdk refund.
 */

import type { Acquirer } from '../payment/acquirer.js';
import { usageError } from '../values/errors.js';
import type { Recovery } from '../values/errorTable.js';
import { keyFrom, type PaymentKey, paymentIdOf } from '../values/key.js';
import { type Money, money } from '../values/money.js';
import { hasMethods } from '../values/shape.js';
import type { Store } from '../values/store.js';
import { type RefundOptions, refund } from './refund.js';
import type { RefundCode, RefundResult } from './refundResult.js';

/** One payment of a sale. */
export interface PaidPart {
  readonly key: PaymentKey;
  /** Who gives it back: the acquirer that took it, or the till. */
  readonly by: 'acquirer' | 'till';
  /** `cash`, `gift`…: for the receipt. */
  readonly kind: string;
  readonly label: string;
  /** What came by it and didn't go back, minor units: without what coupons took off. */
  readonly left: number;
}

export interface SaleRefundRequest {
  /** Of the refund, its id up to 61 characters: the same key is the same refund, with the same amount and payments. */
  readonly key: PaymentKey;
  /** In the order in which they were taken. */
  readonly payments: readonly PaidPart[];
  readonly amount: Money;
  /** See `refund`. */
  readonly journal?: Store;
}

export interface RefundedPart {
  readonly kind: string;
  readonly label: string;
  readonly amount: Money;
  /** Of the payment. */
  readonly key: PaymentKey;
  /** What its acquirer was asked with, by its id. Of the till's parts: the refund's key. */
  readonly by: PaymentKey;
}

export type SaleRefundResult =
  /** All of it. `parts` of the till are to be given back now. */
  | { readonly status: 'refunded'; readonly amount: Money; readonly parts: readonly RefundedPart[] }
  /** `amount` went back and stands, `remaining` didn't; of 0, nothing went back. */
  | {
      readonly status: 'partial';
      readonly amount: Money;
      readonly remaining: Money;
      readonly parts: readonly RefundedPart[];
      readonly code: RefundCode;
      readonly recovery: Recovery;
    }
  /** An acquirer couldn't be asked to the end: the same key again tells, and goes on. Nothing is to be given back by the till before. */
  | { readonly status: 'unknown'; readonly recovery: Recovery };

const PAYMENTS_MAX = 32;

/** @throws ReaderError `usage/invalid`, also for more than is left; `journal/failed`: the same key again goes on */
export async function refundSale(
  acquirer: Acquirer,
  { key, payments, amount, journal }: SaleRefundRequest,
  options: RefundOptions = {},
): Promise<SaleRefundResult> {
  const { minor, currency } = money(amount.minor, amount.currency);
  check(payments, minor, journal);
  const parts: RefundedPart[] = [];
  let due = minor;
  for (const [at, payment] of [...payments.entries()].reverse()) {
    const asked = Math.min(due, payment.left);
    if (asked === 0) continue;
    const { kind, label } = payment;
    if (payment.by === 'till') {
      parts.push({ kind, label, amount: { minor: asked, currency }, key: payment.key, by: keyFrom(key) });
      due -= asked;
      continue;
    }
    const by = keyFrom(`${paymentIdOf(key)}-${at + 1}`);
    const wanted = { of: payment.key, key: by, amount: { minor: asked, currency } };
    const result = await refund(acquirer, { ...wanted, ...(journal !== undefined && { journal }) }, options);
    if (result.status === 'unknown') return { status: 'unknown', recovery: result.recovery };
    const made = partsOf(result, payment, by);
    parts.push(...made);
    due -= made.reduce((sum, part) => sum + part.amount.minor, 0);
    if (result.status !== 'refunded') {
      const { code, recovery } = result;
      const [back, remaining] = [minor - due, due].map((one) => ({ minor: one, currency })) as [Money, Money];
      return { status: 'partial', amount: back, remaining, parts, code, recovery };
    }
  }
  return { status: 'refunded', amount: { minor, currency }, parts };
}

/** By instrument, as the acquirer tells. */
function partsOf(result: RefundResult, { key }: PaidPart, by: PaymentKey): readonly RefundedPart[] {
  if (!('parts' in result)) return [];
  return result.parts.map(({ kind, label, amount }) => ({ kind, label, amount, key, by }));
}

function check(payments: readonly PaidPart[], minor: number, journal: Store | undefined): void {
  if (!Array.isArray(payments) || payments.length === 0 || payments.length > PAYMENTS_MAX)
    throw usageError(`A sale has 1 to ${PAYMENTS_MAX} payments.`);
  const isWhole = payments.every(({ left }) => Number.isSafeInteger(left) && left >= 0);
  if (!isWhole) throw usageError('What is left of a payment is a whole number of minor units, from 0 on.');
  const most = payments.reduce((sum, { left }) => sum + left, 0);
  if (minor === 0 || minor > most) throw usageError('A refund is more than 0, and at most what was paid and is left.');
  if (journal !== undefined && !hasMethods(journal, 'get', 'put', 'del', 'keys'))
    throw usageError('A journal is a Store: get, put, del, keys.');
}
