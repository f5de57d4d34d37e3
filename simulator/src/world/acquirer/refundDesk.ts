/**
 * What was taken under each key, and what went back of it. The last judge: whoever asks, and however many tills at once, no tender gives
 * back more than it took.
 * Source: docs/reference/sdk.md, `Acquirer`.   Floor: simulator world.
 */
import type { Message } from '@comptoir/protocol';
import { KIND_COUPON } from '@comptoir/protocol/wallet';
import {
  currencyOfNumeric,
  type Kind,
  type MadeRefund,
  type Money,
  type RefundAnswer,
  type RefundOrder,
  type RefundRefusal,
  type SaleAtAcquirer,
} from '@comptoir/sdk';
import type { GiveBack } from './giveBack.js';
import { inTurn } from './inTurn.js';

type Asked = Pick<Message<'authorise'>, 'key' | 'profileKind' | 'label' | 'currency'>;

interface Taken {
  /** Of the profile, from 1. */
  readonly kind: number;
  readonly label: string;
  readonly amount: Money;
  readonly giveBack: GiveBack;
}

interface Book {
  readonly tenders: Taken[];
  readonly refunds: MadeRefund[];
}

const KINDS: readonly Kind[] = ['bank', 'account', 'gift', 'coupon', 'loyalty'];

export class RefundDesk {
  readonly #stateOf: (key: string) => SaleAtAcquirer['state'] | undefined;
  readonly #most: number;
  readonly #books = new Map<string, Book>();
  readonly #turn = inTurn();
  /** What each refund's key is for. */
  readonly #keys = new Map<string, Pick<RefundOrder, 'of' | 'whole'>>();

  /** @param stateOf of a sale's key; undefined: it never came @param most sales that are remembered */
  constructor(stateOf: (key: string) => SaleAtAcquirer['state'] | undefined, most: number) {
    this.#stateOf = stateOf;
    this.#most = most;
  }

  /** An authoriser approved it. */
  note({ key, profileKind = 1, label, currency }: Asked, approved: number, giveBack: GiveBack): void {
    const book = this.#books.get(key) ?? { tenders: [], refunds: [] };
    const amount = { minor: approved, currency: currencyOfNumeric(currency)?.code ?? '' };
    book.tenders.push({ kind: profileKind, label, amount, giveBack });
    this.#books.set(key, book);
    const [oldest] = this.#books.keys();
    if (this.#books.size <= this.#most || oldest === undefined) return;
    for (const { key: refund } of this.#books.get(oldest)?.refunds ?? []) this.#keys.delete(refund);
    this.#books.delete(oldest);
  }

  /** Of a plan that was given up: another one follows. */
  forget(key: string): void {
    this.#books.delete(key);
  }

  hasTaken(key: string): boolean {
    return this.#books.has(key);
  }

  sale(key: string): SaleAtAcquirer | null {
    const state = this.#stateOf(key);
    const book = this.#books.get(key);
    if (state === undefined || (state === 'stands' && book === undefined)) return null;
    const { tenders, refunds } = book ?? { tenders: [], refunds: [] };
    return {
      state,
      tenders: tenders.map(({ kind, label, amount }) => ({ kind: KINDS[kind - 1] ?? 'other', label, amount })),
      refunds: [...refunds],
    };
  }

  /** One after the other: an instrument may take its time. Rejecting means: nobody knows. */
  refund(order: RefundOrder): Promise<RefundAnswer> {
    return this.#turn(() => this.#refund(order));
  }

  async #refund(order: RefundOrder): Promise<RefundAnswer> {
    const { of, key, tender: at, amount, whole } = order;
    const known = this.#keys.get(key);
    if (known !== undefined && (known.of !== of || !isSame(known.whole, whole))) return refused('KEY_REUSED');
    const book = this.#books.get(of);
    const before = book?.refunds.find((made) => made.key === key && made.tender === at);
    if (before !== undefined) return isSame(before.amount, amount) ? { kind: 'refunded' } : refused('KEY_REUSED');
    const state = this.#stateOf(of);
    if (state === 'open') return refused('SALE_OPEN');
    if (state === 'void') return refused('SALE_VOID');
    if (state === undefined || book === undefined) return refused('SALE_UNKNOWN');
    const tender = book.tenders[at];
    if (tender === undefined) return refused('TENDER_UNKNOWN');
    const fault = faultOf(book, tender, order);
    if (fault !== undefined) return refused(fault);
    const isCoupon = tender.kind === KIND_COUPON;
    if (!(await tender.giveBack(`${key}/${at}`, isCoupon ? tender.amount.minor : amount.minor)))
      return refused('INSTRUMENT_REFUSED');
    this.#keys.set(key, { of, whole });
    book.refunds.push({ key, tender: at, amount, whole });
    return { kind: 'refunded' };
  }
}

function faultOf(
  { tenders, refunds }: Book,
  tender: Taken,
  { key, tender: at, amount, whole }: RefundOrder,
): RefundRefusal | undefined {
  if (amount.currency !== tender.amount.currency || whole.currency !== amount.currency) return 'MORE_THAN_LEFT';
  const ofTender = refunds.filter((made) => made.tender === at);
  if (tender.kind === KIND_COUPON) {
    if (amount.minor !== 0 || ofTender.length > 0) return 'MORE_THAN_LEFT';
    const paid = tenders.filter(({ kind }) => kind !== KIND_COUPON);
    return sumOf(refunds) < sumOf(paid) ? 'MONEY_FIRST' : undefined;
  }
  if (!Number.isSafeInteger(amount.minor) || amount.minor <= 0) return 'MORE_THAN_LEFT';
  if (sumOf(ofTender) + amount.minor > tender.amount.minor) return 'MORE_THAN_LEFT';
  const own = refunds.filter((made) => made.key === key);
  return sumOf(own) + amount.minor > whole.minor ? 'KEY_REUSED' : undefined;
}

function sumOf(parts: readonly { readonly amount: Money }[]): number {
  return parts.reduce((sum, { amount }) => sum + amount.minor, 0);
}

function isSame(one: Money, other: Money): boolean {
  return one.minor === other.minor && one.currency === other.currency;
}

function refused(reason: RefundRefusal): RefundAnswer {
  return { kind: 'refused', reason };
}
