/** What the kernel and lsusb see is what the table says. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { concatBytes } from '@comptoir/protocol';
import { configurationDescriptor, deviceDescriptor, USB_DEVICE } from '@comptoir/protocol/usb';

const DEVICES = '/sys/bus/usb/devices';

/** The kernel's own copy, read when the device was enumerated. */
export async function descriptorsInKernel(serial: string): Promise<void> {
  const folder = readdirSync(DEVICES).find((name) => attribute(name, 'idProduct') === '0001');
  assert.ok(folder !== undefined, 'the kernel has no such device');
  const told = readFileSync(`${DEVICES}/${folder}/descriptors`);
  assert.deepEqual(Uint8Array.from(told), concatBytes(deviceDescriptor(), configurationDescriptor()));
  assert.equal(attribute(folder, 'serial'), serial);
  assert.equal(attribute(folder, 'manufacturer'), USB_DEVICE.manufacturer);
  assert.equal(attribute(folder, 'product'), USB_DEVICE.product);
  assert.equal(attribute(folder, 'speed'), '12');
}

export async function descriptorsByLsusb(serial: string): Promise<void> {
  // Not in this thread's way: the reader that answers is in it.
  const { stdout } = await promisify(execFile)('lsusb', ['-v', '-d', '1209:0001']);
  const text = stdout.replaceAll(/[ \t]+/g, ' ');
  for (const line of [
    'bcdUSB 2.10',
    'idVendor 0x1209',
    'idProduct 0x0001',
    `iManufacturer 1 ${USB_DEVICE.manufacturer}`,
    `iProduct 2 ${USB_DEVICE.product}`,
    `iSerial 3 ${serial}`,
    'bNumInterfaces 2',
    'MaxPower 200mA',
    'bInterfaceClass 3 Human Interface Device',
    'bInterfaceClass 255 Vendor Specific Class',
    'bEndpointAddress 0x01 EP 1 OUT',
    'bEndpointAddress 0x81 EP 1 IN',
    'bEndpointAddress 0x02 EP 2 OUT',
    'bEndpointAddress 0x82 EP 2 IN',
    'PlatformCapabilityUUID {3408b638-09a9-47a0-8bfd-a0768815b665}',
    'PlatformCapabilityUUID {d8dd60df-4589-4cc7-9cd2-659d9e648a9f}',
  ])
    assert.ok(text.includes(line), `lsusb does not print "${line}":\n${text}`);
}

function attribute(folder: string, name: string): string | undefined {
  try {
    return readFileSync(`${DEVICES}/${folder}/${name}`, 'utf8').trim();
  } catch {
    return undefined;
  }
}
