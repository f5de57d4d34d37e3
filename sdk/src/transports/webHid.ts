/**
 * Reports over USB HID in a browser: Chrome, Edge and their like on a desktop. A page needs HTTPS, and once a click of a person.
 * WebHID tells no serial numbers; where several readers are granted, each is asked which it is.
 * Source: docs/reference/sdk.md; https://wicg.github.io/webhid/.   Floor: sdk transports.
 */
import { USB_DEVICE } from '@comptoir/protocol/usb';
import type { CallOptions, Connection, DeviceInfo, DeviceTransport, ReportHandlers } from '../link/transport.js';
import { type Clock, systemClock } from '../values/clock.js';
import { createEnding, waitUntilFree } from './ending.js';
import { askPerson, type Navigator, newsOf, openFault, orUnsupported } from './pages.js';
import { chooseDevice, isReader, notFound, printable, READER_ID, unlessAborted } from './usbReaders.js';
import { watchDevices } from './watchDevices.js';

/** As much of `navigator.hid` as is called. */
export interface Hid {
  getDevices(): Promise<HidDevice[]>;
  requestDevice(options: { readonly filters: HidFilter[] }): Promise<HidDevice[]>;
  addEventListener(type: string, listener: (event: Event) => void): void;
  removeEventListener(type: string, listener: (event: Event) => void): void;
}

export interface HidFilter {
  readonly vendorId: number;
  readonly productId: number;
  readonly usagePage: number;
}

export interface HidDevice {
  readonly vendorId: number;
  readonly productId: number;
  readonly productName: string;
  open(): Promise<void>;
  close(): Promise<void>;
  sendReport(reportId: number, data: Uint8Array<ArrayBuffer>): Promise<void>;
  addEventListener(type: string, listener: (event: Event) => void): void;
  removeEventListener(type: string, listener: (event: Event) => void): void;
}

export interface WebHidOptions {
  /** Of the reader that is meant. Default: the only one that the page may use. */
  readonly serial?: string;
  /** Default: that of the page. */
  readonly hid?: Hid;
  /** Default `systemClock`. */
  readonly clock?: Clock;
}

const FILTER: HidFilter = { ...READER_ID, usagePage: USB_DEVICE.hid.usagePage };

export function webHid(options: WebHidOptions = {}): DeviceTransport {
  const { serial, clock = systemClock } = options;
  const hidHere = (): Hid =>
    orUnsupported(options.hid ?? (globalThis.navigator as Navigator<'hid', Hid> | undefined)?.hid, 'WebHID');
  const list = async (): Promise<readonly DeviceInfo[]> => (await granted(hidHere())).map(deviceOf);
  return {
    list,
    async request() {
      const devices = await list();
      // Which of several it is, they are asked when one is opened.
      if (devices.length > 0) return serial === undefined ? chooseDevice(devices) : { ...NO_DEVICE, serial };
      const [picked] = await askPerson(() => hidHere().requestDevice({ filters: [FILTER] }));
      if (picked === undefined) throw notFound();
      // Which one was picked, `connect` sees by its word.
      return { ...deviceOf(picked), serial: serial ?? '' };
    },
    open: (device, handlers, given) => openHid(hidHere(), device, handlers, clock, given),
    watch: (given) => watchDevices({ list, news: (changed) => newsOf(hidHere(), changed), clock }, given),
  };
}

const NO_DEVICE: DeviceInfo = { id: 'webHid', serial: '', model: '', firmware: '', transport: 'webHid' };
const numbers = new WeakMap<HidDevice, number>();
let lastNumber = 0;

/** An object of the browser is one device until it's unplugged: it gets a number of ours. */
function deviceOf(device: HidDevice): DeviceInfo {
  let number = numbers.get(device);
  if (number === undefined) {
    lastNumber += 1;
    number = lastNumber;
    numbers.set(device, number);
  }
  return { ...NO_DEVICE, id: `webHid:${number}`, model: printable(device.productName) };
}

async function granted(hid: Hid): Promise<readonly HidDevice[]> {
  return (await hid.getDevices()).filter(isReader);
}

async function openHid(
  hid: Hid,
  device: DeviceInfo,
  handlers: ReportHandlers,
  clock: Clock,
  { signal }: CallOptions = {},
): Promise<Connection> {
  const chosen = await choose(hid, device, clock, signal);
  return unlessAborted(await connectHid(hid, chosen, handlers, clock), signal);
}

/** After a replug the browser has a new object for the same reader: then its serial number tells. */
async function choose(hid: Hid, device: DeviceInfo, clock: Clock, signal: AbortSignal | undefined): Promise<HidDevice> {
  const devices = await granted(hid);
  const same = devices.find((one) => deviceOf(one).id === device.id);
  const chosen = same ?? (devices.length === 1 ? devices[0] : undefined);
  if (chosen !== undefined) return chosen;
  if (device.serial !== '' && devices.length > 0) {
    const { serialOf } = await import('./serialOf.js');
    for (const one of devices) {
      const serial = await serialOf((handlers) => connectHid(hid, one, handlers, clock), clock, signal);
      if (serial === device.serial) return one;
    }
  }
  throw notFound(device.serial);
}

async function connectHid(hid: Hid, device: HidDevice, handlers: ReportHandlers, clock: Clock): Promise<Connection> {
  await waitUntilFree(device);
  await device.open().catch(async (cause: unknown) => {
    // Chrome has one word for a device that may not be opened and for one that is gone.
    throw (await granted(hid)).includes(device) ? openFault(cause) : notFound('', cause);
  });
  let hasWritten = false;
  const heard = (event: Event): void => {
    const { data } = event as Event & { readonly data: DataView<ArrayBuffer> };
    handlers.report(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  };
  const gone = (event: Event): void => {
    if ((event as Event & { readonly device: HidDevice }).device === device) void ending.end();
  };
  const tidy = async (): Promise<void> => {
    device.removeEventListener('inputreport', heard);
    hid.removeEventListener('disconnect', gone);
    await device.close();
  };
  const ending = createEnding(handlers, clock, tidy, device);
  device.addEventListener('inputreport', heard);
  hid.addEventListener('disconnect', gone);
  return {
    async send(report) {
      if (!ending.isOpen) throw new Error('the device is closed');
      try {
        await device.sendReport(0, report.slice());
        hasWritten = true;
      } catch (error) {
        // For two or three seconds after plugging in, writes fail: such a report is lost, and INIT is repeated. WICG/webhid issue 111.
        if (hasWritten) throw error;
      }
    },
    close: () => ending.end(),
  };
}
