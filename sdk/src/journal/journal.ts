/**
 * What a till writes down about a payment: the intent before anything is sent, the result when it's known. Whatever happens between the
 * two, the key is there to ask with.
 *
 *   payment/ID   JSON { version, key, total, atMs, reader, result? }     an entry without a result is open
 *
 * Source: docs/reference/sdk.md, `recover`.   Floor: sdk journal.
 */

import type { Operation } from '../operation/operation.js';
import { type Acquirer, chargedSoFar } from '../payment/acquirer.js';
import type { LookupResult } from '../payment/lookup.js';
import { isOver, type PayResult } from '../payment/payResult.js';
import { usageError } from '../values/errors.js';
import { keyFrom, type PaymentId, type PaymentKey, paymentIdOf } from '../values/key.js';
import { type Money, money } from '../values/money.js';
import { hasMethods } from '../values/shape.js';
import type { Store } from '../values/store.js';
import { readRecord, recordsUnder, writeRecord } from './journalRecord.js';

export interface JournalEntry {
  /** Whole: the reader is asked with it after a crash. */
  readonly key: PaymentKey;
  readonly total: Money;
  /** When it began: time of the clock. */
  readonly atMs: number;
  /** Serial number of the reader. */
  readonly reader: string;
  /** How it ended; missing while that isn't known, or the authorisers don't know it. */
  readonly result?: LookupResult;
}

const PREFIX = 'payment/';

/** @param journal untrusted: whatever a till gives @throws ReaderError `usage/invalid` */
export function checkJournal(journal: Store | undefined): void {
  if (journal !== undefined && !hasMethods(journal, 'get', 'put', 'del', 'keys'))
    throw usageError('A journal is a Store: get, put, del, keys.');
}

/**
 * Takes a payment between two lines of the journal. One that throws and charged nothing leaves no line.
 * @throws ReaderError `journal/failed`: nothing was charged by this call; what `take` throws
 */
export async function journaled(
  { clock }: Operation,
  acquirer: Acquirer,
  journal: Store,
  intent: Omit<JournalEntry, 'atMs' | 'result'>,
  take: () => Promise<PayResult>,
): Promise<PayResult> {
  const { key } = intent;
  const before = await beginEntry(journal, { ...intent, atMs: clock.now() });
  let result: PayResult;
  try {
    result = await take();
  } catch (error) {
    if (chargedSoFar(acquirer, key) === 'no') await putBack(journal, key, before);
    throw error;
  }
  await endEntry(journal, key, result);
  return result;
}

/**
 * Before anything is sent. A key that is tried again is open again, whatever its earlier try came to.
 * @returns the line before
 * @throws ReaderError `journal/failed`: nothing was charged by this call
 */
async function beginEntry(store: Store, entry: JournalEntry): Promise<JournalEntry | undefined> {
  const before = await readEntry(store, entry.key);
  if (before === undefined || before.result !== undefined) await write(store, entry);
  return before;
}

/** What isn't known stays open. The payment is over: what the store says now changes nothing of it. */
export async function endEntry(store: Store, key: PaymentKey, result: LookupResult): Promise<void> {
  if (!isOver(result)) return;
  try {
    const entry = await readEntry(store, key);
    if (entry !== undefined) await write(store, { ...entry, result });
  } catch {
    // It stays open, and `recover` finds the same result again.
  }
}

/** Of a try that took nothing: its key may be used again. @param before the line before it; one that was open stays as it is */
async function putBack(store: Store, key: PaymentKey, before: JournalEntry | undefined): Promise<void> {
  if (before === undefined) await store.del(nameOf(key)).catch(() => {});
  else if (before.result !== undefined) await write(store, before).catch(() => {});
}

/** A payment that the journal knows and whose end it doesn't. @throws ReaderError `journal/failed` */
export async function isSaleOpen(store: Store, key: PaymentId): Promise<boolean> {
  const entry = await readEntry(store, key);
  return entry !== undefined && (entry.result === undefined || !isOver(entry.result));
}

/** Every payment of the journal, the newest first. @throws ReaderError `journal/failed` */
export async function journalEntries(store: Store): Promise<readonly JournalEntry[]> {
  const entries = (await recordsUnder(store, PREFIX)).flatMap((record) => entryFrom(record) ?? []);
  return entries.sort((a, b) => b.atMs - a.atMs);
}

function nameOf(key: PaymentId): string {
  return PREFIX + paymentIdOf(key);
}

async function readEntry(store: Store, key: PaymentId): Promise<JournalEntry | undefined> {
  return entryFrom(await readRecord(store, nameOf(key)));
}

function write(store: Store, entry: JournalEntry): Promise<void> {
  return writeRecord(store, nameOf(entry.key), entry);
}

function entryFrom(record: Readonly<Record<string, unknown>> | undefined): JournalEntry | undefined {
  try {
    const { key, total, atMs, reader, result } = record as unknown as JournalEntry;
    if (!Number.isFinite(atMs) || typeof reader !== 'string') return undefined;
    return { key: keyFrom(key), total: money(total.minor, total.currency), atMs, reader, ...(result && { result }) };
  } catch {
    return undefined;
  }
}
