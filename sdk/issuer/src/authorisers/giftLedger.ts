/**
 * Gift cards, coupons and sales as the entries leave them. Value is in one of three places: free, held by an open sale, taken.
 * Floor: issuer.
 */
import { toHex } from '@comptoir/protocol';
import { tapOfSale } from './checkAssertion.js';
import { acceptCounter, type CounterWindow, closeThrough, NEW_WINDOW } from './counterWindow.js';
import type { GiftEntry, Instrument, Reservation } from './giftEntries.js';
import { NonceBook } from './nonceBook.js';

/**
 * A released sale is remembered so long. Its nonce is forgotten long before, so that nothing may follow a release that overtook its order.
 */
export const RELEASED_KEPT_MS: number = 7 * 86_400_000;

export interface Hold {
  readonly order: string;
  readonly account: bigint;
  readonly counter: number;
  readonly reservation: Reservation;
  /** Minor units of it that went back after the capture. */
  readonly refunded: number;
}

export interface GiftSale {
  /** `expired`: nobody ended it in time, so that it holds nothing; how it ended isn't known. */
  readonly state: 'open' | 'expired' | 'captured' | 'released';
  readonly atMs: number;
  /** By the card's identity, hexadecimal. */
  readonly holds: ReadonlyMap<string, Hold>;
}

/** Of which hold of which sale. */
export interface GiftRefund {
  readonly sale: string;
  readonly identity: string;
  readonly amount: number;
}

interface Issued {
  readonly instrument: Instrument;
  /** Ledger balance; of a coupon nothing. */
  balance: number;
  /** Of it, held by open sales. */
  held: number;
}

export class GiftLedger {
  readonly nonces: NonceBook = new NonceBook();
  readonly #issued = new Map<bigint, Issued>();
  readonly #counters = new Map<string, CounterWindow>();
  readonly #blocked = new Set<string>();
  readonly #sales = new Map<string, GiftSale>();
  /** When, in that order. */
  readonly #released = new Map<string, number>();
  /** Serial by what holds or redeemed it. */
  readonly #serials = new Map<string, string>();
  readonly #loads = new Set<string>();
  readonly #refunds = new Map<string, GiftRefund>();
  /** Of the latest entry. */
  lastMs = 0;

