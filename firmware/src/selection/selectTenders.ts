/**
 * One tap, several tenders: the algorithm SEL-1, step by step. It decides; what must be asked outside, it yields.
 * Source: docs/explanation/how-a-tender-is-chosen.md.   Floor: selection.
 */
import {
  ACTIVATED,
  AMOUNT_MAX,
  DECLINED,
  KIND_ACCOUNT,
  KIND_BANK,
  NOT_ACTIVATED,
  OUTCOME_CHOICE_REQUIRED,
  OUTCOME_ENUMERATED,
  OUTCOME_PARTIAL,
  OUTCOME_REJECT,
  OUTCOME_TENDERS,
  REJECT_CANDIDATE_LIST_EMPTY,
  REJECT_CHOSEN_UNAVAILABLE,
  REJECT_COLLISION,
  REJECT_CONFIRMATION_REFUSED,
  REJECT_DECLINED,
  REJECT_INSUFFICIENT_TENDER,
  REJECT_TRY_ANOTHER_INTERFACE,
  RULE_FALLBACK,
  SELECT_FAILED,
} from '@comptoir/protocol/wallet';
import { ALL, type Card, NONE } from './card.js';
import { noteForbidden } from './cardRules.js';
import { applyCoupons } from './coupons.js';
import { combinationsOn, findCandidates, isNamed, needsConfirmation } from './fundingCandidates.js';
import { brandRule, type FundingGroup, orderFunding } from './fundingOrder.js';
import type { MerchantPolicy } from './merchantPolicy.js';
import { BASKET_LINES_MAX, type BasketLine, type Sale } from './sale.js';
import { type Selection, type SelectionState, type SelectionStep, take } from './selection.js';
import { payByGiftCards, readLoyalty, redeemPoints } from './storedValue.js';

const SW_SUCCESS = 0x9000;

/** True for a basket that can be paid: whole numbers from 0 on, and a total of at most twelve digits. */
export function isPayable(basket: readonly BasketLine[]): boolean {
  let total = 0;
  for (const { quantity, unitAmount } of basket) {
    if (!Number.isSafeInteger(quantity) || !Number.isSafeInteger(unitAmount)) return false;
    if (quantity < 0 || unitAmount < 0) return false;
    total += quantity * unitAmount;
  }
  return basket.length <= BASKET_LINES_MAX && total <= AMOUNT_MAX;
}

/**
 * @param sale its basket is payable; its positions are those of the card
 * @returns what was taken from which profile, and why not from the others; nothing is taken with an outcome other than
 *          TENDERS and PARTIAL
 */
export function* selectTenders(card: Card, policy: MerchantPolicy, sale: Sale): SelectionStep<Selection> {
  const refused: number[] = [];
  const balances = new Map<number, number>();
  // Steps 1 to 3 come out the same each time. Of the others each time has one profile less.
  for (;;) {
    const selection = yield* plan(beginState(card, policy, sale, balances), refused);
    if (typeof selection !== 'number') return selection;
    if (selection === ALL) refused.push(...reservedOnes(card));
    else refused.push(selection);
  }
}

/** Coupons, gift cards and points. */
function reservedOnes({ profiles }: Card): readonly number[] {
  return profiles.flatMap(({ kind, activation }, at) =>
    activation === ACTIVATED && kind !== KIND_BANK && kind !== KIND_ACCOUNT ? [at] : [],
  );
}

function beginState(
  card: Card,
  policy: MerchantPolicy,
  sale: Sale,
  balances: SelectionState['balances'],
): SelectionState {
  const linesLeft = sale.basket.map(({ quantity, unitAmount }) => quantity * unitAmount);
  return {
    card,
    policy,
    sale,
    reasons: card.profiles.map(() => 0),
    reads: [],
    tenders: [],
    balances,
    linesLeft,
    due: linesLeft.reduce((sum, line) => sum + line, 0),
    giftable: linesLeft.reduce((sum, line, at) => (sale.basket[at]?.isGiftCard === true ? sum : sum + line), 0),
  };
}

/**
 * @param refused positions of coupons, gift cards and points that their authorisers refused in this tap
 * @returns position of one more of them: nothing is kept, and another plan is to be made
 */
