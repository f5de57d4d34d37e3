/**
 * The authoriser of account pay: it verifies what a card asserted and decides for the account. It holds two keys a key-set and state
 * only for accounts that tapped; the till learns a token of its own shop, never the account.
 * Source: docs/explanation/account-pay.md, DCA-1.   Floor: issuer.
 */

import { equalBytes, latin1ToBytes, toHex } from '@comptoir/protocol';
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { AccountBook, type AccountSale, type DecidedOrder } from './accountBook.js';
import type { AccountDecision, AccountEntry } from './accountEntries.js';
import { readAssertion } from './assertion.js';
import { type AuthoriserDesk, authoriserDesk } from './authoriserDesk.js';
import type { NumberRange, ProvenCard } from './cardProof.js';
import { type Checks, checkAssertion, type Offer, orderOf, saleOf } from './checkAssertion.js';
import { type Journal, replayJournal } from './journal.js';
import type { NonceUse } from './nonceBook.js';
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
  /**
   * Of the sale, the merchant's own choice. The same order again gets the same answer. Another card joins a sale in the same tap only,
   * which is: with the same nonce.
   */
  readonly key: string;
}

export type AccountAnswer =
  | { readonly kind: 'approved'; readonly amount: number /** 32 bytes, for the till. */; readonly token: Uint8Array }
  | { readonly kind: 'declined'; readonly reason: Decline }
  | { readonly kind: 'refused'; readonly reason: Refusal };

export interface AccountAuthoriser extends AuthoriserDesk {
  authorise(order: AccountOrder): AccountAnswer;
  /** What was decided, in order; nothing: no order came, or it's forgotten. */
  status(merchant: string, key: string): readonly AccountAnswer[];
  /** Also before the order came, which is refused then. @returns minor units that go back by it, once or again */
  reverse(merchant: string, key: string): number;
  /**
   * @param refund key of the refund: each is counted once
   * @param key    of the sale; it's remembered for a week, and refunded no longer
   * @param at     position among the answers of `status`
   * @returns minor units that went back by this refund: `amount`, or 0 when that's more than is left, or the key is another refund's
   */
  refund(merchant: string, refund: string, key: string, at: number, amount: number): number;
  /** 32 bytes: what this merchant knows the account by. @param identity account 8 and serial 8 */
  tokenOf(merchant: string, identity: Uint8Array): Uint8Array;
  readonly book: Pick<AccountBook, 'account' | 'sale' | 'sizes' | 'counters'>;
}

const NEW_SALE: Pick<AccountSale, 'decided' | 'isReversed'> = { decided: [], isReversed: false };

export function openAccountAuthoriser(options: AccountAuthoriserOptions): AccountAuthoriser {
  const { journal, pairKey } = options;
  const book = new AccountBook();
  const { now, keep } = replayJournal(journal, book, options.nowMs);
  const checks: Checks<AccountRange> = {
    ...options,
    kind: 'account',
    nonces: book.nonces,
    counters: (identity) => book.counters(identity),
  };
  const answerOf = (
    merchant: string,
    { identity, decision }: Pick<DecidedOrder, 'identity' | 'decision'>,
  ): AccountAnswer =>
    decision.kind === 'approved' ? { ...decision, token: merchantToken(pairKey, identity, merchant) } : decision;

  return {
    book,
    ...authoriserDesk({ checks, random: options.random, now, keep }),
    authorise(order) {
      const sale = saleOf(order.merchant, order.key);
      const text = orderOf(order, toHex(order.assertion));
      const { decided, isReversed } = book.sale(sale) ?? NEW_SALE;
      if (isReversed) return { kind: 'refused', reason: 'SALE_OVER' };
      const known = decided.find((one) => one.order === text);
      if (known !== undefined) return answerOf(order.merchant, known);
      const atMs = now();
      const assertion = readAssertion(order.assertion, 'account');
      if (assertion === undefined) return { kind: 'refused', reason: 'MALFORMED' };
      const { nonce, counter } = assertion;
      if (decided.some((one) => one.nonce !== nonce)) return { kind: 'refused', reason: 'KEY_REUSED' };
      const checked = checkAssertion(checks, assertion, order, sale, atMs);
      if (!checked.ok) return { kind: 'refused', reason: checked.reason };
      const { identity } = checked.card;
      if (decided.some((one) => equalBytes(one.identity, identity))) return { kind: 'refused', reason: 'KEY_REUSED' };
      const decision = decide(book, checked.card, order, checked.use, atMs);
      keep({ kind: 'decided', atMs, sale, order: text, nonce, identity: toHex(identity), counter, decision });
      return answerOf(order.merchant, { identity, decision });
    },
    status(merchant, key) {
      const { decided, isReversed } = book.sale(saleOf(merchant, key)) ?? NEW_SALE;
      return isReversed ? [{ kind: 'refused', reason: 'SALE_OVER' }] : decided.map((one) => answerOf(merchant, one));
    },
    reverse(merchant, key) {
      const sale = saleOf(merchant, key);
      const { decided, isReversed } = book.sale(sale) ?? NEW_SALE;
      if (!isReversed) keep({ kind: 'reversed', atMs: now(), sale });
      return decided.reduce(
        (sum, { decision, refunded }) => sum + (decision.kind === 'approved' ? decision.amount - refunded : 0),
        0,
      );
    },
    refund(merchant, refund, key, at, amount) {
      const name = saleOf(merchant, refund);
      const sale = saleOf(merchant, key);
      const before = book.refund(name);
      if (before !== undefined) return before.sale === sale && before.at === at ? before.amount : 0;
      const { decided, isReversed } = book.sale(sale) ?? NEW_SALE;
      const one = decided[at];
      if (isReversed || one?.decision.kind !== 'approved' || !Number.isSafeInteger(amount) || amount <= 0) return 0;
      if (one.refunded + amount > one.decision.amount) return 0;
      keep({ kind: 'refunded', atMs: now(), refund: name, sale, at, amount });
      return amount;
    },
    tokenOf: (merchant, identity) => merchantToken(pairKey, identity, merchant),
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

/** The same account at the same merchant gives the same token, and no two merchants can join theirs. @param identity its first 8 bytes are the account */
export function merchantToken(pairKey: Uint8Array, identity: Uint8Array, merchant: string): Uint8Array {
  const input = new Uint8Array(8 + merchant.length);
  input.set(identity.subarray(0, 8));
  input.set(latin1ToBytes(merchant), 8);
  return hmac(sha256, pairKey, input);
}
