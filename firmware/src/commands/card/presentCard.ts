/**
 * From "please tap" to what the card said: shared by `pay` and `read`.
 * Floor: commands.
 */
import {
  COMMAND_TIMEOUT_MS_MAX,
  INTERFACE,
  NO_BYTES,
  OUTCOME,
  type OutcomeName,
  PROMPT,
  TAG_9F66_TERMINAL_TRANSACTION_QUALIFIERS,
} from '@comptoir/protocol';
import type { Confirm } from '../../apdu/kernel.js';
import { contactTransaction } from '../../emv/contact/contactTransaction.js';
import { contactlessTransaction } from '../../emv/contactless/contactlessTransaction.js';
import { isSetIn, TTQ } from '../../emv/contactless/preProcessing.js';
import type { CardOutcome, TransactionContext } from '../../emv/transaction.js';
import { type Again, awaitCard, type Command, type Interruption, untilInterrupted } from '../shared/command.js';
import { isBcd } from './terminalData.js';

type PresentedCard =
  | {
      readonly kind: 'card';
      /** Of the try that came to something. */
      readonly context: TransactionContext;
      readonly outcome: Exclude<CardOutcome, { kind: 'ended' | 'again' }>;
      readonly usedInterface: number;
    }
  /** Nothing was decided about money. */
  | { readonly kind: 'ended'; readonly outcome: number; readonly reason: string };

export const OUTCOME_OF: Readonly<Record<Interruption, OutcomeName>> = {
  cancelled: 'cancelled',
  noCard: 'noCard',
  severalCards: 'severalCards',
  cardRemoved: 'cardRemoved',
  cardTimeout: 'cardError',
  tooMuchData: 'cardError',
  hostSilent: 'waitingForAcquirer',
};

/** Only where the outcome doesn't say it all. */
export const REASON_OF: Readonly<Partial<Record<Interruption, string>>> = {
  cardTimeout: 'CARD_TIMEOUT',
  tooMuchData: 'TOO_MUCH_DATA',
};

/** What `pay` and `read` have in common in their requests. */
interface PresentationRequest {
  readonly interfaces: number;
  readonly timeoutMs: number;
  readonly date: Uint8Array;
  readonly time: Uint8Array;
}

/** True when a card may be asked for in this way. */
export function isPresentable({ interfaces, timeoutMs, date, time }: PresentationRequest): boolean {
  return (
    interfaces >= INTERFACE.contact &&
    interfaces <= INTERFACE.both &&
    timeoutMs <= COMMAND_TIMEOUT_MS_MAX &&
    isBcd(date) &&
    isBcd(time)
  );
}

/** Asks the customer. */
type Confirmation = (ask: Confirm) => Command<Uint8Array | Interruption>;

/** How often a card is asked for again in one command. */
const RESTARTS_MAX = 2;

/**
 * Asks for a card, and again where the card or the books want it: on the other interface, or the same card once more. What nobody
 * answers with a card ends as it was.
 * @param newContext for each try its own
 * @see Book A, outcomes Try Again and Try Another Interface; Book B §3.5: not verified
 */
export function* presentCard(
  newContext: () => TransactionContext,
  { interfaces, timeoutMs }: Pick<PresentationRequest, 'interfaces' | 'timeoutMs'>,
  confirm: Confirmation,
): Command<PresentedCard> {
  let on = interfaces;
  let again: Again | undefined;
  let before: PresentedCard | undefined;
  for (let restarts = 0; ; restarts += 1) {
    const found = yield* awaitCard(on, timeoutMs, again);
    if (typeof found === 'string') return found === 'noCard' && before !== undefined ? before : interrupted(found);
    const { presented, restart } = yield* tryCard(newContext(), found, confirm);
    if (restart === undefined || restarts === RESTARTS_MAX) return presented;
    on = restart.isOnContact ? on & INTERFACE.contact : on;
    if (on === 0) return presented;
    [again, before] = [restart.again, presented];
  }
}

interface Tried {
  readonly presented: PresentedCard;
  /** Undefined: that was it. */
  readonly restart: { readonly again: Again; readonly isOnContact: boolean } | undefined;
}

function* tryCard(context: TransactionContext, found: number, confirm: Confirmation | undefined): Command<Tried> {
  const kernel = found === INTERFACE.contact ? contactTransaction(context) : contactlessTransaction(context);
  // One that a checkout left is no news of this card.
  context.torn?.takeTorn();
  const outcome = yield* untilInterrupted(kernel, confirm);
  if (typeof outcome === 'string') {
    const isTorn = context.torn?.takeTorn() === true && outcome === 'cardRemoved';
    const again = { prompt: PROMPT.tryAgain, mustLeave: false };
    return { presented: interrupted(outcome), restart: isTorn ? { again, isOnContact: false } : undefined };
  }
  const presented = presentedAs(context, outcome, found);
  if (outcome.kind === 'again')
    return { presented, restart: { again: { prompt: outcome.prompt, mustLeave: true }, isOnContact: false } };
  const isOther = outcome.kind === 'ended' && outcome.why === 'tryAnotherInterface' && found !== INTERFACE.contact;
  const isOnContact = isOther && hasContacts(context);
  const again = { prompt: PROMPT.insertCard, mustLeave: false };
  return { presented, restart: isOnContact ? { again, isOnContact } : undefined };
}

/** As it's configured, and as the card was told: nobody is asked to insert a card where there is no slot. */
function hasContacts({ terminal }: TransactionContext): boolean {
  return isSetIn(terminal.get(TAG_9F66_TERMINAL_TRANSACTION_QUALIFIERS) ?? NO_BYTES, TTQ.contactChip);
}

/** One card, once; an application that must be confirmed is not offered. @param found its interface */
export function* processCard(context: TransactionContext, found: number): Command<PresentedCard> {
  return (yield* tryCard(context, found, undefined)).presented;
}

function presentedAs(context: TransactionContext, outcome: CardOutcome, usedInterface: number): PresentedCard {
  if (outcome.kind === 'ended') return { kind: 'ended', outcome: OUTCOME[outcome.why], reason: outcome.reason };
  if (outcome.kind === 'again') return { kind: 'ended', outcome: OUTCOME.cardError, reason: outcome.reason };
  return { kind: 'card', context, outcome, usedInterface };
}

export function interrupted(by: Interruption): Extract<PresentedCard, { kind: 'ended' }> {
  return { kind: 'ended', outcome: OUTCOME[OUTCOME_OF[by]], reason: REASON_OF[by] ?? '' };
}
