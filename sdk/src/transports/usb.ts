/**
 * Reports over the vendor interface of the reader in Node, by the package `usb` in its major version 2: where HID is not to be had, and for
 * tests of what tablets do. One program at a time has the interface.
 * Source: docs/reference/sdk.md, docs/decisions/0063-usb-stays-at-two.md.   Floor: sdk transports.
 */
import { REPORT_SIZE_BYTES } from '@comptoir/protocol';
import { USB_DEVICE } from '@comptoir/protocol/usb';
import type { Device, InEndpoint, Interface, LibUSBException, OutEndpoint } from 'usb';
import type { CallOptions, Connection, DeviceInfo, DeviceTransport, ReportHandlers } from '../link/transport.js';
import type { Clock } from '../values/clock.js';
import { ReaderError } from '../values/errors.js';
import { createEnding, waitUntilFree } from './ending.js';
import { chooseFound, type FoundReader, type NodeTransportOptions, nodeTransport } from './nodeTransport.js';
import {
  inUse,
  isReader,
  noPermission,
  noSerial,
  notFound,
  oncePermitted,
  otherVersion,
  printable,
  unlessAborted,
  unsupported,
} from './usbReaders.js';

/** Transfers that wait for reports: so many come while this process does something else. */
const TRANSFERS = 4;
/** A frozen device takes nothing; then the link is lost. */
const WRITE_MS_MAX = 5000;
/** @see libusb.h, libusb_error */
const LIBUSB = { access: -3, noDevice: -4, notFound: -5, busy: -6, notSupported: -12 } as const;

export type UsbOptions = NodeTransportOptions;

export function usb(options: UsbOptions = {}): DeviceTransport {
  return nodeTransport(options, findReaders, openUsb);
}

interface Found extends FoundReader {
  readonly handle: Device;
}

/**
 * The same device is the same object: what was read of it once is true until it's unplugged. Who asks at the same time waits for the same answer: it
 * takes opening the device, and whoever closed it would close it for the others.
 */
const serials = new WeakMap<Device, Promise<string>>();

async function findReaders(): Promise<readonly Found[]> {
  const { getDeviceList } = await load();
  const found: Found[] = [];
  for (const handle of getDeviceList()) {
    const { idVendor: vendorId, idProduct: productId } = handle.deviceDescriptor;
    if (!isReader({ vendorId, productId })) continue;
    const serial = await serialOf(handle);
    const id = `usb:${serial === '' ? `${handle.busNumber}-${handle.deviceAddress}` : serial}`;
    found.push({ handle, device: { id, serial, model: USB_DEVICE.product, firmware: '', transport: 'usb' } });
  }
  return found;
}

/** Empty when it can't be read: what opens the device says why. */
function serialOf(handle: Device): Promise<string> {
  const reading = serials.get(handle) ?? readSerial(handle);
  serials.set(handle, reading);
  return reading.catch(() => {
    if (serials.get(handle) === reading) serials.delete(handle);
    return '';
  });
}

async function readSerial(handle: Device): Promise<string> {
  handle.open();
  return new Promise<string>((resolve, reject) => {
    handle.getStringDescriptor(handle.deviceDescriptor.iSerialNumber, (error, value = '') =>
      error ? reject(error) : resolve(printable(value)),
    );
  }).finally(() => handle.close());
}

async function openUsb(
  device: DeviceInfo,
  handlers: ReportHandlers,
  clock: Clock,
  { signal }: CallOptions = {},
): Promise<Connection> {
  return unlessAborted(await oncePermitted(() => findAndOpen(device, handlers, clock), clock, signal), signal);
}

async function findAndOpen(device: DeviceInfo, handlers: ReportHandlers, clock: Clock): Promise<Connection> {
  const { handle, device: chosen } = chooseFound(await findReaders(), device.serial);
  await waitUntilFree(handle);
  const vendor = claim(handle, device.serial);
  if (chosen.serial === '') {
    handle.close();
    // It may have got its rights only since it was listed.
    if ((await serialOf(handle)) === '') throw noSerial();
    return findAndOpen(device, handlers, clock);
  }
  return connectUsb(handle, vendor, handlers, clock);
}

function claim(handle: Device, serial: string): Interface {
  try {
    handle.open();
  } catch (cause) {
    throw openFault(cause, serial);
  }
  try {
    const vendor = handle.interface(USB_DEVICE.vendor.interface);
    vendor.claim();
    return vendor;
  } catch (cause) {
    handle.close();
    throw openFault(cause, serial);
  }
}

function connectUsb(handle: Device, vendor: Interface, handlers: ReportHandlers, clock: Clock): Connection {
  const input = vendor.endpoint(USB_DEVICE.vendor.endpointIn) as InEndpoint;
  const output = vendor.endpoint(USB_DEVICE.vendor.endpointOut) as OutEndpoint;
  output.timeout = WRITE_MS_MAX;
  const polled = new Promise<void>((resolve) => {
    input.once('end', resolve);
  });
  let hasBegun = false;
  const tidy = async (): Promise<void> => {
    if (hasBegun && input.pollActive) input.stopPoll();
    if (hasBegun) await polled;
    await new Promise<void>((resolve) => vendor.release(() => resolve()));
    handle.close();
  };
  const ending = createEnding(handlers, clock, tidy, handle);
  input.on('data', (report: Buffer) => {
    if (ending.isOpen) handlers.report(Uint8Array.from(report));
  });
  // Not at once: `usb` itself stops the transfers right after it has told of the error.
  input.on('error', () => queueMicrotask(() => void ending.end()));
  try {
    input.startPoll(TRANSFERS, REPORT_SIZE_BYTES);
    hasBegun = true;
  } catch (cause) {
    // Unplugged just now: `usb` stumbles over its own transfers.
    void ending.end();
    throw new ReaderError('link/lost', { charged: 'no', cause });
  }
  return {
    async send(report) {
      if (!ending.isOpen) throw new Error('the device is closed');
      await new Promise<void>((resolve, reject) => {
        output.transfer(Buffer.from(report), (error) => (error ? reject(error) : resolve()));
      });
    },
    close: () => ending.end(),
  };
}

function openFault(cause: unknown, serial: string): ReaderError {
  switch ((cause as Partial<LibUSBException>).errno) {
    case LIBUSB.access:
      return noPermission(cause);
    case LIBUSB.busy:
      return inUse(cause);
    case LIBUSB.noDevice:
    case LIBUSB.notFound:
      return notFound(serial, cause);
    case LIBUSB.notSupported:
      return unsupported(
        'This system has no driver for the vendor interface of the reader.',
        'Use nodeHid on Windows and macOS.',
        cause,
      );
    default:
      return new ReaderError('link/denied', { charged: 'no', cause });
  }
}

async function load(): Promise<typeof import('usb')> {
  const loaded = await import('usb').catch((cause: unknown) => {
    const next = 'Install the package `usb` in version 2; `comptoir doctor` tells which library is missing.';
    throw unsupported('usb is not there.', next, cause);
  });
  if (typeof loaded.getDeviceList !== 'function') throw otherVersion('usb@2');
  return loaded;
}
