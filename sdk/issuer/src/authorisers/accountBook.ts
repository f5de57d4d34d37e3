/**
 * Accounts as their entries leave them. A row is there only for what tapped or was blocked; keys have no rows at all.
 *
 *   card     account 8 | serial 8 | state 1 | highest counter 2 | seen 2                      21 bytes
 *   account  account 8 | state 1 | day 2 | taken on that day 6 | owed 6                       23 bytes
 *
 * Floor: issuer.
 */
import * as tlv from '@comptoir/protocol';
import type { AccountDecision, AccountEntry } from './accountEntries.js';
import { acceptCounter, type CounterWindow, NEW_WINDOW } from './counterWindow.js';
import { FlatTable } from './flatTable.js';
import { NonceBook } from './nonceBook.js';

/** Decisions are remembered so long, and a sale can be reversed so long. Much longer than any nonce is fresh. */
export const DECISIONS_KEPT_MS: number = 7 * 86_400_000;

const OPEN = 1;
const BLOCKED = 2;
const DAY_MS = 86_400_000;
const ACCOUNT_BYTES = 8;

export interface AccountSale {
  /** None: reversed before any order came. */
  readonly decided: readonly DecidedOrder[];
  readonly isReversed: boolean;
  readonly atMs: number;
}

export interface DecidedOrder {
  readonly order: string;
  /** DF60, hexadecimal. */
  readonly nonce: string;
  /** Account and serial. */
  readonly identity: Uint8Array;
  readonly decision: AccountDecision;
  /** Minor units of it that went back. */
  readonly refunded: number;
  readonly atMs: number;
}

export interface AccountRefund {
  readonly sale: string;
  /** Position among what was decided for it. */
  readonly at: number;
  readonly amount: number;
}

export interface AccountState {
  readonly isBlocked: boolean;
  /** Minor units, on the day of `nowMs`. */
  readonly takenToday: number;
  readonly owed: number;
}

export class AccountBook {
  readonly nonces: NonceBook = new NonceBook();
  readonly #cards = new FlatTable(2 * ACCOUNT_BYTES, 5);
  readonly #accounts = new FlatTable(ACCOUNT_BYTES, 15);
  /** In the order in which they were decided. */
  readonly #sales = new Map<string, AccountSale>();
  /** By the refund's name, as long as their sale is remembered. */
  readonly #refunds = new Map<string, AccountRefund>();
  /** Of the latest entry. */
  lastMs = 0;

  apply(entry: AccountEntry): void {
    this.lastMs = entry.atMs;
    this.#forget(entry.atMs);
    switch (entry.kind) {
      case 'nonces':
        this.nonces.add(entry.merchant, entry.use, entry.nonces, entry.atMs);
        return;
      case 'decided':
        this.#decided(entry);
        return;
      case 'reversed':
        this.#reversed(entry.sale, entry.atMs);
        return;
      case 'refunded':
        this.#refunded(entry);
        return;
      case 'blocked':
      case 'unblocked':
        this.#block(tlv.fromHex(entry.identity) ?? tlv.NO_BYTES, entry.kind === 'blocked' ? BLOCKED : OPEN);
        return;
    }
  }

  sale(name: string): AccountSale | undefined {
    return this.#sales.get(name);
  }

  refund(name: string): AccountRefund | undefined {
    return this.#refunds.get(name);
  }

  /** @param identity account and serial */
  counters(identity: Uint8Array): CounterWindow {
    const row = this.#cards.find(identity);
    const hasTapped = row !== undefined && row.readUInt16BE(3) !== 0;
    return hasTapped ? { highest: row.readUInt16BE(1), seen: row.readUInt16BE(3) } : NEW_WINDOW;
  }

  isCardBlocked(identity: Uint8Array): boolean {
    return this.#cards.find(identity)?.[0] === BLOCKED;
  }

  account(identity: Uint8Array, nowMs: number): AccountState {
    const row = this.#accounts.find(identity.subarray(0, ACCOUNT_BYTES));
    if (row === undefined) return { isBlocked: false, takenToday: 0, owed: 0 };
    const takenToday = row.readUInt16BE(1) === dayOf(nowMs) ? row.readUIntBE(3, 6) : 0;
    return { isBlocked: row[0] === BLOCKED, takenToday, owed: row.readUIntBE(9, 6) };
  }

