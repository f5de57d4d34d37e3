/**
 * A channel to a reader: commands and messages, one at a time. After an exchange that didn't end well the channel is set
 * straight with INIT before the next one, so that no late answer is taken for the wrong question.
 * Source: docs/reference/protocol.md.   Floor: sdk reader.
 */
import { COMMAND, decodeMessage, encodeMessage, type Message } from '@comptoir/protocol';
import type { Clock } from './clock.js';
import type { Bounds } from './deadline.js';
import { exchangeFrame, exchangeMessage } from './exchange.js';
import type { Link } from './link.js';
import { LinkFault } from './linkFault.js';
import { openChannel } from './openChannel.js';
import type { RandomBytes } from './random.js';

/** `bytes` are those of `message`. Both are missing when the operation was cancelled before it had an answer. */
export interface Answer {
  readonly message: Message | undefined;
  readonly bytes: Uint8Array;
  readonly wasCancelled: boolean;
}

export interface Channel {
  readonly link: Link;
  info(bounds: Bounds): Promise<Message<'info'>>;
  /** Aborting the signal of `bounds` sends CANCEL. @param message a message, or the bytes of one */
  exchange(message: Message | Uint8Array, bounds: Bounds, onPrompt: (prompt: number) => void): Promise<Answer>;
}

/** @param link its channel has been opened */
export function createChannel(link: Link, clock: Clock, random: RandomBytes): Channel {
  let isStraight = true;

  const tidily = async <T>(bounds: Bounds, work: () => Promise<T>): Promise<T> => {
    if (!isStraight) await openChannel(link, clock, random, bounds);
    isStraight = false;
    const answer = await work();
    isStraight = true;
    return answer;
  };
  return {
    link,
    async info(bounds) {
      const bytes = await tidily(bounds, () => exchangeFrame(link, clock, COMMAND.info, bounds));
      const message = decode(bytes);
      if (message.kind !== 'info') throw new LinkFault('protocol/corrupt');
      return message;
    },
    async exchange(message, bounds, onPrompt) {
      if (bounds.signal?.aborted === true) throw new LinkFault('aborted');
      const sent = message instanceof Uint8Array ? message : encodeMessage(message);
      const answer = await tidily(bounds, () => exchangeMessage(link, clock, sent, bounds, onPrompt));
      const bytes = answer.message ?? new Uint8Array(0);
      return { message: answer.message && decode(bytes), bytes, wasCancelled: answer.wasCancelled };
    },
  };
}

function decode(bytes: Uint8Array): Message {
  const result = decodeMessage(bytes);
  if (!result.ok) throw new LinkFault('protocol/corrupt', `The reader sent a message that is wrong: ${result.fault}.`);
  return result.message;
}
