/**
 * Which account pays is for the cardholder and the card's rules; which brand of that account is for the merchant, with the
 * payer's override by region. A merchant's preference never moves the sale to another account.
 * Source: SEL-1 steps 10 to 12.   Floor: selection.
 */
import {
  FUNDING_DEBIT,
  RULE_CARD_PRIORITY,
  RULE_CARD_RULE,
  RULE_CARD_SELECTION,
  RULE_LEAST_COST,
  RULE_MERCHANT_PREFERENCE,
  RULE_PAYER_BRAND,
  RULE_PAYER_CHOICE,
} from '@comptoir/protocol/wallet';
import { NONE } from './card.js';
import { groupByCardRule } from './cardRules.js';
import { type Candidate, isNamed } from './fundingCandidates.js';
import type { SelectionState } from './selection.js';

/** Candidates of one account, best brand first. */
export interface FundingGroup {
  /** Position of its first profile. */
  readonly group: number;
  readonly candidates: readonly Candidate[];
  /** RULE_… that put this account before the others. */
  rule: number;
  /** United States, all debit: routing is the merchant's. */
  readonly isUsDebit: boolean;
}

/** No priority is the last one. */
const PRIORITY_LAST = 16;

/** @param candidates in card order, at least one @returns accounts, best first */
export function orderFunding(state: SelectionState, candidates: readonly Candidate[]): readonly FundingGroup[] {
  const { card, sale } = state;
  const { payer } = sale;
  const chosen = payer.profile === undefined ? NONE : (card.groups[payer.profile] ?? NONE);
  const ruled = groupByCardRule(state);
  const groups: FundingGroup[] = [];
  for (const { profile } of candidates) {
    const group = card.groups[profile] ?? NONE;
    if (groups.some((other) => other.group === group)) continue;
    const members = candidates.filter((candidate) => card.groups[candidate.profile] === group);
    const rule =
      group === chosen
        ? RULE_PAYER_CHOICE
        : group === ruled
          ? RULE_CARD_RULE
          : group === card.selected
            ? RULE_CARD_SELECTION
            : RULE_CARD_PRIORITY;
    const isUsDebit =
      state.policy.region === 'US' &&
      members.every((member) => card.profiles[member.profile]?.funding === FUNDING_DEBIT);
    groups.push({ group, candidates: orderBrands(state, members, isUsDebit), rule, isUsDebit });
  }
  const best = ({ candidates: members }: FundingGroup): number =>
    members.reduce((least, { profile }) => Math.min(least, priorityOf(state, profile)), PRIORITY_LAST);
  // The rules count in the order of their codes. Groups came in card order, and sorting keeps it.
  groups.sort((a, b) => a.rule - b.rule || best(a) - best(b));
  const named = groups.findIndex((group) => group.candidates.some(({ brand }) => brand === payer.brand));
  const first = groups[named];
  if (first === undefined || first.isUsDebit) return groups;
  groups.splice(named, 1);
  return [{ ...first, rule: RULE_PAYER_CHOICE }, ...groups];
}

/** Members came in card order, and sorting keeps it. */
function orderBrands(state: SelectionState, members: readonly Candidate[], isUsDebit: boolean): readonly Candidate[] {
  const mayChoose = mayPayerChoose(state, isUsDebit);
  const rank = (candidate: Candidate): number => (mayChoose && isNamed(state, candidate) ? 0 : 1);
  return members
    .slice()
    .sort(
      (a, b) =>
        rank(a) - rank(b) ||
        merchantRank(state, a.brand) - merchantRank(state, b.brand) ||
        priorityOf(state, a.profile) - priorityOf(state, b.profile),
    );
}

/** True where the brand that the payer named comes before the merchant's. */
function mayPayerChoose({ policy }: SelectionState, isUsDebit: boolean): boolean {
  if (policy.region === 'EEA') return true;
  return isUsDebit ? policy.honoursNetworkChoice : policy.mayOverride;
}

/** Fee, or place in the merchant's preference; what has none is last. */
function merchantRank({ policy, due }: SelectionState, brand: string): number {
  if (policy.isLeastCost) {
    const cost = policy.costs.find((other) => other.brand === brand);
    return cost === undefined
      ? Number.MAX_SAFE_INTEGER
      : cost.fixed + Math.floor((cost.basisPoints * due + 5000) / 10000);
  }
  const place = policy.brandPreference.indexOf(brand);
  return place < 0 ? policy.brandPreference.length : place;
}

/** Low nibble of tag 87, 1 best. */
function priorityOf({ card }: SelectionState, profile: number): number {
  return (card.priorities[profile] ?? 0) & 0x0f || PRIORITY_LAST;
}

/** RULE_… that put the first brand of a group of several before the others; 0 when it's the only one. */
export function brandRule(state: SelectionState, { candidates, isUsDebit }: FundingGroup): number {
  const first = candidates[0];
  if (first === undefined || candidates.length === 1) return 0;
  if (mayPayerChoose(state, isUsDebit) && isNamed(state, first)) return RULE_PAYER_BRAND;
  if (state.policy.isLeastCost) return RULE_LEAST_COST;
  return state.policy.brandPreference.includes(first.brand) ? RULE_MERCHANT_PREFERENCE : RULE_CARD_PRIORITY;
}
