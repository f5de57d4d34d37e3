/** What the till's modules want of a browser, and its disk. Imported before them. */
import type { SaleRecord } from '../src/sale/saleRecord.js';

/** What IndexedDB holds, and how many more writes it takes. */
export const disk: {
  readonly records: Map<string, Uint8Array | string>;
  writesLeft: number;
  /** Asked for each transaction that writes: may do it, or not, and answer, or never. */
  write: (work: () => void) => Promise<void>;
} = {
  records: new Map(),
  writesLeft: Number.POSITIVE_INFINITY,
  write: async (work) => work(),
};

/** What `localStorage` holds. */
export const stored: Map<string, string> = new Map();

interface Request {
  result: unknown;
  onsuccess?: () => void;
  onupgradeneeded?: () => void;
}
interface Transaction {
  readonly error: Error;
  oncomplete?: () => void;
  onabort?: () => void;
  objectStore(): object;
}

/** One at a time: requests are answered one after the other, and whoever is answered may ask for more; then all of it is written, or nothing. */
function transaction(): Transaction {
  const waiting: (() => void)[] = [];
  const writes: (() => void)[] = [];
  const read = (look: () => unknown): Request => {
    const request: Request = { result: undefined };
    waiting.push(() => {
      request.result = look();
      request.onsuccess?.();
    });
    return request;
  };
  const write = (work: () => void): Request => {
    writes.push(work);
    return read(() => undefined);
  };
  const made: Transaction = {
    error: new Error('the disk is full'),
    objectStore: () => ({
      get: (key: string) => read(() => disk.records.get(key)),
      put: (value: Uint8Array | string, key: string) => write(() => disk.records.set(key, value)),
      delete: (key: string) => write(() => disk.records.delete(key)),
      getAllKeys: ({ from, to }: { from: string; to: string }) =>
        read(() => [...disk.records.keys()].filter((key) => key >= from && key <= to).sort()),
    }),
  };
  const run = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) next();
    disk.writesLeft -= writes.length;
    const isFull = writes.length > 0 && disk.writesLeft < 0;
    const all = (): void => {
      for (const work of writes) work();
    };
    if (!isFull && writes.length > 0) await disk.write(all);
    (isFull ? made.onabort : made.oncomplete)?.();
  };
  queueMicrotask(() => void run());
  return made;
}

Object.assign(globalThis, {
  location: { origin: 'https://till.example', pathname: '/till/', hash: '' },
  history: { replaceState: () => {} },
  document: { documentElement: { lang: '', dataset: {} } },
  addEventListener: () => {},
  localStorage: {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => stored.set(key, value),
    removeItem: (key: string) => stored.delete(key),
  },
  indexedDB: {
    open(): Request {
      const request: Request = { result: { createObjectStore: () => {}, transaction } };
      queueMicrotask(() => request.onsuccess?.());
      return request;
    },
  },
  IDBKeyRange: { bound: (from: string, to: string) => ({ from, to }) },
  // Nothing is there.
  fetch: () => Promise.reject(new Error('no network')),
});
Object.defineProperty(globalThis, 'navigator', { value: { language: 'en', onLine: true }, configurable: true });

/** Five loaves, and nothing paid yet. */
export const SALE: SaleRecord = {
  id: 'o-17',
  startedMs: 1,
  currency: 'EUR',
  lines: [{ sku: 'bread', qty: 5, unit: 250, discount: 0, name: { en: 'Bread', fr: 'Pain' }, vat: 550 }],
  basket: { currency: 'EUR', lines: [{ sku: 'bread', qty: 5, unit: 250 }] },
  discounts: [],
  codes: [],
  subtotal: 1250,
  total: 1250,
  tip: 0,
  parts: [],
  state: 'open',
  isSent: false,
};
