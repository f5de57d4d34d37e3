/**
 * Time for simulated readers: stepped by hand, jumping by itself, or real.
 * Floor: simulator machine.
 */
import { type Clock, systemClock } from '@comptoir/sdk';

/** When simulated time begins: 24 November 2026, 12:00:00 UTC, in Unix milliseconds. The same for every seed. */
export const SIMULATED_START_MS = 1_795_521_600_000;

/** Stands still until it's told otherwise; whoever sleeps for 0 ms wakes all the same. */
export interface ManualClock extends Clock {
  /**
   * Lets time pass and wakes every sleeper on the way, the earliest first, those of the same moment in the order in which
   * they went to sleep. Each has done what it can do without waiting before the next wakes.
   */
  advance(ms: number): Promise<void>;
}

/** A clock of which not everybody who sleeps makes time pass. */
interface PatientClock extends Clock {
  /** Wakes when time passes for another reason, and never moves it: for what a reader does every day when nobody uses it. */
  sleepIdle(ms: number, signal?: AbortSignal): Promise<void>;
}

/** What is due later than this can wait until something else makes time pass. */
const IDLE_MS = 3_600_000;

/** Sleeps; on a clock that jumps, a long sleep alone doesn't make it jump. */
export function sleepPatiently(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  return ms >= IDLE_MS && isPatient(clock) ? clock.sleepIdle(ms, signal) : clock.sleep(ms, signal);
}

function isPatient(clock: Clock): clock is PatientClock {
  return 'sleepIdle' in clock;
}

interface Sleeper {
  readonly atMs: number;
  readonly isIdle: boolean;
  readonly wake: () => void;
}

export function createManualClock(startMs: number = SIMULATED_START_MS): ManualClock {
  const bed = createBed(startMs, () => void wakeDue());

  /** To wait for no time needs none to pass. */
  async function wakeDue(): Promise<void> {
    do await idle();
    while (bed.wakeNext(bed.now()));
  }
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
export function createVirtualClock(startMs: number = SIMULATED_START_MS): PatientClock {
  const bed = createBed(startMs, () => void jump());
  let isJumping = false;

  async function jump(): Promise<void> {
    if (isJumping) return;
    isJumping = true;
    do await idle();
    while (bed.isAwaited() && bed.wakeNext(Number.POSITIVE_INFINITY));
    isJumping = false;
  }
  return { now: bed.now, sleep: bed.sleep, sleepIdle: bed.sleepIdle };
}

/** The machine's own. */
export const realClock: Clock = systemClock;

interface Bed extends PatientClock {
  /** Somebody sleeps who isn't idle. */
  isAwaited(): boolean;
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
  function lieDown(ms: number, signal: AbortSignal | undefined, isIdle: boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) return reject(signal.reason);
      const abort = (): void => {
        remove(sleeper);
        reject(signal?.reason);
      };
      const sleeper: Sleeper = {
        atMs: nowMs + Math.max(0, ms),
        isIdle,
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
    });
  }
  return {
    now: () => nowMs,
    isAwaited: () => sleepers.some(({ isIdle }) => !isIdle),
    sleep: (ms, signal) => lieDown(ms, signal, false),
    sleepIdle: (ms, signal) => lieDown(ms, signal, true),
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
