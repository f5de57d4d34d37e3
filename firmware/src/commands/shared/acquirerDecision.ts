/**
 * What an answer means for the money.
 * Source: ISO 8583 response codes.   Floor: commands.
 */
import { type Message, OUTCOME } from '@comptoir/protocol';
import type { HostAnswer } from './command.js';
import type { Ending } from './paymentResult.js';

const APPROVED = '00';
/** Approved for less; how much, the answer must say. */
const PARTLY_APPROVED = '10';
/** Nobody could be asked, and the till takes the risk: the request is forwarded later. @see EMV 4.4 Book 4 Annex A6; decision 68 */
const OFFLINE_APPROVED = 'Y3';
/** A till's word is its code alone. */
export const NOTHING_MORE: Partial<Message<'complete'>> = {};

/** The till may take the risk, or withdraw its question; that somebody else approves, only they can say. */
export function isTillsWord({ responseCode }: Message<'decide'>): boolean {
  return responseCode !== APPROVED && responseCode !== PARTLY_APPROVED;
}

interface AcquirerDecision {
  readonly isApproved: boolean;
  readonly ending: Ending;
}

/**
 * The approved amount isn't above the one that was asked for. An approval of nothing is none; one of a part, when the till wanted all or nothing,
 * is a no too, and is to be taken back.
 */
export function decisionOf(
  answer: HostAnswer,
  { amount, partial }: Pick<Message<'authorise'>, 'amount' | 'partial'>,
): AcquirerDecision {
  const { responseCode } = answer;
  const { authorisationCode, approvedAmount } = answer.kind === 'complete' ? answer : NOTHING_MORE;
  let approved = 0;
  if (responseCode === APPROVED) approved = approvedAmount ?? amount;
  if (responseCode === PARTLY_APPROVED) approved = approvedAmount ?? 0;
  if (responseCode === OFFLINE_APPROVED && answer.kind === 'decide') approved = amount;
  const isUnasked = approved > 0 && approved < amount && partial !== 1;
  const isApproved = approved > 0 && !isUnasked;
  const outcome = approved < amount ? OUTCOME.partlyApproved : OUTCOME.approved;
  return {
    isApproved,
    ending: {
      outcome: isApproved ? outcome : OUTCOME.declined,
      responseCode,
      ...(authorisationCode !== undefined && { authorisationCode }),
      ...(isApproved && { approvedAmount: approved }),
      ...(isUnasked && { reason: 'PARTIAL_NOT_ASKED', reversalDue: 1 }),
    },
  };
}
