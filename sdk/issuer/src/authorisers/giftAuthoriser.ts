/**
 * The authoriser of gift cards, coupons and points. Its ledger is the balance; what a card shows is a copy, and proves nothing.
 * A sale reserves with what the card signed at PREPARE, before the funding is authorised, and captures or releases by its key.
 * Source: docs/explanation/account-pay.md; docs/reference/wallet-applet.md, 80 D4.   Floor: issuer.
 */
import { toHex } from '@comptoir/protocol';
import { readAssertion } from './assertion.js';
import { type AuthoriserDesk, authoriserDesk } from './authoriserDesk.js';
import { identityOf, type NumberRange } from './cardProof.js';
import { type Checks, checkAssertion, type Offer, orderOf, saleOf, tapOfSale } from './checkAssertion.js';
import type { GiftEntry, Instrument, Reservation } from './giftEntries.js';
import { GiftLedger, type Hold } from './giftLedger.js';
import { type Journal, replayJournal } from './journal.js';
import type { Decline, Refusal } from './reasons.js';

export interface GiftAuthoriserOptions extends Pick<Checks<NumberRange>, 'keySets' | 'ranges' | 'scopesOf'> {
  readonly journal: Journal<GiftEntry>;
  /** Unix milliseconds. A clock that goes back stands still here. */
  readonly nowMs: () => number;
  readonly random: (length: number) => Uint8Array;
  /** After so long a sale that nobody ended holds nothing any more: see `expireForgotten`. */
  readonly holdMs?: number;
}

const REFERENCE_BYTES = 16;
/** As long as a shop's own gift cards are held: a till that died is back by then, or somebody has to look. See decision 81. */
export const HOLD_MS: number = 60 * 60_000;

export type GiftAnswer = Reservation | { readonly kind: 'refused'; readonly reason: Refusal };

/** What became of a sale by a call, or before it. */
export type SaleEnd = 'captured' | 'released' | 'unknown';

/** What the card is told; its issuer signs it as action 02. */
export interface BalanceCopy {
  /** Minor units, 9F02. */
  readonly amount: number;
  /** 9F36, DF2E. */
  readonly settledThrough: number;
}

export interface GiftAuthoriser extends AuthoriserDesk {
  /** False when something else is issued under the number; the same again is done already. */
  issue(account: bigint, instrument: Instrument): boolean;
  /** A top-up. @param key each is counted once @returns false when the number holds no value */
  load(key: string, account: bigint, amount: number): boolean;
  /** What is left. @param reference untrusted: DF63, 16 bytes @returns undefined for a card that is unknown, blocked, or no gift card */
  enquire(reference: Uint8Array): number | undefined;
  /** Of a card that is a gift card of a shop's books, what it's called there; undefined: it isn't. @param reference untrusted: DF63, 16 bytes */
  inBooks(reference: Uint8Array): string | undefined;
  isInBooks(account: bigint): boolean;
  /** The same of an offer that would be decided now: see `reserve`. Nothing is kept. */
  decidedByBooks(offer: Offer): string | undefined;
  /**
   * The sale's key is DF77 in the assertion. A sale may hold several cards, each once.
   * @param held of a gift card of a shop's books: what they hold for it
   */
  reserve(offer: Offer, held?: number): GiftAnswer;
  /** Takes all that the sale holds. @param planId DF77 @returns `released`: it holds nothing any more, nothing was taken */
  capture(merchant: string, planId: Uint8Array): SaleEnd;
  /** Gives back all that the sale holds; later orders of this sale are refused. @returns `captured`: it's taken, see `refund` */
  release(merchant: string, planId: Uint8Array): SaleEnd;
  /**
   * @param key      of the refund: each is counted once
   * @param identity account and serial, hexadecimal
   * @param amount   minor units; of a coupon all that it took off: it may be redeemed again
   * @returns minor units that went back by this key: as much as was taken, at most; 0 when the key is another refund's
   */
  refund(merchant: string, key: string, planId: Uint8Array, identity: string, amount: number): number;
  /**
   * Until when the sale holds value here. What lies in a shop's books is held there.
   * @returns Unix milliseconds; undefined: it holds nothing, or nothing any more
   */
  heldUntilMs(merchant: string, planId: Uint8Array): number | undefined;
  /** Frees what was held too long. A capture that comes later takes it again when all of it is still there. @returns how many sales */
  expireForgotten(): number;
  /** @param identity account 8 and serial 8. What the card prepared and the ledger never saw is void from here on. */
  balanceCopy(identity: Uint8Array): BalanceCopy;
  readonly ledger: Pick<GiftLedger, 'value' | 'isSerialFree' | 'sale'>;
}

