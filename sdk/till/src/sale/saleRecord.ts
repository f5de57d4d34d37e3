/**
 * A sale as this till knows it: written before any money is asked for, with the key that it's asked with, and after each answer. Whatever dies in
 * between, the keys tell what was charged.
 *
 *   sale/ID   JSON, a `SaleRecord`
 *
 * Floor: till.
 */
import {
  type Basket,
  keyFrom,
  type LookupResult,
  newKey,
  type Payment,
  type PaymentId,
  type PaymentKey,
  paymentIdOf,
} from '@comptoir/sdk';
import type { Discount, SaleRequest, SaleTender } from '../../../shop/src/api.js';
import type { PricedBasket } from '../sell/basket.js';
import { settings } from '../settings/settings.js';
import { readAllJson, readJson, writeJson } from '../store/records.js';

export interface SoldLine {
  readonly sku: string;
  readonly qty: number;
  readonly unit: number;
  readonly discount: number;
  readonly name: { readonly en: string; readonly fr: string };
  /** As it was when it was sold. */
  readonly vat: number;
}

/** `open`: nobody knows yet, `none`: nothing was taken. */
export type PartState = 'open' | 'taken' | 'none' | 'void';

export interface Part {
  /** Of the payment. Cash has one, too. */
  readonly key: PaymentKey;
  readonly kind: 'card' | 'cash';
  /** What was asked for, and what was taken of it: minor units, the tip included. */
  readonly asked: number;
  readonly taken: number;
  readonly state: PartState;
  readonly result?: LookupResult;
  /** Of a stored payment, once it's known what came. */
  readonly forwarded?: Forwarded;
  /** Cash that was given, change included. */
  readonly received?: number;
}

/** What became of a stored payment in the end. */
export interface Forwarded {
  readonly end: 'settled' | 'declined' | 'lost';
  /** What came of it, minor units. */
  readonly approved: number;
  readonly note?: string;
  /** The shop knows it. */
  readonly isTold: boolean;
}

/** A gift card that the sale paid for, as the shop issued it. */
export interface IssuedGift {
  readonly code: string;
  readonly amount: number;
}

export interface SaleRecord {
  readonly id: string;
  readonly startedMs: number;
  readonly currency: string;
  readonly lines: readonly SoldLine[];
  /** What the reader is asked for, without the tip: of this sale, whatever is in the basket by now. */
  readonly basket: Basket;
  readonly discounts: readonly Discount[];
  readonly codes: readonly string[];
  readonly subtotal: number;
  /** Without the tip. */
  readonly total: number;
  readonly tip: number;
  readonly parts: readonly Part[];
  readonly state: 'open' | 'paid' | 'void';
  /** The shop knows it, as it was sold. */
  readonly isSent: boolean;
  /** Once they are issued: none for a sale without gift cards. */
  readonly gifts?: readonly IssuedGift[];
  readonly receiptNumber?: string;
  readonly reader?: string;
  /** The pickup order that it pays. */
  readonly order?: string;
}

/** So long that the keys of its payments, their refunds and their gift cards are no longer than 64 characters. */
const TILL_CHARACTERS = 26;

/** Time, and four letters, so that two tills never make the same. */
export function newSale(priced: PricedBasket, codes: readonly string[], tip: number, order?: string): SaleRecord {
  const nowMs = Date.now();
  const random = crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;
  return {
    id: `${(settings.value.till || 'till').slice(0, TILL_CHARACTERS)}-${nowMs.toString(36)}-${random.toString(36).slice(0, 4)}`,
    startedMs: nowMs,
    currency: priced.basket.currency,
    lines: priced.lines.map(({ item, sku, qty, unit, discount }) => {
      const { name, vat } = item;
      return { sku, qty, unit, discount, name, vat };
    }),
    basket: priced.basket,
    discounts: priced.discounts,
    codes,
    subtotal: priced.subtotal,
    total: priced.total,
    tip,
    parts: [],
    state: 'open',
    isSent: false,
    ...(order !== undefined && { order }),
  };
}

export async function keepSale(sale: SaleRecord): Promise<SaleRecord> {
  await writeJson(`sale/${sale.id}`, sale);
  return sale;
}

/** The newest first. */
export async function allSales(): Promise<readonly SaleRecord[]> {
  return [...(await readAllJson<SaleRecord>('sale/'))].sort((a, b) => b.startedMs - a.startedMs);
}

/** As it stands now, whoever wrote it last. */
export async function saleNow(sale: SaleRecord): Promise<SaleRecord> {
  return (await readJson<SaleRecord>(`sale/${sale.id}`)) ?? sale;
}

