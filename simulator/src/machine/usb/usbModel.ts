/**
 * A simulated reader as a USB device, without a chip: the descriptors of the one table, and reports from and to its link.
 * Source: USB 2.0, HID 1.11; firmware/port/boards/pico/usb/usbReports.c, which does the same on the chip.   Floor: simulator machine.
 */
import { NO_BYTES } from '@comptoir/protocol';
import { USB_DEVICE } from '@comptoir/protocol/usb';
import type { OpenPort, ReportPort } from '@comptoir/sdk/transports/memory';
import { createReportRoutes } from './reportRoutes.js';
import { answerControl, type ControlledDevice } from './usbControl.js';
import { openTransfer, type Transfer, type UsbDevice } from './usbDevice.js';
import { createEndpointIn, createEndpointOut, type EndpointIn, type EndpointOut } from './usbEndpoints.js';
import { UsbGone, UsbStall } from './usbTransfer.js';

export interface UsbModel extends UsbDevice {
  /** Tells it that the reader has power; that it has none any more, the port tells. */
  powered(): void;
}

interface UsbModelOptions {
  readonly port: ReportPort;
  /** Up to 16 printable ASCII characters. */
  readonly serial: string;
}

const DIRECTION_IN = 0x80;
const CONTROL_ADDRESSES: readonly number[] = [0x00, 0x80];

export function createUsbModel({ port, serial }: UsbModelOptions): UsbModel {
  const routes = createReportRoutes();
  let reader: OpenPort | undefined;
  let configuration = 0;
  const endpointsIn = new Map<number, EndpointIn>();
  const endpointsOut = new Map<number, EndpointOut>();
  const interfaces = [USB_DEVICE.hid, USB_DEVICE.vendor] as const;
  for (const [number, { endpointIn, endpointOut }] of interfaces.entries()) {
    endpointsIn.set(endpointIn, createEndpointIn());
    endpointsOut.set(
      endpointOut,
      createEndpointOut(async (report) => {
        routes.learn(report, number);
        if (reader === undefined) throw gone();
        reader.send(report);
      }),
    );
  }

  const endpointAt = (address: number): EndpointIn | EndpointOut | undefined =>
    endpointsIn.get(address) ?? endpointsOut.get(address);
  function endAll(fault: Error): void {
    for (const endpoint of [...endpointsIn.values(), ...endpointsOut.values()]) {
      endpoint.end(fault);
      endpoint.setHalted(false);
    }
  }
  function connect(): void {
    if (reader !== undefined) return;
    try {
      reader = port.open({
        report: (report) => endpointsIn.get(interfaces[routes.find(report)]?.endpointIn ?? 0)?.put(report.slice()),
        closed: lost,
      });
    } catch {
      return; // no power yet, or not any more: whoever switches it on tells
    }
    device.connectionChanged(true);
  }
  function lost(): void {
    if (reader === undefined) return;
    reader = undefined;
    configuration = 0;
    endAll(gone());
    device.connectionChanged(false);
  }
  /** Of an endpoint that is there once the device is configured. */
  function transferOn<E>(endpoint: E | undefined, start: (endpoint: E) => Transfer): Transfer {
    if (reader === undefined) return failed(gone());
    if (endpoint === undefined || configuration === 0) return failed(new UsbStall('there is no such endpoint'));
    return start(endpoint);
  }

  const controlled: ControlledDevice = {
    serial,
    configuration: () => configuration,
    configure(value) {
      configuration = value;
      endAll(new UsbGone('the device was configured'));
    },
    isHalted: (address) =>
      CONTROL_ADDRESSES.includes(address) ? false : configuration === 0 ? undefined : endpointAt(address)?.isHalted(),
    setHalted: (address, isHalted) => endpointAt(address)?.setHalted(isHalted),
  };
  const device: UsbModel = {
    powered: connect,
    isConnected: () => reader !== undefined,
    connectionChanged: () => undefined,
    control(setup, data = NO_BYTES) {
      if (reader === undefined) return failed(gone());
      const open = openTransfer();
      const answer = answerControl(setup, data, controlled);
      if (answer === undefined) open.fail(new UsbStall('the device refused'));
      else open.finish(answer);
      return open.transfer;
    },
    transferIn: (endpoint, length) =>
      transferOn(endpointsIn.get(endpoint | DIRECTION_IN), (found) => found.take(length)),
    transferOut: (endpoint, data) => transferOn(endpointsOut.get(endpoint), (found) => found.give(data)),
    async reset() {
      configuration = 0;
      endAll(new UsbGone('the bus was reset'));
    },
  };
  return device;
}

function gone(): UsbGone {
  return new UsbGone('the device is gone');
}

function failed(fault: Error): Transfer {
  const open = openTransfer();
  open.fail(fault);
  return open.transfer;
}
