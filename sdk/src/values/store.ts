/**
 * Where a till keeps what must survive a crash. Whoever implements it promises that a `put` that resolved is still there after
 * a loss of power.
 * Floor: sdk values; imports nothing.
 */

export interface Store {
  get(key: string): Promise<Uint8Array | undefined>;
  put(key: string, value: Uint8Array): Promise<void>;
  del(key: string): Promise<void>;
  /** All keys that begin with `prefix`, in any order. */
  keys(prefix: string): AsyncIterable<string>;
}

/** For tests and for tills that never crash: nothing of it survives the process. */
export function memoryStore(): Store {
  const values = new Map<string, Uint8Array>();
  return {
    get: async (key) => values.get(key)?.slice(),
    async put(key, value) {
      values.set(key, value.slice());
    },
    async del(key) {
      values.delete(key);
    },
    async *keys(prefix) {
      for (const key of [...values.keys()]) if (key.startsWith(prefix)) yield key;
    },
  };
}
