/**
 * A refund as this till knows it: written before any money goes back, with what was asked; then with what went back; gone once the shop knows. Whatever dies
 * in between, the next start goes on with it by itself.
 *
 *   back/KEY   JSON, a `RefundOfSale`
 *
 * Floor: till.
 */
import { keyFrom, type PaymentKey } from '@comptoir/sdk';
import { type PaidPart, refundSale, type SaleRefundResult } from '@comptoir/sdk/checkout';
import { systemLock } from '@comptoir/sdk/offline';
import { type Signal, signal } from '@preact/signals';
import type { RefundRequest, Sale, SaleTender } from '../../../shop/src/api.js';
import { queue } from '../reader/readerConnection.js';
import { get, post, ShopRefusal } from '../shop/shopClient.js';
import { readAllJson, readJson, store, writeJson } from '../store/records.js';

interface RefundOfSale {
  readonly key: PaymentKey;
  /** Of the sale. */
  readonly of: string;
  readonly receiptNumber: string;
  readonly currency: string;
  /** What is to go back, minor units. */
  readonly amount: number;
  readonly payments: readonly PaidPart[];
  readonly lines: RefundRequest['lines'];
  readonly atMs: number;
  /** What went back, once that's known: the shop is told of it. */
  readonly told?: RefundRequest;
}

type RefundEnd =
  /** `inCash` of it is handed out by hand. */
  | { readonly kind: 'done'; readonly amount: number; readonly inCash: number }
  | {
      readonly kind: 'partly';
      readonly amount: number;
      readonly inCash: number;
      readonly result: Extract<SaleRefundResult, { status: 'partial' }>;
    }
  | { readonly kind: 'unknown' };

/** Those that a restart finished: cash of them may still be in the drawer. */
export const finished: Signal<readonly { readonly receiptNumber: string; readonly inCash: number }[]> = signal([]);

/** The same number of refunds before: the same refund, whoever asks again. */
export function refundOf(sale: Sale, amount: number, lines: RefundRequest['lines']): RefundOfSale {
  const { key: of, receiptNumber, currency } = sale;
  const key = keyFrom(`${of}-b-${sale.refunds.length + 1}`);
  return { key, of, receiptNumber, currency, amount, payments: paymentsOf(sale), lines, atMs: Date.now() };
}

/** What was sold and didn't come back yet, by article. */
export function notBack({ lines, refunds }: Sale): ReadonlyMap<string, number> {
  const left = new Map<string, number>();
  for (const { sku, qty } of lines) left.set(sku, (left.get(sku) ?? 0) + qty);
  for (const { sku, qty } of refunds.flatMap((made) => made.lines)) left.set(sku, (left.get(sku) ?? 0) - qty);
  return left;
}

/** What goes back of each payment, and by whom: cash by hand, a code's gift card by the shop, everything else by its acquirer. */
export function paymentsOf({ key: first, channel, tenders, refunds }: Sale): readonly PaidPart[] {
  const parts = refunds.flatMap((made) => made.parts);
  const payments: PaidPart[] = [];
  for (const { kind, label, key = first, amount, state, owed = 0 } of tenders) {
    if (kind === 'coupon') continue;
    const by = kind === 'cash' || (channel === 'web' && kind === 'gift') ? 'till' : 'acquirer';
    const came = state === 'stored' ? 0 : amount - owed;
    const before = payments.findIndex((one) => one.key === key && one.by === by);
    // The acquirer shares out what goes back of one tap.
    if (before === -1) payments.push({ key: keyFrom(key), by, kind, label, left: came });
    else payments.splice(before, 1, { ...payments[before], left: (payments[before]?.left ?? 0) + came } as PaidPart);
  }
  return payments.map((payment) => {
    const isOf = ({ key = first, kind }: (typeof parts)[number]): boolean =>
      key === payment.key && (payment.by === 'till') === (kind === 'cash' || (channel === 'web' && kind === 'gift'));
    const back = parts.filter(isOf).reduce((sum, { amount }) => sum + amount, 0);
    return { ...payment, left: Math.max(0, payment.left - back) };
  });
}

