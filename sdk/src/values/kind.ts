/**
 * What pays: a card, or one instrument of a dynamic card.
 * Source: docs/reference/wallet-list.md.   Floor: sdk values.
 */

/** All but `bank` come with a dynamic card. */
export type Kind = 'bank' | 'gift' | 'coupon' | 'account' | 'loyalty';

/** In the order of their numbers, from 1. */
export const KINDS: readonly Kind[] = ['bank', 'account', 'gift', 'coupon', 'loyalty'];

/** The reader gave neither a token nor a reason why not. That must not hide an approval. */
export const TOKEN_NOT_GIVEN = 'not-given';

/** `other`: a kind that this version doesn't know. @param kind of a profile, from 1 */
export function kindOf(kind: number): Kind | 'other' {
  return KINDS[kind - 1] ?? 'other';
}