  apply(entry: GiftEntry): void {
    this.lastMs = entry.atMs;
    this.#forget(entry.atMs);
    switch (entry.kind) {
      case 'issued':
        this.#issued.set(entry.account, {
          instrument: entry.instrument,
          balance: entry.instrument.kind === 'value' ? entry.instrument.balance : 0,
          held: 0,
        });
        return;
      case 'loaded':
        this.#loads.add(entry.key);
        this.#change(entry.account, entry.amount, 0);
        return;
      case 'nonces':
        this.nonces.add(entry.merchant, entry.use, entry.nonces, entry.atMs);
        return;
      case 'decided':
        this.#decided(entry);
        return;
      case 'captured':
      case 'released':
      case 'expired':
        this.#ended(entry.sale, entry.kind, entry.atMs);
        return;
      case 'refunded':
        this.#refunded(entry);
        return;
      case 'copied': {
        const window = this.#counters.get(entry.identity) ?? NEW_WINDOW;
        this.#counters.set(entry.identity, closeThrough(window, entry.settledThrough));
        return;
      }
      case 'blocked':
        this.#blocked.add(entry.identity);
        return;
      case 'unblocked':
        this.#blocked.delete(entry.identity);
        return;
    }
  }

  instrument(account: bigint): Instrument | undefined {
    return this.#issued.get(account)?.instrument;
  }

  /** Minor units that no sale has taken, and those of them that no sale holds. */
  value(account: bigint): { readonly balance: number; readonly free: number } {
    const { balance = 0, held = 0 } = this.#issued.get(account) ?? {};
    return { balance, free: balance - held };
  }

  /** @param identity account and serial */
  counters(identity: Uint8Array): CounterWindow {
    return this.#counters.get(toHex(identity)) ?? NEW_WINDOW;
  }

  isBlocked(identity: string): boolean {
    return this.#blocked.has(identity);
  }

  isSerialFree(serial: string): boolean {
    return !this.#serials.has(serial);
  }

  isLoaded(key: string): boolean {
    return this.#loads.has(key);
  }

  refund(key: string): GiftRefund | undefined {
    return this.#refunds.get(key);
  }

  sale(name: string): GiftSale | undefined {
    return this.#sales.get(name);
  }

  sales(): Iterable<readonly [name: string, sale: GiftSale]> {
    return this.#sales;
  }

  #decided({
    sale,
    order,
    nonce,
    account,
    identity,
    counter,
    reservation,
    atMs,
  }: GiftEntry & { kind: 'decided' }): void {
    this.nonces.use(nonce, tapOfSale(sale));
    const accepted = acceptCounter(this.#counters.get(identity) ?? NEW_WINDOW, counter);
    if (accepted.ok) this.#counters.set(identity, accepted.window);
    const before = this.#sales.get(sale);
    const hold: Hold = { order, account, counter, reservation, refunded: 0 };
    const holds = new Map(before?.holds).set(identity, hold);
    this.#sales.set(sale, { state: 'open', atMs: before?.atMs ?? atMs, holds });
    if (reservation.kind === 'declined') return;
    const instrument = this.instrument(account);
    if (instrument?.kind === 'coupon') this.#serials.set(instrument.serial, sale);
    else if (instrument?.kind === 'value') this.#change(account, 0, reservation.amount);
  }

  /** True when all that an expired sale held is free: nobody took it meanwhile. */
  isStillThere(name: string): boolean {
    const holds = [...(this.#sales.get(name)?.holds.values() ?? [])];
    return holds.every(({ account, reservation }) => {
      if (reservation.kind === 'declined') return true;
      const instrument = this.instrument(account);
      if (instrument?.kind === 'coupon') return this.isSerialFree(instrument.serial);
      return instrument?.kind !== 'value' || reservation.amount <= this.value(account).free;
    });
  }

  #ended(name: string, state: 'captured' | 'released' | 'expired', atMs: number): void {
    const before = this.#sales.get(name) ?? { state: 'open', atMs, holds: new Map<string, Hold>() };
    if (before.state !== 'open' && before.state !== 'expired') return;
    this.#sales.set(name, { ...before, state });
    if (state === 'released') this.#released.set(name, atMs);
    const isHeld = before.state === 'open';
    for (const { account, reservation } of before.holds.values()) {
      if (reservation.kind === 'declined') continue;
      const instrument = this.instrument(account);
      if (instrument?.kind === 'value')
        this.#change(account, state === 'captured' ? -reservation.amount : 0, isHeld ? -reservation.amount : 0);
      else if (instrument?.kind === 'coupon' && state === 'captured') this.#serials.set(instrument.serial, name);
      else if (instrument?.kind === 'coupon' && isHeld) this.#serials.delete(instrument.serial);
    }
  }

  #refunded({ refund, sale, identity, amount }: GiftEntry & { readonly kind: 'refunded' }): void {
    this.#refunds.set(refund, { sale, identity, amount });
    const before = this.#sales.get(sale);
    const hold = before?.holds.get(identity);
    if (before === undefined || hold === undefined) return;
    const holds = new Map(before.holds).set(identity, { ...hold, refunded: hold.refunded + amount });
    this.#sales.set(sale, { ...before, holds });
    const instrument = this.instrument(hold.account);
    if (instrument?.kind === 'coupon') this.#serials.delete(instrument.serial);
    else if (instrument?.kind === 'value') this.#change(hold.account, amount, 0);
  }

  #forget(nowMs: number): void {
    for (const [name, atMs] of this.#released) {
      if (nowMs - atMs <= RELEASED_KEPT_MS) return;
      this.#released.delete(name);
      this.#sales.delete(name);
    }
  }

  #change(account: bigint, balance: number, held: number): void {
    const issued = this.#issued.get(account);
    if (issued === undefined) return;
    issued.balance += balance;
    issued.held += held;
  }
}
