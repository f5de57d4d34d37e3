import type { Clock } from '@comptoir/sdk';

/** A clock that stands still until it's told otherwise. */
export interface ManualClock extends Clock {
  /** Passes time; whoever wakes does what it can do without waiting before the next wakes. */
  advance(ms: number): Promise<void>;
  /** Time in which nothing runs: whoever should have woken meanwhile wakes at its end. */
  stall(ms: number): Promise<void>;
  /** How many sleep. */
  readonly sleepers: number;
}

interface Sleeper {
  readonly atMs: number;
  readonly wake: () => void;
}

/** 24 November 2026, 12:00:00 UTC. */
export const START_MS = 1_795_521_600_000;

export function createManualClock(): ManualClock {
  const sleepers = new Set<Sleeper>();
  let nowMs = START_MS;
  async function advance(ms: number): Promise<void> {
    const endMs = nowMs + ms;
    await idle();
    for (;;) {
      const next = [...sleepers].sort((a, b) => a.atMs - b.atMs)[0];
      if (next === undefined || next.atMs > endMs) break;
      nowMs = Math.max(nowMs, next.atMs);
      next.wake();
      await idle();
    }
    nowMs = endMs;
  }

  return {
    now: () => nowMs,
    get sleepers() {
      return sleepers.size;
    },
    sleep: (ms, signal) =>
      new Promise<void>((resolve) => {
        const wake = (): void => {
          sleepers.delete(sleeper);
          signal?.removeEventListener('abort', wake);
          resolve();
        };
        const sleeper: Sleeper = { atMs: nowMs + ms, wake };
        sleepers.add(sleeper);
        signal?.addEventListener('abort', wake, { once: true });
        if (signal?.aborted === true) wake();
      }),
    advance,
    async stall(ms) {
      nowMs += ms;
      await advance(0);
    },
  };
}

/** Lets everything run that waits for nothing. */
export function idle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