/** Minor units that somebody can give back now. */
export function mayGoBack(sale: Sale): number {
  const left = paymentsOf(sale).reduce((sum, payment) => sum + payment.left, 0);
  return Math.min(sale.refundable, left);
}

/**
 * One that is open under this key goes on as it began: with another amount, or at another time, hosts and shop would refuse it.
 * @throws ReaderError, ShopUnreachable, ShopRefusal: the next start goes on
 */
export function giveBack(refund: RefundOfSale): Promise<RefundEnd> {
  return alone(refund.key, async (open) => {
    if (open === undefined) await writeJson(`back/${refund.key}`, refund);
    return goOn(open ?? refund);
  });
}

/** A person and the next start may want the same at once: its cash is told to one of them. @param work with what is written down */
function alone<T>(key: PaymentKey, work: (open: RefundOfSale | undefined) => Promise<T>): Promise<T> {
  const name = `back/${key}`;
  return systemLock(`comptoir-${name}`, async () => work(await readJson<RefundOfSale>(name)));
}

async function goOn(refund: RefundOfSale): Promise<RefundEnd> {
  if (refund.told !== undefined) return tell(refund, refund.told, undefined);
  const { key, payments, amount, currency, of, lines, atMs } = refund;
  const result = await refundSale(queue().acquirer, {
    key,
    payments,
    amount: { minor: amount, currency },
    journal: store,
  });
  if (result.status === 'unknown') return { kind: 'unknown' };
  const parts = result.parts.map((part) => ({
    kind: part.kind as SaleTender['kind'],
    label: part.label,
    amount: part.amount.minor,
    key: part.key,
    by: part.by,
  }));
  const partly = result.status === 'partial' ? result : undefined;
  if (result.amount.minor === 0) {
    await store.del(`back/${key}`);
    return partly === undefined ? { kind: 'unknown' } : { kind: 'partly', amount: 0, inCash: 0, result: partly };
  }
  // Goods of which the money stays are not back either.
  const told = { of, amount: result.amount.minor, parts, lines: partly === undefined ? lines : [], refundedMs: atMs };
  await writeJson(`back/${key}`, { ...refund, told });
  return tell(refund, told, partly);
}

async function tell(
  { key }: RefundOfSale,
  told: RefundRequest,
  result: Extract<SaleRefundResult, { status: 'partial' }> | undefined,
): Promise<RefundEnd> {
  try {
    await post('/refunds', told, key);
  } catch (fault) {
    const isTaken = fault instanceof ShopRefusal && ['key-reused', 'more-than-left'].includes(fault.fault.code);
    if (isTaken && (await isNothingNew(key, told))) await store.del(`back/${key}`);
    throw fault;
  }
  await store.del(`back/${key}`);
  const inCash = told.parts.reduce((sum, { kind, amount }) => sum + (kind === 'cash' ? amount : 0), 0);
  const amount = told.amount;
  return result === undefined ? { kind: 'done', amount, inCash } : { kind: 'partly', amount, inCash, result };
}

/** Somebody was faster. What goes back by hand didn't, so it's over, unless an acquirer gave something back that the shop doesn't know: that stays. */
async function isNothingNew(key: PaymentKey, { of, parts }: RefundRequest): Promise<boolean> {
  const atAcquirers = parts.filter(({ by }) => by !== key);
  if (atAcquirers.length === 0) return true;
  const known = (await get('/sales/:which', { which: of })).refunds.find((one) => one.key === key);
  return atAcquirers.every(
    (part) => known?.parts.some(({ by, amount }) => by === part.by && amount === part.amount) === true,
  );
}

/** @param beforeMs what began later belongs to this page @returns false: some can't be finished yet */
export async function finishRefunds(beforeMs: number): Promise<boolean> {
  let isOver = true;
  for (const refund of await readAllJson<RefundOfSale>('back/')) {
    if (refund.atMs >= beforeMs) continue;
    const end = await alone(refund.key, async (open) => open && goOn(open)).catch(
      (): RefundEnd => ({ kind: 'unknown' }),
    );
    if (end === undefined) continue;
    if (end.kind === 'unknown') isOver = false;
    else finished.value = [...finished.value, { receiptNumber: refund.receiptNumber, inCash: end.inCash }];
  }
  return isOver;
}
