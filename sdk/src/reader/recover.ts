/**
 * After a crash: asks for every payment that the journal holds open, and ends it. What the reader took stands and is captured; what it
 * didn't is void, the last tender first. No other program may take a payment with this journal meanwhile. Then it goes on with every refund that is open.
 * Source: docs/reference/sdk.md, `recover`.   Floor: sdk reader.
 */

import { endEntry, type JournalEntry, journalEntries } from '../journal/journal.js';
import type { CallOptions } from '../link/transport.js';
import { timeoutOf } from '../operation/callOptions.js';
import { type Acquirer, acquirerHas } from '../payment/acquirer.js';
import type { LookupResult } from '../payment/lookup.js';
import { isOver } from '../payment/payResult.js';
import { type RefundOptions, refund } from '../refund/refund.js';
import { type RefundEntry, refundEntries } from '../refund/refundJournal.js';
import type { RefundResult } from '../refund/refundResult.js';
import { type Clock, systemClock } from '../values/clock.js';
import { ReaderError } from '../values/errors.js';
import type { PaymentKey } from '../values/key.js';
import type { Store } from '../values/store.js';
import type { Reader } from './reader.js';

export interface RecoverOptions extends CallOptions {
  /** Default: `systemClock`. */
  readonly clock?: Clock;
  /** Refunds are finished by it; without one that gives money back they stay open. */
  readonly acquirer?: Acquirer;
}

export interface Recovered extends JournalEntry {
  /** `unknown`, or not settled: the entry stays open. */
  readonly result: LookupResult;
}

export interface RecoveredRefund extends RefundEntry {
  /** `unknown`: the entry stays open. */
  readonly result: RefundResult;
}

/** A reader that still waits for a host that crashed gives up after a minute. */
const TIMEOUT_MS = 120_000;
const ASK_AGAIN_MS = 1000;

/**
 * @param reader connected, and the one that the payments began at; those of another reader stay open
 * @returns what became of each payment that was open, the newest first, then of each refund
 * @throws ReaderError what can't be asked now stays open: call it again
 */
export async function recover(
  reader: Reader,
  store: Store,
  options: RecoverOptions = {},
): Promise<readonly (Recovered | RecoveredRefund)[]> {
  const { clock = systemClock, signal, acquirer } = options;
  const deadlineMs = clock.now() + timeoutOf(options, TIMEOUT_MS);
  const left = (): CallOptions => ({
    timeoutMs: Math.max(1, deadlineMs - clock.now()),
    ...(signal !== undefined && { signal }),
  });
  const recovered: (Recovered | RecoveredRefund)[] = [];
  for (const entry of await journalEntries(store)) {
    if (entry.result !== undefined || entry.reader !== reader.info.serial) continue;
    const result = await askUntilFree(reader, entry.key, clock, left);
    await endEntry(store, entry.key, result);
    recovered.push({ ...entry, result });
  }
  if (acquirer === undefined) return recovered;
  return [...recovered, ...(await recoverRefunds(acquirer, store, { clock, ...left() }))];
}

/**
 * Goes on with every refund that a crash left open: it needs no reader. One that can't be finished keeps no other one waiting.
 * @param host one that gives no money back: they stay open
 * @returns what became of each, the newest first
 * @throws ReaderError `journal/failed`
 */
export async function recoverRefunds(
  acquirer: Acquirer,
  store: Store,
  options: RefundOptions = {},
): Promise<readonly RecoveredRefund[]> {
  const recovered: RecoveredRefund[] = [];
  if (!acquirerHas(acquirer, 'sale', 'refund')) return recovered;
  for (const entry of await refundEntries(store)) {
    if (entry.result !== undefined) continue;
    const { key, of, amount } = entry;
    const wanted = { key, of, journal: store, ...(amount !== undefined && { amount }) };
    recovered.push({ ...entry, result: await refund(acquirer, wanted, options) });
  }
  return recovered;
}

/** The payments that must be asked for: all of them, whichever reader they began at. */
export async function openSales(store: Store): Promise<readonly JournalEntry[]> {
  return (await journalEntries(store)).filter(({ result }) => result === undefined || !isOver(result));
}

async function askUntilFree(
  reader: Reader,
  key: PaymentKey,
  clock: Clock,
  left: () => CallOptions,
): Promise<LookupResult> {
  for (;;) {
    try {
      return await reader.lookup(key, { ...left(), ends: true });
    } catch (error) {
      const isBusy = error instanceof ReaderError && error.code === 'reader/busy';
      if (!isBusy || (left().timeoutMs ?? 0) <= ASK_AGAIN_MS) throw error;
      await clock.sleep(ASK_AGAIN_MS, left().signal);
    }
  }
}
