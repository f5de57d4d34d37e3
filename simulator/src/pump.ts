/**
 * Calls the firmware's step when something has come for it, and when the time that it asked for is over.
 * Floor: simulator.
 */
import type { Clock } from '@comptoir/sdk';
import { sleepPatiently } from './clock.js';

/** Longer waits than this are no wait: something will come first. */
const WAIT_MS_MAX = 0x7fffffff;

export interface Pump {
  /** Has the step called soon, never within the caller and never within a step. */
  wake(): void;
  stop(): void;
}

export interface PumpWork {
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
  let waiting: AbortController | undefined;

  function wake(): void {
    if (isStopped || isQueued) return;
    isQueued = true;
    queueMicrotask(run);
  }
  function stop(): void {
    isStopped = true;
    waiting?.abort();
    waiting = undefined;
  }
  function run(): void {
    if (isStopped) return;
    isQueued = false;
    waiting?.abort();
    waiting = undefined;
    let waitMs: number;
    try {
      waitMs = step();
    } catch (thrown) {
      stop();
      failed(thrown);
      return;
    }
    if (stepped()) wake();
    if (!isQueued && !isStopped && waitMs < WAIT_MS_MAX) void wait(waitMs);
  }
  async function wait(waitMs: number): Promise<void> {
    const own = new AbortController();
    waiting = own;
    await sleepPatiently(clock, waitMs, own.signal).catch(() => undefined);
    if (!own.signal.aborted) wake();
  }
  return { wake, stop };
}
