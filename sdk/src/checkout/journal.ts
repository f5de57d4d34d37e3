/**
 * What a till writes down about a sale: the intent before anything is sent, the result when it's known. Whatever happens between the
 * two, the key is there to ask with.
 *
 *   checkout/ID   JSON { version, key, total, atMs, reader, result? }     an entry without a result is open
 *
 * Source: docs/reference/sdk.md, `recover`.   Floor: sdk checkout.
 */
import { type Key, keyFrom, type PaymentId, paymentIdOf } from '../reader/key.js';
import type { LookupResult } from '../reader/lookup.js';
import { type Money, money } from '../reader/money.js';
import { readRecord, recordsUnder, writeRecord } from './journalRecord.js';
import type { Store } from './store.js';

export interface JournalEntry {
  /** Whole: the reader is asked with it after a crash. */
  readonly key: Key;
  readonly total: Money;
  /** When it began: time of the clock. */
  readonly atMs: number;
  /** Serial number of the reader. */
  readonly reader: string;
  /** How it ended; missing while that isn't known, or the authorisers don't know it. */
  readonly result?: LookupResult;
}

const PREFIX = 'checkout/';

/**
 * Before anything is sent. A key that is tried again keeps what is known of it.
 * @returns whether the key is new
 * @throws ReaderError `journal/failed`: nothing was charged by this call
 */
export async function beginEntry(store: Store, entry: JournalEntry): Promise<boolean> {
  const isNew = (await readEntry(store, entry.key)) === undefined;
  if (isNew) await write(store, entry);
  return isNew;
}

/** What isn't known stays open. The sale is over: what the store says now changes nothing of it. */
export async function endEntry(store: Store, key: Key, result: LookupResult): Promise<void> {
  if (!isKnown(result)) return;
  try {
    const entry = await readEntry(store, key);
    if (entry !== undefined) await write(store, { ...entry, result });
  } catch {
    // It stays open, and `recover` finds the same result again.
  }
}

/** Of a sale that took nothing and whose key may be used again. */
export async function dropEntry(store: Store, key: Key): Promise<void> {
  await store.del(nameOf(key)).catch(() => {});
}

/** Nothing is left to be asked or told. */
export function isKnown(result: LookupResult): boolean {
  return result.status !== 'unknown' && (!('payment' in result) || result.payment?.settled !== false);
}

/** A sale that the journal knows and whose end it doesn't. @throws ReaderError `journal/failed` */
export async function isSaleOpen(store: Store, key: PaymentId): Promise<boolean> {
  const entry = await readEntry(store, key);
  return entry !== undefined && (entry.result === undefined || !isKnown(entry.result));
}

/** Every sale of the journal, the newest first. @throws ReaderError `journal/failed` */
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
