/** The line of a front end's model without a chip. */
import type { SerialDevice } from '../../../simulator/src/machine/chip/uartLine.js';
import type { BoardClock, UartPort } from '../../src/board/board.js';

export interface Line {
  readonly uart: UartPort;
  readonly clock: BoardClock;
  /** Lets time pass, and with it what the model waits for. */
  pass(ms: number): void;
}

/** A line without a chip: bytes are there at once, the model's own time is the test's. */
export function lineTo(model: SerialDevice): Line {
  let nowNanos = 0;
  let waiting: { readonly atNanos: number; readonly ring: () => void }[] = [];
  let toReader: number[] = [];
  const timers = {
    after(nanos: number, ring: () => void) {
      const own = { atNanos: nowNanos + nanos, ring };
      waiting.push(own);
      return {
        cancel() {
          waiting = waiting.filter((each) => each !== own);
        },
      };
    },
  };
  model.connect({ timers, send: (bytes) => void toReader.push(...bytes) });
  return {
    clock: { uptimeMs: () => Math.floor(nowNanos / 1e6) },
    uart: {
      write(bytes) {
        for (const byte of bytes) {
          model.receive(byte);
          pass(0.1);
        }
        return true;
      },
      read() {
        const bytes = Uint8Array.from(toReader.slice(0, 256));
        toReader = toReader.slice(256);
        return bytes;
      },
    },
    pass,
  };
  function pass(ms: number): void {
    nowNanos += ms * 1e6;
    const due = waiting.filter(({ atNanos }) => atNanos <= nowNanos);
    waiting = waiting.filter(({ atNanos }) => atNanos > nowNanos);
    for (const { ring } of due) ring();
  }
}
