/**
 * How a payment stands or ended, as the host hears it and the flash keeps it: one tender for a payment by one card, several for a basket.
 * Floor: commands.
 */
import { type Message, OUTCOME, type TemplateContent } from '@comptoir/protocol';
import { KIND_BANK } from '@comptoir/protocol/wallet';
import type { CheckedMessage, Door, Leaving, LeavingItem } from '../../token/door.js';

export type TenderRow = LeavingItem<TemplateContent<'tender'>>;

export interface Ending {
  /** A value of OUTCOME. */
  readonly outcome: number;
  readonly reason?: string;
  /** 1: what the acquirer approved, or may have, is to be reversed. */
  readonly reversalDue?: number;
  readonly responseCode?: string;
  readonly authorisationCode?: string;
  /** Minor units. */
  readonly approvedAmount?: number;
}

/** Nothing taken, all due; the others say how it ended. */
export function nothingTaken(
  { key, amount, currency }: Pick<Message<'pay'>, 'key' | 'amount' | 'currency'>,
  outcome: number,
  more: Partial<Leaving<'result'>> = {},
): Leaving<'result'> {
  return { kind: 'result', key, amount, currency, due: amount, tenders: [], ...more, outcome };
}

/**
 * Of a payment by one card. The card is told whatever came of it: a tender of nothing was refused.
 * @param authorise what the acquirer was asked with
 */
export function resultOfPayment(authorise: Leaving<'authorise'>, ending: Ending): Leaving<'result'> {
  const { kind, key, amount, currency, envelope, transactionToken, model, serial, partial, ...described } = authorise;
  const { merchantIdentifier, terminalIdentification, asks, profileKind, planId, ...card } = described;
  const { outcome, reason, reversalDue, approvedAmount = 0, ...answered } = ending;
  const isOpen = outcome === OUTCOME.waitingForAcquirer;
  const asked = isOpen ? amount : approvedAmount;
  return nothingTaken({ key, amount, currency }, outcome, {
    due: amount - asked,
    tenders: [{ profileKind: KIND_BANK, amount: asked, ...card, ...answered }],
    merchantIdentifier,
    terminalIdentification,
    ...(reason !== undefined && { reason }),
    ...(reversalDue !== undefined && { reversalDue }),
    ...(isOpen && { transactionToken }),
  });
}

/** Through the door: a message that would show a number keeps what was taken, and nothing that a card wrote. */
export function checkedResult({ door }: { readonly door: Door }, whole: Leaving<'result'>): CheckedMessage<'result'> {
  const { notUsed, selectionRecord, ...kept } = whole;
  const tenders = kept.tenders.map(({ profileKind, amount, rules, responseCode, authorisationCode }) => ({
    profileKind,
    label: '',
    amount,
    ...(rules !== undefined && { rules }),
    ...(responseCode !== undefined && { responseCode }),
    ...(authorisationCode !== undefined && { authorisationCode }),
  }));
  return door.checkOneOf<'result'>(whole, { ...kept, tenders });
}

/** The sale stands: money or value was taken. */
export function isStanding({ outcome }: Message<'result'>): boolean {
  return outcome === OUTCOME.approved || outcome === OUTCOME.partlyApproved;
}
