/**
 * `complete`: what the acquirer answered. It ends the payment of its key.
 * Floor: session.
 */
import { equalBytes, type Message, OUTCOME, STATUS } from '@comptoir/protocol';
import { completeCheckout } from './checkout/completeCheckout.js';
import { type CommandResult, encoded, refuse } from './command.js';
import { resultOfPayment } from './resultOfPayment.js';
import type { SessionContext } from './sessionContext.js';

const APPROVED = '00';

export function complete(session: SessionContext, request: Message<'complete'>): CommandResult {
  const { key, responseCode, authorisationCode, approvedAmount } = request;
  const payment = session.results.find(key);
  if (payment === undefined) return { kind: 'neverSeen', key };
  if (payment.kind === 'finished') return payment.result;
  if (payment.kind === 'checkout') return completeCheckout(session, payment, request);
  const { authorise } = payment;
  const { amount } = authorise;
  // The acquirer decided on an earlier tap under this key, maybe of another card: that is no answer to this one.
  const decided = request.transactionToken;
  if (decided !== undefined && !equalBytes(decided, authorise.transactionToken)) return refuse(STATUS.messageRefused);
  if (approvedAmount !== undefined && approvedAmount > amount) return refuse(STATUS.messageRefused);
  const isPartial = approvedAmount !== undefined && approvedAmount < amount;
  const isApproved = responseCode === APPROVED && approvedAmount !== 0;
  const result = encoded(
    resultOfPayment(authorise, {
      outcome: !isApproved ? OUTCOME.declined : isPartial ? OUTCOME.partlyApproved : OUTCOME.approved,
      responseCode,
      ...(authorisationCode === undefined ? {} : { authorisationCode }),
      ...(isApproved ? { approvedAmount: approvedAmount ?? amount } : {}),
    }),
  );
  session.results.rememberDecided(result);
  return result;
}
