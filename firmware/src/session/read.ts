/**
 * `read`: shows what a card is, without charging it. The card is asked for a cryptogram over no amount, which is thrown
 * away: without it, many cards prove nothing.
 * Floor: session.
 */
import { encodeMessage, INTERFACE, type Message, OUTCOME, STATUS } from '@comptoir/protocol';
import { showsCardNumber, spellingsOf } from '../token/egress.js';
import { describeCard, indexTokenOf } from '../token/outgoingData.js';
import { tokenFields } from './authoriseMessage.js';
import { listWalletProfiles, type WalletListed, walletInstruments } from './checkout/walletInstruments.js';
import { awaitCard, type Command, refuse, untilInterrupted } from './command.js';
import { listCards } from './listCards.js';
import { interrupted, isPresentable, processCard } from './presentCard.js';
import type { SessionContext } from './sessionContext.js';
import { createTransactionContext } from './terminalData.js';

/** ISO 4217: no currency. */
const NO_CURRENCY = 999;
const NO_WALLET: WalletListed = { kind: 'listed', profiles: [] };

export function* read(session: SessionContext, request: Message<'read'>): Command {
  const { interfaces, timeoutMs, date, time } = request;
  const { configuration, board } = session;
  if (session.selfTest !== 0) return refuse(STATUS.internalFault);
  if (configuration === undefined) return refuse(STATUS.unconfigured);
  if (!isPresentable(request)) return refuse(STATUS.messageRefused);
  if (request.listsCards === 1) return yield* listCards(request);

  const found = yield* awaitCard(interfaces, timeoutMs);
  if (typeof found === 'string') return endedAs(interrupted(found));
  const isListed = request.listsWallet === 1 && found === INTERFACE.contactless;
  const merchant = configuration.message.merchantIdentifier.trimEnd();
  const listed = isListed ? yield* untilInterrupted(listWalletProfiles(board.secure, merchant)) : NO_WALLET;
  if (typeof listed === 'string') return endedAs(interrupted(listed));
  if (listed.kind === 'refused') return endedAs({ outcome: OUTCOME.cardError, reason: listed.reason });
  const transaction = { amount: 0, currency: NO_CURRENCY, transactionType: 0, date, time };
  const context = createTransactionContext(session, configuration, transaction);
  const presented = yield* processCard(context, found);
  if (presented.kind === 'ended') {
    // A card may hold nothing but a gift card.
    const hasOthers = presented.outcome === OUTCOME.notAccepted && listed.profiles.length > 0;
    return hasOthers ? shown(walletInstruments(board.secure, listed.profiles, undefined)) : endedAs(presented);
  }
  const { card } = presented.outcome;
  const spellings = spellingsOf(card.cardNumber);
  const token = tokenFields(indexTokenOf(board.secure, session.tokenLimiter, card));
  const instrument = { ...describeCard(card, spellings), ...token, usedInterface: presented.usedInterface };
  const message = shown(walletInstruments(board.secure, listed.profiles, instrument));
  if (!showsCardNumber(encodeMessage(message), spellings)) return message;
  return endedAs({ outcome: OUTCOME.cardError, reason: 'NUMBER_WOULD_SHOW' });
}

function shown(instruments: Message<'presented'>['instruments']): Message<'presented'> {
  return { kind: 'presented', outcome: OUTCOME.read, ...(instruments !== undefined && { instruments }) };
}

function endedAs({ outcome, reason }: { readonly outcome: number; readonly reason: string }): Message<'presented'> {
  return { kind: 'presented', outcome, ...(reason !== '' && { reason }) };
}
