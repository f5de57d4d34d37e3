/**
 * Time, passed in. `systemClock` is the outermost edge; everything else takes a `Clock`.
 * Floor: sdk values; imports nothing.
 */

export interface Clock {
  /** Milliseconds since 1 January 1970, UTC. Dates of transactions come from it, too. */
  now(): number;
  /** Resolves after so many milliseconds; sooner, or rejecting, once the signal is aborted. Leaves nothing behind. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** Engines hold a timer's delay in 31 bits. */
const TIMER_MS_MAX = 0x7fffffff;

export const systemClock: Clock = {
  now: () => Date.now(),
  async sleep(ms, signal) {
    for (let rest = ms; rest > 0 && signal?.aborted !== true; rest -= TIMER_MS_MAX)
      await timer(Math.min(rest, TIMER_MS_MAX), signal);
  },
};

function timer(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(handle);
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const handle = setTimeout(end, ms);
    signal?.addEventListener('abort', end, { once: true });
  });
}
