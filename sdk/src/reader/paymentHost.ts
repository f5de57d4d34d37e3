/**
 * The way to the acquirer, as the SDK calls it, and the record of which keys went there.
 * Source: docs/reference/sdk.md.   Floor: sdk reader.
 */
import type { CallOptions } from '../transports/transport.js';
import { type PaymentId, paymentIdOf } from './key.js';
import { hasMethods } from './shape.js';

/**
 * The same key twice is one charge: whoever implements this keeps that promise. Each `complete` carries the
 * `transactionToken` of the `authorise` that was decided, so that no other tap is taken for it. A host never gets a whole key: its `key` is
 * the id of the payment.
 */
export interface PaymentHost {
  /**
   * @param request an encoded `authorise` message, as the reader gave it; no card number can be read from it
   * @returns an encoded `complete` message with the same key. Rejecting means: nobody knows.
   */
  authorise(request: Uint8Array, key: PaymentId, options?: CallOptions): Promise<Uint8Array>;
  /** @returns what `authorise` answered for this key, the latest in a checkout; null when this key was never charged */
  status(key: PaymentId, options?: CallOptions): Promise<Uint8Array | null>;
  /**
   * Takes back what was approved for this key, if anything was: the card had the last word, and it was no, or it was gone. The same
   * key twice is one reversal. Afterwards `status` says that nothing is charged, and an `authorise` that it overtook is declined. Rejecting, or leaving it out, means: the result
   * says `reversal: 'due'`, and somebody must see to it.
   */
  reverse?(key: PaymentId, options?: CallOptions): Promise<void>;
}

/** A host that takes baskets, too: in a checkout `authorise` is called once for each question of the reader, `unsettled` among them. */
export interface CheckoutHost extends PaymentHost {
  /**
   * @returns 8 bytes, others at each call: what every assertion of one tap covers (DF60), known to all authorisers behind this host. Ask
   * right before the tap: it's fresh for two minutes.
   */
  nonce(options?: CallOptions): Promise<Uint8Array>;
  /**
   * Says how the sale of a checkout ended: what it holds is captured or released, what was approved stands or is reversed. The first
   * word counts, also when it overtakes a question. Rejecting means: nobody knows; `stands` of a sale that was never asked about rejects.
   * @param saleKey of `tenders`, 16 bytes
   */
  settle(key: PaymentId, saleKey: Uint8Array, end: SaleEnd, options?: CallOptions): Promise<Settled>;
}

export type SaleEnd = 'stands' | 'void';

export interface Settled {
  /** What is true from now on: another word than was said came before it. */
  readonly end: SaleEnd;
  /** 32 bytes, of a sale that stands: the account that paid, as this merchant alone knows it; the same at each tap. */
  readonly accountToken?: Uint8Array;
}

export function isCheckoutHost(host: PaymentHost | undefined): host is CheckoutHost {
  return hasMethods(host, 'nonce', 'settle');
}

const openKeys = new WeakMap<PaymentHost, Set<PaymentId>>();

/** Notes that a request with this key is on its way to the host: from now on the key may have been charged. */
export function markSent(host: PaymentHost, key: PaymentId): void {
  const keys = openKeys.get(host) ?? new Set<PaymentId>();
  keys.add(paymentIdOf(key));
  openKeys.set(host, keys);
}

/** Notes that the result of this key is known. */
export function markSettled(host: PaymentHost, key: PaymentId): void {
  openKeys.get(host)?.delete(paymentIdOf(key));
}

/**
 * May this key have been charged, as far as this process knows? It outlives a connection: a key that is tried again over
 * a new one is still open.
 */
export function chargedSoFar(host: PaymentHost | undefined, key: PaymentId | undefined): 'no' | 'maybe' {
  // A wrong call may have given anything.
  if (host === undefined || typeof key !== 'string') return 'no';
  return openKeys.get(host)?.has(paymentIdOf(key)) === true ? 'maybe' : 'no';
}
