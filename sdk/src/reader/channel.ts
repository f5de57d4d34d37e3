/**
 * A channel to a reader: commands and messages, one at a time. After an exchange that didn't end well the channel is set
 * straight with INIT before the next one, so that no late answer is taken for the wrong question.
 * Source: docs/reference/protocol.md.   Floor: sdk reader.
 */
import { COMMAND, decodeMessage, encodeMessage, type Message } from '@comptoir/protocol';
import type { Clock } from './clock.js';
import { type Bounds, within } from './deadline.js';
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
  /** The present one. */
  readonly link: Link;
  /** What the reader said about itself last. */
  readonly told: Message<'info'> | undefined;
  info(bounds: Bounds): Promise<Message<'info'>>;
  /** Aborting the signal of `bounds` sends CANCEL. @param message a message, or the bytes of one; undefined: CANCEL alone */
  exchange(
    message: Message | Uint8Array | undefined,
    bounds: Bounds,
    onPrompt: (prompt: number) => void,
    silenceMs?: number,
  ): Promise<Answer>;
  /** Gives the link up and opens another to the same device, again and again until it's there and says who it is. */
  reconnect(bounds: Bounds): Promise<Message<'info'>>;
}

export interface ChannelParts {
  /** Its channel has been opened. */
  readonly link: Link;
  /** Opens the same device again. */
  readonly openAgain: (bounds: Bounds) => Promise<Link>;
  readonly clock: Clock;
  readonly random: RandomBytes;
}

/** A reader that restarts is away for a second or two. */
const OPEN_AGAIN_MS = 250;

export function createChannel({ link: first, openAgain, clock, random }: ChannelParts): Channel {
  let link = first;
  let told: Message<'info'> | undefined;
  let isStraight = true;

  const tidily = async <T>(bounds: Bounds, work: () => Promise<T>): Promise<T> => {
    if (!isStraight) await openChannel(link, clock, random, bounds);
    isStraight = false;
    const answer = await work();
    isStraight = true;
    return answer;
  };
  const ask = async (bounds: Bounds): Promise<Message<'info'>> => {
    const bytes = await tidily(bounds, () => exchangeFrame(link, clock, COMMAND.info, bounds));
    const message = decode(bytes);
    if (message.kind !== 'info') throw new LinkFault('protocol/corrupt');
    return message;
  };
  return {
    get link() {
      return link;
    },
    get told() {
      return told;
    },
    async info(bounds) {
      told = await ask(bounds);
      return told;
    },
    async reconnect(bounds) {
      const known = told?.serial;
      link.lose(new LinkFault('link/lost'));
      for (;;) {
        try {
          link = await openAgain(bounds);
          isStraight = false;
          const now = await ask(bounds);
          if (known !== undefined && now.serial !== known) throw new LinkFault('link/lost', 'Another reader answered.');
          told = now;
          return now;
        } catch (error) {
          // Who didn't say that it's the same reader gets nothing more, also when this was the last try.
          link.lose(new LinkFault('link/lost'));
          if (error instanceof LinkFault && error.code === 'update/required') throw error;
          if (bounds.signal?.aborted === true || clock.now() + OPEN_AGAIN_MS >= bounds.deadlineMs) throw error;
        }
        await within(clock, bounds, (signal) => clock.sleep(OPEN_AGAIN_MS, signal));
      }
    },
    async exchange(message, bounds, onPrompt, silenceMs) {
      if (bounds.signal?.aborted === true) throw new LinkFault('aborted');
      const sent = message === undefined || message instanceof Uint8Array ? message : encodeMessage(message);
      const answer = await tidily(bounds, () => exchangeMessage(link, clock, sent, bounds, onPrompt, silenceMs));
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
