/**
 * Reports over USB HID in Node, by the package `node-hid`: on every desktop, without a driver. Several programs can have one reader
 * open; their channels keep them apart.
 * Source: docs/reference/sdk.md; node-hid 3.4.   Floor: sdk transports.
 */
import { REPORT_SIZE_BYTES } from '@comptoir/protocol';
import { USB_DEVICE } from '@comptoir/protocol/usb';
import type { HIDAsync } from 'node-hid';
import type { CallOptions, Connection, DeviceInfo, DeviceTransport, ReportHandlers } from '../link/transport.js';
import type { Clock } from '../values/clock.js';
import { ReaderError } from '../values/errors.js';
import { createEnding } from './ending.js';
import { chooseFound, type FoundReader, type NodeTransportOptions, nodeTransport } from './nodeTransport.js';
import {
  inUse,
  noPermission,
  noSerial,
  notFound,
  oncePermitted,
  otherVersion,
  printable,
  READER_ID,
  unlessAborted,
  unsupported,
} from './usbReaders.js';

/** Our reports have no identifiers; hidapi wants one in front nevertheless. */
const NO_REPORT_ID_BYTES = 1;

export type NodeHidOptions = NodeTransportOptions;

export function nodeHid(options: NodeHidOptions = {}): DeviceTransport {
  return nodeTransport(options, findReaders, openHid);
}

interface Found extends FoundReader {
  readonly path: string;
}

async function findReaders(): Promise<readonly Found[]> {
  const { devicesAsync } = await load();
  // Which library is missing is seen only now: the native part is loaded by the first call.
  const found = await devicesAsync(READER_ID.vendorId, READER_ID.productId).catch((cause) => {
    throw notLoaded(cause);
  });
  return found.flatMap(({ path, serialNumber = '', product = '', usagePage }) => {
    // The libusb back end of hidapi knows no usage page.
    const isOurs = !usagePage || usagePage === USB_DEVICE.hid.usagePage;
    if (path === undefined || !isOurs) return [];
    const [serial, model] = [printable(serialNumber), printable(product)];
    const id = `hid:${serial === '' ? path : serial}`;
    return [{ path, device: { id, serial, model, firmware: '', transport: 'nodeHid' } }];
  });
}

async function openHid(
  device: DeviceInfo,
  handlers: ReportHandlers,
  clock: Clock,
  { signal }: CallOptions = {},
): Promise<Connection> {
  const { HIDAsync } = await load();
  // Its path may be another one since it was listed.
  const { path, device: chosen } = chooseFound(await findReaders(), device.serial);
  if (chosen.serial === '') throw noSerial();
  const open = (): Promise<HIDAsync> =>
    HIDAsync.open(path, { nonExclusive: true }).catch((cause: unknown) => {
      throw openFault(cause, device.serial);
    });
  const hid = await oncePermitted(open, clock, signal);
  return unlessAborted(connectHid(hid, handlers, clock), signal);
}

function connectHid(hid: HIDAsync, handlers: ReportHandlers, clock: Clock): Connection {
  const ending = createEnding(handlers, clock, () => hid.close());
  hid.on('data', (report: Buffer) => {
    if (ending.isOpen) handlers.report(Uint8Array.from(report));
  });
  // Unplugged: what comes with it may be an error without any words.
  hid.on('error', () => void ending.end());
  return {
    async send(report) {
      if (!ending.isOpen) throw new Error('the device is closed');
      const bytes = Buffer.alloc(NO_REPORT_ID_BYTES + REPORT_SIZE_BYTES);
      bytes.set(report, NO_REPORT_ID_BYTES);
      await hid.write(bytes);
    },
    close: () => ending.end(),
  };
}

/** What hidapi says, in the words of Linux, macOS and Windows. */
function openFault(cause: unknown, serial: string): ReaderError {
  const why = cause instanceof Error ? cause.message : '';
  if (/permission denied|not permitted|access is denied/i.test(why)) return noPermission(cause);
  if (/exclusive access|busy|being used by another process/i.test(why)) return inUse(cause);
  if (/no such (file|device)|cannot find the file/i.test(why)) return notFound(serial, cause);
  return new ReaderError('link/denied', { charged: 'no', cause });
}

async function load(): Promise<typeof import('node-hid')> {
  const { default: loaded } = await import('node-hid').catch((cause: unknown) => {
    throw notLoaded(cause);
  });
  if (typeof loaded.devicesAsync !== 'function') throw otherVersion('node-hid@3');
  return loaded;
}

function notLoaded(cause: unknown): ReaderError {
  const next = 'Install the package `node-hid`; `comptoir doctor` tells which library is missing.';
  return unsupported('node-hid is not there.', next, cause);
}
