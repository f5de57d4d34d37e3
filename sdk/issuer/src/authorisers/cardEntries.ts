/**
 * The entries that both authorisers write: of nonces given away, and of cards that are lost and found.
 * Floor: issuer; imports types only.
 */
import type { NonceUse } from './nonceBook.js';

export type CardEntry = { /** Unix milliseconds; never goes back. */ readonly atMs: number } & (
  | {
      readonly kind: 'nonces';
      readonly merchant: string;
      readonly use: NonceUse;
      /** Hexadecimal. */
      readonly nonces: readonly string[];
    }
  /** Account 8 and serial 8 bytes, hexadecimal; an account authoriser also takes an account alone: all of its cards. */
  | { readonly kind: 'blocked' | 'unblocked'; readonly identity: string }
);
