/**
 * Runs operations, one at a time: who is running, how it's cancelled, when it must be over.
 * Floor: sdk operation.
 */
import { COMMAND_TIMEOUT_MS_MAX } from '@comptoir/protocol';
import type { Channel } from '../link/channel.js';
import { CANCEL_GRACE_MS } from '../link/exchange.js';
import type { CallOptions } from '../link/transport.js';
import type { Clock } from '../values/clock.js';
import { startWatchdog, within } from '../values/deadline.js';
import { ReaderError } from '../values/errors.js';
import type { PaymentKey } from '../values/key.js';
import { LinkFault, readerErrorOf } from '../values/linkFault.js';
import { timeoutOf } from './callOptions.js';
import type { EventHub } from './eventHub.js';
import { createOp, type Op } from './op.js';
import { type CancelledBy, createOperation, type Operation } from './operation.js';
import { type Prompt, promptOf } from './prompt.js';
import { cardOfPrompt } from './readerEvent.js';

export interface OperationOptions extends CallOptions {
  /** Cancels the operation that is running, if there is one, and starts then. Default: `reader/busy`. */
  readonly takeOver?: boolean;
}

export interface Call {
  /** For the message of `reader/busy`: `pay o-17-1`. Asked after `check`. */
  readonly name: () => string;
  readonly timeoutMs: number;
  /** Asked when the operation can't even begin: may something be charged nevertheless? */
  readonly charged: () => 'no' | 'maybe';
  /** Loads a part of the SDK that the call needs. Its deadline begins after that: code that comes over a network is no matter of the clock. */
  readonly ready?: () => Promise<unknown>;
  /** Throws `usage/invalid`. */
  readonly check: () => void;
  /** The operation connects again by itself: a lost link is not the end of the reader while it runs. */
  readonly survivesLoss?: true;
}

export interface Operator {
  /** An operation runs that connects again by itself. */
  readonly survivesLoss: boolean;
  /** @param work may tell more than prompts */
  operate<T, E = never>(
    call: Call,
    options: OperationOptions,
    work: (operation: Operation, tell: (event: E) => void) => Promise<T>,
  ): Op<T, Prompt | E>;
  /** Cancels what is running, and waits for its end. */
  drain(): Promise<void>;
}

interface OperatorParts {
  /** Asked when an operation begins. */
  readonly channel: () => Channel;
  readonly clock: Clock;
  readonly hub: EventHub;
  readonly utcOffsetMinutes: number;
  readonly newTraceId: () => string;
}

interface Running {
  readonly name: string;
  readonly survivesLoss: boolean;
  readonly cancel: AbortController;
  readonly ended: Promise<void>;
}

/** This part of the timeout, and at most the grace of CANCEL, is kept for the reader's last word. */
const GRACE_PART = 1 / 4;

export function createOperator({
  channel: channelOf,
  clock,
  hub,
  utcOffsetMinutes,
  newTraceId,
}: OperatorParts): Operator {
  const cancellations = new Map<PaymentKey, CancelledBy>();
  let running: Running | undefined;

  /** Cancels what is running and waits for its end; undefined when nothing runs. */
  const makeRoom = (options: OperationOptions, deadlineMs: number): Promise<void> | undefined => {
    if (running === undefined) return undefined;
    const { name, cancel, ended } = running;
    if (options.takeOver !== true) throw new LinkFault('reader/busy', `The reader is busy with ${name}.`);
    cancel.abort('clerk' satisfies CancelledBy);
    return within(clock, { deadlineMs, signal: options.signal }, () => ended);
  };

  /** What is true when nothing runs any more. */
  const settle = (): void => {
    if (hub.state === 'gone') return;
    const { lost } = channelOf().link;
    if (lost === undefined) hub.emit({ type: 'link', state: 'ready' });
    else hub.emit({ type: 'link', state: 'gone', reason: lost.code });
  };

  const run = async <T>(
    call: Call,
    options: OperationOptions,
    traceId: string,
    emit: (prompt: Prompt) => void,
    work: (operation: Operation) => Promise<T>,
  ): Promise<T> => {
    const timeoutMs = timeoutOf(options, call.timeoutMs);
    const startMs = clock.now();
    const deadlineMs = startMs + timeoutMs;
    call.check();
    // Nothing is awaited between finding the reader free and taking it.
    for (let room = makeRoom(options, deadlineMs); room !== undefined; room = makeRoom(options, deadlineMs)) await room;
    const channel = channelOf();
    channel.renew();
    if (hub.state === 'gone') throw channel.link.lost ?? new LinkFault('link/lost');

    const cancel = new AbortController();
    const byClerk = (): void => cancel.abort('clerk' satisfies CancelledBy);
    const graceMs = Math.min(CANCEL_GRACE_MS, timeoutMs * GRACE_PART);
    const watchdog = startWatchdog(clock, deadlineMs - graceMs, () => cancel.abort('timeout' satisfies CancelledBy));
    if (options.signal?.aborted === true) byClerk();
    options.signal?.addEventListener('abort', byClerk, { once: true });

    let card: ReturnType<typeof cardOfPrompt> = 'left';
    const operation = createOperation({
      channel,
      clock,
      deadlineMs,
      cardWaitMs: Math.min(COMMAND_TIMEOUT_MS_MAX, Math.ceil(timeoutMs / 2)),
      utcOffsetMinutes,
      traceId,
      cancelled: cancel.signal,
      cancellations,
      onPrompt(number) {
        const prompt = promptOf(number, clock.now() - startMs);
        const what = cardOfPrompt(prompt.show);
        if (what !== undefined && what !== card) hub.emit({ type: 'card', what });
        card = what ?? card;
        emit(prompt);
      },
      onReconnect: (isDone) => hub.emit({ type: 'link', state: isDone ? 'busy' : 'reconnecting' }),
    });
    const result = work(operation);
    const mine: Running = {
      name: call.name(),
      survivesLoss: call.survivesLoss === true,
      cancel,
      ended: result.then(ignore, ignore),
    };
    running = mine;
    hub.emit({ type: 'link', state: 'busy' });
    try {
      return await result;
    } finally {
      watchdog.stop();
      options.signal?.removeEventListener('abort', byClerk);
      running = undefined;
      settle();
    }
  };

  return {
    get survivesLoss() {
      return running?.survivesLoss === true;
    },
    operate<T, E>(
      call: Call,
      options: OperationOptions,
      work: (operation: Operation, tell: (event: E) => void) => Promise<T>,
    ): Op<T, Prompt | E> {
      const traceId = newTraceId();
      return createOp<T, Prompt | E>(async (emit) => {
        try {
          await call.ready?.();
          return await run(call, options, traceId, emit, (operation) => work(operation, emit));
        } catch (error) {
          throw error instanceof ReaderError && error.traceId !== ''
            ? error
            : readerErrorOf(error, call.charged(), traceId);
        }
      });
    },
    async drain() {
      running?.cancel.abort('clerk' satisfies CancelledBy);
      await running?.ended;
    },
  };
}

function ignore(): void {}
