/**
 * Transfers that a guest asks for, and their answers: the head of the question with a status and a length, then what came.
 * Source: the usbredir network redirection protocol description 0.7.   Floor: simulator wires.
 *
 *   control     endpoint 1 | request 1 | request type 1 | status 1 | value 2 | index 2 | length 2 | data
 *   bulk        endpoint 1 | status 1 | length 2 | stream 4 | upper length 2, when both know it | data
 *   interrupt   endpoint 1 | status 1 | length 2 | data
 */
import { NO_BYTES } from '@comptoir/protocol';
import { TRANSFER_BYTES_MAX, type Transfer, type UsbDevice } from '../../machine/usb/usbDevice.js';
import { UsbStall, UsbTimeout } from '../../machine/usb/usbTransfer.js';
import { REDIR_STATUS, type RedirForm } from './usbRedirPackets.js';

const DIRECTION_IN = 0x80;
const NUMBER_MASK = 0x0f;
const CONTROL_HEAD = 10;
const BULK_HEAD = 8;
const LONG_BULK_HEAD = 10;
const INTERRUPT_HEAD = 4;
const SET_CONFIGURATION = { requestType: 0x00, request: 9, index: 0, length: 0 } as const;
const GET_CONFIGURATION = { requestType: 0x80, request: 8, value: 0, index: 0, length: 1 } as const;
const SET_INTERFACE = { requestType: 0x01, request: 11, length: 0 } as const;

export interface Wanted {
  /** Undefined: it makes no sense, and is answered as invalid. */
  begin(device: UsbDevice): Transfer | undefined;
  answer(ended: Ended): readonly Uint8Array[];
}

export interface Ended {
  readonly status: number;
  readonly bytes: Uint8Array;
}

export const busReset: Wanted = {
  begin: (device) => ({ done: device.reset().then(() => NO_BYTES), cancel: () => undefined }),
  answer: () => [],
};

export const readConfiguration: Wanted = {
  begin: (device) => device.control(GET_CONFIGURATION),
  answer: ({ status, bytes }) => [Uint8Array.of(status, bytes[0] ?? 0)],
};

export function writeConfiguration([value = 0]: Uint8Array): Wanted {
  return {
    begin: (device) => device.control({ ...SET_CONFIGURATION, value }),
    answer: ({ status }) => [Uint8Array.of(status, value)],
  };
}

export function writeAlternate([index = 0, value = 0]: Uint8Array): Wanted {
  return {
    begin: (device) => device.control({ ...SET_INTERFACE, index, value }),
    answer: ({ status }) => [Uint8Array.of(status, index, value)],
  };
}

/** @returns undefined for a head that is cut; so do `bulkTransfer` and `interruptOut` */
export function controlTransfer(body: Buffer): Wanted | undefined {
  if (body.length < CONTROL_HEAD) return undefined;
  const [, request = 0, requestType = 0] = body;
  const isIn = (requestType & DIRECTION_IN) !== 0;
  const length = body.readUInt16LE(8);
  const setup = { requestType, request, value: body.readUInt16LE(4), index: body.readUInt16LE(6), length };
  const data = isIn ? NO_BYTES : Uint8Array.from(body.subarray(CONTROL_HEAD));
  return {
    begin: (device) => (!isIn && data.length !== length ? undefined : device.control(setup, data)),
    answer({ status, bytes }) {
      const head = Buffer.from(body.subarray(0, CONTROL_HEAD));
      head.writeUInt8(status, 3);
      head.writeUInt16LE(isIn ? bytes.length : status === REDIR_STATUS.well ? length : 0, 8);
      return [head, isIn ? bytes : NO_BYTES];
    },
  };
}

export function bulkTransfer(body: Buffer, { hasLongBulk }: RedirForm): Wanted | undefined {
  const bytesOfHead = hasLongBulk ? LONG_BULK_HEAD : BULK_HEAD;
  if (body.length < bytesOfHead) return undefined;
  const address = body.readUInt8(0);
  const length = body.readUInt16LE(2) | (hasLongBulk ? body.readUInt16LE(8) << 16 : 0);
  const isIn = (address & DIRECTION_IN) !== 0;
  const data = Uint8Array.from(body.subarray(bytesOfHead));
  const isWrong = length < 0 || length > TRANSFER_BYTES_MAX || data.length !== (isIn ? 0 : length);
  return {
    begin(device) {
      if (isWrong) return undefined;
      return isIn ? device.transferIn(address & NUMBER_MASK, length) : device.transferOut(address, data);
    },
    answer({ status, bytes }) {
      const isBabble = bytes.length > length;
      const came = isBabble ? NO_BYTES : bytes;
      const head = Buffer.from(body.subarray(0, bytesOfHead));
      const moved = isIn ? came.length : status === REDIR_STATUS.well ? length : 0;
      head.writeUInt8(isBabble ? REDIR_STATUS.babble : status, 1);
      head.writeUInt16LE(moved & 0xffff, 2);
      if (hasLongBulk) head.writeUInt16LE(moved >>> 16, 8);
      return [head, came];
    },
  };
}

export function interruptOut(body: Buffer): Wanted | undefined {
  if (body.length < INTERRUPT_HEAD) return undefined;
  const address = body.readUInt8(0);
  const data = Uint8Array.from(body.subarray(INTERRUPT_HEAD));
  const isWrong = (address & DIRECTION_IN) !== 0 || data.length !== body.readUInt16LE(2);
  return {
    begin: (device) => (isWrong ? undefined : device.transferOut(address & NUMBER_MASK, data)),
    answer({ status }) {
      const head = Buffer.from(body.subarray(0, INTERRUPT_HEAD));
      head.writeUInt8(status, 1);
      return [head];
    },
  };
}

/** A report that came at an interrupt endpoint. */
export function interruptIn(address: number, bytes: Uint8Array): readonly Uint8Array[] {
  return [Buffer.of(address, REDIR_STATUS.well, bytes.length & 0xff, bytes.length >> 8), bytes];
}

/** Never rejects. */
export async function endOf({ done }: Transfer): Promise<Ended> {
  try {
    return { status: REDIR_STATUS.well, bytes: await done };
  } catch (fault) {
    return { status: statusOf(fault), bytes: NO_BYTES };
  }
}

function statusOf(fault: unknown): number {
  if (fault instanceof UsbStall) return REDIR_STATUS.stall;
  return fault instanceof UsbTimeout ? REDIR_STATUS.timeout : REDIR_STATUS.cancelled;
}
