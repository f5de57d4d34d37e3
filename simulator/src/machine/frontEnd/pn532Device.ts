/**
 * What every PN532 at a serial line of the chip does, whatever it is asked for: it wakes, takes frames, acknowledges and answers, and
 * a new frame ends the work at hand.
 * Source: PN532 User Manual UM0701-02 §6.2, §7.2.   Floor: simulator machine chip.
 */

import type { Timer } from '../chip/timers.js';
import type { SerialDevice, SerialLine } from '../chip/uartLine.js';
import { ACK_FRAME, createFrameReader, ERROR_FRAME, type HostFrame, responseFrame } from './pn532Frames.js';

const GET_FIRMWARE_VERSION = 0x02;
const SAM_CONFIGURATION = 0x14;

const WAKE_UP_BYTE = 0x55;
/** From the first edge on the line until it listens. */
const WAKE_UP_NANOS = 1_000_000;
/** Its own work before an answer. */
export const WORK_NANOS = 500_000;
/** One byte with parity at 106 kbit/s, and what frames and turn-arounds of a block add. */
const AIR_BYTE_NANOS = 84_955;
const AIR_BLOCK_NANOS = 1_000_000;
/** FSD and FSC: a block carries so many bytes of an APDU. */
const AIR_BLOCK_BYTES = 253;
/** Of an APDU, in one frame of the line. */
export const DATA_BYTES_MAX = 262;

export const STATUS_OK = 0x00;
/** In a status: the frame holds a part only. */
export const MORE_INFORMATION = 0x40;

/** What a command gives, and after how long. */
export interface Work {
  readonly nanos: number;
  readonly answer: Uint8Array;
}

export function work(code: number, nanos: number, ...data: readonly number[]): Work {
  return { nanos, answer: responseFrame(code + 1, data) };
}

export const UNKNOWN_COMMAND: Work = { nanos: WORK_NANOS, answer: ERROR_FRAME };

/** Commands and responses of so many bytes, on their way. */
export function airNanos(bytes: number): number {
  return bytes * AIR_BYTE_NANOS + 2 * Math.ceil(bytes / AIR_BLOCK_BYTES) * AIR_BLOCK_NANOS;
}

interface Pn532Device extends SerialDevice {
  /** So far. */
  readonly commands: number;
  /** Answers the command that `run` left open. */
  answer(late: Work): void;
  /** As it is when it was woken before. */
  wake(): void;
  /** Asleep, with nothing to do. */
  losePower(): void;
}

/** @param run one command; undefined: `answer` comes later, if nothing else is asked before */
export function createPn532Device(run: (code: number, parameters: readonly number[]) => Work | undefined): Pn532Device {
  let reader = createFrameReader();
  let line: SerialLine | undefined;
  let attention: 'asleep' | 'waking' | 'awake' = 'asleep';
  let working: Timer | undefined;
  let lastAnswer = ERROR_FRAME;
  let commands = 0;

  function send(bytes: Uint8Array): void {
    line?.send(bytes);
  }
  function receive(byte: number): void {
    if (attention === 'asleep' && byte === WAKE_UP_BYTE) {
      attention = 'waking';
      line?.timers.after(WAKE_UP_NANOS, () => {
        attention = 'awake';
      });
    }
    if (attention !== 'awake') return;
    const frame = reader.take(byte);
    if (frame !== undefined) taken(frame);
  }
  function taken(frame: HostFrame): void {
    if (frame.kind === 'nack') send(lastAnswer);
    // Whatever it's about: a new frame ends the work at hand.
    working?.cancel();
    working = undefined;
    if (frame.kind !== 'command') return;
    commands += 1;
    send(ACK_FRAME);
    const [code = 0, ...parameters] = frame.body;
    const given = setting(code) ?? run(code, parameters);
    if (given !== undefined) answer(given);
  }
  function setting(code: number): Work | undefined {
    if (code === GET_FIRMWARE_VERSION) return work(code, WORK_NANOS, 0x32, 0x01, 0x06, 0x07);
    return code === SAM_CONFIGURATION ? work(code, WORK_NANOS) : undefined;
  }
  function answer({ nanos, answer: frame }: Work): void {
    working = line?.timers.after(nanos, () => {
      working = undefined;
      lastAnswer = frame;
      send(frame);
    });
  }
  return {
    connect: (given) => {
      line = given;
    },
    receive,
    answer,
    wake() {
      attention = 'awake';
    },
    losePower() {
      working?.cancel();
      working = undefined;
      attention = 'asleep';
      reader = createFrameReader();
    },
    get commands() {
      return commands;
    },
  };
}
