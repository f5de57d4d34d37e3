/**
 * What became of stored payments: written into their sale as soon as the queue knows, and told to the shop once it has the sale. A payment that was
 * taken back counts as taken no more; of a sale that is still open, neither does what never came: the customer pays it otherwise.
 * Floor: till.
 */
import { paymentIdOf } from '@comptoir/sdk';
import type { StoredSale } from '@comptoir/sdk/offline';
import { effect } from '@preact/signals';
import { charge } from '../charge/charge.js';
import { queue, queueChanged } from '../reader/readerConnection.js';
import { changeSale, sales, sendSales } from './outbox.js';
import { type Forwarded, isStoredPart, type Part, type SaleRecord } from './saleRecord.js';

/** @param stored what the queue holds */
export async function settleSales(stored: readonly StoredSale[]): Promise<void> {
  for (const one of stored) {
    const forwarded = endOf(one);
    if (forwarded === undefined && one.state !== 'void') continue;
    const isOpen = (part: Part): boolean =>
      paymentIdOf(part.key) === one.key && isStoredPart(part) && part.forwarded === undefined;
    const sale = sales.value.find(({ parts }) => parts.some(isOpen));
    if (sale === undefined) continue;
    const changed = await changeSale(sale, (now) => ({
      ...now,
      parts: now.parts.map((part): Part => (isOpen(part) ? ended(part, forwarded, now.state === 'open') : part)),
    }));
    showChanged(changed);
  }
}

/** @param forwarded undefined: it was taken back */
function ended(part: Part, forwarded: Forwarded | undefined, isSaleOpen: boolean): Part {
  if (forwarded === undefined) return { ...part, state: 'void' };
  if (!isSaleOpen) return { ...part, forwarded };
  const { approved } = forwarded;
  return approved === 0 ? { ...part, state: 'none', taken: 0 } : { ...part, forwarded, taken: approved };
}

/** The customer may be standing there: what remains is more than was said. */
function showChanged(sale: SaleRecord): void {
  const { value } = charge;
  if ('sale' in value && value.sale.id === sale.id) charge.value = { ...value, sale };
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
