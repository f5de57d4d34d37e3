/**
 * What changes on a card from tap to tap, in one record, so that each change happens whole or not at all: order and activation
 * of the profiles, counters, balances, prepared debits, sales that are over, and the issuers' sequence numbers.
 * Floor: dynamicCard.
 *
 *   version 1 = 1 | sequence of issuers 0..7, 4 each | highest counter of a removed profile 2
 *   | profiles 1, each: slot 1, activation 1, flags 1, counter 2, online counter 2, amount 6
 *   | pending 1, each: slot 1, sale key 16, merchant 8, counter 2, amount 6, currency 2, date 3, scope 8, nonce 8
 *   | settled 1, each: sale key 16, merchant 8          At most 1,174 bytes.
 */
import { concatBytes, equalBytes, unsignedFromBytes, unsignedToBytes } from '@comptoir/protocol';
import { ISSUERS_MAX } from '@comptoir/protocol/wallet';
import type { Records } from '../../board/board.js';

export const PENDING_MAX = 8;
/** Sales that are over, the latest: a commit that comes again is answered as the first one. */
export const SETTLED_MAX = 12;
export const COUNTER_MAX = 0xffff;
export const SALE_KEY_BYTES = 16;
export const MERCHANT_MARK_BYTES = 8;

const MEMORY_RECORD = 0;
const VERSION = 1;
const FLAG_BLOCKED = 0x01;
const FLAG_REDEEMED = 0x02;
const FLAG_HAS_AMOUNT = 0x04;

export interface ProfileEntry {
  readonly slot: number;
  /** ACTIVATED, DEACTIVATED or LOCKED. */
  readonly activation: number;
  readonly isBlocked: boolean;
  readonly isRedeemed: boolean;
  /** Application transaction counter, 9F36: the last one used. */
  readonly counter: number;
  /** Last online ATC register, 9F13. */
  readonly onlineCounter: number;
  /** Balance or value of points, minor units; undefined: the card doesn't know. */
  readonly amount: number | undefined;
}

/** A debit or redemption that was prepared: its value can't be used again until it's committed or cancelled. */
export interface PendingDebit {
  readonly slot: number;
  /** 16 bytes. */
  readonly planId: Uint8Array;
  /** The merchant that prepared it. */
  readonly merchant: Uint8Array;
  readonly counter: number;
  readonly amount: number;
  readonly currency: Uint8Array;
  readonly date: Uint8Array;
  readonly scope: Uint8Array;
  readonly nonce: Uint8Array;
}

interface SettledSale {
  readonly planId: Uint8Array;
  readonly merchant: Uint8Array;
}

export interface MemoryContent {
  readonly sequences: readonly number[];
  readonly removedCounter: number;
  /** In card order. */
  readonly profiles: readonly ProfileEntry[];
  readonly pending: readonly PendingDebit[];
  readonly settled: readonly SettledSale[];
}

const NEW_CARD: MemoryContent = {
  sequences: [0, 0, 0, 0, 0, 0, 0, 0],
  removedCounter: 0,
  profiles: [],
  pending: [],
  settled: [],
};

export class CardMemory {
  #content: MemoryContent;
  readonly #records: Records;

  constructor(records: Records) {
    this.#records = records;
    const kept = records.read(MEMORY_RECORD);
    this.#content = kept[0] === VERSION ? decode(kept) : NEW_CARD;
  }

  get content(): MemoryContent {
    return this.#content;
  }

