/**
 * The packets of usbredir 0.7, as the side with the device reads and writes them. Integers are little endian.
 * Source: the usbredir network redirection protocol description 0.7, usbredirproto.h.   Floor: simulator wires.
 *
 *   type 4 | length 4 | id 4, or 8 when both sides know long ones | header of the type | data
 */
import { concatBytes } from '@comptoir/protocol';
import { USB_DEVICE } from '@comptoir/protocol/usb';
import { TRANSFER_BYTES_MAX } from '../../machine/usb/usbDevice.js';

export const PACKET = {
  hello: 0,
  deviceConnect: 1,
  deviceDisconnect: 2,
  reset: 3,
  interfaceInfo: 4,
  endpointInfo: 5,
  setConfiguration: 6,
  getConfiguration: 7,
  configurationStatus: 8,
  setAlternate: 9,
  getAlternate: 10,
  alternateStatus: 11,
  startInterrupt: 15,
  stopInterrupt: 16,
  interruptStatus: 17,
  cancel: 21,
  control: 100,
  bulk: 101,
  interrupt: 103,
} as const;

export const REDIR_STATUS = { well: 0, cancelled: 1, invalid: 2, ioError: 3, stall: 4, timeout: 5, babble: 6 } as const;

const CAPABILITY = { version: 1, acknowledges: 3, packetSizes: 4, longIds: 5, longBulk: 6 } as const;
const CAPABILITIES = Object.values(CAPABILITY).reduce((bits, bit) => bits | (1 << bit), 0);
const HELLO_BYTES = 68;
const VERSION = 'comptoir-sim';
const SPEED_FULL = 1;
const TYPE = { control: 0, bulk: 2, interrupt: 3, none: 255 } as const;
const HEADER_BYTES_MAX = 64;
const HELLO_BYTES_MAX = 1024;
const INTERFACES_MAX = 32;
const CONTROL_PACKET_BYTES = 64;

export interface Packet {
  readonly type: number;
  readonly id: bigint;
  readonly body: Buffer;
}

/** What both sides can. */
export interface RedirForm {
  readonly hasLongIds: boolean;
  readonly hasLongBulk: boolean;
  readonly hasVersion: boolean;
  readonly hasPacketSizes: boolean;
}

export const NO_FORM: RedirForm = { hasLongIds: false, hasLongBulk: false, hasVersion: false, hasPacketSizes: false };

/** @returns the packet and its length; undefined: there is more to come; 'too long' is a fault */
export function readPacket(
  held: Buffer,
  { hasLongIds }: RedirForm,
): { readonly packet: Packet; readonly length: number } | 'too long' | undefined {
  const head = hasLongIds ? 16 : 12;
  if (held.length < head) return undefined;
  const type = held.readUInt32LE(0);
  const length = held.readUInt32LE(4);
  if (length > (type === PACKET.hello ? HELLO_BYTES_MAX : TRANSFER_BYTES_MAX + HEADER_BYTES_MAX)) return 'too long';
  if (held.length < head + length) return undefined;
  const id = hasLongIds ? held.readBigUInt64LE(8) : BigInt(held.readUInt32LE(8));
  return { packet: { type, id, body: Buffer.from(held.subarray(head, head + length)) }, length: head + length };
}

export function writePacket(
  type: number,
  id: bigint,
  { hasLongIds }: RedirForm,
  ...body: readonly Uint8Array[]
): Buffer {
  const content = concatBytes(...body);
  const head = Buffer.alloc(hasLongIds ? 16 : 12);
  head.writeUInt32LE(type, 0);
  head.writeUInt32LE(content.length, 4);
  if (hasLongIds) head.writeBigUInt64LE(id, 8);
  else head.writeUInt32LE(Number(id), 8);
  return Buffer.concat([head, content]);
}

export function hello(): Buffer {
  const body = Buffer.alloc(HELLO_BYTES);
  body.write(VERSION, 0);
  body.writeUInt32LE(CAPABILITIES, 64);
  return body;
}

/** @param body of the other side's hello: 64 bytes of its name, then its capabilities */
export function formOf(body: Buffer): RedirForm {
  const bits = body.length >= HELLO_BYTES ? body.readUInt32LE(64) : 0;
  const has = (bit: number): boolean => (bits & (1 << bit)) !== 0;
  return {
    hasLongIds: has(CAPABILITY.longIds),
    hasLongBulk: has(CAPABILITY.longBulk),
    hasVersion: has(CAPABILITY.version),
    hasPacketSizes: has(CAPABILITY.packetSizes),
  };
}

/** count 4 | number 32 | class 32 | subclass 32 | protocol 32 */
export function interfaceInfo(): Buffer {
  const body = Buffer.alloc(4 + 4 * INTERFACES_MAX);
  body.writeUInt32LE(2, 0);
  body.set([USB_DEVICE.hid.interface, USB_DEVICE.vendor.interface], 4);
  body.set([0x03, 0xff], 4 + INTERFACES_MAX);
  return body;
}

/** type 32 | interval 32 | interface 32 | packet size 2 × 32, when both know it; endpoints in come from 16 on */
export function endpointInfo({ hasPacketSizes }: RedirForm): Buffer {
  const body = Buffer.alloc(3 * INTERFACES_MAX + (hasPacketSizes ? 2 * INTERFACES_MAX : 0));
  body.fill(TYPE.none, 0, INTERFACES_MAX);
  const put = (address: number, type: number, interval: number, of: number): void => {
    const at = ((address & 0x80) >> 3) | (address & 0x0f);
    body[at] = type;
    body[INTERFACES_MAX + at] = interval;
    body[2 * INTERFACES_MAX + at] = of;
    if (hasPacketSizes) body.writeUInt16LE(CONTROL_PACKET_BYTES, 3 * INTERFACES_MAX + 2 * at);
  };
  const { hid, vendor } = USB_DEVICE;
  for (const address of [0x00, 0x80]) put(address, TYPE.control, 0, 0);
  for (const address of [hid.endpointIn, hid.endpointOut]) put(address, TYPE.interrupt, hid.intervalMs, hid.interface);
  for (const address of [vendor.endpointIn, vendor.endpointOut]) put(address, TYPE.bulk, 0, vendor.interface);
  return body;
}

/** speed 1 | class 3 | vendor 2 | product 2 | release 2, when both know it */
export function deviceConnect({ hasVersion }: RedirForm): Buffer {
  const body = Buffer.alloc(hasVersion ? 10 : 8);
  body.writeUInt8(SPEED_FULL, 0);
  body.writeUInt16LE(USB_DEVICE.vendorId, 4);
  body.writeUInt16LE(USB_DEVICE.productId, 6);
  if (hasVersion) body.writeUInt16LE(USB_DEVICE.release, 8);
  return body;
}
