/**
 * Deadlines: no promise of the SDK waits longer than it was told to.
 * Floor: sdk values.
 */
import type { Clock } from './clock.js';
import { LinkFault } from './linkFault.js';

interface Watchdog {
  /** Moves the deadline, sooner or later. @param atMs time of the clock */
  due(atMs: number): void;
  stop(): void;
}

/** Without a reason, an exception with its stack would be made for nobody: a tenth of what a sale costs. */
const NAP_OVER = 'over';

/**
 * A page that was busy for seconds hears its timers first, and what arrived meanwhile afterwards. Who wakes so late looks once
 * more before it believes that nothing came.
 */
const LATE_MS = 100;

/**
 * Barks once when its time has come, unless it was stopped.
 * It counts what it slept and doesn't trust the clock, so that a wall clock set back can't keep it asleep.
 */
export function startWatchdog(clock: Clock, atMs: number, bark: () => void): Watchdog {
  let dueMs = atMs;
  let nap: AbortController | undefined;

  const sleep = (ms: number, isSecondLook = false): void => {
    const mine = new AbortController();
    const untilMs = dueMs;
    const beganMs = clock.now();
    nap = mine;
    const wake = (): void => {
      if (nap !== mine) return;
      if (dueMs > untilMs) {
        sleep(dueMs - untilMs);
      } else if (!isSecondLook && clock.now() - beganMs > ms + LATE_MS) {
        sleep(LATE_MS, true);
      } else {
        nap = undefined;
        bark();
      }
    };
    clock.sleep(Math.max(0, ms), mine.signal).then(wake, wake);
  };
  const stop = (): void => {
    const last = nap;
    nap = undefined;
    last?.abort(NAP_OVER);
  };

  sleep(dueMs - clock.now());
  return {
    due(newMs) {
      const isSooner = newMs < dueMs;
      dueMs = newMs;
      if (nap === undefined || !isSooner) return;
      stop();
      sleep(dueMs - clock.now());
    },
    stop,
  };
}

export interface Bounds {
  /** Time of the clock. */
  readonly deadlineMs: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Settles as `work` does; rejects with the fault `timeout` or `aborted` when that comes first, and aborts the signal
 * that `work` was given. What `work` does afterwards is nobody's business any more.
 */
export function within<T>(
  clock: Clock,
  { deadlineMs, signal }: Bounds,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const inner = new AbortController();
    const abort = (): void => stop(new LinkFault('aborted'));
    const watchdog = startWatchdog(clock, deadlineMs, () => stop(new LinkFault('timeout')));
    const tidy = (): void => {
      watchdog.stop();
      signal?.removeEventListener('abort', abort);
    };
    const stop = (fault: LinkFault): void => {
      tidy();
      reject(fault);
      inner.abort(fault);
    };
    if (signal?.aborted === true) {
      abort();
      return;
    }
    signal?.addEventListener('abort', abort, { once: true });
    const begun = (async () => work(inner.signal))();
    begun.finally(tidy).then(resolve, reject);
  });
}
