/**
 * What the acquirer said in the end about a stored payment: written into its sale, and told to the shop, which takes a stored sale again as a paid one.
 * Floor: till.
 */
import type { StoredSale } from '@comptoir/sdk/offline';
import { effect } from '@preact/signals';
import { queue, queueChanged } from '../reader/readerConnection.js';
import { changeSale, sales, sendSales } from './outbox.js';
import { isStored, type Part, type SaleRecord } from './saleRecord.js';

/** @param stored what the queue holds */
export async function settleSales(stored: readonly StoredSale[]): Promise<void> {
  for (const one of stored) {
    if (one.state === 'stored' || one.state === 'forwarding') continue;
    const isOpen = ({ key, result, forwarded }: Part): boolean =>
      key === one.key && result?.status === 'stored' && forwarded === undefined;
    const sale = sales.value.find(({ parts }) => parts.some(isOpen));
    if (sale === undefined) continue;
    const isWhole = one.state === 'settled' && one.approved?.minor === one.amount.minor;
    const forwarded = isWhole ? 'settled' : 'lost';
    await changeSale(sale, (now) => {
      const parts = now.parts.map((part): Part => (isOpen(part) ? { ...part, forwarded } : part));
      const settled: SaleRecord = { ...now, parts };
      return isStored(settled) ? settled : { ...settled, isSent: false };
    });
  }
}

/** Whenever the queue changed. */
export function keepSettling(): void {
  effect(() => {
    void queueChanged.value;
    void (async () => {
      await settleSales(await queue().list());
      await sendSales();
    })().catch(() => {});
  });
}
