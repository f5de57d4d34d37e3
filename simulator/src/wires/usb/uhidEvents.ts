/**
 * What a HID device of the kernel's is told and tells, event by event; uhid.ts has the file that they go through.
 * Source: Linux, Documentation/hid/uhid.rst, include/uapi/linux/uhid.h.   Floor: simulator wires.
 *
 *   event   type 4, then by type (integers in the order of the machine, which is little endian wherever we run)
 *     1 destroy
 *     6 output              data 4096 | size 2 | report type 1
 *     9 get report          id 4 | number 1 | type 1             10 its answer   id 4 | error 2 | size 2 | data 4096
 *    11 create2             name 128 | phys 64 | serial 64 | size 2 | bus 2 | vendor 4 | product 4 | version 4 | country 4 | descriptor 4096
 *    12 input2              size 2 | data 4096
 *    13 set report          id 4 | number 1 | type 1 | size 2 | data   14 its answer   id 4 | error 2
 */
import { REPORT_SIZE_BYTES } from '@comptoir/protocol';
import { hidReportDescriptor, USB_DEVICE, USB_STRING } from '@comptoir/protocol/usb';
import type { UsbDevice } from '../../machine/usb/usbDevice.js';

export const EVENT_BYTES = 4380;
const DATA_BYTES_MAX = 4096;
export const EVENT = {
  destroy: 1,
  stop: 3,
  output: 6,
  getReport: 9,
  getReportReply: 10,
  create2: 11,
  input2: 12,
  setReport: 13,
  setReportReply: 14,
} as const;
const BUS_USB = 3;
const ERROR_IO = 5;
/** uhid's report types are feature, output, input; those of HID begin with input, 1. */
const HID_REPORT_TYPES: readonly number[] = [3, 2, 1];
const SET_CONFIGURATION = { requestType: 0, request: 9, value: 1, index: 0, length: 0 };
const HID_GET_REPORT = 0x01;
const HID_SET_REPORT = 0x09;

/**
 * There is no flow control. The kernel drops what a client doesn't read; likewise, what a device that stands still is sent beyond this is dropped. More than
 * a message has reports.
 */
const RUNNING_MAX = 64;

interface UhidConnection {
  /** @param event one of the kernel's, of 4,380 bytes; not changed, and not kept */
  take(event: Buffer): void;
  /** Shows the device to the kernel, when it's there. */
  create(): Promise<void>;
  /** Takes it away. */
  destroy(): void;
  isCreated(): boolean;
}

/** @param write takes an event for the kernel; it may throw for a device that is not there any more */
export function createUhidConnection(device: UsbDevice, write: (event: Uint8Array) => void): UhidConnection {
  let isCreated = false;
  let running = 0;

  async function create(): Promise<void> {
    const serial = await device.control({
      requestType: 0x80,
      request: 6,
      value: 0x0300 | USB_STRING.serial,
      index: 0x0409,
      length: 255,
    }).done;
    await device.control(SET_CONFIGURATION).done;
    if (isCreated || !device.isConnected()) return;
    write(createEvent(Buffer.from(serial.subarray(2)).toString('utf16le')));
    isCreated = true;
    listen().catch(() => undefined); // the device is gone: so it was told
  }
  async function listen(): Promise<void> {
    while (isCreated) {
      const report = await device.transferIn(USB_DEVICE.hid.endpointIn & 0x0f, REPORT_SIZE_BYTES).done;
      const event = Buffer.alloc(6 + report.length);
      event.writeUInt32LE(EVENT.input2, 0);
      event.writeUInt16LE(report.length, 4);
      event.set(report, 6);
      if (isCreated) write(event);
    }
  }
  function destroy(): void {
    if (!isCreated) return;
    isCreated = false;
    write(Buffer.from(Uint32Array.of(EVENT.destroy).buffer));
  }
  async function output(event: Buffer): Promise<void> {
    const size = Math.min(event.readUInt16LE(4 + DATA_BYTES_MAX), DATA_BYTES_MAX);
    const data = withoutNumber(event.subarray(4, 4 + size));
    await device.transferOut(USB_DEVICE.hid.endpointOut, data).done.catch(() => undefined);
  }
  async function getReport(event: Buffer): Promise<void> {
    const reply = Buffer.alloc(12 + REPORT_SIZE_BYTES);
    reply.writeUInt32LE(EVENT.getReportReply, 0);
    reply.writeUInt32LE(event.readUInt32LE(4), 4);
    try {
      const report = await device.control(reportRequest(0xa1, HID_GET_REPORT, event, REPORT_SIZE_BYTES)).done;
      reply.writeUInt16LE(report.length, 10);
      reply.set(report, 12);
    } catch {
      reply.writeUInt16LE(ERROR_IO, 8);
    }
    write(reply);
  }
  async function setReport(event: Buffer): Promise<void> {
    const size = Math.min(event.readUInt16LE(10), DATA_BYTES_MAX);
    const data = withoutNumber(event.subarray(12, 12 + size));
    const reply = Buffer.alloc(10);
    reply.writeUInt32LE(EVENT.setReportReply, 0);
    reply.writeUInt32LE(event.readUInt32LE(4), 4);
    const setup = reportRequest(0x21, HID_SET_REPORT, event, data.length);
    await device.control(setup, data).done.catch(() => reply.writeUInt16LE(ERROR_IO, 8));
    write(reply);
  }
  const answers: Readonly<Record<number, (event: Buffer) => Promise<void>>> = {
    [EVENT.output]: output,
    [EVENT.getReport]: getReport,
    [EVENT.setReport]: setReport,
  };
  return {
    take(event) {
      const answer = answers[event.readUInt32LE(0)];
      if (answer === undefined || running >= RUNNING_MAX) return;
      running += 1;
      // The kernel takes no answer for a device that was destroyed meanwhile.
      answer(event)
        .catch(() => undefined)
        .finally(() => {
          running -= 1;
        });
    },
    create,
    destroy,
    isCreated: () => isCreated,
  };
}

function createEvent(serial: string): Buffer {
  const { vendorId, productId, release, manufacturer, product } = USB_DEVICE;
  const descriptor = hidReportDescriptor();
  const event = Buffer.alloc(280 + DATA_BYTES_MAX);
  event.writeUInt32LE(EVENT.create2, 0);
  event.write(`${manufacturer} ${product}`.slice(0, 127), 4);
  event.write('comptoir/uhid', 132);
  event.write(serial.slice(0, 63), 196);
  event.writeUInt16LE(descriptor.length, 260);
  event.writeUInt16LE(BUS_USB, 262);
  event.writeUInt32LE(vendorId, 264);
  event.writeUInt32LE(productId, 268);
  event.writeUInt32LE(release, 272);
  event.set(descriptor, 280);
  return event;
}

/** Data of a device without report numbers begin with a zero all the same. */
function withoutNumber(data: Buffer): Uint8Array {
  return Uint8Array.from(data.length === REPORT_SIZE_BYTES + 1 ? data.subarray(1) : data);
}

function reportRequest(
  requestType: number,
  request: number,
  event: Buffer,
  length: number,
): Parameters<UsbDevice['control']>[0] {
  const type = HID_REPORT_TYPES[event.readUInt8(9)] ?? 0;
  const value = (type << 8) | event.readUInt8(8);
  return { requestType, request, value, index: USB_DEVICE.hid.interface, length };
}
