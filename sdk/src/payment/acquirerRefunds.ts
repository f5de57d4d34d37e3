/**
 * Money that goes back, as the acquirer is asked for it. A refund needs neither the card nor a reader: it goes to the instruments that
 * paid, and their authorisers' ledgers are the last judge of what may still go back.
 * Source: docs/reference/sdk.md, `refund`; decision 39.   Floor: sdk payment.
 */
import type { PaymentId } from '../values/key.js';
import type { Kind } from '../values/kind.js';
import type { Money } from '../values/money.js';

export type SaleEnd = 'stands' | 'void';

/** What was taken under one key, and what went back of it, as the ledgers have it. */
export interface SaleAtAcquirer {
  /** `open`: nobody said yet how it ended. `void`: nothing was taken, or all of it was taken back at once. */
  readonly state: 'open' | SaleEnd;
  /** In the order in which they were taken. Positions in it name tenders, and stay. */
  readonly tenders: readonly TakenTender[];
  /** In the order in which they were made. */
  readonly refunds: readonly MadeRefund[];
  /**
   * While it's `open` and value is still held for it: until when, unless it's ended before. Milliseconds since 1 January 1970, UTC, by the
   * host's clock. Of several holds the one that ends first.
   */
  readonly heldUntilMs?: number;
}

export interface TakenTender {
  readonly kind: Kind | 'other';
  readonly label: string;
  /** What was taken; of a coupon what it took off. */
  readonly amount: Money;
}

export interface MadeRefund {
  /** Of the refund that it is a part of. */
  readonly key: PaymentId;
  /** Position. */
  readonly tender: number;
  /** Of a coupon 0: it may be used again. */
  readonly amount: Money;
  /** What the refund comes to in all. */
  readonly whole: Money;
}

/** One part of a refund. `key` and `tender` together are its idempotency key. */
export interface RefundOrder extends MadeRefund {
  /** Key of the sale. */
  readonly of: PaymentId;
}

export type RefundAnswer =
  | { readonly kind: 'refunded' }
  /** Nothing went back by this order. */
  | { readonly kind: 'refused'; readonly reason: RefundRefusal };

export const REFUND_REFUSALS = [
  /** The key was never charged here, or is forgotten. */
  'SALE_UNKNOWN',
  'SALE_OPEN',
  'SALE_VOID',
  /** The sale has no such tender. */
  'TENDER_UNKNOWN',
  /** More than was taken by this tender and didn't go back yet, or in another currency. */
  'MORE_THAN_LEFT',
  /** The key came before, for another refund. */
  'KEY_REUSED',
  /** A coupon, while money of the sale is still to go back. */
  'MONEY_FIRST',
  /** The authoriser of the instrument takes nothing back. */
  'INSTRUMENT_REFUSED',
] as const;
export type RefundRefusal = (typeof REFUND_REFUSALS)[number];
