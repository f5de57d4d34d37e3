/**
 * What a `complete` means for the money.
 * Source: ISO 8583 response codes.   Floor: session.
 */
import { type Message, OUTCOME } from '@comptoir/protocol';
import type { Ending } from './resultOfPayment.js';

const APPROVED = '00';
/** Approved for less; how much, the answer must say. */
const PARTLY_APPROVED = '10';

export interface AcquirerDecision {
  readonly isApproved: boolean;
  readonly ending: Ending;
}

/** @param amount that was asked for, minor units; the approved one isn't above it. An approval of nothing is none. */
export function decisionOf(answer: Message<'complete'>, amount: number): AcquirerDecision {
  const { responseCode, authorisationCode, approvedAmount } = answer;
  let approved = 0;
  if (responseCode === APPROVED) approved = approvedAmount ?? amount;
  if (responseCode === PARTLY_APPROVED) approved = approvedAmount ?? 0;
  const isApproved = approved > 0;
  const outcome = approved < amount ? OUTCOME.partlyApproved : OUTCOME.approved;
  return {
    isApproved,
    ending: {
      outcome: isApproved ? outcome : OUTCOME.declined,
      responseCode,
      ...(authorisationCode !== undefined && { authorisationCode }),
      ...(isApproved && { approvedAmount: approved }),
    },
  };
}
