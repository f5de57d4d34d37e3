/**
 * The checks that every assertion goes through, whatever it takes money from. In exactly this order:
 * key-set, range, MAC; nonce issued, unused, fresh; merchant; amount; counter. What follows is the account's own: status and limits.
 * Source: DCA-1.   Floor: issuer.
 */
import type { KeySet } from '../profileKeys.js';
import type { Assertion, AssertionKind } from './assertion.js';
import { type NumberRange, type ProvenCard, proveCard } from './cardProof.js';
import { acceptCounter, type CounterWindow } from './counterWindow.js';
import type { NonceBook, NonceUse } from './nonceBook.js';
import type { Refusal } from './reasons.js';

/** A merchant says who it is over a line that proves it, and what the sale costs. */
export interface Offer {
  readonly merchant: string;
  /** Minor units. */
  readonly amount: number;
  /** ISO 4217 numeric. */
  readonly currency: number;
  /** May less be approved? */
  readonly takesPartial: boolean;
  /** Objects in any order, untrusted: see `readAssertion`. */
  readonly assertion: Uint8Array;
}

export interface Checks<Range extends NumberRange> {
  readonly kind: AssertionKind;
  readonly keySets: ReadonlyMap<number, KeySet>;
  readonly ranges: readonly Range[];
  /** 9F1C that a merchant's readers send, hexadecimal; none: no such merchant. */
  readonly scopesOf: (merchant: string) => readonly string[];
  readonly nonces: NonceBook;
  /** What was seen of this card. @param identity 16 bytes */
  readonly counters: (identity: Uint8Array) => CounterWindow;
}

export type CheckResult<Range extends NumberRange> =
  | { readonly ok: true; readonly card: ProvenCard<Range>; readonly use: NonceUse }
  | { readonly ok: false; readonly reason: Refusal };

/** @param tap whose sales may use the nonce */
export function checkAssertion<Range extends NumberRange>(
  checks: Checks<Range>,
  assertion: Assertion,
  offer: Offer,
  tap: string,
  nowMs: number,
): CheckResult<Range> {
  const proven = proveCard(checks.keySets, checks.ranges, checks.kind, assertion);
  if (!proven.ok) return proven;
  const nonce = checks.nonces.check(assertion.nonce, tap, nowMs);
  if (!nonce.ok) return nonce;
  const isForMerchant = nonce.merchant === offer.merchant && checks.scopesOf(offer.merchant).includes(assertion.scope);
  if (!isForMerchant) return { ok: false, reason: 'MERCHANT_OTHER' };
  const isSameMoney = assertion.amount === offer.amount && assertion.currency === offer.currency;
  if (!isSameMoney) return { ok: false, reason: 'AMOUNT_OTHER' };
  const counter = acceptCounter(checks.counters(proven.card.identity), assertion.counter);
  return counter.ok ? { ok: true, card: proven.card, use: nonce.use } : counter;
}

/** What must not change when a key comes again. */
export function orderOf({ amount, currency, takesPartial }: Offer, assertion: string): string {
  return `${amount} ${currency} ${takesPartial} ${assertion}`;
}

/** The plans of a tap share its nonce. @param sale of `saleOf`, with DF77 as its key: the last byte is the plan */
export function tapOfSale(sale: string): string {
  return sale.slice(0, -2);
}

/** A merchant's keys are its own: nobody else can reverse its sales or ask about them. */
export function saleOf(merchant: string, key: string): string {
  return `${merchant}\0${key}`;
}
