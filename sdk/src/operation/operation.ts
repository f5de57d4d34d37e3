/**
 * What a running operation has at hand: the channel, its deadline, its cancellation, and the way to tell its failure.
 * Floor: sdk operation.
 */
import type { Message } from '@comptoir/protocol';
import type { Answer, Channel } from '../link/channel.js';
import type { Clock } from '../values/clock.js';
import { type Bounds, within } from '../values/deadline.js';
import type { ReaderError } from '../values/errors.js';
import type { PaymentKey } from '../values/key.js';
import { LinkFault, readerErrorOf } from '../values/linkFault.js';
import { wholeTimeout } from './callOptions.js';

export type CancelledBy = 'clerk' | 'customer' | 'timeout';

export interface Operation {
  readonly clock: Clock;
  /** Time of the clock. Nothing of the operation is awaited after it. */
  readonly deadlineMs: number;
  /** How long a card is waited for, in milliseconds. */
  readonly cardWaitMs: number;
  readonly utcOffsetMinutes: number;
  readonly cancelled: AbortSignal;
  /** Who cancelled the sale of this key; `customer` while nobody here did. It's noted for a later lookup. */
  cancelledBy(key: PaymentKey): CancelledBy;
  /** What was noted of the key; `clerk` when it was not here: a reader hears CANCEL from tills only, and no reason. */
  cancelledBefore(key: PaymentKey): CancelledBy;
  /** Cancelling sends CANCEL. */
  exchange(message: Message | Uint8Array): Promise<Answer>;
  /** Cancelling is not told to the reader: for what must not be stopped any more. */
  exchangeToTheEnd(message: Message | Uint8Array, silenceMs?: number): Promise<Message>;
  /**
   * Ends what the reader still does for this operation, if anything.
   * @returns its last word
   */
  stop(): Promise<Message | undefined>;
  /** What the reader says about itself now. */
  info(): Promise<Message<'info'>>;
  wink(): Promise<void>;
  /** Another link to the same device: it's tried until the deadline. For operations that survive a loss. */
  reconnect(): Promise<Message<'info'>>;
  /** Waits until the link is lost, so many milliseconds at most. @returns whether it was */
  loss(atMostMs: number): Promise<boolean>;
  /** Something that isn't the reader's: cancelled with the operation. */
  outside<T>(work: OutsideWork<T>): Promise<T>;
  /** The same for what must not be stopped any more. */
  outsideToTheEnd<T>(work: OutsideWork<T>): Promise<T>;
  /** Shows the customer a number of PROMPT. */
  prompt(prompt: number): void;
  fail(error: unknown, charged: 'no' | 'maybe'): ReaderError;
}

type OutsideWork<T> = (options: { readonly signal: AbortSignal; readonly timeoutMs: number }) => Promise<T>;

/** The reader answers `complete` and `lookup` at once; a contact card may be slow with its second cryptogram. */
const ANSWER_MS_MAX = 10_000;
/** Of which is known who cancelled them: a reader remembers no more. */
const SALES_MAX = 8;

interface OperationParts {
  readonly channel: Channel;
  readonly clock: Clock;
  readonly deadlineMs: number;
  readonly cardWaitMs: number;
  readonly utcOffsetMinutes: number;
  readonly traceId: string;
  /** Aborted with a `CancelledBy` as its reason. */
  readonly cancelled: AbortSignal;
  /** Of this connection, the oldest first. */
  readonly cancellations: Map<PaymentKey, CancelledBy>;
  readonly onPrompt: (prompt: number) => void;
  readonly onReconnect: (isDone: boolean) => void;
}

export function createOperation(parts: OperationParts): Operation {
  const { channel, clock, deadlineMs, cardWaitMs, utcOffsetMinutes, traceId } = parts;
  const { cancelled, cancellations, onPrompt, onReconnect } = parts;
  const bounds: Bounds = { deadlineMs, signal: cancelled };
  const outside = <T>(given: Bounds, work: OutsideWork<T>): Promise<T> =>
    within(clock, given, (signal) => work({ signal, timeoutMs: wholeTimeout(deadlineMs - clock.now()) }));
  return {
    clock,
    deadlineMs,
    cardWaitMs,
    utcOffsetMinutes,
    cancelled,
    cancelledBy(key) {
      const by = cancelled.aborted ? (cancelled.reason as CancelledBy) : 'customer';
      cancellations.delete(key);
      cancellations.set(key, by);
      for (const oldest of cancellations.keys()) if (cancellations.size > SALES_MAX) cancellations.delete(oldest);
      return by;
    },
    cancelledBefore: (key) => cancellations.get(key) ?? 'clerk',
    exchange: (message) => channel.exchange(message, bounds, onPrompt),
    async exchangeToTheEnd(message, silenceMs) {
      const soonMs = Math.min(deadlineMs, clock.now() + ANSWER_MS_MAX);
      const answer = await channel.exchange(message, { deadlineMs: soonMs }, onPrompt, silenceMs);
      // Without a signal nothing is cancelled, so there is a message.
      return answer.message as Message;
    },
    async stop() {
      return (await channel.exchange(undefined, { deadlineMs }, onPrompt)).message;
    },
    info: () => channel.info(bounds),
    wink: () => channel.wink(bounds),
    async reconnect() {
      onReconnect(false);
      const info = await channel.reconnect(bounds);
      onReconnect(true);
      return info;
    },
    loss: (atMostMs) =>
      within(
        clock,
        { ...bounds, deadlineMs: Math.min(deadlineMs, clock.now() + atMostMs) },
        () => channel.link.ended,
      ).then(
        () => true,
        () => false,
      ),
    outside: (work) => outside(bounds, work),
    outsideToTheEnd: (work) => outside({ deadlineMs }, work),
    prompt: onPrompt,
    fail(error, charged) {
      const isLate = error instanceof LinkFault && error.code === 'aborted' && cancelled.reason === 'timeout';
      return readerErrorOf(isLate ? new LinkFault('timeout') : error, charged, traceId);
    },
  };
}
