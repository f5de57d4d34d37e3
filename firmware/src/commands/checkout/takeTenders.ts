/**
 * The selection at work on a card: its questions become APDUs and questions to the host. Coupons, points and gift cards are reserved
 * on the card and at their authorisers before an application is opened; when one is refused, the plan is given up and the selection makes
 * another one in the same tap. Before each question to the host the record says what
 * it's about: wherever it's torn, the key tells.
 * Floor: commands.
 */
import {
  ASKS,
  concatBytes,
  dataObject,
  encodeTlv,
  NO_BYTES,
  OUTCOME,
  startsWithBytes,
  TAG_9A_TRANSACTION_DATE,
  TAG_9F21_TRANSACTION_TIME,
  TAG_9F27_CRYPTOGRAM_INFORMATION_DATA,
} from '@comptoir/protocol';
import {
  KIND_ACCOUNT,
  planIdOfPlan,
  planOf,
  TAG_C0_PROFILE_IDENTIFIER,
  TAG_DF77_SALE_KEY,
  WALLET_AID,
} from '@comptoir/protocol/wallet';
import { DEBIT, selectByName } from '../../apdu/commandApdu.js';
import { exchange } from '../../apdu/exchange.js';
import { SW } from '../../apdu/responseApdu.js';
import { parseFileControlInformation } from '../../emv/applicationSelection/fileControlInformation.js';
import { finalSelection } from '../../emv/applicationSelection/finalSelection.js';
import { activateKernel } from '../../emv/contactless/contactlessTransaction.js';
import type { TransactionContext } from '../../emv/transaction.js';
import { ALL, NONE } from '../../selection/card.js';
import type { Selection, SelectionAnswer, SelectionAsk, SelectionStep, Tender } from '../../selection/selection.js';
import { clearLabel } from '../../token/clearFields.js';
import type { Leaving } from '../../token/door.js';
import { authoriseMessage, checkedQuestion, outgoingCard, sealTransaction } from '../card/authoriseMessage.js';
import { createTransactionContext } from '../card/terminalData.js';
import { NOTHING_MORE } from '../shared/acquirerDecision.js';
import { askHost, type Command, type Interruption, untilInterrupted } from '../shared/command.js';
import { checkedResult } from '../shared/paymentResult.js';
import { type Assertion, assertAccount, endDebits, orderObjects, prepareDebit, selectWallet } from './assertions.js';
import { DEBITS_MAX } from './readWallet.js';
import { placeOf, rowsOf, type Stopped, stopped, type Tap } from './tapState.js';
import { shownName } from './walletInstruments.js';

const APPROVED = '00';
/** ISO 8583: approved for less; how much, the answer must say. */
const PARTLY_APPROVED = '10';
const CONTACTLESS = 2;
/** The customer holds the card meanwhile, and a chip has so much memory: then what pays without being reserved pays alone. */
const PLANS_MAX = 4;
const ARQC: Uint8Array = Uint8Array.of(0x80);
const NO_CRYPTOGRAM: Uint8Array = new Uint8Array(8);
const NO_COUNTER: Uint8Array = new Uint8Array(2);

export function* takeTenders(tap: Tap, steps: SelectionStep<Selection>): Command<Selection | Stopped> {
  let step = steps.next();
  while (step.done !== true) {
    const answer = yield* answerTo(tap, step.value);
    if ('kind' in answer) return answer;
    step = steps.next(answer);
  }
  return step.value;
}

type Answered = SelectionAnswer | Stopped;

function* answerTo(tap: Tap, ask: SelectionAsk): Command<Answered> {
  switch (ask.ask) {
    case 'balance':
      return yield* askBalance(tap, ask.profile);
    case 'reserve':
      return yield* reserve(tap, ask.tenders);
    case 'select':
      return yield* select(tap, ask.profile);
    case 'authorise':
      return yield* authorise(tap, ask.profile, ask.amount, ask.tenders);
  }
}

/** Of a gift card whose figure isn't on the card. An enquiry takes nothing, so it's not in the record. */
function* askBalance(tap: Tap, profile: number): Command<Answered> {
  const terminal = contextOf(tap, 0).terminal;
  const question = checkedQuestion(tap.reader, walletQuestion(tap, profile, 0, terminal, ASKS.balance, undefined));
  if (question === undefined) return { value: 0 };
  const answer = yield* askHost(question);
  // Nobody waits for it after the tap.
  tap.reader.answers.forget(question.message.transactionToken);
  if (typeof answer === 'string') return stopped(answer);
  if (answer.kind !== 'complete' || answer.responseCode !== APPROVED) return { value: 0 };
  return { value: answer.approvedAmount ?? 0 };
}

