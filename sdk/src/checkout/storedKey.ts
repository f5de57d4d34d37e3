/**
 * A key that a crash doesn't lose: the caller's store has it before anybody can use it.
 *
 *   key/ORDER-ATTEMPT   JSON { version, key }     whole, with its secret
 *
 * Source: docs/reference/sdk.md, `storedKey`.   Floor: sdk checkout.
 */
import { type Key, keyFrom, labelOf, newKey } from '../reader/key.js';
import { type RandomBytes, systemRandom } from '../reader/random.js';
import { readRecord, writeRecord } from './journalRecord.js';
import type { Store } from './store.js';

/** Calls that are not done: two at the same time, as by a clerk's double click, get one key. */
const running = new WeakMap<Store, Map<string, Promise<Key>>>();

/**
 * The key of one attempt to pay one order: made and written down at the first call, the same at every later one, also after a crash.
 * Two processes that share a store must not ask for one order at the same time: a `Store` has no lock.
 * @throws ReaderError `usage/invalid` as by `newKey`; `journal/failed`: there is no key, so nothing can have been charged with it
 */
export async function storedKey(
  store: Store,
  orderId: string,
  attempt = 1,
  random: RandomBytes = systemRandom,
): Promise<Key> {
  const name = `key/${labelOf(orderId, attempt)}`;
  const ofStore = running.get(store) ?? new Map<string, Promise<Key>>();
  running.set(store, ofStore);
  const key = ofStore.get(name) ?? keptKey(store, name, () => newKey(orderId, attempt, random));
  ofStore.set(name, key);
  try {
    return await key;
  } finally {
    ofStore.delete(name);
  }
}

async function keptKey(store: Store, name: string, make: () => Key): Promise<Key> {
  const record = await readRecord(store, name);
  if (record !== undefined) return keyFrom(record['key'] as string);
  const key = make();
  await writeRecord(store, name, { key });
  return key;
}
