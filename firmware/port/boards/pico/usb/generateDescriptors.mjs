/**
 * `node generateDescriptors.mjs FILE`: writes the C arrays of the USB descriptors, made by the protocol's own functions.
 * Needs the bundle of @comptoir/protocol; CMake runs it.
 */
import { writeFileSync } from 'node:fs';
import * as usb from '@comptoir/protocol/usb';

const { USB_DEVICE: device } = usb;

const arrays = {
  usb_device_descriptor: usb.deviceDescriptor(),
  usb_configuration_descriptor: usb.configurationDescriptor(),
  usb_hid_descriptor: usb.hidDescriptor(),
  usb_hid_report_descriptor: usb.hidReportDescriptor(),
  usb_binary_object_store: usb.binaryObjectStore(),
  usb_microsoft_descriptor_set: usb.microsoftDescriptorSet(),
  usb_string_languages: usb.languagesDescriptor(),
  usb_string_manufacturer: usb.stringDescriptor(device.manufacturer),
  usb_string_product: usb.stringDescriptor(device.product),
};

const numbers = {
  USB_HID_INTERFACE: device.hid.interface,
  USB_VENDOR_INTERFACE: device.vendor.interface,
  USB_MICROSOFT_REQUEST: device.requests.microsoft,
  USB_MICROSOFT_DESCRIPTOR_INDEX: usb.MICROSOFT_DESCRIPTOR_INDEX,
  USB_STRING_LANGUAGES: usb.USB_STRING.languages,
  USB_STRING_MANUFACTURER: usb.USB_STRING.manufacturer,
  USB_STRING_PRODUCT: usb.USB_STRING.product,
  USB_STRING_SERIAL: usb.USB_STRING.serial,
};

const lines = [
  '/* Generated from firmware/protocol/src/usb/usbDevice.ts. */',
  '#pragma once',
  '#include <stdint.h>',
  '',
  ...Object.entries(numbers).map(([name, value]) => `#define ${name} ${value}`),
];
for (const [name, bytes] of Object.entries(arrays)) lines.push('', cArray(name, bytes));
writeFileSync(process.argv[2], `${lines.join('\n')}\n`);

/** Aligned, because TinyUSB reads string descriptors as 16-bit words. */
function cArray(name, bytes) {
  const rows = [];
  for (let at = 0; at < bytes.length; at += 16) {
    rows.push(
      `  ${[...bytes.subarray(at, at + 16)].map((byte) => `0x${byte.toString(16).padStart(2, '0')},`).join(' ')}`,
    );
  }
  return `static const uint8_t ${name}[${bytes.length}] __attribute__((aligned(2))) = {\n${rows.join('\n')}\n};`;
}
