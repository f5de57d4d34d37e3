/**
 * `pay`: by one card, which is read and the acquirer asked, through the host; or for a basket, by what a dynamic card chooses. The key decides
 * what a repeated `pay` means.
 * Floor: commands.
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
import type { Configuration } from './configuration/configuration.js';
import { askHost, type Command, type CommandResult, type Interruption, passed, refuse } from './shared/command.js';
import { checkedResult, nothingTaken } from './shared/paymentResult.js';
import type { ReaderState } from './shared/readerState.js';
import { isOwner, type Payment } from './shared/results.js';

const NO_LINES: readonly BasketLine[] = [];
/** The answer of `decide` to `confirm`. */
const CONFIRMED = '00';

/** @param channel of the host that asks */
export function* pay(reader: ReaderState, request: Message<'pay'>, channel: number): Command {
  const repeated = repeatedPayment(reader, request);
  if (repeated !== undefined) return repeated;
  const { configuration, order } = reader;
  if (reader.selfTest !== 0) return refuse(STATUS.internalFault);
  if (configuration === undefined) return refuse(STATUS.unconfigured);
  const isBasket = isBasketPay(request);
  // Another till's took its place, maybe.
  if (isBasket && !order.baskets.has(channel) && order.baskets.size > 0) return refuse(STATUS.busy);
  const basket = isBasket ? basketOf(order, channel, request) : NO_LINES;
  if (basket === undefined || request.amount === 0 || request.key === '' || !isPresentable(request))
    return refuse(STATUS.messageRefused);
  if (!reader.results.hasRoom) return refuse(STATUS.paymentsUndecided);
  const keyStatus = reader.prepareKeys();
  if (keyStatus !== 0) return refuse(keyStatus);
  return isBasket
    ? yield* payBasket(reader, configuration, request, basket)
    : yield* payByOneCard(reader, configuration, request);
}

/** What an earlier payment under this key makes of the request; undefined: a new tap. */
export function repeatedPayment(reader: ReaderState, request: Message<'pay'>): CommandResult | undefined {
  const known = reader.results.find(request.key);
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

function* payByOneCard(reader: ReaderState, configuration: Configuration, request: Message<'pay'>): Command {
  const newContext = (): TransactionContext => createTransactionContext(reader, configuration, request);
  const presented = yield* presentCard(newContext, request, (ask) => confirm(reader, configuration, request, ask));
  if (presented.kind === 'ended') {
    const reason = presented.reason === '' ? {} : { reason: presented.reason };
    return undecided(reader, request, nothingTaken(request, presented.outcome, reason));
  }
  const { context, outcome, usedInterface } = presented;
  const card = outgoingCard(reader, configuration, context, outcome.card, usedInterface);
  if (outcome.kind === 'online') return yield* authorise(reader, configuration, context, request, outcome, card);
  reader.dukpt.skip();
  const { merchantIdentifier, terminalIdentification, ...described } = card.description;
  const declined = nothingTaken(request, OUTCOME.declined, {
    reason: outcome.reason,
    tenders: [{ profileKind: KIND_BANK, amount: 0, ...described }],
    merchantIdentifier,
    terminalIdentification,
  });
  const checked = checkedResult(reader, declined);
  reader.results.rememberDecided(checked, request.paymentSecret);
  return passed(checked);
}

/** The host asks the customer. Nothing was charged yet, so its silence is a cancellation. */
function* confirm(
  { door }: ReaderState,
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
  reader: ReaderState,
  configuration: Configuration,
  context: TransactionContext,
  request: Message<'pay'>,
  { card, open }: Extract<CardOutcome, { kind: 'online' }>,
  outgoing: OutgoingCard,
): Command {
  const { paymentSecret } = request;
  const message = checkedQuestion(reader, authoriseMessage(reader, configuration, context, request, card, outgoing));
  if (message === undefined)
    return undecided(reader, request, nothingTaken(request, OUTCOME.cardError, { reason: 'NUMBER_WOULD_SHOW' }));
  reader.results.rememberOpen(message, paymentSecret);
  if (open === undefined) return passed(message);
  return yield* finishAtCard(reader, { context, card, open, authorise: message, paymentSecret });
}

function undecided(reader: ReaderState, { paymentSecret }: Message<'pay'>, result: Leaving<'result'>): CommandResult {
  const checked = checkedResult(reader, result);
  reader.results.rememberUndecided(checked, paymentSecret);
  return passed(checked);
}
