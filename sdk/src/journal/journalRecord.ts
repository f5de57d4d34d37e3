/**
 * Records of a till's journal: JSON with a version.
 * Floor: sdk journal.
 */
import { ReaderError } from '../values/errors.js';
import { isObject } from '../values/shape.js';
import type { Store } from '../values/store.js';

type JournalRecord = Readonly<Record<string, unknown>>;

const VERSION = 1;

/** @throws ReaderError `journal/failed` */
export async function writeRecord(store: Store, name: string, value: object): Promise<void> {
  try {
    await store.put(name, new TextEncoder().encode(JSON.stringify({ version: VERSION, ...value })));
  } catch (cause) {
    throw journalFailed(cause);
  }
}

/** @returns undefined when there is none @throws ReaderError `journal/failed` */
export async function readRecord(store: Store, name: string): Promise<JournalRecord | undefined> {
  try {
    return recordFrom(await store.get(name));
  } catch (cause) {
    throw journalFailed(cause);
  }
}

/** In any order. @throws ReaderError `journal/failed` */
export async function recordsUnder(store: Store, prefix: string): Promise<readonly JournalRecord[]> {
  const records: JournalRecord[] = [];
  try {
    for await (const name of store.keys(prefix)) {
      const record = recordFrom(await store.get(name));
      if (record !== undefined) records.push(record);
    }
  } catch (cause) {
    throw journalFailed(cause);
  }
  return records;
}

/** A write that was cut off never was one, and nothing had been sent then. */
function recordFrom(bytes: Uint8Array | undefined): JournalRecord | undefined {
  if (bytes === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return isObject(value) && (value as JournalRecord)['version'] === VERSION ? (value as JournalRecord) : undefined;
  } catch {
    return undefined;
  }
}

function journalFailed(cause: unknown): ReaderError {
  return new ReaderError('journal/failed', { charged: 'no', cause });
}