/** All of them, or none: then the plan is given up before the selection hears of it. */
function* reserve(tap: Tap, tenders: readonly Tender[]): Command<Answered> {
  // A card holds no more: nothing is prepared of a plan that doesn't fit.
  const tooMuch = tenders[DEBITS_MAX];
  const refused = tooMuch === undefined ? yield* prepare(tap, tenders) : { value: tooMuch.profile };
  if ('kind' in refused || refused.value === NONE) return refused;
  const by = yield* giveUp(tap);
  if (by !== undefined) return stopped(by);
  return planOf(tap.planId) < PLANS_MAX ? refused : { value: ALL };
}

/** @returns position of the first profile that the card or its authoriser doesn't keep whole; NONE when all are kept */
function* prepare(tap: Tap, tenders: readonly Tender[]): Command<Answered> {
  for (let at = 0; at < tenders.length; at += 1) {
    const { profile, amount } = tenders[at] as Tender;
    if (!tap.isWalletSelected) {
      const isSelected = yield* untilInterrupted(selectWallet());
      if (typeof isSelected === 'string') return stopped(isSelected);
      tap.isWalletSelected = isSelected;
    }
    const { terminal } = contextOf(tap, amount);
    const order = orderObjects(terminal, tap.request.nonce);
    const id = tap.card.profiles[profile]?.id ?? NO_BYTES;
    // The card may have reserved it though its answer got lost.
    tap.hasPrepared = true;
    const assertion = yield* untilInterrupted(prepareDebit(order, tap.planId, id));
    if (typeof assertion === 'string') return stopped(assertion);
    if (assertion === undefined) return { value: profile };
    const question = walletQuestion(tap, profile, amount, terminal, ASKS.reserve, assertion);
    const approved = yield* ask(tap, question, profile, tenders.slice(0, at + 1));
    if ('kind' in approved) return approved;
    if (approved.value !== amount) return { value: profile };
  }
  return { value: NONE };
}

/**
 * The card lets go of what it prepared. The authorisers do when they hear of the next plan, by whatever word comes first: its question, or
 * the sale's end.
 * @returns what came between; then the sale ends with the plan
 */
function* giveUp(tap: Tap): Command<Interruption | undefined> {
  // Also when nothing was prepared: between two searches for coupons the board must have its turn.
  const isSelected = yield* untilInterrupted(selectWallet());
  if (typeof isSelected === 'string') return isSelected;
  tap.isWalletSelected = isSelected;
  if (tap.hasPrepared) {
    const isEnded = yield* untilInterrupted(endDebits(DEBIT.cancel, tap.planId));
    if (typeof isEnded === 'string') return isEnded;
    tap.isCardBehind ||= !isEnded;
    tap.hasPrepared = false;
  }
  tap.planId = planIdOfPlan(tap.planId, planOf(tap.planId) + 1);
  return undefined;
}

/** @returns the status word; 0 for an application that says it's another one */
function* select(tap: Tap, profile: number): Command<Answered> {
  const { aid = NO_BYTES, kind } = tap.card.profiles[profile] ?? {};
  tap.isWalletSelected = false;
  if (kind === KIND_ACCOUNT) {
    const answer = yield* untilInterrupted(exchange(selectByName(aid)));
    if (typeof answer === 'string') return stopped(answer);
    const fci = parseFileControlInformation(answer.data);
    if (answer.sw === SW.success && (fci === undefined || !startsWithBytes(fci.name, aid))) return { value: 0 };
    tap.selected = { profile };
    return { value: answer.sw };
  }
  const combination = tap.combinations.find(
    (other) => startsWithBytes(other.aid, aid) && other.aid.length === aid.length,
  );
  if (combination === undefined) return { value: 0 };
  const application = yield* untilInterrupted(finalSelection(combination));
  if (typeof application === 'string') return stopped(application);
  if (application === undefined) return { value: 0 };
  tap.selected = { profile, combination, application };
  return { value: SW.success };
}

function* authorise(tap: Tap, profile: number, amount: number, tenders: readonly Tender[]): Command<Answered> {
  const context = contextOf(tap, amount);
  const after = tenders.concat({ profile, amount, rules: [] });
  if (tap.card.profiles[profile]?.kind === KIND_ACCOUNT) {
    const { terminal } = context;
    const assertion = yield* untilInterrupted(assertAccount(orderObjects(terminal, tap.request.nonce)));
    if (typeof assertion === 'string') return stopped(assertion);
    if (assertion === undefined) return { value: 0 };
    const question = walletQuestion(tap, profile, amount, terminal, ASKS.authorise, assertion);
    return yield* ask(tap, { ...question, ...partialOf(tap.policy) }, profile, after);
  }
  const { combination, application } = tap.selected ?? {};
  if (combination === undefined || application === undefined) return { value: 0 };
  const outcome = yield* untilInterrupted(activateKernel(context, combination, application));
  if (typeof outcome === 'string') return stopped(outcome);
  if (outcome?.kind === 'declined') tap.reader.dukpt.skip();
  if (outcome?.kind !== 'online') return { value: 0 };
  const { reader, configuration, request, policy } = tap;
  const outgoing = outgoingCard(reader, configuration, context, outcome.card, CONTACTLESS);
  const message = authoriseMessage(
    reader,
    configuration,
    context,
    { key: request.key, amount, currency: request.currency, ...partialOf(policy) },
    outcome.card,
    outgoing,
  );
  const question = { ...message, asks: ASKS.authorise, profileKind: 1, planId: tap.planId };
  const { merchantIdentifier, terminalIdentification, ...described } = outgoing.description;
  tap.facts.set(profile, described);
  return yield* ask(tap, question, profile, after);
}

