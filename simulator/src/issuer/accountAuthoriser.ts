/**
 * The authoriser of account pay: it verifies what a card asserted and decides for the account. It holds two keys a key-set and state
 * only for accounts that tapped; the till learns a token of its own shop, never the account.
 * Source: docs/explanation/account-pay.md, DCA-1.   Floor: simulator.
 */

import { latin1ToBytes, toHex } from '@comptoir/protocol';
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { AccountBook } from './accountBook.js';
import type { AccountDecision, AccountEntry } from './accountEntries.js';
import { readAssertion } from './assertion.js';
import type { NumberRange, ProvenCard } from './cardProof.js';
import { type Checks, checkAssertion, type Offer, orderOf, saleOf } from './checkAssertion.js';
import type { Journal } from './journal.js';
import { NONCE_BYTES, type NonceUse } from './nonceBook.js';
import type { Decline, Refusal } from './reasons.js';

/** Accounts under one contract. Amounts in minor units of its currency. */
export interface AccountRange extends NumberRange {
  /** ISO 4217 numeric. */
  readonly currency: number;
  readonly tapLimit: number;
  /** Of a tap whose nonce was fetched ahead. */
  readonly offlineTapLimit: number;
  /** A UTC day. */
  readonly dayLimit: number;
  /** What an account may owe. */
  readonly credit: number;
}

export interface AccountAuthoriserOptions extends Pick<Checks<AccountRange>, 'keySets' | 'ranges' | 'scopesOf'> {
  /** K_pair, 32 bytes: of the tokens. */
  readonly pairKey: Uint8Array;
  readonly journal: Journal<AccountEntry>;
  /** Unix milliseconds. A clock that goes back stands still here. */
  readonly nowMs: () => number;
  readonly random: (length: number) => Uint8Array;
}

/** A merchant's order for one sale. */
export interface AccountOrder extends Offer {
  /** Of the sale, the merchant's own choice. The same order again gets the same answer. */
  readonly key: string;
}

export type AccountAnswer =
  | { readonly kind: 'approved'; readonly amount: number /** 32 bytes, for the till. */; readonly token: Uint8Array }
  | { readonly kind: 'declined'; readonly reason: Decline }
  | { readonly kind: 'refused'; readonly reason: Refusal };

export interface AccountAuthoriser {
  /** Up to as many as asked for; none for an unknown merchant. */
  issueNonces(merchant: string, count: number, use?: NonceUse): readonly Uint8Array[];
  authorise(order: AccountOrder): AccountAnswer;
  /** What was decided; undefined: nothing, or it's forgotten. */
  status(merchant: string, key: string): AccountAnswer | undefined;
  /** Also before the order came, which is refused then. @returns minor units that go back by it, once or again */
  reverse(merchant: string, key: string): number;
  /** A lost card. @param identity account 8 and serial 8; account 8 alone: every card of it */
  block(identity: Uint8Array): void;
  unblock(identity: Uint8Array): void;
  readonly book: Pick<AccountBook, 'account' | 'sizes'>;
}

