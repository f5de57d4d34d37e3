/**
 * Reports over the vendor interface of the reader in a browser: Chrome on a tablet, where there is no WebHID. One page at a time has the
 * interface. A page needs HTTPS, and once a click of a person.
 * Source: docs/reference/sdk.md; https://wicg.github.io/webusb/.   Floor: sdk transports.
 */
import { REPORT_SIZE_BYTES } from '@comptoir/protocol';
import { USB_DEVICE } from '@comptoir/protocol/usb';
import type { CallOptions, Connection, DeviceInfo, DeviceTransport, ReportHandlers } from '../link/transport.js';
import { type Clock, systemClock } from '../values/clock.js';
import { createEnding, waitUntilFree } from './ending.js';
import { askPerson, type Navigator, newsOf, openFault, orUnsupported } from './pages.js';
import { chooseDevice, isReader, noSerial, notFound, printable, READER_ID, unlessAborted } from './usbReaders.js';
import { watchDevices } from './watchDevices.js';

/** As much of `navigator.usb` as is called. */
export interface Usb {
  getDevices(): Promise<UsbDevice[]>;
  requestDevice(options: { readonly filters: UsbFilter[] }): Promise<UsbDevice>;
  addEventListener(type: string, listener: (event: Event) => void): void;
  removeEventListener(type: string, listener: (event: Event) => void): void;
}

export interface UsbFilter {
  readonly vendorId: number;
  readonly productId: number;
}

export interface UsbDevice {
  readonly vendorId: number;
  readonly productId: number;
  readonly productName?: string | null | undefined;
  readonly serialNumber?: string | null | undefined;
  readonly configuration?: object | null | undefined;
  open(): Promise<void>;
  close(): Promise<void>;
  selectConfiguration(value: number): Promise<void>;
  claimInterface(number: number): Promise<void>;
  clearHalt(direction: 'in' | 'out', endpoint: number): Promise<void>;
  transferIn(endpoint: number, length: number): Promise<UsbTransferred>;
  transferOut(endpoint: number, data: Uint8Array<ArrayBuffer>): Promise<UsbTransferred>;
}

export interface UsbTransferred {
  readonly status?: 'ok' | 'stall' | 'babble' | undefined;
  readonly data?: DataView | undefined;
}

export interface WebUsbOptions {
  /** Of the reader that is meant. Default: the only one that the page may use. */
  readonly serial?: string;
  /** Default: that of the page. */
  readonly usb?: Usb;
  /** Default `systemClock`. */
  readonly clock?: Clock;
}

/** Transfers that wait for reports: so many come while the page does something else. */
const TRANSFERS = 4;
const CONFIGURATION = 1;
/** WebUSB counts endpoints without their direction. */
const NUMBER_MASK = 0x0f;
const ENDPOINT_IN = USB_DEVICE.vendor.endpointIn & NUMBER_MASK;
const ENDPOINT_OUT = USB_DEVICE.vendor.endpointOut & NUMBER_MASK;

export function webUsb(options: WebUsbOptions = {}): DeviceTransport {
  const { serial, clock = systemClock } = options;
  const usbHere = (): Usb =>
    orUnsupported(options.usb ?? (globalThis.navigator as Navigator<'usb', Usb> | undefined)?.usb, 'WebUSB');
  const list = async (): Promise<readonly DeviceInfo[]> => (await granted(usbHere())).map(deviceOf);
  return {
    list,
    async request() {
      const devices = await list();
      if (devices.length > 0) return chooseDevice(devices, serial);
      const picked = deviceOf(await askPerson(() => usbHere().requestDevice({ filters: [READER_ID] })));
      return chooseDevice([picked], serial);
    },
    open: (device, handlers, given) => openUsb(usbHere(), device, handlers, clock, given),
    watch: (given) => watchDevices({ list, news: (changed) => newsOf(usbHere(), changed), clock }, given),
  };
}

function deviceOf({ serialNumber, productName }: UsbDevice): DeviceInfo {
  const serial = printable(serialNumber ?? '');
  return { id: `webUsb:${serial}`, serial, model: printable(productName ?? ''), firmware: '', transport: 'webUsb' };
}

async function granted(usb: Usb): Promise<readonly UsbDevice[]> {
  return (await usb.getDevices()).filter(isReader);
}

async function openUsb(
  usb: Usb,
  device: DeviceInfo,
  handlers: ReportHandlers,
  clock: Clock,
  { signal }: CallOptions = {},
): Promise<Connection> {
  const devices = await granted(usb);
  const serial = chooseDevice(devices.map(deviceOf), device.serial === '' ? undefined : device.serial).serial;
  if (serial === '') throw noSerial();
  const chosen = devices.find((one) => one.serialNumber === serial);
  if (chosen === undefined) throw notFound(serial);
  await waitUntilFree(chosen);
  await claim(chosen);
  return unlessAborted(connectUsb(usb, chosen, handlers, clock), signal);
}

async function claim(device: UsbDevice): Promise<void> {
  try {
    await device.open();
    if (device.configuration === null) await device.selectConfiguration(CONFIGURATION);
    await device.claimInterface(USB_DEVICE.vendor.interface);
  } catch (cause) {
    await device.close().catch(() => {});
    throw openFault(cause);
  }
}

function connectUsb(usb: Usb, device: UsbDevice, handlers: ReportHandlers, clock: Clock): Connection {
  const gone = (event: Event): void => {
    if ((event as Event & { readonly device: UsbDevice }).device === device) void ending.end();
  };
  const tidy = async (): Promise<void> => {
    usb.removeEventListener('disconnect', gone);
    await device.close();
  };
  const ending = createEnding(handlers, clock, tidy, device);
  const hear = async (): Promise<void> => {
    while (ending.isOpen) {
      const { status, data } = await device.transferIn(ENDPOINT_IN, REPORT_SIZE_BYTES);
      if (status === 'stall') await device.clearHalt('in', ENDPOINT_IN);
      else if (data !== undefined && ending.isOpen)
        handlers.report(new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength));
    }
  };
  usb.addEventListener('disconnect', gone);
  // What ends a transfer that waits is the end of the connection, whoever wanted it.
  for (let transfer = 0; transfer < TRANSFERS; transfer += 1) hear().catch(() => ending.end());
  return {
    async send(report) {
      if (!ending.isOpen) throw new Error('the device is closed');
      const { status } = await device.transferOut(ENDPOINT_OUT, report.slice());
      if (status !== 'ok') throw new Error(`the device answered ${status}`);
    },
    close: () => ending.end(),
  };
}
