/**
 * Where merchants and hosts get nonces of an authoriser, within what a merchant may have.
 * Source: DCA-1, DF60.   Floor: issuer; imports types only.
 */
import { toHex } from '@comptoir/protocol';
import { NONCE_BYTES, type NonceBook, type NonceUse } from './nonceBook.js';

export interface NonceDesk {
  /** @param nonce 8 bytes that an acquirer made, for all authorisers of a tap @returns false for an unknown merchant, or one that has too many */
  takeNonce(merchant: string, nonce: Uint8Array): boolean;
  /** Up to as many as asked for; none for an unknown merchant. */
  issueNonces(merchant: string, count: number, use?: NonceUse): readonly Uint8Array[];
}

export interface NonceDeskOptions {
  readonly nonces: NonceBook;
  readonly scopesOf: (merchant: string) => readonly string[];
  readonly random: (length: number) => Uint8Array;
  readonly now: () => number;
  readonly keep: (entry: {
    readonly kind: 'nonces';
    readonly atMs: number;
    readonly merchant: string;
    readonly use: NonceUse;
    /** Hexadecimal. */
    readonly nonces: readonly string[];
  }) => void;
}

export function nonceDesk({ nonces: book, scopesOf, random, now, keep }: NonceDeskOptions): NonceDesk {
  const make = (merchant: string, use: NonceUse, count: number, next: () => Uint8Array): readonly Uint8Array[] => {
    const atMs = now();
    const issued = scopesOf(merchant).length === 0 ? 0 : Math.min(count, book.room(merchant, use, atMs));
    const nonces = Array.from({ length: Math.max(0, issued) }, next);
    if (nonces.length > 0) keep({ kind: 'nonces', atMs, merchant, use, nonces: nonces.map(toHex) });
    return nonces;
  };
  return {
    takeNonce: (merchant, nonce) => make(merchant, 'online', 1, () => nonce).length > 0,
    issueNonces: (merchant, count, use = 'online') => make(merchant, use, count, () => random(NONCE_BYTES)),
  };
}
