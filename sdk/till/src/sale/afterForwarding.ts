/**
 * What became of stored payments: written into their sale as soon as the queue knows, and told to the shop once it has the sale. A payment that was
 * taken back counts as taken no more.
 * Floor: till.
 */
import type { StoredSale } from '@comptoir/sdk/offline';
import { effect } from '@preact/signals';
import { queue, queueChanged } from '../reader/readerConnection.js';
import { changeSale, sales, sendSales } from './outbox.js';
import { type Forwarded, isStoredPart, type Part } from './saleRecord.js';

/** @param stored what the queue holds */
export async function settleSales(stored: readonly StoredSale[]): Promise<void> {
  for (const one of stored) {
    const forwarded = endOf(one);
    if (forwarded === undefined && one.state !== 'void') continue;
    const isOpen = (part: Part): boolean => part.key === one.key && isStoredPart(part) && part.forwarded === undefined;
    const sale = sales.value.find(({ parts }) => parts.some(isOpen));
    if (sale === undefined) continue;
    const ended: Pick<Part, 'forwarded'> | Pick<Part, 'state'> =
      forwarded === undefined ? { state: 'void' } : { forwarded };
    await changeSale(sale, (now) => ({
      ...now,
      parts: now.parts.map((part): Part => (isOpen(part) ? { ...part, ...ended } : part)),
    }));
  }
}

/** @returns undefined while the acquirer has no say: an expired one waits for a person */
function endOf({ state, approved, note }: StoredSale): Forwarded | undefined {
  switch (state) {
    case 'settled':
      return { end: 'settled', approved: approved?.minor ?? 0, isTold: false };
    case 'declined':
      return { end: 'declined', approved: 0, isTold: false };
    case 'lost':
      return { end: 'lost', approved: 0, isTold: false, ...(note !== undefined && { note }) };
    case 'stored':
    case 'forwarding':
    case 'expired':
    case 'void':
      return undefined;
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
