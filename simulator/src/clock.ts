/**
 * Time for simulated readers: stepped by hand, jumping by itself, or real.
 * Floor: simulator.
 */
import { type Clock, systemClock } from '@comptoir/sdk';

/** When simulated time begins: 24 November 2026, 12:00:00 UTC, in Unix milliseconds. The same for every seed. */
export const SIMULATED_START_MS = 1_795_521_600_000;

/** Stands still until it's told otherwise. */
export interface ManualClock extends Clock {
  /**
   * Lets time pass and wakes every sleeper on the way, the earliest first, those of the same moment in the order in which
   * they went to sleep. Each has done what it can do without waiting before the next wakes.
   */
  advance(ms: number): Promise<void>;
}

interface Sleeper {
  readonly atMs: number;
  readonly wake: () => void;
}

export function createManualClock(startMs: number = SIMULATED_START_MS): ManualClock {
  const bed = createBed(startMs);
  return {
    now: bed.now,
    sleep: bed.sleep,
    async advance(ms) {
      const endMs = bed.now() + ms;
      await idle();
      while (bed.wakeNext(endMs)) await idle();
      bed.passTo(endMs);
    },
  };
}

/**
 * Jumps to the next sleeper whenever nothing in the process has anything left to do: fast, and the same in each run.
 * It doesn't wait for the network, the disk or a terminal: use `realClock` together with those.
 */
export function createVirtualClock(startMs: number = SIMULATED_START_MS): Clock {
  const bed = createBed(startMs, () => void jump());
  let isJumping = false;

  async function jump(): Promise<void> {
    if (isJumping) return;
    isJumping = true;
    do await idle();
    while (bed.wakeNext(Number.POSITIVE_INFINITY));
    isJumping = false;
  }
  return { now: bed.now, sleep: bed.sleep };
}

/** The machine's own. */
export const realClock: Clock = systemClock;

interface Bed extends Clock {
  /** Passes to the earliest sleeper, if it isn't later than `endMs`, and wakes it. False when there was none. */
  wakeNext(endMs: number): boolean;
  passTo(ms: number): void;
}

function createBed(startMs: number, slept?: () => void): Bed {
  let nowMs = startMs;
  /** Ordered by time, then by when they came. */
  const sleepers: Sleeper[] = [];

  function remove(sleeper: Sleeper): void {
    const at = sleepers.indexOf(sleeper);
    if (at >= 0) sleepers.splice(at, 1);
  }
  return {
    now: () => nowMs,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted === true) return reject(signal.reason);
        const abort = (): void => {
          remove(sleeper);
          reject(signal?.reason);
        };
        const sleeper: Sleeper = {
          atMs: nowMs + Math.max(0, ms),
          wake: () => {
            signal?.removeEventListener('abort', abort);
            resolve();
          },
        };
        let at = sleepers.length;
        while (at > 0 && (sleepers[at - 1] as Sleeper).atMs > sleeper.atMs) at -= 1;
        sleepers.splice(at, 0, sleeper);
        signal?.addEventListener('abort', abort, { once: true });
        slept?.();
      }),
    wakeNext(endMs) {
      const sleeper = sleepers[0];
      if (sleeper === undefined || sleeper.atMs > endMs) return false;
      sleepers.shift();
      nowMs = sleeper.atMs;
      sleeper.wake();
      return true;
    },
    passTo(ms) {
      nowMs = Math.max(nowMs, ms);
    },
  };
}

/** Every promise that can be settled without waiting is settled; what was ready from outside has been taken, too. */
function idle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
