/**
 * The peer of QEMU's device usb-redir at a Unix socket: one guest at a time.
 * Floor: simulator wires.
 */
import { rmSync, statSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import type { UsbDevice } from '../../machine/usb/usbDevice.js';
import { UsbRedirConnection } from './usbRedirConnection.js';
import type { ServedWire } from './wire.js';

const BUFFERED_BYTES_MAX = 1024 * 1024;

/** Rejects when the socket can't be made; one that is left over from an earlier run is replaced. */
export async function serveUsbRedir(device: UsbDevice, path: string): Promise<ServedWire> {
  let guest: { readonly socket: Socket; readonly connection: UsbRedirConnection } | undefined;
  if (statSync(path, { throwIfNoEntry: false })?.isSocket() === true) rmSync(path);
  const server = createServer((socket) => {
    if (guest !== undefined) {
      socket.destroy();
      return;
    }
    const connection = new UsbRedirConnection(device, {
      write(bytes) {
        if (socket.writableLength > BUFFERED_BYTES_MAX) socket.destroy();
        else socket.write(bytes);
      },
      end: () => void socket.end(() => socket.destroy()),
    });
    guest = { socket, connection };
    socket.on('data', (bytes) => connection.receive(bytes));
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      connection.close();
      guest = undefined;
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
  device.connectionChanged = (isConnected) => guest?.connection.connectionChanged(isConnected);
  return {
    port: 0,
    async close() {
      device.connectionChanged = () => undefined;
      const ended = new Promise<void>((resolve) => server.close(() => resolve()));
      guest?.socket.destroy();
      await ended;
    },
  };
}
