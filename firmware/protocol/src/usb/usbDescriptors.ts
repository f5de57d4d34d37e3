/**
 * The descriptors of the USB device, byte by byte, from its table. Whoever answers GET_DESCRIPTOR, chip or simulator,
 * answers with these.
 * Source: USB 2.0 §9.6, USB 3.2 §9.6.2 (BOS), HID 1.11 §6.2, WebUSB §4.1, Microsoft OS 2.0 Descriptors.
 * Floor: protocol. Memory: each call returns new bytes. All integers are little endian.
 */
import { concatBytes } from '../bytes/bytes.js';
import { REPORT_SIZE_BYTES } from '../frames/frame.js';
import { USB_DESCRIPTOR, USB_DEVICE, USB_STRING } from './usbDevice.js';
import { descriptor, littleEndian, utf16 } from './usbFields.js';
import { microsoftPlatformCapability } from './usbMicrosoft.js';

/** 2.10: the host asks for the BOS descriptor from 2.01 on, and some only from 2.10 on. */
const USB_VERSION = 0x0210;
const HID_VERSION = 0x0111;
const CONTROL_PACKET_BYTES = 64;
const CLASS_BY_INTERFACE = 0x00;
const CLASS_HID = 0x03;
const CLASS_VENDOR = 0xff;
const BUS_POWERED = 0x80;
const TRANSFER_BULK = 0x02;
const TRANSFER_INTERRUPT = 0x03;
const ENGLISH_US = 0x0409;
const STRING_CHARACTERS_MAX = 126; // its length is a byte, and counts two bytes more than the characters take

/** 18 bytes. */
export function deviceDescriptor(): Uint8Array {
  const { vendorId, productId, release } = USB_DEVICE;
  return descriptor(
    USB_DESCRIPTOR.device,
    littleEndian(USB_VERSION),
    Uint8Array.of(CLASS_BY_INTERFACE, 0, 0, CONTROL_PACKET_BYTES),
    littleEndian(vendorId, productId, release),
    Uint8Array.of(USB_STRING.manufacturer, USB_STRING.product, USB_STRING.serial, 1),
  );
}

/** 64 bytes: the configuration, its two interfaces, their endpoints. */
export function configurationDescriptor(): Uint8Array {
  const { hid, vendor, currentMaxMilliamperes } = USB_DEVICE;
  const interfaces = concatBytes(
    interfaceDescriptor(hid.interface, CLASS_HID),
    hidDescriptor(),
    endpointDescriptor(hid.endpointOut, TRANSFER_INTERRUPT, hid.intervalMs),
    endpointDescriptor(hid.endpointIn, TRANSFER_INTERRUPT, hid.intervalMs),
    interfaceDescriptor(vendor.interface, CLASS_VENDOR),
    endpointDescriptor(vendor.endpointOut, TRANSFER_BULK, 0),
    endpointDescriptor(vendor.endpointIn, TRANSFER_BULK, 0),
  );
  const head = 9;
  return concatBytes(
    descriptor(
      USB_DESCRIPTOR.configuration,
      littleEndian(head + interfaces.length),
      Uint8Array.of(2, 1, 0, BUS_POWERED, currentMaxMilliamperes / 2),
    ),
    interfaces,
  );
}

/** 9 bytes; a part of the configuration descriptor that a host can also ask for by itself. */
export function hidDescriptor(): Uint8Array {
  return descriptor(
    USB_DESCRIPTOR.hid,
    littleEndian(HID_VERSION),
    Uint8Array.of(0, 1, USB_DESCRIPTOR.hidReport),
    littleEndian(hidReportDescriptor().length),
  );
}

/** 34 bytes: one application collection of our own usage, 64 bytes in, 64 bytes out, no report identifiers. */
export function hidReportDescriptor(): Uint8Array {
  const { usagePage, usage } = USB_DEVICE.hid;
  // Logical minimum 0, logical maximum 255, report size 8 bits, report count.
  const bytes = Uint8Array.of(0x15, 0x00, 0x26, 0xff, 0x00, 0x75, 0x08, 0x95, REPORT_SIZE_BYTES);
  return concatBytes(
    Uint8Array.of(0x06),
    littleEndian(usagePage),
    Uint8Array.of(0x09, usage, 0xa1, 0x01),
    Uint8Array.of(0x09, 0x02), // usage of the input report
    bytes,
    Uint8Array.of(0x81, 0x02), // input: data, variable, absolute
    Uint8Array.of(0x09, 0x03), // usage of the output report
    bytes,
    Uint8Array.of(0x91, 0x02), // output: data, variable, absolute
    Uint8Array.of(0xc0),
  );
}

/** 57 bytes: says that the device knows WebUSB and the Microsoft OS 2.0 descriptors. */
export function binaryObjectStore(): Uint8Array {
  const capabilities = concatBytes(webUsbPlatformCapability(), microsoftPlatformCapability());
  const head = 5;
  return concatBytes(
    descriptor(USB_DESCRIPTOR.binaryObjectStore, littleEndian(head + capabilities.length), Uint8Array.of(2)),
    capabilities,
  );
}

/** @param text at most 126 characters, none above FFFF; a longer text is cut */
export function stringDescriptor(text: string): Uint8Array {
  return descriptor(USB_DESCRIPTOR.string, utf16(text.slice(0, STRING_CHARACTERS_MAX)));
}

/** String descriptor 0: which languages the others are in. */
export function languagesDescriptor(): Uint8Array {
  return descriptor(USB_DESCRIPTOR.string, littleEndian(ENGLISH_US));
}

function interfaceDescriptor(number: number, interfaceClass: number): Uint8Array {
  return descriptor(USB_DESCRIPTOR.interface, Uint8Array.of(number, 0, 2, interfaceClass, 0, 0, 0));
}

function endpointDescriptor(address: number, transfer: number, intervalMs: number): Uint8Array {
  return descriptor(
    USB_DESCRIPTOR.endpoint,
    Uint8Array.of(address, transfer),
    littleEndian(REPORT_SIZE_BYTES),
    Uint8Array.of(intervalMs),
  );
}

/** WebUSB 1.00 without a landing page. UUID 3408B638-09A9-47A0-8BFD-A0768815B665. */
function webUsbPlatformCapability(): Uint8Array {
  return descriptor(
    USB_DESCRIPTOR.deviceCapability,
    Uint8Array.of(0x05, 0x00), // platform; reserved
    Uint8Array.of(0x38, 0xb6, 0x08, 0x34, 0xa9, 0x09, 0xa0, 0x47, 0x8b, 0xfd, 0xa0, 0x76, 0x88, 0x15, 0xb6, 0x65),
    littleEndian(0x0100),
    Uint8Array.of(USB_DEVICE.requests.webUsb, 0),
  );
}
