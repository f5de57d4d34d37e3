/**
 * `navigator.hid` of a page on a machine with our device model, by the text of WebHID: for tests without a browser. What is true of a
 * browser only a browser shows: `npm run test:usb`.
 * Source: https://wicg.github.io/webhid/.
 */
import { USB_DEVICE } from '@comptoir/protocol/usb';
import type { Plugged, UsbMachine } from './usbMachine.js';

export interface Person {
  /** A click is being handled. */
  hasClicked: boolean;
  /** What the person picks from the list: the reader, or nothing. */
  picks: boolean;
}

/** @param isGranted the page may have the device without asking, as after a policy or an earlier pick */
export function createHidShim(machine: UsbMachine, person: Person, isGranted: boolean): HID {
  return new HidShim(machine, person, isGranted) as unknown as HID;
}

class HidShim extends EventTarget {
  private readonly devices = new WeakMap<Plugged, HidDeviceShim>();

  private readonly machine: UsbMachine;
  private readonly person: Person;
  private isGranted: boolean;

  constructor(machine: UsbMachine, person: Person, isGranted: boolean) {
    super();
    this.machine = machine;
    this.person = person;
    this.isGranted = isGranted;
    machine.watch((isConnected, plugged) => {
      if (!this.isGranted) return;
      const device = this.deviceOf(plugged);
      if (!isConnected) device.lost();
      this.dispatchEvent(Object.assign(new Event(isConnected ? 'connect' : 'disconnect'), { device }));
    });
  }

  async getDevices(): Promise<HidDeviceShim[]> {
    const { plugged } = this.machine;
    return plugged === undefined || !this.isGranted ? [] : [this.deviceOf(plugged)];
  }

  async requestDevice({ filters }: { readonly filters: readonly HIDDeviceFilter[] }): Promise<HidDeviceShim[]> {
    if (!this.person.hasClicked) throw new DOMException('Must be handling a user gesture.', 'SecurityError');
    const { plugged } = this.machine;
    const fits = filters.some(({ vendorId, productId, usagePage }) => {
      const isVendor = vendorId === undefined || vendorId === plugged?.vendorId;
      const isProduct = productId === undefined || productId === plugged?.productId;
      return isVendor && isProduct && (usagePage === undefined || usagePage === USB_DEVICE.hid.usagePage);
    });
    if (plugged === undefined || !fits || !this.person.picks) return [];
    this.isGranted = true;
    return [this.deviceOf(plugged)];
  }

  private deviceOf(plugged: Plugged): HidDeviceShim {
    const known = this.devices.get(plugged) ?? new HidDeviceShim(plugged);
    this.devices.set(plugged, known);
    return known;
  }
}

class HidDeviceShim extends EventTarget {
  opened = false;
  readonly vendorId: number;
  readonly productId: number;
  readonly productName: string;

  private readonly plugged: Plugged;

  constructor(plugged: Plugged) {
    super();
    this.plugged = plugged;
    this.vendorId = plugged.vendorId;
    this.productId = plugged.productId;
    this.productName = plugged.productName;
  }

  async open(): Promise<void> {
    if (this.opened) throw new DOMException('The device is already open.', 'InvalidStateError');
    if (!this.plugged.isThere) throw new DOMException('Failed to open the device.', 'NotAllowedError');
    this.opened = true;
    this.plugged.hidReaders.add(this.read);
  }

  async close(): Promise<void> {
    this.lost();
  }

  async sendReport(reportId: number, data: BufferSource): Promise<void> {
    if (!this.opened) throw new DOMException('The device must be opened first.', 'InvalidStateError');
    if (reportId !== 0) throw new TypeError('The device has no report identifiers.');
    const refused = new DOMException('Failed to write the report.', 'NotAllowedError');
    if (this.plugged.failingWrites > 0) {
      this.plugged.failingWrites -= 1;
      throw refused;
    }
    const bytes = new Uint8Array(data as ArrayBuffer);
    const sent = this.plugged.device.transferOut(USB_DEVICE.hid.endpointOut, bytes.slice());
    await sent.done.catch(() => {
      throw refused;
    });
  }

  lost(): void {
    this.opened = false;
    this.plugged.hidReaders.delete(this.read);
  }

  private readonly read = (report: Uint8Array): void => {
    const data = new DataView(report.slice().buffer);
    this.dispatchEvent(Object.assign(new Event('inputreport'), { device: this, reportId: 0, data }));
  };
}
