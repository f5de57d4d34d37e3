/**
 * Plugs a simulated reader into a kernel, from a program.
 * Floor: simulator wires.
 */
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import type { UsbDevice } from '../../machine/usb/usbDevice.js';
import { serveWire } from './serveWire.js';
import type { PluggedWire, UsbWire } from './wire.js';

/**
 * Serves the device in a thread of its own, so that clients in the kernel are answered whatever this thread does.
 * While the wire is open, the reader's clock has to be `realClock`: a kernel doesn't wait for a virtual one.
 * @param device what `simulation.usb()` gave
 * Rejects when the wire can't be had: the message says what to do.
 */
export function plugIn(device: UsbDevice, wire: UsbWire): Promise<PluggedWire> {
  const thread = createRequire(import.meta.url).resolve('@comptoir/simulator/usbThread');
  return serveWire(device, wire, pathToFileURL(thread));
}