function partialOf({ takesPartialApproval, takesSplit }: Tap['policy']): { readonly partial?: 1 } {
  return takesPartialApproval && takesSplit ? { partial: 1 } : {};
}

/**
 * Asks for the last of these tenders.
 * @returns what was approved of it
 */
function* ask(
  tap: Tap,
  question: Leaving<'authorise'>,
  profile: number,
  tenders: readonly Tender[],
): Command<Answered> {
  const { reader, request, planId } = tap;
  const checked = checkedQuestion(reader, question);
  if (checked === undefined) return { value: 0 };
  const due = tenders.reduce((rest, { amount }) => rest - amount, request.amount);
  reader.results.rememberOpen(
    checkedResult(reader, {
      kind: 'result',
      key: request.key,
      outcome: OUTCOME.waitingForAcquirer,
      amount: request.amount,
      currency: request.currency,
      due,
      rejection: 0,
      tenders: rowsOf(tap, tenders),
      planId,
      ...placeOf(tap),
      transactionToken: question.transactionToken,
    }),
    request.paymentSecret,
  );
  tap.hasAsked = true;
  const answer = yield* askHost(checked);
  if (typeof answer === 'string') return stopped(answer, true);
  const { responseCode } = answer;
  const { authorisationCode, approvedAmount } = answer.kind === 'complete' ? answer : NOTHING_MORE;
  tap.facts.set(profile, {
    ...tap.facts.get(profile),
    responseCode,
    ...(authorisationCode !== undefined && { authorisationCode }),
  });
  let value = 0;
  if (responseCode === APPROVED) value = approvedAmount ?? question.amount;
  if (responseCode === PARTLY_APPROVED) value = approvedAmount ?? 0;
  // A part, of somebody who was asked for all of it, is nothing: the host takes it back.
  if (value < question.amount && question.partial !== 1) value = 0;
  return { value, isPartial: value < question.amount };
}

function contextOf({ reader, configuration, request }: Tap, amount: number): TransactionContext {
  const { currency, date, time } = request;
  return createTransactionContext(reader, configuration, { amount, currency, date, time });
}

/** What the card said about a profile that is no bank application, sealed, with the order that it said it of. In clear goes when it was. */
function walletQuestion(
  tap: Tap,
  profile: number,
  amount: number,
  terminal: TransactionContext['terminal'],
  asks: number,
  assertion: Assertion | undefined,
): Leaving<'authorise'> {
  const { reader, configuration, request, planId, card } = tap;
  const { id = NO_BYTES, kind = 0, label = NO_BYTES, aid = NO_BYTES } = card.profiles[profile] ?? {};
  const isDebit = kind !== KIND_ACCOUNT;
  const cid = dataObject(TAG_9F27_CRYPTOGRAM_INFORMATION_DATA, ARQC);
  const emvData = encodeTlv(
    cid,
    dataObject(TAG_9A_TRANSACTION_DATE, terminal.get(TAG_9A_TRANSACTION_DATE) ?? NO_BYTES),
    dataObject(TAG_9F21_TRANSACTION_TIME, terminal.get(TAG_9F21_TRANSACTION_TIME) ?? NO_BYTES),
  );
  const sealed = sealTransaction(reader, configuration, terminal, {
    transactionCounter: assertion?.counter ?? NO_COUNTER,
    cryptogram: assertion?.cryptogram ?? NO_CRYPTOGRAM,
    cid: ARQC,
    indexToken: undefined,
    emvData,
    plain: concatBytes(
      orderObjects(terminal, request.nonce),
      isDebit ? encodeTlv(dataObject(TAG_DF77_SALE_KEY, planId)) : NO_BYTES,
      assertion?.objects ?? NO_BYTES,
      encodeTlv(cid, dataObject(TAG_C0_PROFILE_IDENTIFIER, id)),
    ),
  });
  const { model, serial } = reader.board.identity;
  const { merchantIdentifier, terminalIdentification } = configuration.message;
  return {
    kind: 'authorise',
    key: request.key,
    amount,
    currency: request.currency,
    label: clearLabel(label),
    applicationIdentifier: isDebit ? WALLET_AID : shownName(configuration, aid),
    maskedNumber: '',
    usedInterface: CONTACTLESS,
    authenticationMethod: 'none',
    authenticationResult: 'none',
    emvData,
    ...sealed,
    merchantIdentifier,
    terminalIdentification,
    model,
    serial,
    asks,
    profileKind: kind,
    planId,
  };
}
