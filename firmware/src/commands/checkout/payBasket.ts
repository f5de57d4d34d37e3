/**
 * `pay` for a basket: one tap, several tenders. All or nothing: coupons and gift cards are committed on the card only when
 * everything is paid, and a sale that isn't is void. Whether it stands is in flash before the card hears of it.
 * Source: docs/reference/protocol.md, `pay`; docs/reference/wallet-applet.md.   Floor: commands.
 */
import {
  equalBytes,
  INTERFACE,
  type Message,
  NO_BYTES,
  OUTCOME,
  STATUS,
  type TemplateContent,
  toHex,
  unsignedFromBcd,
} from '@comptoir/protocol';
import {
  ACTIVATED,
  KIND_LOYALTY,
  OUTCOME_PARTIAL,
  OUTCOME_TENDERS,
  planIdOfPlan,
  SALE_KEY_BYTES,
} from '@comptoir/protocol/wallet';
import { DEBIT } from '../../apdu/commandApdu.js';
import type { Card } from '../../selection/card.js';
import type { MerchantPolicy } from '../../selection/merchantPolicy.js';
import type { BasketLine, Sale } from '../../selection/sale.js';
import type { Selection } from '../../selection/selection.js';
import { isPayable, selectTenders } from '../../selection/selectTenders.js';
import { fullYear } from '../../selection/walletValues.js';
import { clearLabel } from '../../token/clearFields.js';
import type { CheckedMessage, Leaving, LeavingItem } from '../../token/door.js';
import type { Configuration } from '../configuration/configuration.js';
import { type Command, type CommandResult, passed, refuse, untilInterrupted } from '../shared/command.js';
import { merchantPolicy, type Order } from '../shared/order.js';
import { checkedResult, nothingTaken } from '../shared/paymentResult.js';
import type { ReaderState } from '../shared/readerState.js';
import { toldOf } from '../shared/results.js';
import { askChoice } from './askChoice.js';
import { endDebits, selectWallet } from './assertions.js';
import { REFERENCE_BYTES, referenceOf } from './instrument.js';
import { readCard } from './readCard.js';
import { signSelection } from './signSelection.js';
import { takeTenders } from './takeTenders.js';
import { type BasketPay, interruptedOutcome, placeOf, rowsOf, type Tap } from './tapState.js';

/** @param basket of the till that asks, whole */
export function* payBasket(
  reader: ReaderState,
  configuration: Configuration,
  request: BasketPay,
  basket: readonly BasketLine[],
): Command {
  const policy = merchantPolicy(reader.order, configuration, request.currencyCode);
  const result = yield* sell(reader, configuration, request, basket, policy);
  return result.kind === 'result' ? passed(checkedResult(reader, result)) : result;
}

/** A function of its own: before the last message is made, all that its tap held is let go. @returns that message, or why there is none */
function* sell(
  reader: ReaderState,
  configuration: Configuration,
  request: BasketPay,
  basket: readonly BasketLine[],
  policy: MerchantPolicy,
): Command {
  const { board, order } = reader;
  const read = yield* readCard(reader, configuration, request, policy.merchant);
  if (typeof read === 'string') return undecided(reader, request, interruptedOutcome(read));
  if (read.kind === 'refused') return undecided(reader, request, { outcome: OUTCOME.cardError, reason: read.reason });
  const { card, combinations } = read;

  const named = yield* askChoice(reader, configuration, request, card);
  if (typeof named === 'string') return undecided(reader, request, interruptedOutcome(named));
  const sale = saleOf(reader, basket, named, card);
  const tap: Tap = {
    reader,
    configuration,
    request,
    policy,
    card,
    combinations,
    planId: planIdOfPlan(board.secure.random(SALE_KEY_BYTES), 0),
    facts: new Map(),
    hasPrepared: false,
    isCardBehind: false,
    hasAsked: false,
    isWalletSelected: false,
    selected: undefined,
  };
  const selection = yield* takeTenders(tap, selectTenders(card, policy, sale));
  if ('kind' in selection) {
    const { planId } = tap;
    const { by, isOpen } = selection;
    if (!isOpen)
      return passed(ended(tap, nothingTaken(request, interruptedOutcome(by).outcome, { rejection: 0, planId })));
    const open = reader.results.find(request.key);
    return open === undefined ? refuse(STATUS.internalFault) : toldOf(open);
  }
  const isStanding = selection.outcome === OUTCOME_TENDERS || selection.outcome === OUTCOME_PARTIAL;
  const told = resultOf(tap, selection);
  ended(tap, told);
  const isUpdated = tap.hasPrepared
    ? yield* untilInterrupted(endOnCard(isStanding ? DEBIT.commit : DEBIT.cancel, tap.planId))
    : true;
  const selectionRecord = signSelection(board, configuration, selection, card, policy, sale, order.policyHash);
  return {
    ...told,
    cardUpdated: isUpdated === true && !tap.isCardBehind ? 1 : 0,
    notUsed: notUsed(tap, selection),
    ...(selectionRecord !== undefined && { selectionRecord }),
  };
}