  sizes(): { readonly cards: ReturnType<FlatTable['size']>; readonly accounts: ReturnType<FlatTable['size']> } {
    return { cards: this.#cards.size(), accounts: this.#accounts.size() };
  }

  #decided({
    sale,
    order,
    nonce,
    counter,
    decision,
    atMs,
    ...entry
  }: AccountEntry & { readonly kind: 'decided' }): void {
    const identity = tlv.fromHex(entry.identity) ?? tlv.NO_BYTES;
    this.nonces.use(nonce, sale);
    const accepted = acceptCounter(this.counters(identity), counter);
    if (accepted.ok) {
      const row = this.#cards.take(identity);
      row[0] ||= OPEN;
      row.writeUInt16BE(accepted.window.highest, 1);
      row.writeUInt16BE(accepted.window.seen, 3);
    }
    if (decision.kind === 'approved') this.#take(identity, decision.amount, atMs);
    const before = this.#sales.get(sale);
    const decided = [...(before?.decided ?? []), { order, nonce, identity, decision, refunded: 0, atMs }];
    this.#sales.set(sale, { decided, isReversed: false, atMs: before?.atMs ?? atMs });
  }

  #take(identity: Uint8Array, amount: number, atMs: number): void {
    const { takenToday, owed } = this.account(identity, atMs);
    const row = this.#accounts.take(identity.subarray(0, ACCOUNT_BYTES));
    row[0] ||= OPEN;
    row.writeUInt16BE(dayOf(atMs), 1);
    row.writeUIntBE(takenToday + amount, 3, 6);
    row.writeUIntBE(owed + amount, 9, 6);
  }

  /** It may come before the order that it reverses: the order will find it. */
  #reversed(name: string, nowMs: number): void {
    const { decided = [], atMs = nowMs } = this.#sales.get(name) ?? {};
    this.#sales.set(name, { decided, isReversed: true, atMs });
    for (const { identity, decision, refunded, atMs: takenMs } of decided) {
      if (decision.kind !== 'approved') continue;
      const row = this.#accounts.take(identity.subarray(0, ACCOUNT_BYTES));
      if (row.readUInt16BE(1) === dayOf(takenMs)) row.writeUIntBE(row.readUIntBE(3, 6) - decision.amount, 3, 6);
      row.writeUIntBE(row.readUIntBE(9, 6) - (decision.amount - refunded), 9, 6);
    }
  }

  /** What was taken on a day stays taken on that day: a refund opens no limit. */
  #refunded({ refund, sale, at, amount }: AccountEntry & { readonly kind: 'refunded' }): void {
    this.#refunds.set(refund, { sale, at, amount });
    const before = this.#sales.get(sale);
    const one = before?.decided[at];
    if (before === undefined || one === undefined) return;
    const decided = before.decided.with(at, { ...one, refunded: one.refunded + amount });
    this.#sales.set(sale, { ...before, decided });
    const row = this.#accounts.take(one.identity.subarray(0, ACCOUNT_BYTES));
    row.writeUIntBE(row.readUIntBE(9, 6) - amount, 9, 6);
  }

  #block(identity: Uint8Array, state: number): void {
    const table = identity.length === ACCOUNT_BYTES ? this.#accounts : this.#cards;
    if (state === BLOCKED || table.find(identity) !== undefined) table.take(identity)[0] = state;
  }

  #forget(nowMs: number): void {
    for (const [name, { atMs }] of this.#sales) {
      if (nowMs - atMs <= DECISIONS_KEPT_MS) return;
      this.#sales.delete(name);
      for (const [refund, { sale }] of this.#refunds) if (sale === name) this.#refunds.delete(refund);
    }
  }
}

/** Since 1970: two bytes last until 2149. */
function dayOf(ms: number): number {
  return Math.min(0xffff, Math.floor(ms / DAY_MS));
}
