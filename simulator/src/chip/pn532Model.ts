/**
 * A PN532 at a serial line of the chip, with the cards of a place at its antenna. It takes the time that the air takes.
 * Source: PN532 User Manual UM0701-02 §6.2, §7; ISO/IEC 14443-3, -4.   Floor: simulator chip.
 * All cards are of type A at 106 kbit/s. It is a model of the front end, no evidence about one.
 */
import { CARDS, type CardPort } from '@comptoir/firmware/board';
import { ACK_FRAME, createFrameReader, ERROR_FRAME, type HostFrame, responseFrame } from './pn532Frames.js';
import type { Timer } from './timers.js';
import type { SerialDevice, SerialLine } from './uartLine.js';

const COMMAND = {
  getFirmwareVersion: 0x02,
  samConfiguration: 0x14,
  rfConfiguration: 0x32,
  inDataExchange: 0x40,
  inListPassiveTarget: 0x4a,
} as const;
const TYPE_A_106 = 0x00;
const STATUS_OK = 0x00;
const STATUS_TIMEOUT = 0x01;
const STATUS_WRONG_CONTEXT = 0x27;
const MORE_INFORMATION = 0x40;
const DATA_BYTES_MAX = 262;

const WAKE_UP_BYTE = 0x55;
/** From the first edge on the line until it listens. */
const WAKE_UP_NANOS = 1_000_000;
/** Its own work before an answer. */
const WORK_NANOS = 500_000;
/** A look that nobody answers, and the activation of a card: REQA, anticollision, SELECT, RATS. */
const LOOK_NANOS = 5_000_000;
const ACTIVATION_NANOS = 12_000_000;
/** One byte with parity at 106 kbit/s, and what frames and turn-arounds of a block add. */
const AIR_BYTE_NANOS = 84_955;
const AIR_BLOCK_NANOS = 1_000_000;
/** FSD and FSC: a block carries so many bytes of an APDU. */
const AIR_BLOCK_BYTES = 253;
const FIELD_TIMEOUT_NANOS = 77_000_000;

/** SENS_RES, SEL_RES, a random identifier, and an ATS for blocks of 256 bytes. */
const TARGET_DATA = Uint8Array.of(0x00, 0x04, 0x20, 4, 0x08, 0xde, 0xad, 0x01, 6, 0x78, 0x80, 0x70, 0x02, 0xa5);

export interface Pn532Model extends SerialDevice {
  /** Commands and APDUs so far. */
  readonly commands: number;
  readonly apdus: number;
  /** Time in which a card was spoken with, in nanoseconds. */
  readonly airNanos: number;
}

/** What a command gives, and after how long. */
interface Work {
  readonly nanos: number;
  readonly answer: Uint8Array;
}

function work(code: number, nanos: number, ...data: readonly number[]): Work {
  return { nanos, answer: responseFrame(code + 1, data) };
}

/** @param antenna a place of contactless cards */
export function createPn532Model(antenna: CardPort): Pn532Model {
  const reader = createFrameReader();
  let line: SerialLine | undefined;
  let attention: 'asleep' | 'waking' | 'awake' = 'asleep';
  let working: Timer | undefined;
  let lastAnswer = ERROR_FRAME;
  let command: readonly number[] = [];
  let response = new Uint8Array(0);
  let commands = 0;
  let apdus = 0;
  let airNanos = 0;

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
    const { nanos, answer } = run(frame.body);
    working = line?.timers.after(nanos, () => {
      working = undefined;
      lastAnswer = answer;
      send(answer);
    });
  }
  function run([code = 0, ...parameters]: readonly number[]): Work {
    switch (code) {
      case COMMAND.getFirmwareVersion:
        return work(code, WORK_NANOS, 0x32, 0x01, 0x06, 0x07);
      case COMMAND.samConfiguration:
        return work(code, WORK_NANOS);
      case COMMAND.rfConfiguration:
        if (parameters[0] === 0x01 && ((parameters[1] ?? 0) & 1) === 0) antenna.release();
        return work(code, WORK_NANOS);
      case COMMAND.inListPassiveTarget:
        return look(parameters);
      case COMMAND.inDataExchange:
        return exchange(parameters);
      default:
        return { nanos: WORK_NANOS, answer: ERROR_FRAME };
    }
  }
  function look([, type = 0]: readonly number[]): Work {
    command = [];
    response = new Uint8Array(0);
    // What was active before is let go.
    antenna.release();
    const found = type === TYPE_A_106 ? antenna.poll() : CARDS.none;
    const count = found === CARDS.several ? 2 : found;
    const targets = Array.from({ length: count }, (_, index) => [index + 1, ...TARGET_DATA]).flat();
    const nanos = count === 0 ? LOOK_NANOS : count * ACTIVATION_NANOS;
    return work(COMMAND.inListPassiveTarget, nanos, count, ...targets);
  }
  function exchange([target = 0, ...data]: readonly number[]): Work {
    const code = COMMAND.inDataExchange;
    if ((target & ~MORE_INFORMATION) !== 1) return work(code, WORK_NANOS, STATUS_WRONG_CONTEXT);
    command = [...command, ...data];
    if ((target & MORE_INFORMATION) !== 0) return work(code, air(data.length), STATUS_OK);
    if (data.length > 0) {
      antenna.transmit(Uint8Array.from(command));
      response = Uint8Array.from(antenna.receive() ?? []);
      apdus += 1;
      command = [];
      if (response.length === 0) return work(code, FIELD_TIMEOUT_NANOS, STATUS_TIMEOUT);
    }
    const part = response.slice(0, DATA_BYTES_MAX);
    response = response.slice(DATA_BYTES_MAX);
    const status = response.length > 0 ? MORE_INFORMATION : STATUS_OK;
    return work(code, air(data.length + part.length), status, ...part);
  }
  function air(bytes: number): number {
    const nanos = bytes * AIR_BYTE_NANOS + 2 * Math.ceil(bytes / AIR_BLOCK_BYTES) * AIR_BLOCK_NANOS;
    airNanos += nanos;
    return nanos;
  }

  return {
    connect: (given) => {
      line = given;
    },
    receive,
    get commands() {
      return commands;
    },
    get apdus() {
      return apdus;
    },
    get airNanos() {
      return airNanos;
    },
  };
}
