/**
 * The messages of USB/IP, version 1.1.1, as a server reads and writes them. Integers are big endian; the setup packet is as on the bus.
 * Source: Linux, Documentation/usb/usbip_protocol.rst.   Floor: simulator wires.
 *
 *   asked before an import       version 2 | code 2 | status 4          OP_REQ_DEVLIST 8005
 *                                version 2 | code 2 | status 4 | bus id 32   OP_REQ_IMPORT 8003
 *   asked of an imported device  command 4 | sequence 4 | device 4 | direction 4 | endpoint 4 | … to 48 bytes, then data out
 *     CMD_SUBMIT 1               flags 4 | length 4 | start frame 4 | packets 4 | interval 4 | setup 8
 *     CMD_UNLINK 2               sequence of the other 4 | zeros
 *   answered                     RET_SUBMIT 3: status 4 | length 4 | 0, 0, 0 | zeros; RET_UNLINK 4: status 4 | zeros
 */
import { USB_DEVICE } from '@comptoir/protocol/usb';
import type { SetupPacket } from '../../machine/usb/usbDevice.js';

export const USB_IP_VERSION = 0x0111;
export const OPERATION = { deviceList: 0x8005, import: 0x8003 } as const;
export const OPERATION_BYTES = 8;
export const BUS_ID_BYTES = 32;
export const COMMAND_BYTES = 48;
/** Of an import. */
export const IMPORT_STATUS = { well: 0, busy: 2, noDevice: 4 } as const;
/** Linux's error numbers, negative. */
export const URB_STATUS = {
  well: 0,
  noDevice: -19,
  noMemory: -12,
  stall: -32,
  overflow: -75,
  tooLong: -90,
  unlinked: -104,
  timeout: -110,
} as const;

const COMMAND = { submit: 1, unlink: 2, submitted: 3, unlinked: 4 } as const;
const DEVICE_BYTES = 312;
const SPEED_FULL = 2;
const BUS_NUMBER = 1;
const DEVICE_NUMBER = 2;
/** How the client names the device that it imported. */
export const DEVICE_ID: number = (BUS_NUMBER << 16) | DEVICE_NUMBER;
export const BUS_ID = '1-1';
/** Of a transfer that is not isochronous; kernels send either. */
const NO_PACKETS: readonly number[] = [0, 0xffffffff];

export interface Submit {
  readonly kind: 'submit';
  readonly sequence: number;
  readonly isIn: boolean;
  readonly endpoint: number;
  readonly length: number;
  readonly setup: SetupPacket;
}

export interface Unlink {
  readonly kind: 'unlink';
  readonly sequence: number;
  /** Of the transfer to end. */
  readonly of: number;
}

/** @param bytes 48 of them @returns undefined for what is no command, or asks for another device, or for isochronous packets */
export function readCommand(bytes: Buffer): Submit | Unlink | undefined {
  const sequence = bytes.readUInt32BE(4);
  switch (bytes.readUInt32BE(0)) {
    case COMMAND.unlink:
      return { kind: 'unlink', sequence, of: bytes.readUInt32BE(20) };
    case COMMAND.submit: {
      const direction = bytes.readUInt32BE(12);
      const endpoint = bytes.readUInt32BE(16);
      if (bytes.readUInt32BE(8) !== DEVICE_ID || direction > 1 || endpoint > 15) return undefined;
      if (!NO_PACKETS.includes(bytes.readUInt32BE(32))) return undefined;
      return {
        kind: 'submit',
        sequence,
        isIn: direction === 1,
        endpoint,
        length: bytes.readUInt32BE(24),
        setup: {
          requestType: bytes.readUInt8(40),
          request: bytes.readUInt8(41),
          value: bytes.readUInt16LE(42),
          index: bytes.readUInt16LE(44),
          length: bytes.readUInt16LE(46),
        },
      };
    }
    default:
      return undefined;
  }
}

/** @param length what went over the bus, in either direction @param data only of a transfer in, and then so long */
export function submitted(sequence: number, status: number, length: number, data?: Uint8Array): Buffer {
  const bytes = Buffer.alloc(COMMAND_BYTES + (data?.length ?? 0));
  bytes.writeUInt32BE(COMMAND.submitted, 0);
  bytes.writeUInt32BE(sequence, 4);
  bytes.writeInt32BE(status, 20);
  bytes.writeUInt32BE(length, 24);
  if (data !== undefined) bytes.set(data, COMMAND_BYTES);
  return bytes;
}

export function unlinked(sequence: number, status: number): Buffer {
  const bytes = Buffer.alloc(COMMAND_BYTES);
  bytes.writeUInt32BE(COMMAND.unlinked, 0);
  bytes.writeUInt32BE(sequence, 4);
  bytes.writeInt32BE(status, 20);
  return bytes;
}

/** @param isThere else the list is empty */
export function deviceList(isThere: boolean): Buffer {
  const count = Buffer.alloc(4);
  count.writeUInt32BE(isThere ? 1 : 0);
  const interfaces = Buffer.from([0x03, 0, 0, 0, 0xff, 0, 0, 0]);
  return Buffer.concat([
    operation(OPERATION.deviceList, 0),
    count,
    ...(isThere ? [deviceDescription(), interfaces] : []),
  ]);
}

export function imported(status: number): Buffer {
  const head = operation(OPERATION.import, status);
  return status === IMPORT_STATUS.well ? Buffer.concat([head, deviceDescription()]) : head;
}

function operation(code: number, status: number): Buffer {
  const bytes = Buffer.alloc(OPERATION_BYTES);
  bytes.writeUInt16BE(USB_IP_VERSION, 0);
  bytes.writeUInt16BE(code & 0x7fff, 2);
  bytes.writeUInt32BE(status, 4);
  return bytes;
}

function deviceDescription(): Buffer {
  const { vendorId, productId, release } = USB_DEVICE;
  const bytes = Buffer.alloc(DEVICE_BYTES);
  bytes.write(`/sys/devices/comptoir/${BUS_ID}`, 0);
  bytes.write(BUS_ID, 256);
  bytes.writeUInt32BE(BUS_NUMBER, 288);
  bytes.writeUInt32BE(DEVICE_NUMBER, 292);
  bytes.writeUInt32BE(SPEED_FULL, 296);
  bytes.writeUInt16BE(vendorId, 300);
  bytes.writeUInt16BE(productId, 302);
  bytes.writeUInt16BE(release, 304);
  // Class, subclass and protocol are those of the interfaces; no configuration is set; one configuration, two interfaces.
  bytes.set([0, 0, 0, 0, 1, 2], 306);
  return bytes;
}
