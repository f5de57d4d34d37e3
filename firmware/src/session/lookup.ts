/**
 * `lookup`: how the payment of a key stands or ended. Who doesn't know its secret hears that it was seen, and nothing else.
 * Floor: session.
 */
import type { Message } from '@comptoir/protocol';
import type { Leaving } from '../token/door.js';
import { isOwner, toldOf } from './command/results.js';
import type { SessionContext } from './command/sessionContext.js';

export function lookup(session: SessionContext, { key, paymentSecret }: Message<'lookup'>): Leaving {
  const payment = session.results.find(key);
  if (payment === undefined) return { kind: 'neverSeen', key };
  if (!isOwner(payment, paymentSecret)) return { kind: 'seen', key };
  return toldOf(payment);
}
