/**
 * Keeps the state and tells it: every change is an event first.
 * Floor: sdk operation.
 */
import type { CallOptions } from '../link/transport.js';
import type { Clock } from '../values/clock.js';
import { startWatchdog } from '../values/deadline.js';
import { createStream, type Stream } from '../values/stream.js';
import { checkCallOptions, timeoutOf } from './callOptions.js';
import { FIRST_STATE, foldState, type ReaderEvent, type ReaderState } from './readerEvent.js';

/** A loop may fall behind by this; then it loses the oldest events, never the last state. */
const EVENTS_WAITING_MAX = 256;

export interface EventHub {
  readonly state: ReaderState;
  emit(event: ReaderEvent): void;
  events(options?: CallOptions): AsyncIterable<ReaderEvent>;
}

export function createEventHub(clock: Clock): EventHub {
  const loops = new Set<Stream<ReaderEvent>>();
  let state: ReaderState = FIRST_STATE;

  return {
    get state() {
      return state;
    },
    emit(event) {
      state = foldState(state, event);
      for (const loop of [...loops]) {
        loop.push(event);
        if (state === 'gone') loop.end();
      }
    },
    events(options = {}) {
      checkCallOptions(options);
      const { signal } = options;
      const end = (): void => loop.end();
      const watchdog =
        options.timeoutMs === undefined
          ? undefined
          : startWatchdog(clock, clock.now() + timeoutOf(options, options.timeoutMs), end);
      const loop = createStream<ReaderEvent>(EVENTS_WAITING_MAX, () => {
        loops.delete(loop);
        watchdog?.stop();
        signal?.removeEventListener('abort', end);
      });
      loops.add(loop);
      loop.push({ type: 'link', state });
      if (state === 'gone' || signal?.aborted === true) loop.end();
      else signal?.addEventListener('abort', end, { once: true });
      return loop;
    },
  };
}
