/**
 * What a till that died does first: every key that it had written down is asked for, and its sale ends as the answer says.
 * Floor: till.
 */
import { type Signal, signal } from '@preact/signals';
import { connectedReader, recoverJournal } from '../reader/readerConnection.js';
import { putSale, sales } from './outbox.js';
import { takenOf, withResult } from './saleRecord.js';

/** How many sales were ended so. */
export const recovered: Signal<number> = signal(0);

const AGAIN_MS = 5_000;
/** What this page itself began is its own to end. */
const pageBegunMs: number = Date.now();

/** A reader that still waits for the till that died, or isn't there yet, is asked again and again. */
export async function keepRecovering(): Promise<void> {
  for (;;) {
    try {
      return await recoverSales();
    } catch {
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
  }
}

/** @throws ReaderError what can't be asked now stays open */
async function recoverSales(): Promise<void> {
  const open = sales.value.filter(
    ({ state, startedMs, parts }) =>
      state === 'open' && startedMs < pageBegunMs && parts.some((part) => part.state === 'open'),
  );
  if (open.length > 0) {
    await recoverJournal();
    const reader = await connectedReader();
    for (const sale of open) {
      let left = sale;
      for (const { key, state } of sale.parts) {
        if (state === 'open') left = await putSale(withResult(left, key, await reader.lookup(key)));
      }
      if (left.parts.every(({ state }) => state !== 'open')) recovered.value += 1;
    }
  }
  // Begun, and nothing was taken: the basket is still there.
  for (const sale of sales.value) {
    if (
      sale.state === 'open' &&
      sale.startedMs < pageBegunMs &&
      takenOf(sale) === 0 &&
      sale.parts.every(({ state }) => state === 'none' || state === 'void')
    )
      await putSale({ ...sale, state: 'void' });
  }
}
