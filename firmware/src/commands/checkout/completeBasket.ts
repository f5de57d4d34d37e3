/**
 * The answer to a sale of a basket whose command is over: the card went, the reader restarted, or the host was slow. Nothing more can
 * be asked of the card, so the sale stands only if this answer pays all that was left; else nothing was taken.
 * Floor: commands.
 */
import { type Message, OUTCOME, STATUS } from '@comptoir/protocol';
import { NOTHING_MORE } from '../shared/acquirerDecision.js';
import { type CommandResult, type HostAnswer, passed, refuse } from '../shared/command.js';
import { checkedResult } from '../shared/paymentResult.js';
import type { ReaderState } from '../shared/readerState.js';
import type { Payment } from '../shared/results.js';

const APPROVED = '00';

/** @param answer proven, and to the last question */
export function completeBasket(
  reader: ReaderState,
  { result: open, secret }: Extract<Payment, { kind: 'told' }>,
  answer: HostAnswer,
): CommandResult {
  const last = open.tenders[open.tenders.length - 1];
  if (last === undefined) return open;
  const { responseCode } = answer;
  const { approvedAmount, authorisationCode } = answer.kind === 'complete' ? answer : NOTHING_MORE;
  if ((approvedAmount ?? 0) > last.amount) return refuse(STATUS.messageRefused);
  const { outcome, transactionToken, ...kept } = open;
  const isPaid = responseCode === APPROVED && (approvedAmount ?? last.amount) === last.amount && open.due === 0;
  const answered = { ...last, responseCode, ...(authorisationCode !== undefined && { authorisationCode }) };
  const decided: Message<'result'> = isPaid
    ? { ...kept, outcome: OUTCOME.approved, cardUpdated: 0, tenders: [...open.tenders.slice(0, -1), answered] }
    : { ...kept, outcome: OUTCOME.declined, cardUpdated: 0, due: open.amount, tenders: [] };
  const checked = checkedResult(reader, decided);
  reader.results.rememberDecided(checked, secret);
  return passed(checked);
}
