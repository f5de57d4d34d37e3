/**
 * The till's journal and queue in IndexedDB: the SDK's `Store`, behind which a `put` that resolved is on the disk.
 * Source: docs/how-to/take-a-basket.md, the journal.   Floor: till.
 */
import type { Store } from '@comptoir/sdk';

const TABLE = 'records';

/** @param name of the database: a shop's till has one for itself */
export function indexedDbStore(name: string): Store {
  let opened: Promise<IDBDatabase> | undefined;
  const database = (): Promise<IDBDatabase> => {
    opened ??= open(name).catch((fault: unknown) => {
      opened = undefined;
      throw fault;
    });
    return opened;
  };
  const run = async <T>(mode: IDBTransactionMode, work: (table: IDBObjectStore) => IDBRequest<T>): Promise<T> => {
    const transaction = (await database()).transaction(TABLE, mode, { durability: 'strict' });
    const request = work(transaction.objectStore(TABLE));
    await new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error ?? new Error('the record was not written'));
    });
    return request.result;
  };
  return {
    get: async (key) => bytesOf(await run('readonly', (table) => table.get(key))),
    async put(key, value) {
      await run('readwrite', (table) => table.put(value.slice(), key));
    },
    async del(key) {
      await run('readwrite', (table) => table.delete(key));
    },
    async *keys(prefix) {
      const range = IDBKeyRange.bound(prefix, `${prefix}\uffff`);
      for (const key of await run('readonly', (table) => table.getAllKeys(range))) yield String(key);
    },
  };
}

function open(name: string): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(TABLE);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('the store could not be opened'));
  });
}

function bytesOf(value: unknown): Uint8Array | undefined {
  return value instanceof Uint8Array ? value : undefined;
}