  /** @returns false when it could not be kept; then nothing has changed */
  keep(change: Partial<MemoryContent>): boolean {
    const next = { ...this.#content, ...change };
    if (!this.#records.write(MEMORY_RECORD, encode(next))) return false;
    this.#content = next;
    return true;
  }

  /** Changes one profile. */
  keepProfile(slot: number, change: Partial<ProfileEntry>, also: Partial<MemoryContent> = {}): boolean {
    return this.keep({ ...also, profiles: changedProfiles(this.#content.profiles, slot, change) });
  }

  profile(slot: number): ProfileEntry | undefined {
    return this.#content.profiles.find((entry) => entry.slot === slot);
  }

  /**
   * The next counter, kept before it's used: it's never used twice, whatever happens afterwards.
   * @returns undefined when there is none left, or it could not be kept
   */
  nextCounter(slot: number): number | undefined {
    const counter = this.profile(slot)?.counter ?? COUNTER_MAX;
    if (counter >= COUNTER_MAX || !this.keepProfile(slot, { counter: counter + 1 })) return undefined;
    return counter + 1;
  }

  /** What a reader may still take. */
  available(slot: number): number | undefined {
    const amount = this.profile(slot)?.amount;
    if (amount === undefined) return undefined;
    const reserved = this.#content.pending.reduce((sum, debit) => sum + (debit.slot === slot ? debit.amount : 0), 0);
    return Math.max(0, amount - reserved);
  }

  isPending(slot: number): boolean {
    return this.#content.pending.some((debit) => debit.slot === slot);
  }

  isSettled(planId: Uint8Array, merchant: Uint8Array): boolean {
    return this.#content.settled.some((sale) => equalBytes(sale.planId, planId) && equalBytes(sale.merchant, merchant));
  }
}

export function changedProfiles(
  profiles: readonly ProfileEntry[],
  slot: number,
  change: Partial<ProfileEntry>,
): readonly ProfileEntry[] {
  return profiles.map((entry) => (entry.slot === slot ? { ...entry, ...change } : entry));
}

function encode({ sequences, removedCounter, profiles, pending, settled }: MemoryContent): Uint8Array {
  return concatBytes(
    Uint8Array.of(VERSION),
    ...sequences.map((sequence) => unsignedToBytes(sequence, 4)),
    unsignedToBytes(removedCounter, 2),
    Uint8Array.of(profiles.length),
    ...profiles.map(({ slot, activation, isBlocked, isRedeemed, counter, onlineCounter, amount }) =>
      concatBytes(
        Uint8Array.of(
          slot,
          activation,
          (isBlocked ? FLAG_BLOCKED : 0) |
            (isRedeemed ? FLAG_REDEEMED : 0) |
            (amount === undefined ? 0 : FLAG_HAS_AMOUNT),
        ),
        unsignedToBytes(counter, 2),
        unsignedToBytes(onlineCounter, 2),
        unsignedToBytes(amount ?? 0, 6),
      ),
    ),
    Uint8Array.of(pending.length),
    ...pending.map(({ slot, planId, merchant, counter, amount, currency, date, scope, nonce }) =>
      concatBytes(
        Uint8Array.of(slot),
        planId,
        merchant,
        unsignedToBytes(counter, 2),
        unsignedToBytes(amount, 6),
        currency,
        date,
        scope,
        nonce,
      ),
    ),
    Uint8Array.of(settled.length),
    ...settled.map(({ planId, merchant }) => concatBytes(planId, merchant)),
  );
}

/** @param bytes what `encode` made: nothing else writes the record */
function decode(bytes: Uint8Array): MemoryContent {
  let at = 1;
  const take = (length: number): Uint8Array => {
    at += length;
    return bytes.slice(at - length, at);
  };
  const number = (length: number): number => unsignedFromBytes(take(length));
  const many = <T>(read: () => T): T[] => Array.from({ length: number(1) }, read);
  const sequences = Array.from({ length: ISSUERS_MAX }, () => number(4));
  const removedCounter = number(2);
  const profiles = many((): ProfileEntry => {
    const [slot, activation, flags] = [number(1), number(1), number(1)];
    const [counter, onlineCounter, amount] = [number(2), number(2), number(6)];
    return {
      slot,
      activation,
      isBlocked: (flags & FLAG_BLOCKED) !== 0,
      isRedeemed: (flags & FLAG_REDEEMED) !== 0,
      counter,
      onlineCounter,
      amount: (flags & FLAG_HAS_AMOUNT) === 0 ? undefined : amount,
    };
  });
  const pending = many(
    (): PendingDebit => ({
      slot: number(1),
      planId: take(SALE_KEY_BYTES),
      merchant: take(MERCHANT_MARK_BYTES),
      counter: number(2),
      amount: number(6),
      currency: take(2),
      date: take(3),
      scope: take(8),
      nonce: take(8),
    }),
  );
  const settled = many((): SettledSale => ({ planId: take(SALE_KEY_BYTES), merchant: take(MERCHANT_MARK_BYTES) }));
  return { sequences, removedCounter, profiles, pending, settled };
}