/** @returns undefined when it isn't the basket that the reader was told, or comes to something else */
export function basketOf(
  { baskets }: Order,
  channel: number,
  { lineCount, currencyCode, nonce, amount, interfaces, declinedReferences = NO_BYTES }: Message<'pay'>,
): readonly BasketLine[] | undefined {
  const basket = baskets.get(channel) ?? [];
  const total = basket.reduce((sum, { quantity, unitAmount }) => sum + quantity * unitAmount, 0);
  const isWhole = currencyCode !== undefined && nonce !== undefined && lineCount === basket.length;
  const isOrdered = isWhole && isPayable(basket) && total === amount && (interfaces & INTERFACE.contactless) !== 0;
  return isOrdered && declinedReferences.length % REFERENCE_BYTES === 0 ? basket : undefined;
}

function* endOnCard(phase: number, planId: Uint8Array): ReturnType<typeof endDebits> {
  return (yield* selectWallet()) && (yield* endDebits(phase, planId));
}

function saleOf({ board }: ReaderState, basket: readonly BasketLine[], request: BasketPay, { profiles }: Card): Sale {
  const references = profiles.map(({ id }) => referenceOf(board.secure, id) ?? NO_BYTES);
  const { chosenReference, declinedReferences = NO_BYTES, brand, date, redeemPoints = 0 } = request;
  const declined: number[] = [];
  for (let at = 0; at < declinedReferences.length; at += REFERENCE_BYTES) {
    const one = declinedReferences.subarray(at, at + REFERENCE_BYTES);
    declined.push(references.findIndex((reference) => equalBytes(reference, one)));
  }
  // What one profile can't give is asked of the next.
  let asked = redeemPoints;
  const redeem = profiles.map(({ kind, activation, pointsValue = 0 }, at) => {
    const isAsked = kind === KIND_LOYALTY && activation === ACTIVATED && !declined.includes(at);
    const part = isAsked ? Math.min(asked, pointsValue) : 0;
    asked -= part;
    return part;
  });
  const chosen = chosenReference && references.findIndex((reference) => equalBytes(reference, chosenReference));
  return {
    date: fullYear(unsignedFromBcd(date) ?? 0),
    isContactless: true,
    canConfirm: false,
    field: { cards: 1, isEnumerating: false },
    basket,
    // A profile that isn't on this card is named all the same: nothing takes its place.
    payer: { profile: chosen === -1 ? profiles.length : chosen, brand, declined, redeem },
  };
}

function resultOf(tap: Tap, { outcome, rejection, tenders, due }: Selection): Leaving<'result'> {
  const { request, planId } = tap;
  if (outcome !== OUTCOME_TENDERS && outcome !== OUTCOME_PARTIAL)
    return nothingTaken(request, OUTCOME.declined, { planId, rejection });
  const { key, amount, currency } = request;
  const told = outcome === OUTCOME_TENDERS ? OUTCOME.approved : OUTCOME.partlyApproved;
  return {
    kind: 'result',
    key,
    amount,
    currency,
    outcome: told,
    due,
    rejection,
    tenders: rowsOf(tap, tenders),
    planId,
    ...placeOf(tap),
  };
}

/**
 * Kept by its key when the host was asked for anything; else the key may be used again, and a card that holds something reserved
 * finds by the sale's own name that it's void.
 */
function ended(tap: Tap, result: Leaving<'result'>): CheckedMessage<'result'> {
  const { hasAsked, hasPrepared, planId } = tap;
  const { results } = tap.reader;
  const { paymentSecret } = tap.request;
  const told = checkedResult(tap.reader, result);
  if (hasAsked) results.rememberDecided(told, paymentSecret);
  else results.rememberUndecided(told, paymentSecret);
  if (hasPrepared && !hasAsked)
    results.rememberDecided(checkedResult(tap.reader, { ...result, key: toHex(planId) }), paymentSecret);
  return told;
}

function undecided(
  reader: ReaderState,
  request: BasketPay,
  { outcome, reason }: { readonly outcome: number; readonly reason?: string },
): CommandResult {
  const result = checkedResult(
    reader,
    nothingTaken(request, outcome, { rejection: 0, ...(reason !== undefined && { reason }) }),
  );
  reader.results.rememberUndecided(result, request.paymentSecret);
  return passed(result);
}

function notUsed({ reader, card }: Tap, { reasons }: Selection): LeavingItem<TemplateContent<'profileNotUsed'>>[] {
  return card.profiles.flatMap(({ id, kind, label = NO_BYTES }, at) => {
    const reasonCode = reasons[at] ?? 0;
    if (reasonCode === 0) return [];
    const reference = referenceOf(reader.board.secure, id);
    return [{ profileKind: kind, label: clearLabel(label), reasonCode, ...(reference !== undefined && { reference }) }];
  });
}
