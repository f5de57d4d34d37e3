/**
 * A PN532 that reads cards: those of a place are at its antenna. It takes the time that the air takes.
 * Source: PN532 User Manual UM0701-02 §7.3; ISO/IEC 14443-3, -4.   Floor: simulator machine chip.
 * All cards are of type A at 106 kbit/s. It is a model of the front end, no evidence about one.
 */
import { CARDS } from '@comptoir/firmware/board';
import type { CardPlace } from '../board/cardPlace.js';
import type { SerialDevice } from '../chip/uartLine.js';
import {
  airNanos,
  createPn532Device,
  DATA_BYTES_MAX,
  MORE_INFORMATION,
  STATUS_OK,
  UNKNOWN_COMMAND,
  WORK_NANOS,
  type Work,
  work,
} from './pn532Device.js';

const COMMAND = { rfConfiguration: 0x32, inDataExchange: 0x40, inListPassiveTarget: 0x4a } as const;
const TYPE_A_106 = 0x00;
const STATUS_TIMEOUT = 0x01;
const STATUS_WRONG_CONTEXT = 0x27;

/** A look that nobody answers, and the activation of a card: REQA, anticollision, SELECT, RATS. */
const LOOK_NANOS = 5_000_000;
const ACTIVATION_NANOS = 12_000_000;
const FIELD_TIMEOUT_NANOS = 77_000_000;

/** SENS_RES and SEL_RES of a card that speaks ISO/IEC 14443-4, and an ATS for blocks of 256 bytes. */
const SENSED = [0x00, 0x04, 0x20] as const;
const ATS = [6, 0x78, 0x80, 0x70, 0x02, 0xa5] as const;

export interface Pn532Model extends SerialDevice {
  /** Commands and APDUs so far. */
  readonly commands: number;
  readonly apdus: number;
  /** Time in which a card was spoken with, in nanoseconds. */
  readonly airNanos: number;
}

/** @param antenna with contactless cards */
export function createPn532Model(antenna: Pick<CardPlace, 'port' | 'cardsInField' | 'workMs'>): Pn532Model {
  const device = createPn532Device(run);
  let command: readonly number[] = [];
  let response = new Uint8Array(0);
  let apdus = 0;
  let totalAirNanos = 0;

  function run(code: number, parameters: readonly number[]): Work {
    switch (code) {
      case COMMAND.rfConfiguration:
        if (parameters[0] === 0x01 && ((parameters[1] ?? 0) & 1) === 0) antenna.port.release();
        return work(code, WORK_NANOS);
      case COMMAND.inListPassiveTarget:
        return look(parameters);
      case COMMAND.inDataExchange:
        return exchange(parameters);
      default:
        return UNKNOWN_COMMAND;
    }
  }
  function look([, type = 0]: readonly number[]): Work {
    command = [];
    response = new Uint8Array(0);
    // What was active before is let go.
    antenna.port.release();
    const found = type === TYPE_A_106 ? antenna.port.poll() : CARDS.none;
    const count = found === CARDS.several ? 2 : found;
    const targets = uidsIn(antenna.cardsInField())
      .slice(0, count)
      .flatMap((uid, index) => [index + 1, ...SENSED, uid.length, ...uid, ...ATS]);
    const nanos = count === 0 ? LOOK_NANOS : count * ACTIVATION_NANOS;
    return work(COMMAND.inListPassiveTarget, nanos, count, ...targets);
  }
  function exchange([target = 0, ...data]: readonly number[]): Work {
    const code = COMMAND.inDataExchange;
    if ((target & ~MORE_INFORMATION) !== 1) return work(code, WORK_NANOS, STATUS_WRONG_CONTEXT);
    command = [...command, ...data];
    if ((target & MORE_INFORMATION) !== 0) return work(code, air(data.length), STATUS_OK);
    if (data.length > 0) {
      antenna.port.transmit(Uint8Array.from(command));
      response = Uint8Array.from(antenna.port.receive() ?? []);
      apdus += 1;
      command = [];
      const workNanos = antenna.workMs() * 1e6;
      if (response.length === 0) return work(code, Math.max(workNanos, FIELD_TIMEOUT_NANOS), STATUS_TIMEOUT);
      return next(data.length, workNanos);
    }
    return next(0, 0);
  }
  function next(sentBytes: number, workNanos: number): Work {
    const part = response.slice(0, DATA_BYTES_MAX);
    response = response.slice(DATA_BYTES_MAX);
    const status = response.length > 0 ? MORE_INFORMATION : STATUS_OK;
    return work(COMMAND.inDataExchange, air(sentBytes + part.length) + workNanos, status, ...part);
  }
  function air(bytes: number): number {
    const nanos = airNanos(bytes);
    totalAirNanos += nanos;
    return nanos;
  }

  return {
    connect: device.connect,
    receive: device.receive,
    get commands() {
      return device.commands;
    },
    get apdus() {
      return apdus;
    },
    get airNanos() {
      return totalAirNanos;
    },
  };
}

/** @param cards see `Board.cardsInField` */
function uidsIn(cards: Uint8Array): readonly Uint8Array[] {
  const uids: Uint8Array[] = [];
  for (let at = 0; at < cards.length; at += 2 + (cards[at + 1] ?? 0))
    uids.push(cards.subarray(at + 2, at + 2 + (cards[at + 1] ?? 0)));
  return uids;
}
