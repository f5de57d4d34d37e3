/**
 * What happens to accounts that pay, one entry each: the whole truth of an account authoriser.
 * Floor: issuer; imports types only.
 */
import type { NonceUse } from './nonceBook.js';
import type { Decline } from './reasons.js';

export type AccountDecision =
  | { readonly kind: 'approved' /** Minor units; less than asked: a partial approval. */; readonly amount: number }
  | { readonly kind: 'declined'; readonly reason: Decline };

export type AccountEntry = { /** Unix milliseconds; never goes back. */ readonly atMs: number } & (
  | {
      readonly kind: 'nonces';
      readonly merchant: string;
      readonly use: NonceUse;
      /** Hexadecimal. */
      readonly nonces: readonly string[];
    }
  | {
      readonly kind: 'decided';
      /** Merchant and key: see `saleOf`. */
      readonly sale: string;
      readonly order: string;
      readonly nonce: string;
      /** Account and serial, hexadecimal. */
      readonly identity: string;
      readonly counter: number;
      readonly decision: AccountDecision;
    }
  | { readonly kind: 'reversed'; readonly sale: string }
  | {
      readonly kind: 'refunded';
      /** Merchant and the refund's key. */
      readonly refund: string;
      readonly sale: string;
      /** Position among what was decided for the sale. */
      readonly at: number;
      readonly amount: number;
    }
  /** Account 8, or account and serial 16 bytes, hexadecimal. */
  | { readonly kind: 'blocked' | 'unblocked'; readonly identity: string }
);
