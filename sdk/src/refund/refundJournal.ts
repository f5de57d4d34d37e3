/**
 * What a till writes down about a refund: the intent before anything is sent, the parts before they are asked for, the result when it's
 * known.
 *
 *   refund/ID   JSON { version, key, of, amount?, atMs, parts, result? }     an entry without a result is open
 *
 * Source: docs/reference/sdk.md, `recover`.   Floor: sdk refund.
 */

import { readRecord, recordsUnder, writeRecord } from '../journal/journalRecord.js';
import type { RefundOrder } from '../payment/acquirerRefunds.js';
import { keyFrom, type PaymentId, type PaymentKey, paymentIdOf } from '../values/key.js';
import type { Money } from '../values/money.js';
import type { Store } from '../values/store.js';
import type { RefundResult } from './refundResult.js';

export interface RefundEntry {
  /** Of the refund. */
  readonly key: PaymentKey;
  /** Of the sale. */
  readonly of: PaymentKey;
  /** Missing: all that was left. */
  readonly amount?: Money;
  /** When it began: time of the clock. */
  readonly atMs: number;
  /** What the acquirer was asked for, or was about to be, the latest plan last. */
  readonly parts: readonly { readonly tender: number; readonly amount: Money }[];
  /** How it ended; missing while that isn't known. */
  readonly result?: RefundResult;
}

const PREFIX = 'refund/';

/**
 * Before anything is sent. A key that comes again keeps what is known of it.
 * @returns how it ended, when that's known; `other` when the key belongs to another refund
 * @throws ReaderError `journal/failed`
 */
export async function beginRefund(
  store: Store,
  entry: Omit<RefundEntry, 'parts'>,
): Promise<RefundResult | 'other' | undefined> {
  const before = await readEntry(store, entry.key);
  if (before === undefined) {
    await write(store, { ...entry, parts: [] });
    return undefined;
  }
  const { of, amount } = before;
  const isSame =
    paymentIdOf(of) === paymentIdOf(entry.of) &&
    amount?.minor === entry.amount?.minor &&
    amount?.currency === entry.amount?.currency;
  return isSame ? before.result : 'other';
}

/** From here on it's open, also where it was over before. @throws ReaderError `journal/failed` */
export async function noteOrders(store: Store, key: PaymentKey, orders: readonly RefundOrder[]): Promise<void> {
  const entry = await readEntry(store, key);
  if (entry === undefined) return;
  const { result: _ended, ...begun } = entry;
  const parts = [...entry.parts, ...orders.map(({ tender, amount }) => ({ tender, amount }))];
  await write(store, { ...begun, parts });
}

/** What isn't known stays open; what asked for nothing leaves its key free. The refund is over: the store changes nothing of it. */
export async function endRefund(store: Store, key: PaymentKey, result: RefundResult): Promise<void> {
  if (result.status === 'unknown') return;
  try {
    const entry = await readEntry(store, key);
    if (result.status === 'refused' && entry?.parts.length === 0) await store.del(nameOf(key));
    else if (entry !== undefined) await write(store, { ...entry, result });
  } catch {
    // It stays open, and `recover` finds the same result again.
  }
}

/** Every refund of the journal, the newest first. @throws ReaderError `journal/failed` */
export async function refundEntries(store: Store): Promise<readonly RefundEntry[]> {
  const entries = (await recordsUnder(store, PREFIX)).flatMap((record) => entryFrom(record) ?? []);
  return entries.sort((a, b) => b.atMs - a.atMs);
}

function nameOf(key: PaymentId): string {
  return PREFIX + paymentIdOf(key);
}

async function readEntry(store: Store, key: PaymentKey): Promise<RefundEntry | undefined> {
  return entryFrom(await readRecord(store, nameOf(key)));
}

function write(store: Store, entry: RefundEntry): Promise<void> {
  return writeRecord(store, nameOf(entry.key), entry);
}

function entryFrom(record: Readonly<Record<string, unknown>> | undefined): RefundEntry | undefined {
  try {
    const { key, of, amount, atMs, parts, result } = record as unknown as RefundEntry;
    if (!Number.isFinite(atMs) || !Array.isArray(parts)) return undefined;
    return { key: keyFrom(key), of: keyFrom(of), ...(amount && { amount }), atMs, parts, ...(result && { result }) };
  } catch {
    return undefined;
  }
}
