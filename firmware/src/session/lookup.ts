/**
 * `lookup`: how the payment of a key stands or ended. Who doesn't know its secret hears that it was seen, and nothing else.
 * Floor: session.
 */
import { type Message, OUTCOME } from '@comptoir/protocol';
import { resultOfPayment } from './resultOfPayment.js';
import { isOwner } from './results.js';
import type { SessionContext } from './sessionContext.js';

export function lookup(session: SessionContext, { key, paymentSecret }: Message<'lookup'>): Message {
  const payment = session.results.find(key);
  if (payment === undefined) return { kind: 'neverSeen', key };
  if (!isOwner(payment, paymentSecret)) return { kind: 'seen', key };
  if (payment.kind === 'finished') return payment.result;
  if (payment.kind === 'checkout') return payment.tenders;
  return resultOfPayment(payment.authorise, { outcome: OUTCOME.waitingForAcquirer });
}
