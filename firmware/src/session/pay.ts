/**
 * `pay`: reads the card and asks the acquirer, through the host. The key decides what a repeated `pay` means.
 * Floor: session.
 */
import { type Message, NO_BYTES, OUTCOME, STATUS } from '@comptoir/protocol';
import type { Confirm } from '../apdu/kernel.js';
import type { CardOutcome, TransactionContext } from '../emv/transaction.js';
import { clearLabel, clearLanguages } from '../token/clearFields.js';
import type { Leaving } from '../token/door.js';
import { Vouched } from '../token/vouched.js';
import { authoriseMessage, checkedQuestion, type OutgoingCard, outgoingCard } from './authoriseMessage.js';
import { askHost, type Command, type CommandResult, type Interruption, passed, refuse } from './command.js';
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
  const presented = yield* presentCard(newContext, request, (ask) => confirm(session, configuration, request, ask));
  if (presented.kind === 'ended') {
    const reason = presented.reason === '' ? {} : { reason: presented.reason };
    return undecided(session, request, { ...stem(request), outcome: presented.outcome, ...reason });
  }
  const { context, outcome, usedInterface } = presented;
  const card = outgoingCard(session, configuration, context, outcome.card, usedInterface);
  if (outcome.kind === 'online') return yield* authorise(session, configuration, context, request, outcome, card);
  session.dukpt.skip();
  const result = { ...stem(request), ...card.description, outcome: OUTCOME.declined, reason: outcome.reason };
  const cut = { ...stem(request), outcome: OUTCOME.declined, reason: 'NUMBER_WOULD_SHOW' };
  const checked = session.door.checkOneOf<'result'>(result, cut);
  session.results.rememberDecided(checked, request.paymentSecret);
  return passed(checked);
}

/** What an earlier payment under this key makes of the request; undefined: a new tap. */
export function repeatedPayment(session: SessionContext, request: Message<'pay'>): CommandResult | undefined {
  const known = session.results.find(request.key);
  return known && repeat(known, request);
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

function repeat(known: Payment, request: Message<'pay'>): CommandResult | undefined {
  if (!isOwner(known, request.paymentSecret)) return refuse(STATUS.keyReused);
  if (known.kind === 'checkout') return known.mayBeTriedAgain ? undefined : refuse(STATUS.keyReused);
  const { amount, currency } = known.kind === 'open' ? known.authorise : known.result;
  if (amount !== request.amount || currency !== request.currency) return refuse(STATUS.keyReused);
  if (known.kind === 'open') return known.checked === undefined ? known.authorise : passed(known.checked);
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
  const { paymentSecret } = request;
  const message = checkedQuestion(session, authoriseMessage(session, configuration, context, request, card, outgoing));
  if (message === undefined)
    return undecided(session, request, { ...stem(request), outcome: OUTCOME.cardError, reason: 'NUMBER_WOULD_SHOW' });
  session.results.rememberOpen(message, paymentSecret);
  if (open === undefined) return passed(message);
  return yield* finishAtCard(session, { context, card, open, authorise: message, paymentSecret });
}

function stem({ key, amount, currency }: Message<'pay'>): {
  kind: 'result';
  key: string;
  amount: number;
  currency: number;
} {
  return { kind: 'result', key, amount, currency };
}

function undecided(
  session: SessionContext,
  { paymentSecret }: Message<'pay'>,
  result: Leaving<'result'>,
): CommandResult {
  const checked = session.door.checkOneOf<'result'>(result);
  session.results.rememberUndecided(checked, paymentSecret);
  return passed(checked);
}
