/**
 * The calls that both authorisers answer alike: merchants and hosts get nonces, within what a merchant may have, and issuers block a
 * lost card.
 * Source: DCA-1, DF60.   Floor: issuer.
 */
import { toHex } from '@comptoir/protocol';
import type { CardEntry } from './cardEntries.js';
import { type CardReference, identityOf, type NumberRange } from './cardProof.js';
import type { Checks } from './checkAssertion.js';
import { NONCE_BYTES, type NonceUse } from './nonceBook.js';

export interface AuthoriserDesk {
  /** @param nonce 8 bytes that an acquirer made, for all authorisers of a tap @returns false for an unknown merchant, or one that has too many */
  takeNonce(merchant: string, nonce: Uint8Array): boolean;
  /** Up to as many as asked for; none for an unknown merchant. */
  issueNonces(merchant: string, count: number, use?: NonceUse): readonly Uint8Array[];
  /** A lost card. @param identity account 8 and serial 8; account 8 alone, of an account authoriser: every card of it */
  block(identity: Uint8Array): void;
  unblock(identity: Uint8Array): void;
  /** The same, by what the card itself shows. @returns false for a card of other authorisers */
  blockReference(card: CardReference): boolean;
}

export interface AuthoriserDeskOptions {
  readonly checks: Pick<Checks<NumberRange>, 'nonces' | 'scopesOf' | 'keySets' | 'ranges'>;
  readonly random: (length: number) => Uint8Array;
  readonly now: () => number;
  readonly keep: (entry: CardEntry) => void;
}

export function authoriserDesk({ checks, random, now, keep }: AuthoriserDeskOptions): AuthoriserDesk {
  const give = (merchant: string, use: NonceUse, count: number, next: () => Uint8Array): readonly Uint8Array[] => {
    const atMs = now();
    const given = checks.scopesOf(merchant).length === 0 ? 0 : Math.min(count, checks.nonces.room(merchant, use, atMs));
    const nonces = Array.from({ length: Math.max(0, given) }, next);
    if (nonces.length > 0) keep({ kind: 'nonces', atMs, merchant, use, nonces: nonces.map(toHex) });
    return nonces;
  };
  const block = (identity: Uint8Array): void => keep({ kind: 'blocked', atMs: now(), identity: toHex(identity) });
  return {
    takeNonce: (merchant, nonce) => give(merchant, 'online', 1, () => nonce).length > 0,
    issueNonces: (merchant, count, use = 'online') => give(merchant, use, count, () => random(NONCE_BYTES)),
    block,
    unblock: (identity) => keep({ kind: 'unblocked', atMs: now(), identity: toHex(identity) }),
    blockReference({ keySet, cardReference }) {
      const keys = checks.keySets.get(keySet);
      const card = keys && identityOf(keys, checks.ranges, cardReference);
      if (card !== undefined) block(card.identity);
      return card !== undefined;
    },
  };
}
