/**
 * `pay`: reads the card and asks the acquirer, through the host. The key decides what a repeated `pay` means.
 * Floor: session.
 */
import { type Message, OUTCOME, STATUS } from '@comptoir/protocol';
import type { CardRead, TransactionContext } from '../emv/transaction.js';
import { type CardNumberSpellings, showsCardNumber } from '../token/egress.js';
import { authoriseMessage, type OutgoingCard, outgoingCard } from './authoriseMessage.js';
import { type Command, type CommandResult, type EncodedMessage, encoded, refuse } from './command.js';
import type { Configuration } from './configuration.js';
import { isPresentable, presentCard } from './presentCard.js';
import type { Payment } from './results.js';
import type { SessionContext } from './sessionContext.js';
import { createTransactionContext } from './terminalData.js';

const GOODS_AND_SERVICES = 0;

export function* pay(session: SessionContext, request: Message<'pay'>): Command {
  const known = session.results.find(request.key);
  if (known !== undefined) {
    const repeated = repeat(known, request);
    if (repeated !== undefined) return repeated;
  }
  const { configuration } = session;
  if (configuration === undefined || session.selfTest !== 0) return refuse(STATUS.internalFault);
  const isPurchase = request.amount > 0 && request.transactionType === GOODS_AND_SERVICES && request.key !== '';
  if (!isPurchase || !isPresentable(request)) return refuse(STATUS.messageRefused);
  if (!session.results.hasRoom) return refuse(STATUS.paymentsUndecided);

  const context = createTransactionContext(session, configuration, request);
  const presented = yield* presentCard(context, request.interfaces, request.timeoutMs);
  if (presented.kind === 'ended') {
    const reason = presented.reason === '' ? {} : { reason: presented.reason };
    return undecided(session, { ...stem(request), outcome: presented.outcome, ...reason });
  }
  const { outcome, usedInterface } = presented;
  const card = outgoingCard(session, configuration, context, outcome.card, usedInterface);
  if (outcome.kind === 'online') return authorise(session, configuration, context, request, outcome.card, card);
  const result = { ...stem(request), ...card.description, outcome: OUTCOME.declined, reason: outcome.reason };
  return decided(session, withoutNumber(result, card.spellings));
}

/** What an earlier payment under this key makes of the request; undefined: a new tap. */
function repeat(known: Payment, request: Message<'pay'>): CommandResult | undefined {
  if (known.kind === 'checkout') return known.mayBeTriedAgain ? undefined : refuse(STATUS.keyReused);
  const { amount, currency } = known.kind === 'open' ? known.authorise : known.result;
  if (amount !== request.amount || currency !== request.currency) return refuse(STATUS.keyReused);
  if (known.kind === 'open') return known.authorise;
  return known.mayBeTriedAgain ? undefined : known.result;
}

function authorise(
  session: SessionContext,
  configuration: Configuration,
  context: TransactionContext,
  request: Message<'pay'>,
  card: CardRead,
  outgoing: OutgoingCard,
): CommandResult {
  const message = encoded(authoriseMessage(session, configuration, context, request, card, outgoing));
  if (showsCardNumber(message.bytes, outgoing.spellings)) {
    return undecided(session, { ...stem(request), outcome: OUTCOME.cardError, reason: 'NUMBER_WOULD_SHOW' });
  }
  session.results.rememberOpen(message);
  return message;
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
  result: EncodedMessage<Message<'result'>>,
): EncodedMessage<Message<'result'>> {
  session.results.rememberDecided(result);
  return result;
}

function undecided(session: SessionContext, result: Message<'result'>): Message<'result'> {
  session.results.rememberUndecided(result);
  return result;
}
