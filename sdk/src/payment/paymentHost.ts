/**
 * The way to the acquirer, as the SDK calls it, and the record of which keys went there.
 * Source: docs/reference/sdk.md.   Floor: sdk payment.
 */
import type { CallOptions } from '../link/transport.js';
import { type PaymentId, paymentIdOf } from '../values/key.js';
import { hasMethods } from '../values/shape.js';
import type { RefundAnswer, RefundOrder, SaleAtHost, SaleEnd } from './refundHost.js';

/**
 * The same key twice is one charge: whoever implements this keeps that promise. Each `complete` carries the
 * `transactionToken` of the `authorise` that was decided, so that no other tap is taken for it. A host never gets a whole key: its `key` is
 * the id of the payment.
 */
export interface PaymentHost {
  /**
   * @param request an encoded `authorise` message, as the reader gave it; no card number can be read from it. Of a basket it comes once for each
   * question of the reader, `inquire` messages among them
   * @returns an encoded `complete` message with the same key. Rejecting means: nobody knows.
   */
  authorise(request: Uint8Array, key: PaymentId, options?: CallOptions): Promise<Uint8Array>;
  /** @returns what `authorise` answered for this key, the latest of a basket; null when this key was never charged */
  status(key: PaymentId, options?: CallOptions): Promise<Uint8Array | null>;
  /**
   * Says how a payment ended. Of a basket: what it holds is captured or released, what was approved stands or is reversed. Of one card, only
   * `void`: the card had the last word, and it was no, or it was gone, and what was approved goes back. The first word counts, also when it
   * overtakes a question, which is declined then. Rejecting means: nobody knows; `stands` of what was never asked about rejects. Without it no
   * basket is taken, and the result of one card says `reversal: 'due'`: somebody must see to it.
   * @param saleKey of a basket, 16 bytes
   */
  settle?(key: PaymentId, saleKey: Uint8Array | undefined, end: SaleEnd, options?: CallOptions): Promise<Settled>;
  /**
   * What baskets need besides `settle`.
   * @returns 8 bytes, others at each call: what every assertion of one tap covers (DF60), known to all authorisers behind this host. Ask
   * right before the tap: it's fresh for two minutes.
   */
  nonce?(options?: CallOptions): Promise<Uint8Array>;
  /** What refunds need. @returns null for a key under which nothing was ever asked. Rejecting means: nobody knows. */
  sale?(key: PaymentId, options?: CallOptions): Promise<SaleAtHost | null>;
  /**
   * Gives one part back. The same order again is the same refund; never more than was taken, whoever asks, and however many at once.
   * Rejecting means: nobody knows, and the same order again tells.
   */
  refund?(order: RefundOrder, options?: CallOptions): Promise<RefundAnswer>;
}

/** A host that has these parts, too. */
export type HostWith<Part extends keyof PaymentHost> = PaymentHost & Required<Pick<PaymentHost, Part>>;

export type BasketHost = HostWith<'nonce' | 'settle'>;

export function hostHas<Part extends keyof PaymentHost>(
  host: PaymentHost | undefined,
  ...parts: readonly Part[]
): host is HostWith<Part> {
  return hasMethods(host, ...parts);
}

export interface Settled {
  /** What is true from now on: another word than was said came before it. */
  readonly end: SaleEnd;
  /** 32 bytes, of a sale that stands: the account that paid, as this merchant alone knows it; the same at each tap. */
  readonly accountToken?: Uint8Array;
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
