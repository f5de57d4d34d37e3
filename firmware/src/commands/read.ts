/**
 * `read`: shows what a card is, without charging it. The card is asked for a cryptogram over no amount, which is thrown
 * away: without it, many cards prove nothing.
 * Floor: commands.
 */
import { INTERFACE, type Message, OUTCOME, STATUS } from '@comptoir/protocol';
import type { Leaving } from '../token/door.js';
import { describeCard, indexTokenOf } from '../token/outgoingData.js';
import { tokenFields } from './card/authoriseMessage.js';
import { listCards } from './card/listCards.js';
import { interrupted, isPresentable, processCard } from './card/presentCard.js';
import { createTransactionContext } from './card/terminalData.js';
import { listWalletProfiles, type WalletListed, walletInstruments } from './checkout/walletInstruments.js';
import { awaitCard, type Command, passed, refuse, untilInterrupted } from './shared/command.js';
import type { ReaderState } from './shared/readerState.js';

/** ISO 4217: no currency. */
const NO_CURRENCY = 999;
const NO_WALLET: WalletListed = { kind: 'listed', profiles: [] };

export function* read(reader: ReaderState, request: Message<'read'>): Command {
  const { interfaces, timeoutMs, date, time } = request;
  const { configuration, board } = reader;
  if (reader.selfTest !== 0) return refuse(STATUS.internalFault);
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
  const transaction = { amount: 0, currency: NO_CURRENCY, date, time };
  const context = createTransactionContext(reader, configuration, transaction);
  const presented = yield* processCard(context, found);
  if (presented.kind === 'ended') {
    // A card may hold nothing but a gift card.
    const hasOthers = presented.outcome === OUTCOME.notAccepted && listed.profiles.length > 0;
    return hasOthers
      ? shown(walletInstruments(board.secure, configuration, listed.profiles, undefined))
      : endedAs(presented);
  }
  const { card } = presented.outcome;
  const token = tokenFields(indexTokenOf(board.secure, reader.tokenLimiter, card));
  const description = describeCard(card, configuration.applications);
  const instrument = { ...description, ...token, usedInterface: presented.usedInterface };
  const message = shown(walletInstruments(board.secure, configuration, listed.profiles, instrument));
  const cut = endedAs({ outcome: OUTCOME.cardError, reason: 'NUMBER_WOULD_SHOW' });
  return passed(reader.door.checkOneOf<'presented'>(message, cut));
}

function shown(instruments: Leaving<'presented'>['instruments']): Leaving<'presented'> {
  return { kind: 'presented', outcome: OUTCOME.read, ...(instruments !== undefined && { instruments }) };
}

function endedAs({ outcome, reason }: { readonly outcome: number; readonly reason: string }): Leaving<'presented'> {
  return { kind: 'presented', outcome, ...(reason !== '' && { reason }) };
}
