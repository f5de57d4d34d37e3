/**
 * `pay`: by one card, which is read and the acquirer asked, through the host; or for a basket, by what a dynamic card chooses. The key decides
 * what a repeated `pay` means.
 * Floor: session.
 */
import { type Message, NO_BYTES, OUTCOME, STATUS } from '@comptoir/protocol';
import { KIND_BANK } from '@comptoir/protocol/wallet';
import type { Confirm } from '../apdu/kernel.js';
import type { CardOutcome, TransactionContext } from '../emv/transaction.js';
import type { BasketLine } from '../selection/sale.js';
import { clearLabel, clearLanguages } from '../token/clearFields.js';
import type { Leaving } from '../token/door.js';
import { Vouched } from '../token/vouched.js';
import { authoriseMessage, checkedQuestion, type OutgoingCard, outgoingCard } from './card/authoriseMessage.js';
import { finishAtCard } from './card/finishAtCard.js';
import { isPresentable, presentCard } from './card/presentCard.js';
import { createTransactionContext } from './card/terminalData.js';
import { basketOf, payBasket } from './checkout/payBasket.js';
import type { BasketPay } from './checkout/tapState.js';
import { askHost, type Command, type CommandResult, type Interruption, passed, refuse } from './command/command.js';
import { checkedResult, nothingTaken } from './command/paymentResult.js';
import { isOwner, type Payment } from './command/results.js';
import type { SessionContext } from './command/sessionContext.js';
import type { Configuration } from './configuration/configuration.js';

const NO_LINES: readonly BasketLine[] = [];
/** The answer of `decide` to `confirm`. */
const CONFIRMED = '00';

/** @param channel of the host that asks */
export function* pay(session: SessionContext, request: Message<'pay'>, channel: number): Command {
  const repeated = repeatedPayment(session, request);
  if (repeated !== undefined) return repeated;
  const { configuration, order } = session;
  if (session.selfTest !== 0) return refuse(STATUS.internalFault);
  if (configuration === undefined) return refuse(STATUS.unconfigured);
  const isBasket = isBasketPay(request);
  // Another till's took its place, maybe.
  if (isBasket && !order.baskets.has(channel) && order.baskets.size > 0) return refuse(STATUS.busy);
  const basket = isBasket ? basketOf(order, channel, request) : NO_LINES;
  if (basket === undefined || request.amount === 0 || request.key === '' || !isPresentable(request))
    return refuse(STATUS.messageRefused);
  if (!session.results.hasRoom) return refuse(STATUS.paymentsUndecided);
  const keyStatus = session.prepareKeys();
  if (keyStatus !== 0) return refuse(keyStatus);
  return isBasket
    ? yield* payBasket(session, configuration, request, basket)
    : yield* payByOneCard(session, configuration, request);
}

/** What an earlier payment under this key makes of the request; undefined: a new tap. */
export function repeatedPayment(session: SessionContext, request: Message<'pay'>): CommandResult | undefined {
  const known = session.results.find(request.key);
  return known && repeat(known, request);
}

function repeat(known: Payment, request: Message<'pay'>): CommandResult | undefined {
  if (!isOwner(known, request.paymentSecret)) return refuse(STATUS.keyReused);
  const { amount, currency } = known.kind === 'asked' ? known.authorise : known.result;
  const isBasket = known.kind === 'told' && known.result.rejection !== undefined;
  const isSame = amount === request.amount && currency === request.currency && isBasket === isBasketPay(request);
  if (known.kind === 'told' && known.mayBeTriedAgain) return isSame || isBasket ? undefined : refuse(STATUS.keyReused);
  if (!isSame) return refuse(STATUS.keyReused);
  if (known.kind === 'told') return known.result;
  return known.checked === undefined ? known.authorise : passed(known.checked);
}

function isBasketPay(request: Message<'pay'>): request is BasketPay {
  return request.lineCount !== undefined;
}

function* payByOneCard(session: SessionContext, configuration: Configuration, request: Message<'pay'>): Command {
  const newContext = (): TransactionContext => createTransactionContext(session, configuration, request);
  const presented = yield* presentCard(newContext, request, (ask) => confirm(session, configuration, request, ask));
  if (presented.kind === 'ended') {
    const reason = presented.reason === '' ? {} : { reason: presented.reason };
    return undecided(session, request, nothingTaken(request, presented.outcome, reason));
  }
  const { context, outcome, usedInterface } = presented;
  const card = outgoingCard(session, configuration, context, outcome.card, usedInterface);
  if (outcome.kind === 'online') return yield* authorise(session, configuration, context, request, outcome, card);
  session.dukpt.skip();
  const { merchantIdentifier, terminalIdentification, ...described } = card.description;
  const declined = nothingTaken(request, OUTCOME.declined, {
    reason: outcome.reason,
    tenders: [{ profileKind: KIND_BANK, amount: 0, ...described }],
    merchantIdentifier,
    terminalIdentification,
  });
  const checked = checkedResult(session, declined);
  session.results.rememberDecided(checked, request.paymentSecret);
  return passed(checked);
}

/** The host asks the customer. Nothing was charged yet, so its silence is a cancellation. */
function* confirm(
  { door }: SessionContext,
  { applications }: Configuration,
  { key }: Message<'pay'>,
  ask: Confirm,
): Command<Uint8Array | Interruption> {
  const languagePreference = clearLanguages(ask.languages);
  const question = door.check<'confirm'>({
    kind: 'confirm',
    key,
    label: clearLabel(ask.label),
    applicationIdentifier: Vouched.acceptedName(applications, ask.aid) ?? NO_BYTES,
    ...(languagePreference !== undefined && { languagePreference }),
  });
  if (question === undefined) return NO_BYTES;
  const answer = yield* askHost(question);
  if (answer === 'hostSilent') return 'cancelled';
  if (typeof answer === 'string') return answer;
  return answer.responseCode === CONFIRMED ? Uint8Array.of(1) : NO_BYTES;
}

function* authorise(
  session: SessionContext,
  configuration: Configuration,
  context: TransactionContext,
  request: Message<'pay'>,
  { card, open }: Extract<CardOutcome, { kind: 'online' }>,
  outgoing: OutgoingCard,
): Command {
  const { paymentSecret } = request;
  const message = checkedQuestion(session, authoriseMessage(session, configuration, context, request, card, outgoing));
  if (message === undefined)
    return undecided(session, request, nothingTaken(request, OUTCOME.cardError, { reason: 'NUMBER_WOULD_SHOW' }));
  session.results.rememberOpen(message, paymentSecret);
  if (open === undefined) return passed(message);
  return yield* finishAtCard(session, { context, card, open, authorise: message, paymentSecret });
}

function undecided(
  session: SessionContext,
  { paymentSecret }: Message<'pay'>,
  result: Leaving<'result'>,
): CommandResult {
  const checked = checkedResult(session, result);
  session.results.rememberUndecided(checked, paymentSecret);
  return passed(checked);
}
