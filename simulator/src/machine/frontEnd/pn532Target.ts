/**
 * A PN532 that is a card's antenna: a reader comes, asks, takes the answers and goes. It takes the time that the air takes.
 * Source: PN532 User Manual UM0701-02 §7.2.9, §7.3.14 to §7.3.21.   Floor: simulator machine chip.
 * It is a model of the front end, no evidence about one: how long it keeps a reader waiting for a slow card isn't modelled.
 */

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

const COMMAND = {
  setParameters: 0x12,
  tgGetData: 0x86,
  tgGetTargetStatus: 0x8a,
  tgInitAsTarget: 0x8c,
  tgSetData: 0x8e,
} as const;
const PARAMETER_PART_4_CARD = 0x20;
const MODE_PART_4_ONLY = 0x04;
/** Mode, parameters of both kinds of card, NFCID3t, and the lengths of two fields. */
const TARGET_BYTES = 1 + 6 + 18 + 10 + 2;
const SEL_RES_OFFSET = 6;
const SEL_RES_PART_4 = 0x20;
/** 106 kbit/s, ISO/IEC 14443-4; then the reader's RATS. */
const ACTIVATED = [0x08, 0xe0, 0x80] as const;
const STATUS_RELEASED = 0x29;
/** Anticollision, SELECT, RATS. */
const ACTIVATION_NANOS = 12_000_000;

export interface Pn532Target extends SerialDevice {
  /** What it waits for, told by the chip. */
  waitsFor(): 'nothing' | 'reader' | 'command';
  /** A reader's field, with its RATS. Only when it waits for one. */
  activate(): void;
  /** From the reader. Only when it waits for one. */
  command(apdu: Uint8Array): void;
  /** For the reader, once it's there; it's taken. */
  response(): Uint8Array | undefined;
  fieldOff(): void;
  /** A chip that was restored at the moment when it waited for a reader has told it everything. */
  resume(): void;
  losePower(): void;
}

/** @param changed called when it waits for something, or has a response */
export function createPn532Target(changed: () => void): Pn532Target {
  const device = createPn532Device(run);
  let isPart4 = false;
  let waiting: 'nothing' | 'reader' | 'command' = 'nothing';
  let isActive = false;
  let parts: readonly Uint8Array[] = [];
  let given: Uint8Array | undefined;

  function run(code: number, parameters: readonly number[]): Work | undefined {
    waiting = 'nothing';
    switch (code) {
      case COMMAND.setParameters:
        isPart4 = ((parameters[0] ?? 0) & PARAMETER_PART_4_CARD) !== 0;
        return work(code, WORK_NANOS);
      case COMMAND.tgInitAsTarget:
        return init(parameters);
      case COMMAND.tgGetData:
        return isActive ? nextPart() : work(code, WORK_NANOS, STATUS_RELEASED);
      case COMMAND.tgSetData:
        return take(parameters);
      case COMMAND.tgGetTargetStatus:
        return work(code, WORK_NANOS, isActive ? 1 : 0, 0);
      default:
        return UNKNOWN_COMMAND;
    }
  }
  function init(parameters: readonly number[]): Work | undefined {
    isActive = false;
    given = undefined;
    parts = [];
    const isCard = isPart4 && ((parameters[0] ?? 0) & MODE_PART_4_ONLY) !== 0;
    if (!isCard || parameters.length !== TARGET_BYTES || parameters[SEL_RES_OFFSET] !== SEL_RES_PART_4)
      return UNKNOWN_COMMAND;
    wait('reader');
    return undefined;
  }
  function wait(what: 'reader' | 'command'): void {
    waiting = what;
    changed();
  }
  function nextPart(): Work | undefined {
    const [part, ...rest] = parts;
    if (part === undefined) {
      wait('command');
      return undefined;
    }
    parts = rest;
    const status = rest.length > 0 ? MORE_INFORMATION : STATUS_OK;
    return work(COMMAND.tgGetData, airNanos(part.length), status, ...part);
  }
  function take(response: readonly number[]): Work {
    if (!isActive) return work(COMMAND.tgSetData, WORK_NANOS, STATUS_RELEASED);
    given = Uint8Array.from(response);
    changed();
    return work(COMMAND.tgSetData, airNanos(response.length), STATUS_OK);
  }

  return {
    connect: device.connect,
    receive: device.receive,
    waitsFor: () => waiting,
    activate() {
      waiting = 'nothing';
      isActive = true;
      device.answer(work(COMMAND.tgInitAsTarget, ACTIVATION_NANOS, ...ACTIVATED));
    },
    command(apdu) {
      waiting = 'nothing';
      given = undefined;
      const count = Math.max(1, Math.ceil(apdu.length / DATA_BYTES_MAX));
      parts = Array.from({ length: count }, (_, at) => apdu.slice(at * DATA_BYTES_MAX, (at + 1) * DATA_BYTES_MAX));
      const work = nextPart();
      if (work !== undefined) device.answer(work);
    },
    response() {
      const taken = given;
      given = undefined;
      return taken;
    },
    fieldOff() {
      isActive = false;
      given = undefined;
      parts = [];
      if (waiting !== 'command') return;
      waiting = 'nothing';
      device.answer(work(COMMAND.tgGetData, WORK_NANOS, STATUS_RELEASED));
    },
    resume() {
      device.wake();
      isPart4 = true;
      waiting = 'reader';
    },
    losePower() {
      device.losePower();
      isPart4 = false;
      isActive = false;
      waiting = 'nothing';
      given = undefined;
      parts = [];
    },
  };
}
