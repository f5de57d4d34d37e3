/**
 * What left a reader: the messages that a till got. Nothing else leaves it.
 * Floor: simulator simulation.
 */
import { decodeMessage, type Message } from '@comptoir/protocol';
import type { CrossedMessage } from '../simulate.js';

/** The reader's messages, in order. */
export function messagesToHost(messages: readonly CrossedMessage[]): readonly Message[] {
  return messages.flatMap(({ direction, bytes }) => {
    const decoded = direction === 'toHost' ? decodeMessage(bytes.slice()) : undefined;
    return decoded?.ok === true ? [decoded.message] : [];
  });
}
