/**
 * What the shop isn't told yet: sales that are paid, sent in order as soon as it can be reached. The key of each makes sure that it's told once.
 * Floor: till.
 */
import { type LookupResult, type PaymentId, type PaymentKey, paymentIdOf } from '@comptoir/sdk';
import { systemLock } from '@comptoir/sdk/offline';
import { effect, type Signal, signal } from '@preact/signals';
import type { Sale, SaleRequest } from '../../../shop/src/api.js';
import { refreshCatalogue } from '../shop/catalogue.js';
import { isOnline, post, ShopRefusal } from '../shop/shopClient.js';
import { issueGifts, owesGifts } from './giftsOfSale.js';
import { allSales, keepSale, type Part, type SaleRecord, saleNow, saleRequest, withResult } from './saleRecord.js';

/** Every sale of this till, the newest first. */
export const sales: Signal<readonly SaleRecord[]> = signal([]);

const RETRY_MS = 5_000;
/** So long nobody notices that the network is away, or that the shop's goods changed. */
const LOOK_MS = 15_000;
const LOCK = 'comptoir-sale';

export async function loadSales(): Promise<void> {
  sales.value = await allSales();
}

/** Written down before anybody sees it. */
export async function putSale(sale: SaleRecord): Promise<SaleRecord> {
  await keepSale(sale);
  sales.value = [sale, ...sales.value.filter(({ id }) => id !== sale.id)].sort((a, b) => b.startedMs - a.startedMs);
  return sale;
}

/** Ends the part with this key in the sale as it stands now: others may have gone on with it meanwhile. */
export function endPart(sale: SaleRecord, key: PaymentKey, result: LookupResult): Promise<SaleRecord> {
  return changeSale(sale, (now) => withResult(now, key, result));
}

/** One change after the other, in all tabs. @param change of the sale as it stands now */
export function changeSale(sale: SaleRecord, change: (now: SaleRecord) => SaleRecord): Promise<SaleRecord> {
  return systemLock(LOCK, async () => putSale(change(await saleNow(sale))));
}

let sending: Promise<void> | undefined;

/** Calls at the same time share one round. */
export function sendSales(): Promise<void> {
  sending ??= sendAll().finally(() => {
    sending = undefined;
  });
  return sending;
}

export function unsent(): readonly SaleRecord[] {
  return sales.value.filter((sale) => sale.state === 'paid' && (!sale.isSent || isUntold(sale)));
}

/** The shop doesn't know yet what became of its stored payments, or has gift cards to issue. */
function isUntold(sale: SaleRecord): boolean {
  return sale.parts.some(({ forwarded }) => forwarded?.isTold === false) || owesGifts(sale);
}

async function sendAll(): Promise<void> {
  for (const sale of [...unsent()].reverse()) await sendOne(sale);
  await refreshCatalogue();
}

/** A sale that stands is never refused for want of stock. What the shop refuses stays here, for a person to see. */
async function sendOne(sale: SaleRecord): Promise<void> {
  try {
    const { key, body } = saleRequest(sale);
    let told = sale;
    if (!sale.isSent) {
      const { receiptNumber } = await tellSale(key, body);
      told = await changeSale(sale, (now) => ({ ...now, isSent: true, receiptNumber }));
    }
    for (const part of told.parts) told = await tellEnd(told, part);
    if (owesGifts(told)) {
      const gifts = await issueGifts(told, key);
      await changeSale(told, (now) => ({ ...now, gifts }));
    }
  } catch (fault) {
    if (!(fault instanceof ShopRefusal)) throw fault;
  }
}

async function tellSale(key: PaymentId, body: SaleRequest): Promise<Sale> {
  if (body.status === 'paid') return post('/sales', body, key);
  const { results } = await post('/sales/offline', { sales: [{ ...body, key }] }, `${key}-offline`.slice(0, 64));
  const [told] = results;
  if (told?.taken !== true)
    throw new ShopRefusal(told?.error ?? { code: 'internal', message: '', recovery: 'call-support' });
  return told.sale;
}

/** What became of a stored payment. */
async function tellEnd(sale: SaleRecord, { key, forwarded }: Part): Promise<SaleRecord> {
  if (forwarded === undefined || forwarded.isTold) return sale;
  const { isTold: _, ...end } = forwarded;
  const id = paymentIdOf(key);
  await post('/sales/:which/settle', { key: id, ...end }, id, { which: id });
  return changeSale(sale, (now) => ({
    ...now,
    parts: now.parts.map(
      (part): Part => (part.key === key ? { ...part, forwarded: { ...forwarded, isTold: true } } : part),
    ),
  }));
}

/** Tries again while something waits, or the shop can't be reached. */
export function keepSending(): void {
  const round = (): void => void sendSales().catch(() => {});
  setInterval(() => {
    if (unsent().length > 0 || !isOnline.peek()) round();
  }, RETRY_MS);
  setInterval(() => void refreshCatalogue().catch(() => {}), LOOK_MS);
  addEventListener('online', round);
  effect(() => {
    if (isOnline.value) round();
  });
}