/** Of the next payment: another one at each call, so it's written down before it's used. */
export function nextKey({ id, parts }: SaleRecord): PaymentKey {
  return newKey(id, parts.length + 1);
}

/** Of what gives a part back when its sale is given up: the same each time. @param of key of the part */
export function voidKey(of: PaymentKey): PaymentKey {
  return keyFrom(`${paymentIdOf(of)}-void`);
}

export function takenOf({ parts }: SaleRecord): number {
  return parts.reduce((sum, { taken, state }) => sum + (state === 'taken' ? taken : 0), 0);
}

export function remainingOf(sale: SaleRecord): number {
  return sale.total + sale.tip - takenOf(sale);
}

/** A part is stored, and nobody approved it yet. */
export function isStored({ parts }: SaleRecord): boolean {
  return parts.some((part) => isStoredPart(part) && part.forwarded === undefined);
}

/** Of a stored part, something never came. */
export function isLost({ parts }: SaleRecord): boolean {
  return owedOf(parts) > 0;
}

/** What never came of stored parts, minor units. */
export function owedOf(parts: readonly Part[]): number {
  return parts.reduce(
    (sum, { taken, state, forwarded }) =>
      sum + (state === 'taken' && forwarded !== undefined ? taken - forwarded.approved : 0),
    0,
  );
}

/** Taken without the acquirer, whatever became of it. */
export function isStoredPart({ state, result }: Part): boolean {
  return state === 'taken' && result?.status === 'stored';
}

/** The part with this key, as its result says. What ended before stays as it ended. */
export function withResult(sale: SaleRecord, key: PaymentKey, result: LookupResult): SaleRecord {
  const parts = sale.parts.map((part) =>
    part.key === key && part.state === 'open' ? { ...part, ...endOf(result), result } : part,
  );
  return withState({ ...sale, parts });
}

export function withState(sale: SaleRecord): SaleRecord {
  return remainingOf(sale) === 0 && sale.state === 'open' ? { ...sale, state: 'paid' } : sale;
}

function endOf(result: LookupResult): { readonly state: PartState; readonly taken: number } {
  switch (result.status) {
    case 'approved':
    case 'partial':
    case 'stored':
      return { state: 'taken', taken: result.payment.taken.minor };
    case 'declined':
    case 'cancelled':
    case 'never-seen':
      return { state: 'none', taken: 0 };
    case 'unknown':
      return { state: 'open', taken: 0 };
  }
}

/**
 * What the shop is told of a sale as it was sold: the same each time, whatever became of stored parts meanwhile. The key of the sale is the id of
 * its first part; no secret goes there.
 */
export function saleRequest(sale: SaleRecord): { readonly key: PaymentId; readonly body: SaleRequest } {
  const taken = sale.parts.filter(({ state }) => state === 'taken');
  const told = taken.flatMap((part) => paymentIn(part) ?? []).find((payment) => payment.sale !== undefined);
  const [first] = taken;
  const key = first === undefined ? keyFrom(sale.id) : paymentIdOf(first.key);
  return {
    key,
    body: {
      lines: sale.lines.map(({ sku, qty, unit, discount }) => ({ sku, qty, unit, discount })),
      codes: sale.codes,
      discounts: sale.discounts,
      total: sale.total,
      tenders: taken.flatMap((part) =>
        tendersOf(part).map((tender) => (part === first ? tender : { ...tender, key: paymentIdOf(part.key) })),
      ),
      tip: sale.tip,
      status: taken.some(isStoredPart) ? 'stored' : 'paid',
      soldMs: sale.startedMs,
      ...(told?.accountToken !== undefined && { accountToken: told.accountToken }),
      ...(told?.sale !== undefined && { planId: told.sale }),
      ...(told?.record !== undefined && { record: told.record }),
      ...(sale.reader !== undefined && { reader: sale.reader }),
      ...(sale.order !== undefined && { reservation: sale.order }),
    },
  };
}

export function tendersOf(part: Part): readonly SaleTender[] {
  const payment = paymentIn(part);
  if (payment === undefined) return part.kind === 'cash' ? [{ kind: 'cash', label: 'cash', amount: part.taken }] : [];
  const state = part.result?.status === 'stored' ? { state: 'stored' as const } : {};
  return payment.tenders.map(({ amount, token, tokenReason, par, receipt, ...tender }) => ({
    ...tender,
    ...state,
    amount: amount.minor,
    receipt: { ...receipt },
  }));
}

function paymentIn({ result }: Part): Payment | undefined {
  return result !== undefined && 'payment' in result ? result.payment : undefined;
}
