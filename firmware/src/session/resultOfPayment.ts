/**
 * The result of a payment for which the acquirer was or may have been asked.
 * Floor: session.
 */
import type { Leaving } from '../token/door.js';

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

/** @param authorise what the acquirer was asked with; a result says the same of the card and the amount */
export function resultOfPayment(authorise: Leaving<'authorise'>, ending: Ending): Leaving<'result'> {
  const { envelope, transactionToken, model, serial, partial, ...common } = authorise;
  return { ...common, kind: 'result', ...ending };
}