/** Reads the journal first: after a crash, that is all that is needed. */
export function openAccountAuthoriser(options: AccountAuthoriserOptions): AccountAuthoriser {
  const { journal, pairKey, random, scopesOf } = options;
  const book = new AccountBook();
  for (const entry of journal.entries()) book.apply(entry);
  const checks: Checks<AccountRange> = {
    ...options,
    kind: 'account',
    nonces: book.nonces,
    counters: (identity) => book.counters(identity),
  };
  let latestMs = book.lastMs;
  const now = (): number => {
    latestMs = Math.max(latestMs, options.nowMs());
    return latestMs;
  };
  const keep = (entry: AccountEntry): void => {
    journal.append(entry);
    book.apply(entry);
  };
  const answerOf = (merchant: string, identity: Uint8Array, decision: AccountDecision): AccountAnswer =>
    decision.kind === 'approved' ? { ...decision, token: merchantToken(pairKey, identity, merchant) } : decision;

  return {
    book,
    issueNonces(merchant, count, use = 'online') {
      const atMs = now();
      const issued = scopesOf(merchant).length === 0 ? 0 : Math.min(count, book.nonces.room(merchant, use, atMs));
      const nonces = Array.from({ length: Math.max(0, issued) }, () => random(NONCE_BYTES));
      if (nonces.length > 0) keep({ kind: 'nonces', atMs, merchant, use, nonces: nonces.map(toHex) });
      return nonces;
    },
    authorise(order) {
      const sale = saleOf(order.merchant, order.key);
      const text = orderOf(order, toHex(order.assertion));
      const before = book.sale(sale);
      if (before !== undefined) {
        if (before.isReversed) return { kind: 'refused', reason: 'SALE_OVER' };
        if (before.order !== text || before.decision === undefined) return { kind: 'refused', reason: 'KEY_REUSED' };
        return answerOf(order.merchant, before.identity, before.decision);
      }
      const atMs = now();
      const assertion = readAssertion(order.assertion, 'account');
      if (assertion === undefined) return { kind: 'refused', reason: 'MALFORMED' };
      const checked = checkAssertion(checks, assertion, order, sale, atMs);
      if (!checked.ok) return { kind: 'refused', reason: checked.reason };
      const { identity } = checked.card;
      const decision = decide(book, checked.card, order, checked.use, atMs);
      const { nonce, counter } = assertion;
      keep({ kind: 'decided', atMs, sale, order: text, nonce, identity: toHex(identity), counter, decision });
      return answerOf(order.merchant, identity, decision);
    },
    status(merchant, key) {
      const before = book.sale(saleOf(merchant, key));
      if (before?.isReversed === true) return { kind: 'refused', reason: 'SALE_OVER' };
      return before?.decision && answerOf(merchant, before.identity, before.decision);
    },
    reverse(merchant, key) {
      const sale = saleOf(merchant, key);
      const before = book.sale(sale);
      if (before?.isReversed !== true) keep({ kind: 'reversed', atMs: now(), sale });
      return before?.decision?.kind === 'approved' ? before.decision.amount : 0;
    },
    block: (identity) => keep({ kind: 'blocked', atMs: now(), identity: toHex(identity) }),
    unblock: (identity) => keep({ kind: 'unblocked', atMs: now(), identity: toHex(identity) }),
  };
}

/** The last check of DCA-1: the account's status, and its limits. */
function decide(
  book: AccountBook,
  { identity, range }: ProvenCard<AccountRange>,
  { amount, currency, takesPartial }: Offer,
  use: NonceUse,
  nowMs: number,
): AccountDecision {
  const no = (reason: Decline): AccountDecision => ({ kind: 'declined', reason });
  const { isBlocked, takenToday, owed } = book.account(identity, nowMs);
  if (book.isCardBlocked(identity)) return no('CARD_BLOCKED');
  if (isBlocked) return no('ACCOUNT_BLOCKED');
  if (currency !== range.currency) return no('CURRENCY_OTHER');
  if (amount > range.tapLimit) return no('LIMIT_TAP');
  if (use === 'offline' && amount > range.offlineTapLimit) return no('LIMIT_OFFLINE');
  if (takenToday + amount > range.dayLimit) return no('LIMIT_DAY');
  const left = range.credit - owed;
  if (amount <= left) return { kind: 'approved', amount };
  return takesPartial && left > 0 ? { kind: 'approved', amount: left } : no('FUNDS');
}

/** The same account at the same merchant gives the same token, and no two merchants can join theirs. */
function merchantToken(pairKey: Uint8Array, identity: Uint8Array, merchant: string): Uint8Array {
  const input = new Uint8Array(8 + merchant.length);
  input.set(identity.subarray(0, 8));
  input.set(latin1ToBytes(merchant), 8);
  return hmac(sha256, pairKey, input);
}
