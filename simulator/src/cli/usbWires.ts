/**
 * The wires of the command `reader`: which one was asked for, and what to tell of it.
 * Floor: simulator cli.
 */

import type { UsbDevice } from '../machine/usb/usbDevice.js';
import { UsageError } from '../trials/usageError.js';
import { serveWire } from '../wires/usb/serveWire.js';
import type { PluggedWire, UsbWire } from '../wires/usb/wire.js';
import { wholeNumberFrom } from './usage.js';

/** Of USB/IP, which the tool `usbip` takes without being told. */
const USB_IP_PORT = 3240;
const PORT_MAX = 65_535;

export interface WireOptions {
  readonly usb?: string | true;
  readonly uhid?: true;
  readonly usbredir?: string;
  /** False: not, though it may. */
  readonly attach: boolean;
}

/** @returns undefined when none was asked for @throws UsageError for more than one: a reader has one cable */
export function wireFrom({ usb, uhid, usbredir, attach }: WireOptions): UsbWire | undefined {
  const wires: UsbWire[] = [];
  if (usb !== undefined) {
    const port = usb === true ? USB_IP_PORT : wholeNumberFrom('The port of --usb', usb, PORT_MAX);
    wires.push({ wire: 'usbip', port, attach: attach && process.getuid?.() === 0 });
  }
  if (uhid === true) wires.push({ wire: 'uhid' });
  if (usbredir !== undefined) wires.push({ wire: 'usbredir', path: usbredir });
  if (wires.length > 1) throw new UsageError('A reader has one cable: take one of --usb, --uhid and --usbredir.');
  return wires[0];
}

export interface ServedCable extends PluggedWire {
  /** For people. */
  readonly text: string;
  /** For programs. */
  readonly told: Readonly<Record<string, unknown>>;
}

/** @param worker see `serveWire` @param err takes a sentence when the reader isn't attached although it might be */
export async function serveCable(
  device: UsbDevice,
  wire: UsbWire,
  worker: URL | undefined,
  err: (text: string) => void,
): Promise<ServedCable> {
  if (wire.wire !== 'usbip') {
    const served = await serveWire(device, wire, worker).catch(refused);
    const at = wire.wire === 'usbredir' ? wire.path : '/dev/uhid';
    return { ...served, text: `${wire.wire.padEnd(8)} ${at}`, told: { [wire.wire]: at } };
  }
  let isAttached = wire.attach;
  const served = await serveWire(device, wire, worker)
    .catch((fault: Error) => {
      if (!wire.attach) throw fault;
      isAttached = false;
      err(fault.message);
      return serveWire(device, { ...wire, attach: false }, worker);
    })
    .catch(refused);
  const tcpPort = served.port === USB_IP_PORT ? '' : `--tcp-port ${served.port} `;
  const command = `usbip ${tcpPort}attach -r 127.0.0.1 -b 1-1`;
  const text = isAttached ? `USB      attached to this machine, port ${served.port}` : `USB      ${command}`;
  return { ...served, text, told: { usb: { port: served.port, attached: isAttached, attach: command } } };
}

function refused(fault: unknown): never {
  throw new UsageError(fault instanceof Error ? fault.message : String(fault));
}
