/**
 * Calls the firmware's step when something has come for it, and when the time that it asked for is over.
 * Floor: simulator machine.
 */
import type { Clock } from '@comptoir/sdk';
import { sleepPatiently } from './clock.js';

/** Longer waits than this are no wait: something will come first. */
const WAIT_MS_MAX = 0x7fffffff;
/** Without a reason, an exception with its stack would be made for nobody. */
const WAIT_OVER = 'over';

export interface Pump {
  /** Has the step called soon, never within the caller and never within a step. */
  wake(): void;
  stop(): void;
}

interface PumpWork {
  /** @returns see `Board.start`. What it throws ends the pump. */
  readonly step: () => number;
  /** Called after each step. @returns true when the step has to be called again */
  readonly stepped: () => boolean;
  readonly failed: (thrown: unknown) => void;
}

/** Stands still until the first `wake`. */
export function createPump(clock: Clock, { step, stepped, failed }: PumpWork): Pump {
  let isStopped = false;
  let isQueued = false;
  let waiting: { readonly untilMs: number; readonly end: AbortController } | undefined;

  function endWait(): void {
    waiting?.end.abort(WAIT_OVER);
    waiting = undefined;
  }
  function wake(): void {
    if (isStopped || isQueued) return;
    isQueued = true;
    queueMicrotask(run);
  }
  function stop(): void {
    isStopped = true;
    endWait();
  }
  function run(): void {
    if (isStopped) return;
    isQueued = false;
    let waitMs: number;
    try {
      waitMs = step();
    } catch (thrown) {
      stop();
      failed(thrown);
      return;
    }
    if (stepped()) wake();
    const untilMs = clock.now() + waitMs;
    // Most steps wait for the same moment as the one before.
    if (isQueued || isStopped || waiting?.untilMs === untilMs) return;
    endWait();
    if (waitMs < WAIT_MS_MAX) void wait(waitMs, untilMs);
  }
  async function wait(waitMs: number, untilMs: number): Promise<void> {
    const end = new AbortController();
    const own = { untilMs, end };
    waiting = own;
    await sleepPatiently(clock, waitMs, end.signal).catch(() => undefined);
    if (waiting !== own) return;
    waiting = undefined;
    wake();
  }
  return { wake, stop };
}
