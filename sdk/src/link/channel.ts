/**
 * A channel to a reader: commands and messages, one at a time. After an exchange that didn't end well the channel is set
 * straight with INIT before the next one, so that no late answer is taken for the wrong question. In protocol version 2 a new session
 * is opened then, too: its messages are numbered, and both sides must agree.
 * Source: docs/reference/protocol.md.   Floor: sdk link.
 */
import { COMMAND, decodeMessage, encodeMessage, type Message, NO_BYTES } from '@comptoir/protocol';
import type { Clock } from '../values/clock.js';
import { type Bounds, within } from '../values/deadline.js';
import { LinkFault } from '../values/linkFault.js';
import type { RandomBytes } from '../values/random.js';
import { exchangeFrame, exchangeMessage, type MessageAnswer } from './exchange.js';
import type { Link } from './link.js';
import { type Greeting, openChannel } from './openChannel.js';
import { openSession } from './openSession.js';
import type { ReaderLink, Session, Trust } from './session/session.js';

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
  /** Undefined before the first session. */
  readonly secured: ReaderLink | undefined;
  info(bounds: Bounds): Promise<Message<'info'>>;
  /** The reader shows which one it is. */
  wink(bounds: Bounds): Promise<void>;
  /** Opens a session, unless there is one. In protocol version 1 there is none. */
  secure(bounds: Bounds): Promise<void>;
  /** Before an operation: a session that has grown old is given up. */
  renew(): void;
  /** Ends the session, and waits for the reader's word on that. */
  end(bounds: Bounds): Promise<void>;
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

interface ChannelParts {
  readonly link: Link;
  /** Undefined: protocol version 1, in clear. */
  readonly trust: Trust | undefined;
  /** Gets each message in clear. */
  readonly traced: ((direction: MessageDirection, message: Uint8Array) => void) | undefined;
  /** Opens the same device again. */
  readonly openAgain: (bounds: Bounds) => Promise<Link>;
  readonly clock: Clock;
  readonly random: RandomBytes;
}

/** Which way a message went. */
export type MessageDirection = 'toReader' | 'toHost';

/** A reader that restarts is away for a second or two. */
const OPEN_AGAIN_MS = 250;
/** Trying again changes nothing about these. */
const NEVER_BETTER: readonly string[] = ['update/required', 'link/untrusted', 'link/expired', 'link/impostor'];

export function createChannel({ link: first, openAgain, clock, random, trust, traced }: ChannelParts): Channel {
  let link = first;
  let told: Message<'info'> | undefined;
  let isStraight = false;
  let greeting: Greeting | undefined;
  let session: Session | undefined;
  let secured: ReaderLink | undefined = trust === undefined ? { protocolVersion: 1 } : undefined;

  const forget = (): void => {
    isStraight = false;
    session?.forget();
    session = undefined;
  };
  const tidily = async <T>(bounds: Bounds, work: () => Promise<T>): Promise<T> => {
    if (!isStraight) {
      forget();
      greeting = await openChannel(link, clock, random, bounds, trust === undefined ? 1 : 2);
    }
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
  const withSession = async (bounds: Bounds): Promise<Session | undefined> => {
    if (trust === undefined || session !== undefined) return session;
    // Of a channel that was set straight: who is there says so again, since it may be another reader by now.
    const now = told ?? (await ask(bounds));
    session = await tidily(bounds, () =>
      openSession({ link, clock, random, trust, greeting: greeting as Greeting, told: now }, bounds),
    );
    secured = session.link;
    return session;
  };
  /** A message out and its answer back, sealed when there is a session. CANCEL alone needs none. */
  const exchangeSealed = async (
    message: Uint8Array | undefined,
    bounds: Bounds,
    onPrompt: (prompt: number) => void,
    silenceMs: number | undefined,
  ): Promise<MessageAnswer> => {
    if (!isStraight) forget();
    const current = message === undefined ? session : await withSession(bounds);
    const answer = await tidily(bounds, async () => {
      if (message !== undefined) traced?.('toReader', message);
      const sealed = message && current ? current.seal(message) : message;
      return exchangeMessage(link, clock, sealed, bounds, onPrompt, silenceMs, (heard) => {
        // Without a session nothing can come in protocol version 2 that is the reader's.
        const opened = trust === undefined ? heard.slice() : current?.open(heard);
        if (opened !== undefined) traced?.('toHost', opened);
        return opened;
      });
    });
    if (!answer.isWhole) isStraight = false;
    return answer;
  };
  return {
    get link() {
      return link;
    },
    get told() {
      return told;
    },
    get secured() {
      return secured;
    },
    async secure(bounds) {
      await withSession(bounds);
    },
    renew() {
      if (session?.isOld(clock.now()) === true) forget();
    },
    async end(bounds) {
      if (session === undefined || !isStraight || link.lost !== undefined) return;
      const sealed = session.seal(NO_BYTES);
      const { message } = await exchangeMessage(link, clock, sealed, bounds, () => {});
      if (message !== undefined && session.open(message)?.length === 0) forget();
    },
    async info(bounds) {
      told = await ask(bounds);
      return told;
    },
    async wink(bounds) {
      await tidily(bounds, () => exchangeFrame(link, clock, COMMAND.wink, bounds));
    },
    async reconnect(bounds) {
      const known = told?.serial;
      link.lose(new LinkFault('link/lost'));
      for (;;) {
        try {
          link = await openAgain(bounds);
          forget();
          const now = await ask(bounds);
          if (known !== undefined && now.serial !== known) throw new LinkFault('link/lost', 'Another reader answered.');
          told = now;
          await withSession(bounds);
          return now;
        } catch (error) {
          // Who didn't say that it's the same reader gets nothing more, also when this was the last try.
          link.lose(new LinkFault('link/lost'));
          if (error instanceof LinkFault && NEVER_BETTER.includes(error.code)) throw error;
          if (bounds.signal?.aborted === true || clock.now() + OPEN_AGAIN_MS >= bounds.deadlineMs) throw error;
        }
        await within(clock, bounds, (signal) => clock.sleep(OPEN_AGAIN_MS, signal));
      }
    },
    async exchange(message, bounds, onPrompt, silenceMs) {
      if (bounds.signal?.aborted === true) throw new LinkFault('aborted');
      const sent = message === undefined || message instanceof Uint8Array ? message : encodeMessage(message);
      const answer = await exchangeSealed(sent, bounds, onPrompt, silenceMs);
      const bytes = answer.message ?? NO_BYTES;
      return { message: answer.message && decode(bytes), bytes, wasCancelled: answer.wasCancelled };
    },
  };
}

function decode(bytes: Uint8Array): Message {
  const result = decodeMessage(bytes);
  if (!result.ok) throw new LinkFault('protocol/corrupt', `The reader sent a message that is wrong: ${result.fault}.`);
  return result.message;
}