function* plan(state: SelectionState, refused: readonly number[]): SelectionStep<Selection | number> {
  const { card, policy, sale } = state;
  // 1. Field
  if (sale.field.cards > 1) {
    if (sale.field.isEnumerating) return nothingTaken(state, OUTCOME_ENUMERATED);
    if (sale.field.cardsLeft !== 1) return nothingTaken(state, OUTCOME_REJECT, REJECT_COLLISION);
  }
  // 2. Visibility
  for (let at = 0; at < card.profiles.length; at += 1) {
    if (card.profiles[at]?.activation !== ACTIVATED) state.reasons[at] = NOT_ACTIVATED;
  }
  // 3 to 6. What pays without an authorisation
  readLoyalty(state);
  for (const profile of refused) state.reasons[profile] = DECLINED;
  applyCoupons(state);
  redeemPoints(state);
  yield* payByGiftCards(state);
  // 7. Nothing due: no application is opened
  if (state.due === 0) {
    const no = yield* reserve(state);
    return no === NONE ? ended(state, OUTCOME_TENDERS) : no;
  }
  // 8. Reader limits
  const on = combinationsOn(state);
  if (sale.isContactless && on.length === 0) return nothingTaken(state, OUTCOME_REJECT, REJECT_TRY_ANOTHER_INTERFACE);
  // 9 to 12. Candidates and their order
  const found = findCandidates(state, on);
  const named = found.filter((candidate) => isNamed(state, candidate));
  noteForbidden(state, found, named);
  const candidates = found.filter(({ profile }) => state.reasons[profile] === 0);
  const { payer } = sale;
  const isChoice = payer.profile !== undefined || payer.brand !== undefined;
  if (isChoice && named.length === 0) return nothingTaken(state, OUTCOME_REJECT, REJECT_CHOSEN_UNAVAILABLE);
  const groups = orderFunding(state, candidates);
  const offered = groups.flatMap((group) => group.candidates.map(({ profile }) => profile));
  // 13. Confirmation
  const first = groups[0]?.candidates[0];
  if (first !== undefined && needsConfirmation(state, first.profile)) {
    if (payer.confirmed !== first.profile && !isNamed(state, first)) {
      return payer.confirmed === false && candidates.length === 1
        ? nothingTaken(state, OUTCOME_REJECT, REJECT_CONFIRMATION_REFUSED, offered)
        : nothingTaken(state, OUTCOME_CHOICE_REQUIRED, 0, offered);
    }
  }
  // What is taken without an authorisation is kept before an application is opened
  if (groups.length > 0 || policy.collectsRest) {
    const no = yield* reserve(state);
    if (no !== NONE) return no;
  }
  // 14 and 15. SELECT and authorisation
  const funding = yield* fund(state, groups);
  // 16. End
  if (funding === 'chosenUnavailable') return nothingTaken(state, OUTCOME_REJECT, REJECT_CHOSEN_UNAVAILABLE, offered);
  if (state.due === 0) return ended(state, OUTCOME_TENDERS, offered);
  if (state.tenders.length > 0 && policy.collectsRest) return ended(state, OUTCOME_PARTIAL, offered);
  if (funding === 'neverAsked') return nothingTaken(state, OUTCOME_REJECT, REJECT_CANDIDATE_LIST_EMPTY, offered);
  const isFunded = state.tenders.some(({ profile }) => {
    const kind = card.profiles[profile]?.kind;
    return kind === KIND_BANK || kind === KIND_ACCOUNT;
  });
  return nothingTaken(state, OUTCOME_REJECT, isFunded ? REJECT_INSUFFICIENT_TENDER : REJECT_DECLINED, offered);
}

/** @returns position of a profile whose authoriser refuses; NONE when all are kept */
function* reserve({ tenders }: SelectionState): SelectionStep<number> {
  return tenders.length === 0 ? NONE : (yield { ask: 'reserve', tenders: tenders.slice() }).value;
}

/** `neverAsked`: no application was there, or none let itself be selected. */
type Funding = 'asked' | 'neverAsked' | 'chosenUnavailable';

/** Application after application until one is selected; after its authorisation, the fallback group for what is left. */
function* fund(state: SelectionState, groups: readonly FundingGroup[]): SelectionStep<Funding> {
  const promised =
    groups.find(({ candidates }) => candidates.some((candidate) => isNamed(state, candidate)))?.group ?? NONE;
  const asked = yield* authoriseFirst(state, groups, promised);
  if (typeof asked === 'string') return asked;
  const fallback = groups.find(({ group }) => group === state.card.fallback);
  if (state.due > 0 && fallback !== undefined && fallback.group !== asked) {
    // What is left is another amount, and the payer named no fallback.
    noteForbidden(state, fallback.candidates, []);
    yield* authoriseFirst(state, [{ ...fallback, rule: RULE_FALLBACK }], NONE);
  }
  return 'asked';
}

/**
 * @param promised group that the payer's choice is about; NONE without a choice
 * @returns the group whose application was asked for an authorisation
 */
function* authoriseFirst(
  state: SelectionState,
  groups: readonly FundingGroup[],
  promised: number,
): SelectionStep<number | 'neverAsked' | 'chosenUnavailable'> {
  const { policy, reasons } = state;
  for (const group of groups) {
    const { candidates } = group;
    for (const candidate of candidates) {
      const { profile } = candidate;
      if (reasons[profile] !== 0) continue;
      if ((yield { ask: 'select', profile }).value === SW_SUCCESS) {
        const { value, isPartial } = yield {
          ask: 'authorise',
          profile,
          amount: state.due,
          tenders: state.tenders,
        };
        const approved = isPartial === true && !(policy.takesPartialApproval && policy.takesSplit) ? 0 : value;
        const brand = candidate === candidates[0] ? brandRule(state, group) : 0;
        if (approved <= 0) reasons[profile] = DECLINED;
        else take(state, profile, Math.min(approved, state.due), brand === 0 ? [group.rule] : [group.rule, brand]);
        return group.group;
      }
      reasons[profile] = SELECT_FAILED;
      // A choice is never replaced silently. Where routing is the merchant's, the choice is the account, not the brand.
      const isOnlyForGroup = group.isUsDebit && !policy.honoursNetworkChoice;
      const isLastPromised = group.group === promised && candidate === candidates[candidates.length - 1];
      if (promised !== NONE && (isLastPromised || (isNamed(state, candidate) && !isOnlyForGroup)))
        return 'chosenUnavailable';
    }
  }
  return 'neverAsked';
}

function ended(state: SelectionState, outcome: number, offered: readonly number[] = []): Selection {
  const { tenders, due, reads, reasons } = state;
  return { outcome, rejection: 0, tenders, due, reads, reasons, offered };
}

/** Everything is void: the whole basket is due. */
function nothingTaken(
  { sale, reads, reasons }: SelectionState,
  outcome: number,
  rejection = 0,
  offered: readonly number[] = [],
): Selection {
  const due = sale.basket.reduce((sum, { quantity, unitAmount }) => sum + quantity * unitAmount, 0);
  return { outcome, rejection, tenders: [], due, reads, reasons, offered };
}
