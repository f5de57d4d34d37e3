/**
 * Sales of checkouts at the test acquirer: which questions were answered under which key, and how each sale ended. A key has one sale, of one
 * tap; the first word about its end counts. A tap whose plan is refused makes another one: whatever comes about a later plan, question or
 * end, first gives back what the plans before it hold.
 * Source: docs/reference/sdk.md, `Acquirer`.   Floor: simulator world.
 */

import { type AcquirerQuestion, keptQuestion } from '@comptoir/acquirer';
import { saleInBooks, saleOf } from '@comptoir/issuer/authorisers';
import { toHex } from '@comptoir/protocol';
import { isGivenUpFor, planIdOfPlan, planOf, tapOf } from '@comptoir/protocol/wallet';
import type { SaleEnd, Settled } from '@comptoir/sdk';
import type { Authorisers } from './developmentAuthorisers.js';
import type { CheckoutAnswer, CheckoutQuestion } from './walletQuestion.js';

/** The latest; what is older is forgotten, not the authorisers' ledgers. */
export const SALES_MAX = 1000;

export type SaleFault =
  /** The key belongs to another tap, or the tap to another key. */
  | 'KEY_REUSED'
  /** Nothing may follow a sale that stands. */
  | 'SALE_OVER'
  /** It never asked for anything. */
  | 'SALE_UNKNOWN';

export type SaleResult<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly fault: SaleFault };

/** A question, and what was said to it. It's signed whenever it's told. */
export interface Answered {
  readonly question: AcquirerQuestion;
  readonly answer: CheckoutAnswer;
}

interface Sale {
  readonly key: string;
  /** Of the latest plan. */
  planId: Uint8Array;
  state: 'open' | SaleEnd;
  /** Of that plan, by transaction token, in order. */
  readonly answers: Map<string, Answered>;
}

const ENDS = { captured: 'stands', released: 'void' } as const;
const REFUSED: CheckoutAnswer = { responseCode: '05' };

export class CheckoutSales {
  readonly #authorisers: Authorisers;
  readonly #merchant: string;
  readonly #undo: (key: string, isGivenUp: boolean) => void;
  readonly #byKey = new Map<string, Sale>();
  readonly #byTap = new Map<string, Sale>();

  /** @param undo takes back what banks approved under a key; `isGivenUp`: another plan follows */
  constructor(authorisers: Authorisers, merchant: string, undo: (key: string, isGivenUp: boolean) => void) {
    this.#authorisers = authorisers;
    this.#merchant = merchant;
    this.#undo = undo;
  }

