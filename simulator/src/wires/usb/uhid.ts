/**
 * A HID device of the kernel's, made by a program: needs no root once a rule opens /dev/uhid, but there is no USB below it.
 * It has no flow control: the kernel drops what a client doesn't read.
 * Floor: simulator wires.
 */
import { close as closeFile, open as openFile, read, writeSync } from 'node:fs';
import type { UsbDevice } from '../../machine/usb/usbDevice.js';
import { createUhidConnection, EVENT, EVENT_BYTES } from './uhidEvents.js';
import type { ServedWire } from './wire.js';

/** Rejects when /dev/uhid can't be opened. */
export async function serveUhid(device: UsbDevice): Promise<ServedWire> {
  const file = await opened();
  let isClosed = false;
  const connection = createUhidConnection(device, (event) => {
    if (!isClosed) writeSync(file, event);
  });

  /** Holds one thread of the pool, since the file has no other way to wait. It ends with the event that a destroyed device gives. */
  function readEvents(ended: () => void): void {
    const event = Buffer.alloc(EVENT_BYTES);
    read(file, event, 0, EVENT_BYTES, null, (fault) => {
      if (fault !== null || (isClosed && event.readUInt32LE(0) === EVENT.stop)) return ended();
      connection.take(event);
      readEvents(ended);
    });
  }

  const ended = new Promise<void>((resolve) => readEvents(resolve));
  device.connectionChanged = (isConnected) => {
    if (isConnected) connection.create().catch(() => undefined);
    else connection.destroy();
  };
  if (device.isConnected()) await connection.create();
  return {
    port: 0,
    async close() {
      device.connectionChanged = () => undefined;
      const wasCreated = connection.isCreated();
      connection.destroy();
      isClosed = true;
      // A device that was never there gives no event; then its reading ends with the process.
      if (!wasCreated) return;
      await ended;
      closeFile(file);
    },
  };
}

function opened(): Promise<number> {
  return new Promise((resolve, reject) => {
    openFile('/dev/uhid', 'r+', (fault, file) => {
      if (fault === null) return resolve(file);
      const load = fault.code === 'ENOENT' ? 'load the module, `modprobe uhid`' : 'only root may, or whom a rule lets';
      reject(new Error(`/dev/uhid can't be opened: ${load}.`, { cause: fault }));
    });
  });
}