export function openGiftAuthoriser(options: GiftAuthoriserOptions): GiftAuthoriser {
  const { journal, holdMs = HOLD_MS } = options;
  const ledger = new GiftLedger();
  const { now, keep } = replayJournal(journal, ledger, options.nowMs);
  const checks: Checks<NumberRange> = {
    ...options,
    kind: 'debit',
    nonces: ledger.nonces,
    counters: (identity) => ledger.counters(identity),
  };

  /** An open sale ends; an unknown one that is released is over before it began. */
  const end = (merchant: string, planId: Uint8Array, kind: 'captured' | 'released'): SaleEnd => {
    const sale = saleOf(merchant, toHex(planId));
    const state = ledger.sale(sale)?.state;
    if (state === undefined && kind === 'captured') return 'unknown';
    if (state === 'captured' || state === 'released') return state;
    const isTooLate = state === 'expired' && !ledger.isStillThere(sale);
    const said = isTooLate ? 'released' : kind;
    keep({ kind: said, atMs: now(), sale });
    return said;
  };

  const liveAccount = (reference: Uint8Array, kind: Instrument['kind']): bigint | undefined => {
    if (reference.length !== REFERENCE_BYTES) return undefined;
    const known = [...options.keySets.values()].map((keys) => identityOf(keys, options.ranges, reference));
    const card = known.find((one) => one !== undefined);
    const isKnown = card !== undefined && ledger.instrument(card.account)?.kind === kind;
    return isKnown && !ledger.isBlocked(toHex(card.identity)) ? card.account : undefined;
  };

  return {
    ledger,
    issue(account, instrument) {
      const before = ledger.instrument(account);
      if (before === undefined) keep({ kind: 'issued', atMs: now(), account, instrument });
      return before === undefined || isSame(before, instrument);
    },
    load(key, account, amount) {
      if (ledger.instrument(account)?.kind !== 'value' || !isAmount(amount)) return false;
      if (!ledger.isLoaded(key)) keep({ kind: 'loaded', atMs: now(), key, account, amount });
      return true;
    },
    ...authoriserDesk({ checks, random: options.random, now, keep }),
    enquire(reference) {
      const account = liveAccount(reference, 'value');
      return account === undefined ? undefined : ledger.value(account).free;
    },
    inBooks: (reference) => liveAccount(reference, 'elsewhere')?.toString(),
    isInBooks: (account) => ledger.instrument(account)?.kind === 'elsewhere',
    decidedByBooks(offer) {
      const assertion = readAssertion(offer.assertion, 'debit');
      if (assertion === undefined) return undefined;
      const sale = saleOf(offer.merchant, assertion.planId);
      const checked = checkAssertion(checks, assertion, offer, tapOfSale(sale), now());
      if ((ledger.sale(sale)?.state ?? 'open') !== 'open' || !checked.ok) return undefined;
      const { account, identity } = checked.card;
      const isLive = ledger.instrument(account)?.kind === 'elsewhere' && !ledger.isBlocked(toHex(identity));
      return isLive && ledger.instrument(account)?.currency === offer.currency ? account.toString() : undefined;
    },
    reserve(offer, held = 0) {
      const assertion = readAssertion(offer.assertion, 'debit');
      if (assertion === undefined) return { kind: 'refused', reason: 'MALFORMED' };
      const sale = saleOf(offer.merchant, assertion.planId);
      const order = orderOf(offer, toHex(offer.assertion));
      const before = ledger.sale(sale);
      if (before?.state === 'released' || before?.state === 'expired') return { kind: 'refused', reason: 'SALE_OVER' };
      const known = [...(before?.holds.values() ?? [])].find((hold) => hold.order === order);
      if (known !== undefined) return known.reservation;
      // Nothing joins a sale that is captured.
      if (before?.state === 'captured') return { kind: 'refused', reason: 'SALE_OVER' };
      const atMs = now();
      const checked = checkAssertion(checks, assertion, offer, tapOfSale(sale), atMs);
      if (!checked.ok) return { kind: 'refused', reason: checked.reason };
      const { account } = checked.card;
      const identity = toHex(checked.card.identity);
      if (before?.holds.has(identity) === true) return { kind: 'refused', reason: 'KEY_REUSED' };
      const reservation = decide(ledger, account, identity, offer, held);
      const { nonce, counter } = assertion;
      keep({ kind: 'decided', atMs, sale, order, nonce, account, identity, counter, reservation });
      return reservation;
    },
    capture: (merchant, planId) => end(merchant, planId, 'captured'),
    release: (merchant, planId) => end(merchant, planId, 'released'),
    refund(merchant, key, planId, identity, amount) {
      const refund = saleOf(merchant, key);
      const sale = saleOf(merchant, toHex(planId));
      const before = ledger.refund(refund);
      if (before !== undefined) return before.sale === sale && before.identity === identity ? before.amount : 0;
      const { state, holds } = ledger.sale(sale) ?? {};
      const hold = holds?.get(identity);
      if (state !== 'captured' || hold?.reservation.kind !== 'reserved' || !isAmount(amount)) return 0;
      const isCoupon = ledger.instrument(hold.account)?.kind === 'coupon';
      if (isCoupon && amount !== hold.reservation.amount) return 0;
      if (hold.refunded + amount > hold.reservation.amount) return 0;
      keep({ kind: 'refunded', atMs: now(), refund, sale, identity, amount });
      return amount;
    },
    heldUntilMs(merchant, planId) {
      const { state, atMs = 0, holds } = ledger.sale(saleOf(merchant, toHex(planId))) ?? {};
      const isOfValue = (hold: Hold): boolean => isHeld(hold) && ledger.instrument(hold.account)?.kind !== 'elsewhere';
      // All that a sale holds is free at once: see `expireForgotten`.
      const untilMs = atMs + holdMs;
      return state === 'open' && [...(holds?.values() ?? [])].some(isOfValue) && now() <= untilMs ? untilMs : undefined;
    },
    expireForgotten() {
      const atMs = now();
      const forgotten = [...ledger.sales()].filter(([, sale]) => sale.state === 'open' && atMs - sale.atMs > holdMs);
      for (const [sale] of forgotten) keep({ kind: 'expired', atMs, sale });
      return forgotten.length;
    },
    balanceCopy(card) {
      const identity = toHex(card);
      const open = [...ledger.sales()].flatMap(([, { state, holds }]) => (state === 'open' ? [holds] : []));
      const own = open.flatMap((holds) => holds.get(identity) ?? []).filter(isHeld);
      const settledThrough = Math.min(ledger.counters(card).highest, ...own.map(({ counter }) => counter - 1));
      const heldHere = own.reduce((sum, { reservation }) => sum + reservation.amount, 0);
      const { free } = ledger.value(new DataView(card.buffer, card.byteOffset).getBigUint64(0));
      keep({ kind: 'copied', atMs: now(), identity, settledThrough });
      // The card itself keeps back what it prepared after that counter.
      return { amount: free + heldHere, settledThrough };
    },
  };
}

