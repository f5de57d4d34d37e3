/**
 * `lookup`: how the payment of a key stands or ended. Who doesn't know its secret hears that it was seen, and nothing else.
 * Floor: commands.
 */
import type { Message } from '@comptoir/protocol';
import type { Leaving } from '../token/door.js';
import type { ReaderState } from './shared/readerState.js';
import { isOwner, toldOf } from './shared/results.js';

export function lookup(reader: ReaderState, { key, paymentSecret }: Message<'lookup'>): Leaving {
  const payment = reader.results.find(key);
  if (payment === undefined) return { kind: 'neverSeen', key };
  if (!isOwner(payment, paymentSecret)) return { kind: 'seen', key };
  return toldOf(payment);
}
