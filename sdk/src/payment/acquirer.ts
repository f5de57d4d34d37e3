/**
 * The way to the acquirer, as the SDK calls it, and the record of which keys went there.
 * Source: docs/reference/sdk.md.   Floor: sdk payment.
 */
import type { CallOptions } from '../link/transport.js';
import { type PaymentId, paymentIdOf } from '../values/key.js';
import { hasMethods } from '../values/shape.js';
import type { RefundAnswer, RefundOrder, SaleAtAcquirer, SaleEnd } from './acquirerRefunds.js';

/**
 * The same key twice is one charge: whoever implements this keeps that promise. Each `complete` carries the
 * `transactionToken` of the `authorise` that was decided, so that no other tap is taken for it. An acquirer never gets a whole key: its `key` is
 * the id of the payment.
 */
export interface Acquirer {
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
   * @param planId of a basket, 16 bytes
   */
  settle?(key: PaymentId, planId: Uint8Array | undefined, end: SaleEnd, options?: CallOptions): Promise<Settled>;
  /**
   * What baskets need besides `settle`.
   * @returns 8 bytes, others at each call: what every assertion of one tap covers (DF60), known to all authorisers behind this acquirer. Ask
   * right before the tap: it's fresh for two minutes.
   */
  nonce?(options?: CallOptions): Promise<Uint8Array>;
  /** What refunds need. @returns null for a key under which nothing was ever asked. Rejecting means: nobody knows. */
  sale?(key: PaymentId, options?: CallOptions): Promise<SaleAtAcquirer | null>;
  /**
   * Gives one part back. The same order again is the same refund; never more than was taken, whoever asks, and however many at once.
   * Rejecting means: nobody knows, and the same order again tells.
   */
  refund?(order: RefundOrder, options?: CallOptions): Promise<RefundAnswer>;
}

/** An acquirer that has these parts, too. */
export type AcquirerWith<Part extends keyof Acquirer> = Acquirer & Required<Pick<Acquirer, Part>>;

export type BasketAcquirer = AcquirerWith<'nonce' | 'settle'>;

export function acquirerHas<Part extends keyof Acquirer>(
  acquirer: Acquirer | undefined,
  ...parts: readonly Part[]
): acquirer is AcquirerWith<Part> {
  return hasMethods(acquirer, ...parts);
}

export interface Settled {
  /** What is true from now on: another word than was said came before it. */
  readonly end: SaleEnd;
  /** 32 bytes, of a sale that stands: the account that paid, as this merchant alone knows it; the same at each tap. */
  readonly accountToken?: Uint8Array;
}

const openKeys = new WeakMap<Acquirer, Set<PaymentId>>();

/** Notes that a request with this key is on its way to the acquirer: from now on the key may have been charged. */
export function markSent(acquirer: Acquirer, key: PaymentId): void {
  const keys = openKeys.get(acquirer) ?? new Set<PaymentId>();
  keys.add(paymentIdOf(key));
  openKeys.set(acquirer, keys);
}

/** Notes that the result of this key is known. */
export function markSettled(acquirer: Acquirer, key: PaymentId): void {
  openKeys.get(acquirer)?.delete(paymentIdOf(key));
}

/**
 * May this key have been charged, as far as this process knows? It outlives a connection: a key that is tried again over
 * a new one is still open.
 */
export function chargedSoFar(acquirer: Acquirer | undefined, key: PaymentId | undefined): 'no' | 'maybe' {
  // A wrong call may have given anything.
  if (acquirer === undefined || typeof key !== 'string') return 'no';
  return openKeys.get(acquirer)?.has(paymentIdOf(key)) === true ? 'maybe' : 'no';
}
