/**
 * `lookup`: how the payment of a key stands or ended.
 * Floor: session.
 */
import { type Message, OUTCOME } from '@comptoir/protocol';
import type { SessionContext } from './sessionContext.js';

export function lookup(session: SessionContext, { key }: Message<'lookup'>): Message {
  const payment = session.results.find(key);
  if (payment === undefined) return { kind: 'neverSeen', key };
  if (payment.state.kind === 'finished') return payment.state.result;
  const { amount, currency, state } = payment;
  return { kind: 'result', key, amount, currency, ...state.description, outcome: OUTCOME.waitingForAcquirer };
}
