/**
 * A till's store that fails: the disk is full, the tablet's storage is gone.
 * Floor: simulator simulation.
 */
import type { Store } from '@comptoir/sdk';
import type { JournalFault, StoreCall } from './fault.js';

interface StoreTroubles {
  inject(fault: JournalFault): void;
  wrap(store: Store): Store;
}

interface Trouble {
  readonly fault: JournalFault;
  calls: number;
}

export function createStoreTroubles(): StoreTroubles {
  let troubles: readonly Trouble[] = [];

  async function ask<T>(call: StoreCall, work: () => Promise<T>): Promise<T> {
    for (const trouble of troubles) {
      if ((trouble.fault.call ?? 'put') !== call) continue;
      trouble.calls += 1;
      if (trouble.calls < (trouble.fault.at ?? 1)) continue;
      troubles = troubles.filter((one) => one !== trouble);
      throw new Error(`the store failed at ${call}`);
    }
    return work();
  }

  return {
    inject(fault) {
      troubles = [...troubles, { fault, calls: 0 }];
    },
    wrap: (store) => ({
      get: (key) => ask('get', () => store.get(key)),
      put: (key, value) => ask('put', () => store.put(key, value)),
      del: (key) => ask('del', () => store.del(key)),
      keys: (prefix) => store.keys(prefix),
    }),
  };
}
