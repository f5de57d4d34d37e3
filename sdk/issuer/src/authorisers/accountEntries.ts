/**
 * What happens to accounts that pay, one entry each: the whole truth of an account authoriser.
 * Floor: issuer; imports types only.
 */
import type { CardEntry } from './cardEntries.js';
import type { Decline } from './reasons.js';

export type AccountDecision =
  | { readonly kind: 'approved' /** Minor units; less than asked: a partial approval. */; readonly amount: number }
  | { readonly kind: 'declined'; readonly reason: Decline };

export type AccountEntry = CardEntry | AccountEvent;

type AccountEvent = { /** Unix milliseconds; never goes back. */ readonly atMs: number } & (
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
);
