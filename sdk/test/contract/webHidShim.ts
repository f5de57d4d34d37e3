/**
 * `navigator.hid` of a page on a machine with our device model, by the text of WebHID: for tests without a browser. What is true of a
 * browser only a browser shows: `npm run test:usb`.
 * Source: https://wicg.github.io/webhid/.
 */
import { USB_DEVICE } from '@comptoir/protocol/usb';
import { PageShim, type Person } from './pageShim.js';
import type { Plugged, UsbMachine } from './usbMachine.js';

/** @param isGranted the page may have the device without asking, as after a policy or an earlier pick */
export function createHidShim(machine: UsbMachine, person: Person, isGranted: boolean): HID {
  return new HidShim(machine, person, isGranted) as unknown as HID;
}

class HidShim extends PageShim<HidDeviceShim> {
  protected create(plugged: Plugged): HidDeviceShim {
    return new HidDeviceShim(plugged);
  }

  async requestDevice({ filters }: { readonly filters: readonly HIDDeviceFilter[] }): Promise<HidDeviceShim[]> {
    const picked = this.askPerson((plugged) =>
      filters.some(({ vendorId, productId, usagePage }) => {
        const isVendor = vendorId === undefined || vendorId === plugged.vendorId;
        const isProduct = productId === undefined || productId === plugged.productId;
        return isVendor && isProduct && (usagePage === undefined || usagePage === USB_DEVICE.hid.usagePage);
      }),
    );
    return picked === undefined ? [] : [picked];
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
