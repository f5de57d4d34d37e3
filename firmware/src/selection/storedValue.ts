/**
 * What is read or paid without an authorisation: loyalty profiles, points, gift cards.
 * Source: SEL-1 steps 3, 5 and 6.   Floor: selection.
 */
import {
  CURRENCY_MISMATCH,
  CUSTOMER_DECLINED,
  EXPIRED,
  GIFT_LIMIT,
  KIND_GIFT,
  KIND_LOYALTY,
  NOT_ACCEPTED,
  RULE_GIFT_CARD_ORDER,
  RULE_POINTS_ASKED_FOR,
  SPLIT_NOT_ALLOWED,
} from '@comptoir/protocol/wallet';
import {
  isExpired,
  isForOthers,
  isReduced,
  profilesOf,
  type SelectionState,
  type SelectionStep,
  take,
} from './selection.js';

export function readLoyalty(state: SelectionState): void {
  for (const profile of profilesOf(state, KIND_LOYALTY)) {
    if (!state.policy.takesLoyalty || isForOthers(state, profile)) state.reasons[profile] = NOT_ACCEPTED;
    else if (state.sale.payer.declined.includes(profile)) state.reasons[profile] = CUSTOMER_DECLINED;
    else state.reads.push(profile);
  }
}

/** Only what the payer asked for, of profiles that were read. */
export function redeemPoints(state: SelectionState): void {
  for (const profile of state.reads) {
    if (state.reasons[profile] !== 0) continue;
    const asked = state.sale.payer.redeem[profile] ?? 0;
    const worth = state.card.profiles[profile]?.pointsValue ?? 0;
    const amount = Math.min(asked, worth, state.due, state.giftable);
    if (amount > 0) takeStoredValue(state, profile, amount, RULE_POINTS_ASKED_FOR);
  }
}

/** Soonest expiry first, then smallest balance, then card order. Asks for a balance that the card doesn't know. */
export function* payByGiftCards(state: SelectionState): SelectionStep<void> {
  const { card, policy } = state;
  const cards = profilesOf(state, KIND_GIFT).filter((profile) => {
    const reason = reasonAgainst(state, profile);
    state.reasons[profile] = reason;
    return reason === 0;
  });
  // No date is the last one, an unknown balance the largest; cards came in card order, and sorting keeps it.
  const never = Number.MAX_SAFE_INTEGER;
  cards.sort((a, b) => {
    const one = card.profiles[a];
    const other = card.profiles[b];
    return (
      (one?.validThrough ?? never) - (other?.validThrough ?? never) ||
      (one?.balance ?? never) - (other?.balance ?? never)
    );
  });
  let used = 0;
  for (const profile of cards) {
    const most = Math.min(state.due, state.giftable);
    if (most === 0) break;
    const balance = card.profiles[profile]?.balance ?? (yield* askBalance(state, profile));
    const amount = Math.min(balance, most);
    if (amount <= 0) continue;
    if (!policy.takesSplit && amount < state.due) state.reasons[profile] = SPLIT_NOT_ALLOWED;
    else if (used === policy.giftCardsMax) state.reasons[profile] = GIFT_LIMIT;
    else {
      takeStoredValue(state, profile, amount, RULE_GIFT_CARD_ORDER);
      used += 1;
    }
  }
}

function* askBalance({ balances }: SelectionState, profile: number): SelectionStep<number> {
  const known = balances.get(profile);
  if (known !== undefined) return known;
  const { value } = yield { ask: 'balance', profile };
  balances.set(profile, value);
  return value;
}

/** @returns the first reason that applies, 0 for none */
function reasonAgainst(state: SelectionState, profile: number): number {
  if (isReduced(state, profile) || !state.policy.takesGiftCards) return NOT_ACCEPTED;
  if (state.sale.payer.declined.includes(profile)) return CUSTOMER_DECLINED;
  if (isExpired(state, profile)) return EXPIRED;
  if (isForOthers(state, profile)) return NOT_ACCEPTED;
  return state.card.profiles[profile]?.currency === state.policy.currency ? 0 : CURRENCY_MISMATCH;
}

function takeStoredValue(state: SelectionState, profile: number, amount: number, rule: number): void {
  take(state, profile, amount, [rule]);
  state.giftable -= amount;
}
