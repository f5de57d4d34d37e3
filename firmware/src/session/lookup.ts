/**
 * `lookup`: how the payment of a key stands or ended. Who doesn't know its secret hears that it was seen, and nothing else.
 * Floor: session.
 */
import { type Message, OUTCOME } from '@comptoir/protocol';
import type { Leaving } from '../token/door.js';
import { resultOfPayment } from './resultOfPayment.js';
import { isOwner } from './results.js';
import type { SessionContext } from './sessionContext.js';

export function lookup(session: SessionContext, { key, paymentSecret }: Message<'lookup'>): Leaving {
  const payment = session.results.find(key);
  if (payment === undefined) return { kind: 'neverSeen', key };
  if (!isOwner(payment, paymentSecret)) return { kind: 'seen', key };
  if (payment.kind === 'finished') return payment.result;
  if (payment.kind === 'checkout') return payment.tenders;
  return resultOfPayment(payment.checked?.leaving ?? payment.authorise, { outcome: OUTCOME.waitingForAcquirer });
}
