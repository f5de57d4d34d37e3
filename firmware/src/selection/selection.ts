/**
 * What a selection knows while it runs, and what comes out of it.
 * Source: docs/explanation/how-a-tender-is-chosen.md.   Floor: selection.
 */
import type { Card } from './card.js';
import type { MerchantPolicy } from './merchantPolicy.js';
import type { Sale } from './sale.js';

/** An amount taken from a profile, and why from this one. */
export interface Tender {
  /** Position on the card. */
  readonly profile: number;
  /** Minor units, above 0. */
  readonly amount: number;
  /** RULE_… */
  readonly rules: readonly number[];
}

/** Sum of tenders and `due` is the basket's total, always. */
export interface Selection {
  /** OUTCOME_… */
  readonly outcome: number;
  /** REJECT_…, 0 with any other outcome. */
  readonly rejection: number;
  /** In the order in which they were taken. */
  readonly tenders: readonly Tender[];
  readonly due: number;
  /** Profiles read without money. */
  readonly reads: readonly number[];
  /** Of each profile: why it was not used, 0 when there is no reason to tell. */
  readonly reasons: readonly number[];
  /** Applications that could pay what coupons, points and gift cards left, best first. */
  readonly offered: readonly number[];
}

/** What it wants from outside: each is answered before it goes on. */
export type SelectionAsk =
  /** The authoriser's balance of a gift card; answered by minor units. */
  | { readonly ask: 'balance'; readonly profile: number }
  /**
   * Coupons, points and gift cards are chosen: are all of these kept for the sale? Answered by the position of a profile whose
   * authoriser refuses, and then nothing is kept; NONE when all are; ALL: none of a kind that is reserved is tried any more.
   */
  | { readonly ask: 'reserve'; readonly tenders: readonly Tender[] }
  /** SELECT of the profile's application; answered by the status word. */
  | { readonly ask: 'select'; readonly profile: number }
  /** Answered by the approved amount, 0 when declined. `isPartial` says that the issuer's answer was code 10. */
  | {
      readonly ask: 'authorise';
      readonly profile: number;
      readonly amount: number;
      readonly tenders: readonly Tender[];
    };

export interface SelectionAnswer {
  readonly value: number;
  readonly isPartial?: boolean | undefined;
}

export type SelectionStep<T> = Generator<SelectionAsk, T, SelectionAnswer>;

/** A selection under way. */
export interface SelectionState {
  readonly card: Card;
  readonly policy: MerchantPolicy;
  readonly sale: Sale;
  readonly reasons: number[];
  readonly reads: number[];
  readonly tenders: Tender[];
  /** Of gift cards whose authoriser was asked in this tap, by position: it's asked once. */
  readonly balances: Map<number, number>;
  /** Minor units that coupons left of each line. */
  readonly linesLeft: number[];
  due: number;
  /** What is left of lines that are not gift cards: the most that points and gift cards pay. */
  giftable: number;
}

export function take(state: SelectionState, profile: number, amount: number, rules: readonly number[]): void {
  state.tenders.push({ profile, amount, rules });
  state.due -= amount;
}

/** True when the profile is limited to merchants of which this is none. */
export function isForOthers(state: SelectionState, profile: number): boolean {
  const { label, merchants } = state.card.profiles[profile] ?? {};
  return label === undefined || (merchants !== undefined && !merchants.includes(state.policy.merchant));
}

/** True when the card told no more than that: nothing else of the profile can be tested. */
export function isReduced(state: SelectionState, profile: number): boolean {
  return state.card.profiles[profile]?.label === undefined;
}

/** Valid through its day. */
export function isExpired(state: SelectionState, profile: number): boolean {
  const last = state.card.profiles[profile]?.validThrough;
  return last !== undefined && last < state.sale.date;
}

/** Positions of the activated profiles of a kind that nothing excluded yet, in card order. */
export function profilesOf(state: SelectionState, ...kinds: readonly number[]): number[] {
  const positions: number[] = [];
  for (let at = 0; at < state.card.profiles.length; at += 1) {
    if (state.reasons[at] === 0 && kinds.includes(state.card.profiles[at]?.kind ?? 0)) positions.push(at);
  }
  return positions;
}
