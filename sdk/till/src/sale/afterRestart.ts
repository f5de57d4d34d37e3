/**
 * What a till that died does first: every key that it had written down is asked for, and its sale ends as the answer says.
 * Floor: till.
 */
import { recoverRefunds, refundEntries } from '@comptoir/sdk/checkout';
import { type Signal, signal } from '@preact/signals';
import { charge } from '../charge/charge.js';
import { lookupAt, queue, recoverJournal } from '../reader/readerConnection.js';
import { finishRefunds } from '../sales/refunds.js';
import { emptyBasketOf } from '../sell/basket.js';
import { store } from '../store/records.js';
import { changeSale, endPart, putSale, sales } from './outbox.js';
import { type Part, type SaleRecord, takenOf, voidKey } from './saleRecord.js';

/** How many sales were ended so. */
export const recovered: Signal<number> = signal(0);

const AGAIN_MS = 5_000;
/** What this page itself began is its own to end. */
const pageBegunMs: number = Date.now();

/** A reader that still waits for the till that died, or isn't there yet, is asked again and again; so is an acquirer that can't tell. */
export async function keepRecovering(): Promise<void> {
  while (!(await recoverSales().catch(() => false))) await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
}

/** @returns false: some can't be ended yet @throws ReaderError what can't be asked now stays open */
export async function recoverSales(): Promise<boolean> {
  // Refunds need no reader, and no open sale.
  const ended = await recoverRefunds(queue().acquirer, store);
  const areRefundsOver = (await finishRefunds(pageBegunMs)) && ended.every(({ result }) => result.status !== 'unknown');
  await noteGivenBack();
  emptyPaidBasket();
  // A customer waits before the reader: later.
  if (sales.value.some(isLeftOpen) && charge.value.at !== 'idle') return false;
  if (sales.value.some(isLeftOpen)) await recoverJournal();
  for (const sale of sales.value.filter(isLeftOpen)) {
    const left = await endParts(sale);
    if (!isLeftOpen(left)) recovered.value += 1;
  }
  emptyPaidBasket();
  // Begun, and nothing was taken: the basket is still there.
  for (const sale of sales.value) {
    if (isEarlier(sale) && takenOf(sale) === 0 && sale.parts.every(({ state }) => state === 'none' || state === 'void'))
      await putSale({ ...sale, state: 'void' });
  }
  return areRefundsOver && !sales.value.some(isLeftOpen);
}

/** The till died after money went back, and before its sale said so: what is left isn't more than it is. */
async function noteGivenBack(): Promise<void> {
  const back = (await refundEntries(store)).flatMap(({ key, result }) => (result?.status === 'refunded' ? [key] : []));
  const isBack = ({ key, kind, state }: Part): boolean =>
    state === 'taken' && kind !== 'cash' && back.includes(voidKey(key));
  for (const sale of sales.value) {
    if (isEarlier(sale) && sale.parts.some(isBack))
      await changeSale(sale, (now) => ({
        ...now,
        parts: now.parts.map((part): Part => (isBack(part) ? { ...part, state: 'void' } : part)),
      }));
  }
}

/** One that can't be asked for keeps no other one waiting. */
async function endParts(sale: SaleRecord): Promise<SaleRecord> {
  let left = sale;
  for (const { key, state } of sale.parts) {
    if (state !== 'open') continue;
    try {
      left = await endPart(left, key, await lookupAt(sale.reader, key));
    } catch {
      // It stays open.
    }
  }
  return left;
}

function isEarlier({ state, startedMs }: SaleRecord): boolean {
  return state === 'open' && startedMs < pageBegunMs;
}

function isLeftOpen(sale: SaleRecord): boolean {
  return isEarlier(sale) && sale.parts.some(({ state }) => state === 'open');
}

/** The till died after the money came, and before the basket was empty. */
function emptyPaidBasket(): void {
  for (const sale of sales.value) if (takenOf(sale) > 0) emptyBasketOf(sale.id);
}
