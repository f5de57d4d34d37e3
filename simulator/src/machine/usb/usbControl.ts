/**
 * What the device answers on endpoint 0. The same as the chip's TinyUSB, with its guard, gives: whatever makes no sense is refused.
 * Source: USB 2.0 §9.4, HID 1.11 §7.2, WebUSB §5, Microsoft OS 2.0 Descriptors.   Floor: simulator machine.
 *
 *   GET_REPORT   an empty report, of no channel: reports have their endpoint
 *   SET_REPORT   refused, for the same reason
 *   GET_URL      refused: there is no landing page
 */
import { NO_BYTES, REPORT_SIZE_BYTES } from '@comptoir/protocol';
import {
  binaryObjectStore,
  configurationDescriptor,
  deviceDescriptor,
  hidDescriptor,
  hidReportDescriptor,
  languagesDescriptor,
  MICROSOFT_DESCRIPTOR_INDEX,
  microsoftDescriptorSet,
  stringDescriptor,
  USB_DESCRIPTOR,
  USB_DEVICE,
  USB_STRING,
} from '@comptoir/protocol/usb';
import type { SetupPacket } from './usbDevice.js';

/** What requests read and change. */
export interface ControlledDevice {
  readonly serial: string;
  /** 0: none. */
  configuration(): number;
  /** Its endpoints begin anew. */
  configure(value: number): void;
  /** Undefined: there is no such endpoint. @param address with its direction in bit 7 */
  isHalted(address: number): boolean | undefined;
  setHalted(address: number, isHalted: boolean): void;
}

const DEVICE_TO_HOST = 0x80;
const TYPE = { standard: 0, class: 1, vendor: 2 } as const;
const RECIPIENT = { device: 0, interface: 1, endpoint: 2 } as const;
const STANDARD = {
  getStatus: 0,
  clearFeature: 1,
  setFeature: 3,
  setAddress: 5,
  getDescriptor: 6,
  getConfiguration: 8,
  setConfiguration: 9,
  getInterface: 10,
  setInterface: 11,
} as const;
const HID = { getReport: 0x01, getIdle: 0x02, setIdle: 0x0a } as const;
const ENDPOINT_HALT = 0;
const CONFIGURATION = 1;
const ADDRESS_MAX = 127;
const INTERFACES: readonly number[] = [USB_DEVICE.hid.interface, USB_DEVICE.vendor.interface];

/** @returns the bytes of the data stage, none for a request out; undefined: refused */
export function answerControl(setup: SetupPacket, data: Uint8Array, device: ControlledDevice): Uint8Array | undefined {
  // Without data there is no direction. @see USB 2.0 §9.3.1
  const isIn = (setup.requestType & DEVICE_TO_HOST) !== 0 && setup.length > 0;
  if (!isIn && data.length !== setup.length) return undefined;
  return answer(setup, isIn, device)?.slice(0, setup.length);
}

function answer(setup: SetupPacket, isIn: boolean, device: ControlledDevice): Uint8Array | undefined {
  const { requestType, request, index, length } = setup;
  const recipient = requestType & 0x1f;
  switch ((requestType >> 5) & 3) {
    case TYPE.standard:
      return standard(setup, isIn, recipient, device);
    case TYPE.class: {
      const isHid = recipient === RECIPIENT.interface && index === USB_DEVICE.hid.interface;
      if (!isHid || device.configuration() === 0) return undefined;
      if (isIn && request === HID.getReport) return new Uint8Array(REPORT_SIZE_BYTES);
      if (isIn && request === HID.getIdle) return Uint8Array.of(0);
      return !isIn && request === HID.setIdle && length === 0 ? NO_BYTES : undefined;
    }
    case TYPE.vendor: {
      const isMicrosoft = request === USB_DEVICE.requests.microsoft && index === MICROSOFT_DESCRIPTOR_INDEX;
      return isIn && isMicrosoft ? microsoftDescriptorSet() : undefined;
    }
    default:
      return undefined;
  }
}

function standard(
  { request, value, index, length }: SetupPacket,
  isIn: boolean,
  recipient: number,
  device: ControlledDevice,
): Uint8Array | undefined {
  // Nothing standard takes data from the host. @see USB 2.0 table 9-4; SET_DESCRIPTOR is not supported
  if (!isIn && length > 0) return undefined;
  switch (recipient) {
    case RECIPIENT.device:
      return ofDevice(request, value, device);
    case RECIPIENT.interface:
      if (device.configuration() === 0 || !INTERFACES.includes(index)) return undefined;
      return ofInterface(request, value, index, isIn);
    case RECIPIENT.endpoint:
      return ofEndpoint(request, value, index, device);
    default:
      return undefined;
  }
}

function ofDevice(request: number, value: number, device: ControlledDevice): Uint8Array | undefined {
  switch (request) {
    case STANDARD.getStatus:
      return Uint8Array.of(0, 0); // fed by the bus, and doesn't wake the host
    case STANDARD.setAddress:
      return value <= ADDRESS_MAX ? NO_BYTES : undefined;
    case STANDARD.getDescriptor:
      return descriptor(value >> 8, value & 0xff, device.serial);
    case STANDARD.getConfiguration:
      return Uint8Array.of(device.configuration());
    case STANDARD.setConfiguration:
      if (value > CONFIGURATION) return undefined;
      device.configure(value);
      return NO_BYTES;
    default:
      return undefined;
  }
}

function ofInterface(request: number, value: number, index: number, isIn: boolean): Uint8Array | undefined {
  switch (request) {
    case STANDARD.getStatus:
      return Uint8Array.of(0, 0);
    case STANDARD.getInterface:
      return Uint8Array.of(0);
    case STANDARD.setInterface:
      return value === 0 ? NO_BYTES : undefined;
    case STANDARD.getDescriptor:
      if (!isIn || index !== USB_DEVICE.hid.interface) return undefined;
      if (value >> 8 === USB_DESCRIPTOR.hid) return hidDescriptor();
      return value >> 8 === USB_DESCRIPTOR.hidReport ? hidReportDescriptor() : undefined;
    default:
      return undefined;
  }
}

function ofEndpoint(request: number, value: number, address: number, device: ControlledDevice): Uint8Array | undefined {
  const isHalted = device.isHalted(address);
  if (isHalted === undefined) return undefined;
  if (request === STANDARD.getStatus) return Uint8Array.of(isHalted ? 1 : 0, 0);
  const isChange = request === STANDARD.clearFeature || request === STANDARD.setFeature;
  if (!isChange || value !== ENDPOINT_HALT) return undefined;
  device.setHalted(address, request === STANDARD.setFeature);
  return NO_BYTES;
}

function descriptor(type: number, index: number, serial: string): Uint8Array | undefined {
  switch (type) {
    case USB_DESCRIPTOR.device:
      return deviceDescriptor();
    case USB_DESCRIPTOR.configuration:
      return index === 0 ? configurationDescriptor() : undefined;
    case USB_DESCRIPTOR.binaryObjectStore:
      return binaryObjectStore();
    case USB_DESCRIPTOR.string:
      return string(index, serial);
    default:
      return undefined; // the qualifier, too, which full-speed devices haven't
  }
}

function string(index: number, serial: string): Uint8Array | undefined {
  switch (index) {
    case USB_STRING.languages:
      return languagesDescriptor();
    case USB_STRING.manufacturer:
      return stringDescriptor(USB_DEVICE.manufacturer);
    case USB_STRING.product:
      return stringDescriptor(USB_DEVICE.product);
    case USB_STRING.serial:
      return stringDescriptor(serial);
    default:
      return undefined;
  }
}
