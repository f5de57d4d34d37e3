/**
 * Alarms of what is outside the chip: they go by the chip's virtual time, and live on when the chip is reset.
 * Floor: simulator machine chip.
 */
import type { Chip } from './chip.js';
import type { EmulatedAlarm } from './emulator.js';

export interface Timers {
  /** Calls back once, so many nanoseconds from now. Those of the same moment in the order in which they were set. */
  after(nanos: number, ring: () => void): Timer;
}

export interface Timer {
  cancel(): void;
}

interface Waiting {
  readonly atNanos: number;
  readonly ring: () => void;
}

export function createTimers(chip: Chip): Timers {
  let waiting: readonly Waiting[] = [];
  let alarm: EmulatedAlarm | undefined;

  function schedule(): void {
    const [first] = waiting;
    alarm?.cancel();
    if (first !== undefined) alarm?.schedule(Math.max(0, first.atNanos - chip.nanos()));
  }
  function ring(): void {
    const nowNanos = chip.nanos();
    const due = waiting.filter(({ atNanos }) => atNanos <= nowNanos);
    waiting = waiting.filter(({ atNanos }) => atNanos > nowNanos);
    for (const each of due) each.ring();
    schedule();
  }
  chip.attach(() => {
    alarm = chip.createAlarm(ring);
    schedule();
  });
  return {
    after(nanos, callback) {
      const own = { atNanos: chip.nanos() + nanos, ring: callback };
      const at = waiting.findIndex(({ atNanos }) => atNanos > own.atNanos);
      waiting = at < 0 ? [...waiting, own] : [...waiting.slice(0, at), own, ...waiting.slice(at)];
      if (waiting[0] === own) schedule();
      return {
        cancel() {
          waiting = waiting.filter((each) => each !== own);
        },
      };
    },
  };
}
