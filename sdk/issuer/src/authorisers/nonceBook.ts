/**
 * Nonces that an authoriser made, for whom, and which sale used each. They are forgotten one lifetime after they ended, so
 * that a late one is called stale and the book stays small: the replay window.
 * Source: DCA-1, DF60.   Floor: issuer; imports types only.
 */
import type { Refusal } from './reasons.js';

/** `online`: for a tap that happens now. `offline`: fetched ahead, for a merchant that expects to lose its line. */
export type NonceUse = 'online' | 'offline';

export const NONCE_LIFETIME_MS: Readonly<Record<NonceUse, number>> = { online: 120_000, offline: 86_400_000 };
export const NONCE_BYTES = 8;
/** Of one use, made and not used: a merchant can't fill the book. */
export const NONCES_OF_MERCHANT_MAX = 1000;

interface Nonce {
  readonly merchant: string;
  readonly use: NonceUse;
  readonly atMs: number;
  usedBy: string | undefined;
}

export type NonceResult =
  | { readonly ok: true; readonly use: NonceUse; readonly merchant: string }
  | { readonly ok: false; readonly reason: Extract<Refusal, 'NONCE_UNKNOWN' | 'NONCE_USED' | 'NONCE_STALE'> };

export class NonceBook {
  /** In the order in which they were made. */
  readonly #made: Readonly<Record<NonceUse, Map<string, Nonce>>> = { online: new Map(), offline: new Map() };
  readonly #counts = new Map<string, number>();

  /** How many more this merchant may have now. */
  room(merchant: string, use: NonceUse, nowMs: number): number {
    this.#forget(use, nowMs);
    return NONCES_OF_MERCHANT_MAX - (this.#counts.get(`${use} ${merchant}`) ?? 0);
  }

  /** One that is there already stays what it is. */
  add(merchant: string, use: NonceUse, nonces: readonly string[], atMs: number): void {
    for (const nonce of nonces) {
      if (this.#find(nonce) !== undefined) continue;
      this.#made[use].set(nonce, { merchant, use, atMs, usedBy: undefined });
      this.#count(merchant, use, 1);
    }
  }

  /** @param sale who uses it: a sale, or all plans of a tap, may use their own nonce for several debits */
  check(nonce: string, sale: string, nowMs: number): NonceResult {
    const made = this.#find(nonce);
    if (made === undefined) return { ok: false, reason: 'NONCE_UNKNOWN' };
    if (made.usedBy !== undefined && made.usedBy !== sale) return { ok: false, reason: 'NONCE_USED' };
    const { use, merchant } = made;
    if (nowMs - made.atMs > NONCE_LIFETIME_MS[use]) return { ok: false, reason: 'NONCE_STALE' };
    return { ok: true, use, merchant };
  }

  use(nonce: string, sale: string): void {
    const made = this.#find(nonce);
    if (made === undefined || made.usedBy !== undefined) return;
    made.usedBy = sale;
    this.#count(made.merchant, made.use, -1);
  }

  size(): number {
    return this.#made.online.size + this.#made.offline.size;
  }

  #find(nonce: string): Nonce | undefined {
    return this.#made.online.get(nonce) ?? this.#made.offline.get(nonce);
  }

  #forget(use: NonceUse, nowMs: number): void {
    for (const [nonce, { merchant, atMs, usedBy }] of this.#made[use]) {
      if (nowMs - atMs <= 2 * NONCE_LIFETIME_MS[use]) return;
      this.#made[use].delete(nonce);
      if (usedBy === undefined) this.#count(merchant, use, -1);
    }
  }

  #count(merchant: string, use: NonceUse, more: number): void {
    const name = `${use} ${merchant}`;
    const count = (this.#counts.get(name) ?? 0) + more;
    if (count > 0) this.#counts.set(name, count);
    else this.#counts.delete(name);
  }
}
