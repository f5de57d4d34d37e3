/**
 * `read`: shows what a card is, without charging it. The card is asked for a cryptogram over no amount, which is thrown
 * away: without it, many cards prove nothing.
 * Floor: session.
 */
import { encodeMessage, type Message, OUTCOME, STATUS } from '@comptoir/protocol';
import { showsCardNumber, spellingsOf } from '../token/egress.js';
import { describeCard, indexTokenOf } from '../token/outgoingData.js';
import { tokenFields } from './authoriseMessage.js';
import { type Command, refuse } from './command.js';
import { isPresentable, presentCard } from './presentCard.js';
import type { SessionContext } from './sessionContext.js';
import { createTransactionContext } from './terminalData.js';

/** ISO 4217: no currency. */
const NO_CURRENCY = 999;

export function* read(session: SessionContext, request: Message<'read'>): Command {
  const { interfaces, timeoutMs, date, time } = request;
  const { configuration, board } = session;
  if (configuration === undefined || session.selfTest !== 0) return refuse(STATUS.internalFault);
  if (!isPresentable(request)) return refuse(STATUS.messageRefused);

  const transaction = { amount: 0, currency: NO_CURRENCY, transactionType: 0, date, time };
  const context = createTransactionContext(session, configuration, transaction);
  const presented = yield* presentCard(context, interfaces, timeoutMs);
  if (presented.kind === 'ended') {
    return {
      kind: 'presented',
      outcome: presented.outcome,
      ...(presented.reason === '' ? {} : { reason: presented.reason }),
    };
  }
  const { card } = presented.outcome;
  const spellings = spellingsOf(card.cardNumber);
  const token = tokenFields(indexTokenOf(board.secure, card));
  const instrument = { ...describeCard(card, spellings), ...token, usedInterface: presented.usedInterface };
  const message: Message<'presented'> = { kind: 'presented', outcome: OUTCOME.read, instruments: [instrument] };
  if (!showsCardNumber(encodeMessage(message), spellings)) return message;
  return { kind: 'presented', outcome: OUTCOME.cardError, reason: 'NUMBER_WOULD_SHOW' };
}
