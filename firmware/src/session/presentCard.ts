/**
 * From "please tap" to what the card said: shared by `pay` and `read`.
 * Floor: session.
 */
import { COMMAND_TIMEOUT_MS_MAX, INTERFACE, OUTCOME, type OutcomeName } from '@comptoir/protocol';
import type { Confirm } from '../apdu/kernel.js';
import { contactTransaction } from '../emv/contact/contactTransaction.js';
import { contactlessTransaction } from '../emv/contactless/contactlessTransaction.js';
import type { CardOutcome, TransactionContext } from '../emv/transaction.js';
import { awaitCard, type Command, type Interruption, untilInterrupted } from './command.js';
import { isBcd } from './terminalData.js';

export type PresentedCard =
  | { readonly kind: 'card'; readonly outcome: Exclude<CardOutcome, { kind: 'ended' }>; readonly usedInterface: number }
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
export interface PresentationRequest {
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

export function* presentCard(
  context: TransactionContext,
  interfaces: number,
  timeoutMs: number,
  confirm: Confirmation,
): Command<PresentedCard> {
  const found = yield* awaitCard(interfaces, timeoutMs);
  return typeof found === 'string' ? interrupted(found) : yield* processCard(context, found, confirm);
}

/**
 * @param found   the interface of the card that was found
 * @param confirm without it, an application that must be confirmed is not offered
 */
export function* processCard(
  context: TransactionContext,
  found: number,
  confirm?: Confirmation,
): Command<PresentedCard> {
  const kernel = found === INTERFACE.contact ? contactTransaction(context) : contactlessTransaction(context);
  const outcome = yield* untilInterrupted(kernel, confirm);
  if (typeof outcome === 'string') return interrupted(outcome);
  if (outcome.kind === 'ended') return { kind: 'ended', outcome: OUTCOME[outcome.why], reason: outcome.reason };
  return { kind: 'card', outcome, usedInterface: found };
}

export function interrupted(by: Interruption): Extract<PresentedCard, { kind: 'ended' }> {
  return { kind: 'ended', outcome: OUTCOME[OUTCOME_OF[by]], reason: REASON_OF[by] ?? '' };
}
