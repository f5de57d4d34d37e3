/**
 * `pay`: reads the card and asks the acquirer, through the host. The key decides what a repeated `pay` means.
 * Floor: session.
 */
import { encodeMessage, type Message, NO_BYTES, OUTCOME, STATUS } from '@comptoir/protocol';
import type { Confirm } from '../apdu/kernel.js';
import type { CardOutcome, TransactionContext } from '../emv/transaction.js';
import { type CardNumberSpellings, showsCardNumber, spellingsOf } from '../token/egress.js';
import { shownLabel, shownLanguages } from '../token/outgoingData.js';
import { authoriseMessage, type OutgoingCard, outgoingCard } from './authoriseMessage.js';
import {
  askHost,
  type Command,
  type CommandResult,
  type EncodedMessage,
  encoded,
  type Interruption,
  refuse,
} from './command.js';
import type { Configuration } from './configuration.js';
import { finishAtCard } from './finishAtCard.js';
import { isPresentable, presentCard } from './presentCard.js';
import { isOwner, type Payment } from './results.js';
import type { SessionContext } from './sessionContext.js';
import { createTransactionContext } from './terminalData.js';

const GOODS_AND_SERVICES = 0;
/** The answer of `decide` to `confirm`. */
const CONFIRMED = '00';

export function* pay(session: SessionContext, request: Message<'pay'>): Command {
  const repeated = repeatedPayment(session, request);
  if (repeated !== undefined) return repeated;
  const { configuration } = session;
  if (session.selfTest !== 0) return refuse(STATUS.internalFault);
  if (configuration === undefined) return refuse(STATUS.unconfigured);
  const isPurchase = request.amount > 0 && request.transactionType === GOODS_AND_SERVICES && request.key !== '';
  if (!isPurchase || !isPresentable(request)) return refuse(STATUS.messageRefused);
  if (!session.results.hasRoom) return refuse(STATUS.paymentsUndecided);
  const keyStatus = session.prepareKeys();
  if (keyStatus !== 0) return refuse(keyStatus);

  const newContext = (): TransactionContext => createTransactionContext(session, configuration, request);
  const presented = yield* presentCard(newContext, request, (ask) => confirm(request, ask));
  if (presented.kind === 'ended') {
    const reason = presented.reason === '' ? {} : { reason: presented.reason };
    return undecided(session, request, { ...stem(request), outcome: presented.outcome, ...reason });
  }
  const { context, outcome, usedInterface } = presented;
  const card = outgoingCard(session, configuration, context, outcome.card, usedInterface);
  if (outcome.kind === 'online') return yield* authorise(session, configuration, context, request, outcome, card);
  session.dukpt.skip();
  const result = { ...stem(request), ...card.description, outcome: OUTCOME.declined, reason: outcome.reason };
  return decided(session, request, withoutNumber(result, card.spellings));
}

/** What an earlier payment under this key makes of the request; undefined: a new tap. */
export function repeatedPayment(session: SessionContext, request: Message<'pay'>): CommandResult | undefined {
  const known = session.results.find(request.key);
  return known && repeat(known, request);
}

/** The host asks the customer. Nothing was charged yet, so its silence is a cancellation. */
function* confirm({ key }: Message<'pay'>, ask: Confirm): Command<Uint8Array | Interruption> {
  const spellings = spellingsOf(ask.cardNumber);
  const languagePreference = shownLanguages(ask.languages, spellings);
  const question: Message<'confirm'> = {
    kind: 'confirm',
    key,
    label: shownLabel(ask.label, spellings),
    applicationIdentifier: ask.aid,
    ...(languagePreference !== undefined && { languagePreference }),
  };
  const bytes = encodeMessage(question);
  if (showsCardNumber(bytes, spellings)) return NO_BYTES;
  const answer = yield* askHost(question, bytes);
  if (answer === 'hostSilent') return 'cancelled';
  if (typeof answer === 'string') return answer;
  return answer.responseCode === CONFIRMED ? Uint8Array.of(1) : NO_BYTES;
}

function repeat(known: Payment, request: Message<'pay'>): CommandResult | undefined {
  if (!isOwner(known, request.paymentSecret)) return refuse(STATUS.keyReused);
  if (known.kind === 'checkout') return known.mayBeTriedAgain ? undefined : refuse(STATUS.keyReused);
  const { amount, currency } = known.kind === 'open' ? known.authorise : known.result;
  if (amount !== request.amount || currency !== request.currency) return refuse(STATUS.keyReused);
  if (known.kind === 'open') return known.authorise;
  return known.mayBeTriedAgain ? undefined : known.result;
}

function* authorise(
  session: SessionContext,
  configuration: Configuration,
  context: TransactionContext,
  request: Message<'pay'>,
  { card, open }: Extract<CardOutcome, { kind: 'online' }>,
  outgoing: OutgoingCard,
): Command {
  const { spellings } = outgoing;
  const message = encoded(authoriseMessage(session, configuration, context, request, card, outgoing));
  if (showsCardNumber(message.bytes, spellings)) {
    session.answers.forget(message.message.transactionToken);
    return undecided(session, request, { ...stem(request), outcome: OUTCOME.cardError, reason: 'NUMBER_WOULD_SHOW' });
  }
  const { paymentSecret } = request;
  session.results.rememberOpen(message, paymentSecret);
  if (open === undefined) return message;
  return yield* finishAtCard(session, { context, card, open, spellings, authorise: message, paymentSecret });
}

/** The last gate: a result that would show the number is cut down to its outcome. */
function withoutNumber(whole: Message<'result'>, spellings: CardNumberSpellings): EncodedMessage<Message<'result'>> {
  const result = encoded(whole);
  if (!showsCardNumber(result.bytes, spellings)) return result;
  const { kind, key, amount, currency, outcome } = whole;
  return encoded({ kind, key, amount, currency, outcome, reason: 'NUMBER_WOULD_SHOW' });
}

function stem({ key, amount, currency }: Message<'pay'>): {
  kind: 'result';
  key: string;
  amount: number;
  currency: number;
} {
  return { kind: 'result', key, amount, currency };
}

function decided(
  session: SessionContext,
  { paymentSecret }: Message<'pay'>,
  result: EncodedMessage<Message<'result'>>,
): EncodedMessage<Message<'result'>> {
  session.results.rememberDecided(result, paymentSecret);
  return result;
}

function undecided(
  session: SessionContext,
  { paymentSecret }: Message<'pay'>,
  result: Message<'result'>,
): Message<'result'> {
  session.results.rememberUndecided(result, paymentSecret);
  return result;
}
