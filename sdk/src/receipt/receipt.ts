/**
 * A receipt as data: what was bought, what paid, with the EMV fields of each tender and the reason why it was chosen.
 * Source: EMV 4.4 Book 4 §11.4; docs/reference/sdk.md, `receipt`.   Floor: sdk receipt.
 */

import type { LookupResult } from '../payment/lookup.js';
import type { Tender } from '../payment/payment.js';
import type { ReceiptFields } from '../payment/receiptFields.js';
import { usageError } from '../values/errors.js';
import type { Money } from '../values/money.js';

export interface ReceiptTender {
  readonly kind: Tender['kind'] | 'cash';
  readonly label: string;
  readonly amount: Money;
  /** Not approved: the acquirer was not asked yet. */
  readonly isStored: boolean;
  readonly masked?: string;
  readonly last4?: string;
  readonly aid?: string;
  readonly tvr?: string;
  readonly tsi?: string;
  readonly cvm?: string;
  readonly arc?: string;
  readonly authorisationCode?: string;
  /** All fields that the reader gave. */
  readonly fields: ReceiptFields;
  /** Why this one: names of the wallet list. */
  readonly rules: readonly string[];
}

export interface ReceiptLine {
  readonly name: string;
  readonly qty: number;
  /** Of the line, before discounts. */
  readonly amount: Money;
}

export interface AboutSale {
  readonly shop: { readonly name: string; readonly address?: readonly string[]; readonly vatNumber?: string };
  /** Of the receipt, or of the order. */
  readonly number?: string;
  /** Date and time as they are to be printed. */
  readonly time?: string;
  readonly lines?: readonly ReceiptLine[];
  /** The shop's own, each with its name. */
  readonly discounts?: readonly { readonly name: string; readonly amount: Money }[];
  readonly tip?: Money;
  /** Inside the total; `rate` in hundredths of a percent. */
  readonly vat?: readonly { readonly rate: number; readonly amount: Money }[];
  /** What was taken without a reader. */
  readonly cash?: { readonly taken: Money; readonly change?: Money };
  /** What is still to be paid after all of it. Default: what the last tap left, whatever cash came before or after it. */
  readonly remaining?: Money;
}

export interface Receipt extends AboutSale {
  /** `stored`: a part isn't approved. `due`: a part isn't paid. */
  readonly status: 'paid' | 'stored' | 'due' | 'declined';
  /** What was taken, tip included, coupons left out. */
  readonly paid: Money;
  /** Of a declined sale. */
  readonly code?: string;
  readonly tenders: readonly ReceiptTender[];
  /** What the card held and wasn't used, with the reason: a name of the wallet list. */
  readonly notUsed: readonly { readonly label: string; readonly reason: string }[];
}

/**
 * @param results of one sale, one for each tap, in order; none when all of it was paid in cash
 * @returns undefined while it isn't known how the sale ended, and for one that was cancelled: there is no receipt without a sale
 * @throws ReaderError `usage/invalid` when nothing was taken at all
 */
export function receipt(results: readonly LookupResult[], about: AboutSale): Receipt | undefined {
  const last = results.at(-1);
  const isKnown = results.every(({ status }) => status !== 'unknown' && status !== 'never-seen');
  if (!isKnown || (last?.status === 'cancelled' && results.length === 1)) return undefined;
  const tenders = [...results.flatMap(tendersOf), ...cashOf(about)];
  const money = tenders.filter(({ kind }) => kind !== 'coupon');
  const currency = (tenders[0]?.amount ?? declinedTotal(last))?.currency;
  if (currency === undefined && last?.status !== 'declined') throw usageError('A receipt is of what was paid.');
  const paid = { minor: money.reduce((sum, { amount }) => sum + amount.minor, 0), currency: currency ?? 'EUR' };
  const remaining = about.remaining ?? (last !== undefined && 'remaining' in last ? last.remaining : undefined);
  const { remaining: _given, ...rest } = about;
  const notUsed = results.flatMap((result) => ('payment' in result && result.payment?.notUsed) || []);
  return {
    ...rest,
    status: statusOf(last, tenders, remaining),
    paid,
    tenders,
    notUsed: notUsed.map(({ label, reason }) => ({ label, reason })),
    ...(remaining !== undefined && remaining.minor > 0 && { remaining }),
    ...(last?.status === 'declined' && { code: last.code }),
  };
}

function statusOf(
  last: LookupResult | undefined,
  tenders: readonly ReceiptTender[],
  remaining: Money | undefined,
): Receipt['status'] {
  if (last?.status === 'declined' && tenders.length === 0) return 'declined';
  if (tenders.some(({ isStored }) => isStored)) return 'stored';
  return remaining !== undefined && remaining.minor > 0 ? 'due' : 'paid';
}

function tendersOf(result: LookupResult): readonly ReceiptTender[] {
  const isStored = result.status === 'stored';
  const tenders = ('payment' in result && result.payment?.tenders) || [];
  return tenders.filter(({ amount }) => amount.minor > 0).map((tender) => ofTender(tender, isStored));
}

function ofTender(tender: Tender, isStored: boolean): ReceiptTender {
  const { kind, label, amount, masked, rules, aid, receipt: given = {}, ...rest } = tender;
  const fields: ReceiptFields = {
    ...(aid !== undefined && { aid }),
    ...(rest.responseCode !== undefined && { arc: rest.responseCode }),
    ...(rest.authorisationCode !== undefined && { authorisationCode: rest.authorisationCode }),
    ...given,
  };
  return { kind, label, amount, isStored, ...cardFields(masked, fields), fields, rules };
}

const PRINTED = ['aid', 'tvr', 'tsi', 'cvm', 'arc', 'authorisationCode'] as const;

function cardFields(masked: string | undefined, fields: ReceiptFields): Partial<ReceiptTender> {
  const printed = PRINTED.flatMap((name) => (fields[name] === undefined ? [] : [[name, fields[name]]]));
  const isMasked = masked !== undefined && masked !== '';
  return { ...(isMasked && { masked, last4: masked.slice(-4) }), ...Object.fromEntries(printed) };
}

function cashOf({ cash }: AboutSale): readonly ReceiptTender[] {
  if (cash === undefined || cash.taken.minor === 0) return [];
  return [{ kind: 'cash', label: 'cash', amount: cash.taken, isStored: false, fields: {}, rules: [] }];
}

function declinedTotal(result: LookupResult | undefined): Money | undefined {
  return result !== undefined && 'payment' in result ? result.payment?.total : undefined;
}
