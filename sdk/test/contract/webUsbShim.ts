/**
 * `navigator.usb` of a page on a machine with our device model, by the text of WebUSB: for tests without a browser. What is true of a
 * browser only a browser shows: `npm run test:usb`.
 * Source: https://wicg.github.io/webusb/.
 */
import { USB_DEVICE } from '@comptoir/protocol/usb';
import type { Transfer } from '../../../simulator/src/machine/usb/usbDevice.js';
import { UsbStall } from '../../../simulator/src/machine/usb/usbTransfer.js';
import { PageShim, type Person } from './pageShim.js';
import type { Plugged, UsbMachine } from './usbMachine.js';

/** @param isGranted the page may have the device without asking, as after a policy or an earlier pick */
export function createUsbShim(machine: UsbMachine, person: Person, isGranted: boolean): USB {
  return new UsbShim(machine, person, isGranted) as unknown as USB;
}

class UsbShim extends PageShim<UsbDeviceShim> {
  protected create(plugged: Plugged): UsbDeviceShim {
    return new UsbDeviceShim(plugged);
  }

  async requestDevice({ filters }: { readonly filters: readonly USBDeviceFilter[] }): Promise<UsbDeviceShim> {
    const picked = this.askPerson((plugged) =>
      filters.some(({ vendorId, productId }) => vendorId === plugged.vendorId && productId === plugged.productId),
    );
    if (picked === undefined) throw new DOMException('No device selected.', 'NotFoundError');
    return picked;
  }
}

class UsbDeviceShim {
  opened = false;
  configuration: object | null = null;
  readonly vendorId: number;
  readonly productId: number;
  readonly productName: string;
  readonly serialNumber: string | null;
  private readonly transfers = new Set<Transfer>();

  private readonly plugged: Plugged;

  constructor(plugged: Plugged) {
    this.plugged = plugged;
    this.vendorId = plugged.vendorId;
    this.productId = plugged.productId;
    this.productName = plugged.productName;
    this.serialNumber = plugged.serialNumber === '' ? null : plugged.serialNumber;
  }

  async open(): Promise<void> {
    this.mustBeThere();
    this.opened = true;
  }

  async close(): Promise<void> {
    this.lost();
  }

  async selectConfiguration(value: number): Promise<void> {
    this.mustBeOpen();
    if (value !== 1) throw new DOMException('There is no such configuration.', 'NotFoundError');
    this.configuration = {};
  }

  async claimInterface(number: number): Promise<void> {
    this.mustBeOpen();
    if (this.configuration === null) throw new DOMException('No configuration is selected.', 'InvalidStateError');
    if (number === USB_DEVICE.hid.interface)
      throw new DOMException('The requested interface implements a protected class.', 'SecurityError');
    const { vendorOwner } = this.plugged;
    if (vendorOwner !== undefined && vendorOwner !== this)
      throw new DOMException('Unable to claim interface.', 'NetworkError');
    this.plugged.vendorOwner = this;
  }

  async clearHalt(): Promise<void> {
    this.mustHaveInterface();
  }

  async transferIn(endpoint: number, length: number): Promise<USBInTransferResult> {
    return this.transfer(
      () => this.plugged.device.transferIn(endpoint, length),
      (bytes) => ({ status: 'ok', data: new DataView(bytes.slice().buffer) }),
    );
  }

  async transferOut(endpoint: number, data: BufferSource): Promise<USBOutTransferResult> {
    const bytes = new Uint8Array(data as ArrayBuffer).slice();
    return this.transfer(
      () => this.plugged.device.transferOut(endpoint, bytes),
      () => ({ status: 'ok', bytesWritten: bytes.length }),
    );
  }

  lost(): void {
    this.opened = false;
    for (const transfer of this.transfers) transfer.cancel();
    if (this.plugged.vendorOwner === this) this.plugged.vendorOwner = undefined;
  }

  private async transfer<R extends { status: USBTransferStatus }>(
    begin: () => Transfer,
    tell: (bytes: Uint8Array) => R,
  ): Promise<R> {
    this.mustHaveInterface();
    const transfer = begin();
    this.transfers.add(transfer);
    try {
      return tell(await transfer.done);
    } catch (fault) {
      if (fault instanceof UsbStall) return { ...tell(new Uint8Array(0)), status: 'stall' };
      throw new DOMException('A transfer error has occurred.', 'NetworkError');
    } finally {
      this.transfers.delete(transfer);
    }
  }

  private mustBeThere(): void {
    if (!this.plugged.isThere) throw new DOMException('The device was disconnected.', 'NotFoundError');
  }

  private mustBeOpen(): void {
    this.mustBeThere();
    if (!this.opened) throw new DOMException('The device must be opened first.', 'InvalidStateError');
  }

  private mustHaveInterface(): void {
    this.mustBeOpen();
    if (this.plugged.vendorOwner !== this)
      throw new DOMException('The specified endpoint is not part of a claimed interface.', 'NotFoundError');
  }
}