  /**
   * @param decide is called for a question that is new, while the sale is open; when it throws, nothing is remembered. No other call may come
   * before it's done
   * @returns of a sale that is void a decline, whatever was answered before
   */
  async answer(
    question: CheckoutQuestion,
    decide: () => CheckoutAnswer | Promise<CheckoutAnswer>,
  ): Promise<SaleResult<CheckoutAnswer>> {
    const { key, planId, transactionToken } = question;
    const found = await this.#at(key, planId);
    if (found === 'reused') return { ok: false, fault: 'KEY_REUSED' };
    const isGivenUp = found !== undefined && isGivenUpFor(planId, found.planId);
    const state = isGivenUp ? 'void' : (found?.state ?? this.#stateAtAuthorisers(planId));
    if (state === 'void') return { ok: true, value: REFUSED };
    const known = found?.answers.get(toHex(transactionToken));
    if (known !== undefined) return { ok: true, value: known.answer };
    if (state === 'stands') return { ok: false, fault: 'SALE_OVER' };
    const answer = await decide();
    const sale = found ?? this.#begin(key, planId);
    sale.answers.set(toHex(transactionToken), { question: keptQuestion(question), answer });
    return { ok: true, value: answer };
  }

  /**
   * To the latest question of a key, or to one of its questions. Of a sale that is void it's a decline, also where it was approved before:
   * nothing may be ended with that any more.
   */
  answered(key: string, transactionToken?: Uint8Array): Answered | undefined {
    const sale = this.#byKey.get(key);
    const all = [...(sale?.answers ?? [])];
    const token = transactionToken && toHex(transactionToken);
    const [, found] = all.filter(([of]) => token === undefined || of === token).at(-1) ?? [];
    return found && sale?.state === 'void' ? { ...found, answer: REFUSED } : found;
  }

  /** @returns undefined for a key of no checkout */
  stateOf(key: string): Sale['state'] | undefined {
    return this.#byKey.get(key)?.state;
  }

  /** @returns Unix milliseconds, of a sale that is open and holds value at its authoriser */
  heldUntilMs(key: string): number | undefined {
    const sale = this.#byKey.get(key);
    if (sale?.state !== 'open') return undefined;
    return this.#authorisers.gifts.heldUntilMs(this.#merchant, sale.planId);
  }

  /** The books of gift cards have the first word where a sale holds one. No other call may come before it's done. */
  async settle(key: string, planId: Uint8Array, end: SaleEnd): Promise<SaleResult<Settled>> {
    const found = await this.#at(key, planId);
    if (found === 'reused') return { ok: false, fault: 'KEY_REUSED' };
    if (found !== undefined && isGivenUpFor(planId, found.planId)) return { ok: true, value: { end: 'void' } };
    const isAsked = found !== undefined && (found.state !== 'open' || found.answers.size > 0);
    if (!isAsked && end === 'stands' && this.#stateAtAuthorisers(planId) === undefined)
      return { ok: false, fault: 'SALE_UNKNOWN' };
    const sale = found ?? this.#begin(key, planId);
    if (sale.state === 'open') sale.state = await this.#end(sale, end);
    return { ok: true, value: { end: sale.state === 'stands' ? 'stands' : 'void', ...this.#accountOf(sale) } };
  }

  /** Where one of the books says no, nothing of the sale stands. @returns what is true now */
  async #end({ key, planId }: Sale, end: SaleEnd): Promise<SaleEnd> {
    const { gifts, accounts, giftBooks } = this.#authorisers;
    const ending = end === 'stands' ? 'captured' : 'released';
    const inBooks = await giftBooks?.end(saleInBooks(key, planId), ending);
    const told = inBooks === undefined ? end : ENDS[inBooks];
    if (told === 'stands' && gifts.capture(this.#merchant, planId) !== 'released') return 'stands';
    gifts.release(this.#merchant, planId);
    accounts.reverse(this.#merchant, toHex(planId));
    this.#undo(key, false);
    return 'void';
  }

  /** The sale of the key as far as it's known here, at this plan or a later one: what the plans before hold is given back. */
  async #at(key: string, planId: Uint8Array): Promise<Sale | 'reused' | undefined> {
    const found = this.#find(key, planId);
    const isNext = found === undefined || (found !== 'reused' && isGivenUpFor(found.planId, planId));
    if (!isNext || planOf(planId) === 0 || (found !== undefined && found.state !== 'open')) return found;
    // Also of plans that only the ledgers know: a host may have begun anew.
    for (let plan = 0; plan < planOf(planId); plan += 1) await this.#giveUp(key, planIdOfPlan(planId, plan));
    if (found !== undefined) {
      this.#undo(key, true);
      found.planId = planId;
      found.answers.clear();
    }
    return found;
  }

  async #giveUp(key: string, planId: Uint8Array): Promise<void> {
    const { gifts, accounts, giftBooks } = this.#authorisers;
    await giftBooks?.end(saleInBooks(key, planId), 'released');
    if (this.#stateAtAuthorisers(planId) !== 'open') return;
    gifts.release(this.#merchant, planId);
    if (accounts.status(this.#merchant, toHex(planId)).length > 0) accounts.reverse(this.#merchant, toHex(planId));
  }

  /**
   * Of a sale that a card holds open: the ledger knows. One that it never saw, or that nobody ended in time, is over from now on.
   * @returns undefined: not ended yet
   */
  endOf(planId: Uint8Array): SaleEnd | undefined {
    const { gifts } = this.#authorisers;
    const known = gifts.ledger.sale(saleOf(this.#merchant, toHex(planId)))?.state ?? 'expired';
    const state = known === 'expired' ? gifts.release(this.#merchant, planId) : known;
    if (state === 'open') return undefined;
    return state === 'captured' ? 'stands' : 'void';
  }

  /** A host that forgot the sale, or began anew, finds it there. @returns undefined: it never asked for anything there */
  #stateAtAuthorisers(planId: Uint8Array): Sale['state'] | undefined {
    const { gifts, accounts } = this.#authorisers;
    const held = gifts.ledger.sale(saleOf(this.#merchant, toHex(planId)))?.state;
    const [first] = accounts.status(this.#merchant, toHex(planId));
    if (held === 'captured') return 'stands';
    if (held === 'released' || first?.kind === 'refused') return 'void';
    return held === undefined ? first && 'open' : 'open';
  }

  #accountOf({ state, planId }: Sale): Pick<Settled, 'accountToken'> {
    if (state !== 'stands') return {};
    const paid = this.#authorisers.accounts
      .status(this.#merchant, toHex(planId))
      .find(({ kind }) => kind === 'approved');
    return paid?.kind === 'approved' ? { accountToken: paid.token } : {};
  }

  /** A sale that asked for nothing before it was void leaves its key to the next tap. */
  #find(key: string, planId: Uint8Array): Sale | 'reused' | undefined {
    const ofKey = this.#byKey.get(key);
    const tap = toHex(tapOf(planId));
    const ofTap = this.#byTap.get(tap);
    if (ofKey === ofTap) return ofKey;
    if (ofKey?.state !== 'void' || ofKey.answers.size > 0) return 'reused';
    this.#forget(ofKey);
    return this.#find(key, planId);
  }

  #begin(key: string, planId: Uint8Array): Sale {
    const state = this.#stateAtAuthorisers(planId) ?? 'open';
    const sale: Sale = { key, planId, state, answers: new Map() };
    this.#byKey.set(key, sale);
    this.#byTap.set(toHex(tapOf(planId)), sale);
    const [oldest] = this.#byKey.values();
    if (this.#byKey.size > SALES_MAX && oldest !== undefined) this.#forget(oldest);
    return sale;
  }

  #forget({ key, planId }: Sale): void {
    this.#byKey.delete(key);
    this.#byTap.delete(toHex(tapOf(planId)));
  }
}
