/**
 * The till's journal and queue in IndexedDB: the SDK's `Store`, behind which a `put` that resolved is on the disk. One page at a time may write:
 * who holds the lease is looked at in the very transaction that writes. What a till does, it writes down first; so a page without the lease does nothing.
 *
 *   lease   text, the page that holds it
 *
 * Source: docs/how-to/take-a-basket.md, the journal; decision 76.   Floor: till.
 */
import type { Store } from '@comptoir/sdk';

export interface LeasedStore extends Store {
  /** Who holds the lease. */
  holder(): Promise<string | undefined>;
  /** @param from who must hold it now; undefined: nobody @returns whether `to` holds it now */
  pass(from: string | undefined, to: string | undefined): Promise<boolean>;
}

/** Another page has the till by now. Nothing was written. */
class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
}

const TABLE = 'records';
const LEASE = 'lease';

/** @param name of the database: a shop's till has one for itself @param page that writes */
export function indexedDbStore(name: string, page: string): LeasedStore {
  let opened: Promise<IDBDatabase> | undefined;
  const database = (): Promise<IDBDatabase> => {
    opened ??= open(name).catch((fault: unknown) => {
      opened = undefined;
      throw fault;
    });
    return opened;
  };
  /** @param work called with the table, in the transaction; its last request's result is what comes */
  const run = async (mode: IDBTransactionMode, work: (table: IDBObjectStore) => Asked): Promise<unknown> => {
    const transaction = (await database()).transaction(TABLE, mode, { durability: 'strict' });
    const asked = work(transaction.objectStore(TABLE));
    await new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error ?? new Error('the record was not written'));
    });
    return asked.result;
  };
  /** @returns false, and nothing is written, when another page than `from` holds the lease */
  const ifHeld = async (from: string | undefined, write: (table: IDBObjectStore) => void): Promise<boolean> => {
    let isHeld = false;
    await run('readwrite', (table) => {
      const held = table.get(LEASE);
      held.onsuccess = () => {
        isHeld = held.result === from;
        if (isHeld) write(table);
      };
      return held;
    });
    return isHeld;
  };
  const writing = async (write: (table: IDBObjectStore) => void): Promise<void> => {
    if (!(await ifHeld(page, write))) throw new LeaseLost('The till is open in another tab.');
  };
  return {
    get: async (key) => bytesOf(await run('readonly', (table) => table.get(key))),
    put: (key, value) => writing((table) => table.put(value.slice(), key)),
    del: (key) => writing((table) => table.delete(key)),
    async *keys(prefix) {
      const range = IDBKeyRange.bound(prefix, `${prefix}\uffff`);
      for (const key of (await run('readonly', (table) => table.getAllKeys(range))) as IDBValidKey[]) yield String(key);
    },
    async holder() {
      const held = await run('readonly', (table) => table.get(LEASE));
      return typeof held === 'string' ? held : undefined;
    },
    pass: (from, to) =>
      ifHeld(from, (table) => {
        if (to === undefined) table.delete(LEASE);
        else table.put(to, LEASE);
      }),
  };
}

/** As much of a request as is read. */
type Asked = Pick<IDBRequest, 'result'>;

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
