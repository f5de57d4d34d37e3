/**
 * The way to the acquirer, as the SDK calls it, and the record of which keys went there.
 * Source: docs/reference/sdk.md.   Floor: sdk reader.
 */
import type { CallOptions } from '../transports/transport.js';
import type { Key } from './key.js';

/**
 * The same key twice is one charge: whoever implements this keeps that promise. Each `complete` carries the
 * `transactionToken` of the `authorise` that was decided, so that no other tap is taken for it.
 */
export interface PaymentHost {
  /**
   * @param request an encoded `authorise` message, as the reader gave it; no card number can be read from it
   * @returns an encoded `complete` message with the same key. Rejecting means: nobody knows.
   */
  authorise(request: Uint8Array, key: Key, options?: CallOptions): Promise<Uint8Array>;
  /** @returns what `authorise` answered for this key, or null when this key was never charged */
  status(key: Key, options?: CallOptions): Promise<Uint8Array | null>;
}

const openKeys = new WeakMap<PaymentHost, Set<Key>>();

/** Notes that a request with this key is on its way to the host: from now on the key may have been charged. */
export function markSent(host: PaymentHost, key: Key): void {
  const keys = openKeys.get(host) ?? new Set<Key>();
  keys.add(key);
  openKeys.set(host, keys);
}

/** Notes that the result of this key is known. */
export function markSettled(host: PaymentHost, key: Key): void {
  openKeys.get(host)?.delete(key);
}

/**
 * May this key have been charged, as far as this process knows? It outlives a connection: a key that is tried again over
 * a new one is still open.
 */
export function chargedSoFar(host: PaymentHost | undefined, key: Key | undefined): 'no' | 'maybe' {
  return host !== undefined && key !== undefined && openKeys.get(host)?.has(key) === true ? 'maybe' : 'no';
}
