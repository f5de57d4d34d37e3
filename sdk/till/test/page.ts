/** What the till's modules want of a browser, and its disk. Imported before them. */

/** What IndexedDB holds, and how many more writes it takes. */
export const disk: { readonly records: Map<string, Uint8Array>; writesLeft: number } = {
  records: new Map(),
  writesLeft: Number.POSITIVE_INFINITY,
};

const stored = new Map<string, string>();

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

/** Each transaction ends after whoever made it has said what to call. */
function transaction(): Transaction {
  let isAborted = false;
  const read = (result: unknown): Request => ({ result });
  const write = (work: () => void): Request => {
    disk.writesLeft -= 1;
    isAborted = disk.writesLeft < 0;
    if (!isAborted) work();
    return { result: undefined };
  };
  const made: Transaction = {
    error: new Error('the disk is full'),
    objectStore: () => ({
      get: (key: string) => read(disk.records.get(key)),
      put: (value: Uint8Array, key: string) => write(() => disk.records.set(key, value)),
      delete: (key: string) => write(() => disk.records.delete(key)),
      getAllKeys: ({ from, to }: { from: string; to: string }) =>
        read([...disk.records.keys()].filter((key) => key >= from && key <= to).sort()),
    }),
  };
  queueMicrotask(() => (isAborted ? made.onabort : made.oncomplete)?.());
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
