/**
 * A key that a crash doesn't lose: the caller's store has it before anybody can use it.
 *
 *   key/ORDER-ATTEMPT   the key, whole, with its secret
 *
 * Source: docs/reference/sdk.md, `storedKey`.   Floor: sdk journal.
 */
import { ReaderError } from '../values/errors.js';
import { keyFrom, labelOf, newKey, type PaymentKey, paymentIdOf } from '../values/key.js';
import type { RandomBytes } from '../values/random.js';
import type { Store } from '../values/store.js';

/** Calls that are not done: two at the same time, as by a clerk's double click, get one key. */
const running = new WeakMap<Store, Map<string, Promise<PaymentKey>>>();

/**
 * The key of one attempt to pay one order: made and written down at the first call, the same at every later one, also after a crash.
 * Two processes that share a store must not ask for one order at the same time: a `Store` has no lock.
 * @throws ReaderError `usage/invalid` as by `newKey`; `journal/failed`: nothing was charged by this call
 */
export async function storedKey(
  store: Store,
  orderId: string,
  attempt?: number,
  random?: RandomBytes,
): Promise<PaymentKey> {
  const name = `key/${labelOf(orderId, attempt)}`;
  const ofStore = running.get(store) ?? new Map<string, Promise<PaymentKey>>();
  running.set(store, ofStore);
  const key = ofStore.get(name) ?? keptKey(store, name, newKey(orderId, attempt, random));
  ofStore.set(name, key);
  try {
    return await key;
  } catch (cause) {
    throw new ReaderError('journal/failed', { charged: 'no', cause });
  } finally {
    ofStore.delete(name);
  }
}

async function keptKey(store: Store, name: string, made: PaymentKey): Promise<PaymentKey> {
  const bytes = await store.get(name);
  const kept = new TextDecoder().decode(bytes) as PaymentKey;
  // A write that was cut off never was one: nobody had that key.
  if (paymentIdOf(kept) !== kept) return keyFrom(kept);
  await store.put(name, new TextEncoder().encode(made));
  return made;
}
