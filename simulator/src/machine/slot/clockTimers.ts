/**
 * Alarms that go by a clock.
 * Floor: simulator machine.
 */
import type { Clock } from '@comptoir/sdk';
import type { Timers } from '../chip/timers.js';

export function clockTimers(clock: Clock): Timers {
  return {
    after(nanos, ring) {
      const own = new AbortController();
      clock.sleep(nanos / 1e6, own.signal).then(
        () => own.signal.aborted || ring(),
        () => undefined,
      );
      return { cancel: () => own.abort() };
    },
  };
}
