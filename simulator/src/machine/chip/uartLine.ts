/**
 * A serial line between a UART of the chip and a device: each byte takes its ten bits, both ways.
 * Floor: simulator machine chip.
 */
import type { Chip } from './chip.js';
import { uartOf } from './emulator.js';
import type { Timers } from './timers.js';

const BITS_PER_BYTE = 10; // start, eight, stop
const BAUD_UNTIL_SET = 115_200;

/** What is at the other end. */
export interface SerialDevice {
  /** Called once, before anything else. */
  connect(line: SerialLine): void;
  /** A byte has come. */
  receive(byte: number): void;
}

/** The device's end. */
export interface SerialLine {
  /** Bytes go out one after the other, after those that still wait. */
  send(bytes: Uint8Array): void;
  /** The device's own time. */
  readonly timers: Timers;
}

interface UartLine {
  /** Bytes that the chip was too slow to take. */
  readonly overruns: number;
}

export function connectUart(chip: Chip, timers: Timers, number: 0 | 1, device: SerialDevice): UartLine {
  const toChip: number[] = [];
  const toDevice: number[] = [];
  let overruns = 0;

  function byteNanos(): number {
    const uart = uartOf(chip.core, number);
    return (BITS_PER_BYTE * 1e9) / (uart.baudDivider > 0 ? uart.baudRate : BAUD_UNTIL_SET);
  }
  function carry(queue: number[], deliver: (byte: number) => void): void {
    timers.after(byteNanos(), () => {
      const byte = queue.shift();
      if (byte !== undefined) deliver(byte);
      if (queue.length > 0) carry(queue, deliver);
    });
  }
  function put(queue: number[], byte: number, deliver: (byte: number) => void): void {
    queue.push(byte);
    if (queue.length === 1) carry(queue, deliver);
  }
  function feed(byte: number): void {
    if (uartOf(chip.core, number).rxFIFO.full) overruns += 1;
    else chip.feedUart(number, byte);
  }
  chip.uartWritten[number] = (byte) => put(toDevice, byte, (whole) => device.receive(whole));
  device.connect({
    timers,
    send(bytes) {
      for (const byte of bytes) put(toChip, byte, feed);
    },
  });
  return {
    get overruns() {
      return overruns;
    },
  };
}
