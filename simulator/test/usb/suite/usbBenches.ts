/** Benches of real devices: a simulated reader that is plugged into this kernel, and the transports that reach it. */
import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import type { Clock, DeviceTransport } from '@comptoir/sdk';
import { nodeHid } from '@comptoir/sdk/transports/nodeHid';
import { usb } from '@comptoir/sdk/transports/usb';
import { simulate } from '@comptoir/simulator';
import { type BenchKind, slowClock } from '../../../../sdk/test/contract/bench.js';
import { serveWire } from '../../../src/wires/usb/serveWire.js';
import type { UsbWire } from '../../../src/wires/usb/wire.js';
import { SLOWER } from './slower.js';

const POLL_MS = 100;
export const THREAD: URL = pathToFileURL(`${import.meta.dirname}/usbThread.js`);
export const USB_IP: UsbWire = { wire: 'usbip', port: 0, attach: true };

export interface UsbBenchKind {
  readonly name: string;
  readonly wire: UsbWire;
  readonly isExclusive: boolean;
  readonly tellsSerials: boolean;
  /** @param close called with what has to end with the bench */
  transport(clock: Clock): DeviceTransport;
}

export const usbBenches: readonly UsbBenchKind[] = [
  { name: 'nodeHid', wire: USB_IP, isExclusive: false, tellsSerials: true, transport: (clock) => nodeHid({ clock }) },
  { name: 'usb', wire: USB_IP, isExclusive: true, tellsSerials: true, transport: (clock) => usb({ clock }) },
  {
    name: 'nodeHid on uhid',
    wire: { wire: 'uhid' },
    isExclusive: false,
    tellsSerials: true,
    transport: (clock) => nodeHid({ clock }),
  },
];

export function benchOf(kind: UsbBenchKind): BenchKind {
  return {
    ...kind,
    async open() {
      const clock = slowClock(SLOWER);
      const watcher = kind.transport(clock);
      // The last bench's reader may be there for this transport still, while it's gone for that bench's.
      await until(async () => (await watcher.list()).length === 0);
      const simulation = await simulate({ clock, record: false, target: 'node' });
      const wire = await serveWire(simulation.usb(), kind.wire, THREAD);
      await until(async () => (await watcher.list()).length > 0);
      return {
        simulation,
        clock,
        transport: () => kind.transport(clock),
        async unplug() {
          simulation.unplug();
          await until(async () => (await watcher.list()).length === 0);
        },
        async plug() {
          await simulation.restart();
          await until(async () => (await watcher.list()).length > 0);
        },
        async close() {
          await wire.close();
          await simulation.close();
          await until(async () => (await watcher.list()).length === 0);
        },
      };
    },
  };
}

export async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, POLL_MS));
}

/** The kernel's node of the reader's HID interface. */
export function hidNode(): string | undefined {
  return Array.from({ length: 64 }, (_, number) => `/dev/hidraw${number}`).find(existsSync);
}
