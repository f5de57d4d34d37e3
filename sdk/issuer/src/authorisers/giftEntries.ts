/**
 * What happens to gift cards, coupons and points, one entry each. The entries are the ledger, and the ledger is the balance.
 * Floor: issuer; imports types only.
 */
import type { CardEntry } from './cardEntries.js';
import type { Decline } from './reasons.js';

/** What is issued under a number. Amounts in minor units; currency ISO 4217 numeric. */
export type Instrument =
  /** A gift card, or points. */
  | { readonly kind: 'value'; readonly currency: number; readonly balance: number }
  /** A gift card whose value is in the books of a shop: see `GiftBooks`. */
  | { readonly kind: 'elsewhere'; readonly currency: number }
  /** Redeemed once, on whichever card: copies have one serial. `most` is the largest discount. */
  | { readonly kind: 'coupon'; readonly currency: number; readonly serial: string; readonly most: number };

export type Reservation =
  | { readonly kind: 'reserved' /** Minor units; less than asked: a partial approval. */; readonly amount: number }
  | { readonly kind: 'declined'; readonly reason: Decline };

export type GiftEntry = CardEntry | GiftEvent;

type GiftEvent = { /** Unix milliseconds; never goes back. */ readonly atMs: number } & (
  | { readonly kind: 'issued'; readonly account: bigint; readonly instrument: Instrument }
  | { readonly kind: 'loaded'; readonly key: string; readonly account: bigint; readonly amount: number }
  | {
      readonly kind: 'decided';
      /** Merchant and the sale's key. */
      readonly sale: string;
      readonly order: string;
      readonly nonce: string;
      readonly account: bigint;
      /** Account and serial, hexadecimal. */
      readonly identity: string;
      readonly counter: number;
      readonly reservation: Reservation;
    }
  /** All of a sale, in one entry. `expired`: free again, and taken once more when the word comes and all of it is still there. */
  | { readonly kind: 'captured' | 'released' | 'expired'; readonly sale: string }
  | {
      readonly kind: 'refunded';
      /** Merchant and the refund's key. */
      readonly refund: string;
      readonly sale: string;
      readonly identity: string;
      /** Of a coupon all that it took off: its serial is free again. */
      readonly amount: number;
    }
  /** The card was told that all up to this counter is settled: none of it is taken any more. */
  | { readonly kind: 'copied'; readonly identity: string; readonly settledThrough: number }
);
