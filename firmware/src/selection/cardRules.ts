/**
 * The rules of the card: the first that uses an account, and all that forbid one.
 * Source: SEL-1 steps 9 and 10; docs/explanation/how-a-tender-is-chosen.md.   Floor: selection.
 */
import { CARD_RULE_FORBIDS } from '@comptoir/protocol/wallet';
import { type CardRule, NONE } from './card.js';
import type { Candidate } from './fundingCandidates.js';
import type { SelectionState } from './selection.js';

/** Only the first rule that matches counts, even when its group can't pay. @returns its group, or NONE */
export function groupByCardRule(state: SelectionState): number {
  return state.card.rules.find((rule) => !rule.isNever && isMatch(state, rule))?.group ?? NONE;
}

/**
 * Gives CARD_RULE_FORBIDS to candidates of accounts that may not pay what is due now.
 * @param named what the payer named: its account may pay all the same, unless one that needs no exception was named too
 */
export function noteForbidden(
  state: SelectionState,
  candidates: readonly Candidate[],
  named: readonly Candidate[],
): void {
  const { card, reasons } = state;
  const never = card.rules.filter((rule) => rule.isNever && isMatch(state, rule)).map(({ group }) => group);
  const groupOf = ({ profile }: Candidate): number => card.groups[profile] ?? NONE;
  const isForbidden = (candidate: Candidate): boolean => never.includes(groupOf(candidate));
  const excepted = named.every(isForbidden) ? named.map(groupOf) : [];
  for (const candidate of candidates) {
    const { profile } = candidate;
    if (reasons[profile] === 0 && isForbidden(candidate) && !excepted.includes(groupOf(candidate)))
      reasons[profile] = CARD_RULE_FORBIDS;
  }
}

/** What a rule doesn't name isn't tested. */
function isMatch({ policy, due }: SelectionState, rule: CardRule): boolean {
  const { categories, leastAmount, largestAmount, currency, merchant } = rule;
  return (
    (categories === undefined || categories.includes(policy.category)) &&
    (leastAmount === undefined || leastAmount <= due) &&
    (largestAmount === undefined || largestAmount >= due) &&
    (currency === undefined || currency === policy.currency) &&
    (merchant === undefined || merchant === policy.merchant)
  );
}
