/**
 * What an acquirer says about a sale and a refund, read with care: it may come over a network.
 * Source: docs/reference/sdk.md, `Acquirer`.   Floor: sdk refund.
 */

import {
  type MadeRefund,
  REFUND_REFUSALS,
  type RefundAnswer,
  type SaleAtAcquirer,
  type TakenTender,
} from '../payment/acquirerRefunds.js';
import { keyFrom, paymentIdOf } from '../values/key.js';
import { KINDS } from '../values/kind.js';
import { type Money, money } from '../values/money.js';
import { isObject } from '../values/shape.js';

/** A card has 32 profiles, and each pays once. */
const TENDERS_MAX = 32;
const STATES: readonly string[] = ['open', 'stands', 'void'];

/** @param value untrusted @throws Error when it makes no sense: more back than was taken, two currencies */
export function readSaleAtAcquirer(value: unknown): SaleAtAcquirer {
  const { state, tenders, refunds, heldUntilMs } = fieldsOf(value);
  if (typeof state !== 'string' || !STATES.includes(state)) throw wrong('state');
  if (heldUntilMs !== undefined && (state !== 'open' || !isTime(heldUntilMs))) throw wrong('heldUntilMs');
  if (!Array.isArray(tenders) || tenders.length > TENDERS_MAX || !Array.isArray(refunds)) throw wrong('tenders');
  const taken = tenders.map(takenTender);
  const made = refunds.map(madeRefund);
  const currency = taken[0]?.amount.currency;
  const isOneCurrency = [...taken, ...made].every(({ amount }) => amount.currency === currency);
  const isCovered = taken.every(({ kind, amount }, at) => {
    const most = kind === 'coupon' ? 0 : amount.minor;
    return sumOf(made.filter(({ tender }) => tender === at)) <= most;
  });
  if (!isOneCurrency || !isCovered || made.some(({ tender }) => tender >= taken.length)) throw wrong('amounts');
  const told = { state: state as SaleAtAcquirer['state'], tenders: taken, refunds: made };
  return heldUntilMs === undefined ? told : { ...told, heldUntilMs };
}

/** @param value untrusted @throws Error */
export function readRefundAnswer(value: unknown): RefundAnswer {
  const { kind, reason } = fieldsOf(value);
  if (kind === 'refunded') return { kind };
  const known = REFUND_REFUSALS.find((one) => one === reason);
  if (kind !== 'refused' || known === undefined) throw wrong('answer');
  return { kind, reason: known };
}

export function sumOf(parts: readonly { readonly amount: Money }[]): number {
  return parts.reduce((sum, { amount }) => sum + amount.minor, 0);
}

function takenTender(value: unknown): TakenTender {
  const { kind, label, amount } = fieldsOf(value);
  if (typeof label !== 'string') throw wrong('label');
  return { kind: KINDS.find((one) => one === kind) ?? 'other', label, amount: moneyFrom(amount) };
}

function madeRefund(value: unknown): MadeRefund {
  const { key, tender, amount, whole } = fieldsOf(value);
  if (!Number.isSafeInteger(tender) || (tender as number) < 0) throw wrong('tender');
  return {
    key: paymentIdOf(keyFrom(key as string)),
    tender: tender as number,
    amount: moneyFrom(amount),
    whole: moneyFrom(whole),
  };
}

function moneyFrom(value: unknown): Money {
  const { minor, currency } = fieldsOf(value);
  return money(minor as number, currency as string);
}

function isTime(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function fieldsOf(value: unknown): Record<string, unknown> {
  if (!isObject(value)) throw wrong('form');
  return value as Record<string, unknown>;
}

function wrong(what: string): Error {
  return new Error(`The ${what} that the acquirer gave makes no sense.`);
}
