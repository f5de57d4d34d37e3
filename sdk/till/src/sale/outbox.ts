/**
 * What the shop isn't told yet: sales that are paid, sent in order as soon as it can be reached. The key of each makes sure that it's told once.
 * Floor: till.
 */
import type { Key, LookupResult } from '@comptoir/sdk';
import { systemLock } from '@comptoir/sdk/offline';
import { effect, type Signal, signal } from '@preact/signals';
import { refreshCatalogue } from '../shop/catalogue.js';
import { isOnline, post, ShopRefusal } from '../shop/shopClient.js';
import { allSales, isStored, keepSale, type SaleRecord, saleNow, saleRequest, withResult } from './saleRecord.js';

/** Every sale of this till, the newest first. */
export const sales: Signal<readonly SaleRecord[]> = signal([]);

const RETRY_MS = 5_000;
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
export function endPart(sale: SaleRecord, key: Key, result: LookupResult): Promise<SaleRecord> {
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
  return sales.value.filter(({ state, isSent }) => state === 'paid' && !isSent);
}

async function sendAll(): Promise<void> {
  for (const sale of [...unsent()].reverse()) await sendOne(sale);
  await refreshCatalogue();
}

/** A sale that stands is never refused for want of stock. What the shop refuses stays here, for a person to see. */
async function sendOne(sale: SaleRecord): Promise<void> {
  const { key, body } = saleRequest(sale);
  try {
    if (isStored(sale)) {
      const { results } = await post('/sales/offline', { sales: [{ ...body, key }] }, `${key}-offline`.slice(0, 64));
      const [told] = results;
      if (told?.taken === true) await sent(sale, told.sale.receiptNumber);
      return;
    }
    const told = await post('/sales', body, key);
    await sent(sale, told.receiptNumber);
  } catch (fault) {
    if (!(fault instanceof ShopRefusal)) throw fault;
  }
}

/** What was told: when it was settled meanwhile, the shop is told that as well. */
async function sent(sale: SaleRecord, receiptNumber: string): Promise<void> {
  await changeSale(sale, (now) => ({ ...now, isSent: isStored(now) === isStored(sale), receiptNumber }));
}

/** Tries again while something waits, or the shop can't be reached. */
export function keepSending(): void {
  const round = (): void => void sendSales().catch(() => {});
  setInterval(() => {
    if (unsent().length > 0 || !isOnline.peek()) round();
  }, RETRY_MS);
  addEventListener('online', round);
  effect(() => {
    if (isOnline.value) round();
  });
}
