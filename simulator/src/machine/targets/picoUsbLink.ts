/**
 * Reports by USB transfers: enumerates the reader whenever it shows itself, keeps asking its interrupt endpoint for
 * reports, and sends those of the host.
 * Source: HID 1.11.   Floor: simulator machine.
 */
import { REPORT_SIZE_BYTES } from '@comptoir/protocol';
import type { Chip } from '../chip/chip.js';
import type { Timers } from '../chip/timers.js';
import { USB_CLASS, type UsbConfiguration } from '../usb/usbDescriptors.js';
import type { UsbDevice } from '../usb/usbDevice.js';
import { UsbHost } from '../usb/usbHost.js';
import { createPicoUsbDevice, type PicoUsbDevice } from './picoUsbDevice.js';

const HID_SET_IDLE = { requestType: 0x21, request: 0x0a, value: 0, index: 0, length: 0 };

interface UsbLinkEvents {
  /** The chip has to run. */
  wanted(): void;
  came(report: Uint8Array): void;
  /** The device is gone; it may come back. */
  gone(): void;
}

interface UsbLink {
  readonly host: UsbHost;
  isConfigured(): boolean;
  /** Resolves when the reader is ready for reports. */
  configured(): Promise<void>;
  /** Queues one report. One that the reader doesn't live to take is lost, as on any bus. */
  send(report: Uint8Array): void;
  /** The other end of the cable goes to another host, for good: nobody listens here any more. */
  release(): UsbDevice;
}

interface Endpoints {
  readonly in: number;
  readonly out: number;
}

export function createUsbLink(chip: Chip, timers: Timers, { wanted, came, gone }: UsbLinkEvents): UsbLink {
  const host = new UsbHost(chip, timers);
  let endpoints: Endpoints | undefined;
  let released: PicoUsbDevice | undefined;
  let waiting: readonly { resolve(): void; reject(fault: Error): void }[] = [];

  function settle(fault: Error | undefined): void {
    const settled = waiting;
    waiting = [];
    for (const { resolve, reject } of settled) fault === undefined ? resolve() : reject(fault);
  }
  function lost(): void {
    released?.lost();
    const was = endpoints;
    endpoints = undefined;
    if (was !== undefined) gone();
  }
  async function bringUp(): Promise<void> {
    const { configuration } = await host.enumerate();
    if (released !== undefined) {
      await released.found(configuration);
      settle(undefined);
      return;
    }
    await host.request(HID_SET_IDLE).catch(() => undefined);
    const found = reportEndpoints(configuration);
    endpoints = found;
    settle(undefined);
    void listen(found);
  }
  /** Two transfers at a time, as a HID driver has them, so that none of the bus's frames is missed. */
  async function listen(found: Endpoints): Promise<void> {
    let next = host.transferIn(found.in, REPORT_SIZE_BYTES);
    try {
      while (endpoints === found) {
        const { done } = next;
        next = host.transferIn(found.in, REPORT_SIZE_BYTES);
        const report = await done;
        if (report.length === REPORT_SIZE_BYTES) came(report);
      }
    } catch {
      if (endpoints === found) lost();
    }
  }
  host.wanted = wanted;
  host.connectionChanged = (isConnected) => {
    if (isConnected) bringUp().catch((fault: Error) => host.bus.isConnected && settle(fault));
    else lost();
  };
  return {
    host,
    isConfigured: () => endpoints !== undefined,
    configured: () =>
      endpoints !== undefined || released?.device.isConnected() === true
        ? Promise.resolve()
        : new Promise((resolve, reject) => {
            waiting = [...waiting, { resolve, reject }];
          }),
    send(report) {
      if (endpoints !== undefined) host.transferOut(endpoints.out, report);
    },
    release() {
      if (released !== undefined) return released.device;
      lost();
      released = createPicoUsbDevice(host, came);
      if (host.bus.isConnected) host.connectionChanged(true);
      return released.device;
    },
  };
}

function reportEndpoints({ interfaces }: UsbConfiguration): Endpoints {
  const hid = interfaces.find((each) => each.class === USB_CLASS.hid);
  const interrupts = hid?.endpoints.filter(({ type }) => type === 'interrupt') ?? [];
  const inward = interrupts.find(({ isIn }) => isIn);
  const outward = interrupts.find(({ isIn }) => !isIn);
  if (inward === undefined || outward === undefined)
    throw new Error('the device has no HID interface with both endpoints');
  return { in: inward.number, out: outward.number };
}