function decide(
  ledger: GiftLedger,
  account: bigint,
  identity: string,
  { amount, currency, takesPartial }: Offer,
  held: number,
): Reservation {
  const no = (reason: Decline): Reservation => ({ kind: 'declined', reason });
  if (ledger.isBlocked(identity)) return no('CARD_BLOCKED');
  const instrument = ledger.instrument(account);
  if (instrument === undefined) return no('NOT_ISSUED');
  if (instrument.currency !== currency) return no('CURRENCY_OTHER');
  if (instrument.kind === 'coupon') {
    if (!ledger.isSerialFree(instrument.serial)) return no('COUPON_REDEEMED');
    return amount > instrument.most ? no('COUPON_LIMIT') : { kind: 'reserved', amount };
  }
  const free = instrument.kind === 'elsewhere' ? held : ledger.value(account).free;
  if (amount <= free) return { kind: 'reserved', amount };
  return takesPartial && free > 0 ? { kind: 'reserved', amount: free } : no('FUNDS');
}

function isHeld(hold: Hold): hold is Hold & { readonly reservation: { readonly kind: 'reserved' } } {
  return hold.reservation.kind === 'reserved';
}

function isAmount(value: number): boolean {
  return Number.isSafeInteger(value) && value > 0;
}

function isSame(one: Instrument, other: Instrument): boolean {
  return JSON.stringify(Object.entries(one).sort()) === JSON.stringify(Object.entries(other).sort());
}
