/**
 * Runs a chip in step with a clock: what takes the chip a millisecond takes a millisecond of the clock, virtual or real.
 * Floor: simulator machine chip.
 */
import type { Clock } from '@comptoir/sdk';
import { sleepPatiently } from '../clock.js';
import type { Chip } from './chip.js';

/** The chip may be ahead of the clock by so much. Alarms that close together cost no sleep. */
const LEAD_NANOS = 1_000_000;
/** Then others have their turn, on a clock that the chip can't keep up with: some ten milliseconds of work. */
const SLICE_STEPS = 300_000;
const NANOS_PER_MS = 1_000_000;

export interface ChipDriver {
  /** Something was done to the chip from outside. */
  wake(): void;
  /** Something is about to be done to it: a chip that slept until now learns how late it is. */
  catchUp(): void;
  stop(): void;
}

interface ChipDriverEvents {
  /** The program ended in a fault, and no watchdog brings it back. */
  readonly failed: (fault: Error) => void;
}

/** Starts at once. */
export function driveChip(chip: Chip, clock: Clock, { failed }: ChipDriverEvents): ChipDriver {
  const startMs = clock.now();
  const startNanos = chip.nanos();
  let isStopped = false;
  let isQueued = false;
  let sleeping: AbortController | undefined;

  function clockNanos(): number {
    return startNanos + (clock.now() - startMs) * NANOS_PER_MS;
  }
  function wake(): void {
    if (isStopped || isQueued) return;
    isQueued = true;
    sleeping?.abort();
    sleeping = undefined;
    // Before a virtual clock can jump.
    queueMicrotask(run);
  }
  function catchUp(): void {
    if (!isStopped && chip.core.core.waiting) chip.passTo(clockNanos());
  }
  function run(): void {
    if (isStopped) return;
    isQueued = false;
    try {
      runSlice();
    } catch (thrown) {
      stop();
      failed(thrown instanceof Error ? thrown : new Error(String(thrown)));
    }
  }
  function runSlice(): void {
    const nowNanos = clockNanos();
    switch (chip.run({ steps: SLICE_STEPS, untilNanos: nowNanos + LEAD_NANOS })) {
      case 'more':
      case 'stopped':
        // A chip that is behind sleeps, too, for no time: a virtual clock must not jump while it works.
        void sleep(Math.max(0, chip.nanos() - clockNanos()));
        return;
      case 'idle': {
        chip.passTo(nowNanos);
        const untilAlarm = chip.idleNanos();
        if (untilAlarm !== undefined) void sleep(chip.nanos() + untilAlarm - nowNanos);
        return;
      }
      case 'lockedUp':
        throw new Error(`the firmware ended: ${chip.fault}`);
      case 'noPower':
        stop();
    }
  }
  async function sleep(nanos: number): Promise<void> {
    const own = new AbortController();
    sleeping = own;
    await sleepPatiently(clock, nanos / NANOS_PER_MS, own.signal).catch(() => undefined);
    if (!own.signal.aborted) wake();
  }
  function stop(): void {
    isStopped = true;
    sleeping?.abort();
    sleeping = undefined;
  }
  wake();
  return { wake, catchUp, stop };
}
