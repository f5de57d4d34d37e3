/**
 * USB/IP on loopback: any number of clients may look, one may have the device.
 * As root it attaches the device to this machine's kernel itself, whenever the device is there.
 * Source: Linux, Documentation/usb/usbip_protocol.rst.   Floor: simulator wires.
 */
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import type { UsbDevice } from '../../machine/usb/usbDevice.js';
import { attachToKernel } from './kernelPort.js';
import { createUsbIpConnection, type UsbIpConnection } from './usbIpConnection.js';
import type { ServedWire } from './wire.js';

const CONNECTIONS_MAX = 16;
/** A client that imports nothing is cut off after so long without a word; one that has the device may be silent for ever. */
const SILENT_MS_MAX = 10_000;
/** A client that doesn't read is cut off when this much waits for it. */
const BUFFERED_BYTES_MAX = 1024 * 1024;

interface UsbIpServerOptions {
  readonly device: UsbDevice;
  /** 0 takes any that is free. */
  readonly port: number;
  /** Attaches the device to this machine's kernel, too. */
  readonly attach: boolean;
  /** Gives our end of a connection to the kernel, which has the device by it. Default `attachToKernel`. */
  readonly kernel?: () => Promise<Socket>;
}

/** Rejects when the port is taken, or when the device can't be attached. */
export async function serveUsbIp({
  device,
  port,
  attach,
  kernel = attachToKernel,
}: UsbIpServerOptions): Promise<ServedWire> {
  const clients = new Map<Socket, UsbIpConnection>();
  const hasImported = (): boolean => [...clients.values()].some((connection) => connection.isImported());

  function join(socket: Socket, isImported: boolean): void {
    // The kernel isn't one of those who look on.
    if (!isImported && clients.size >= CONNECTIONS_MAX) {
      socket.destroy();
      return;
    }
    const connection = createUsbIpConnection({
      device,
      client: {
        write(bytes) {
          if (socket.writableLength > BUFFERED_BYTES_MAX) socket.destroy();
          else socket.write(bytes);
        },
        end: () => void socket.end(() => socket.destroy()),
      },
      mayImport: () => !hasImported(),
      isImported,
    });
    clients.set(socket, connection);
    socket.setNoDelay(true);
    socket.setTimeout(SILENT_MS_MAX, () => {
      if (!connection.isImported()) socket.destroy();
    });
    socket.on('data', (bytes) => connection.receive(bytes));
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      connection.close();
      clients.delete(socket);
    });
    socket.resume();
  }
  async function attachNow(): Promise<void> {
    if (hasImported()) return;
    const socket = await kernel();
    // Another client may have been quicker: a device has one host.
    if (hasImported()) socket.destroy();
    else join(socket, true);
  }
  const server = createServer((socket) => join(socket, false));
  const listening = await listen(server, port);
  device.connectionChanged = (isConnected) => {
    if (isConnected && attach) attachNow().catch(() => undefined);
    if (isConnected) return;
    for (const [socket, connection] of clients) {
      if (!connection.isImported()) continue;
      // To the host, a cable that is pulled. Its socket ends later, and the device may be back before.
      connection.close();
      socket.destroy();
    }
  };
  const close = async (): Promise<void> => {
    device.connectionChanged = () => undefined;
    const ended = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const socket of clients.keys()) socket.destroy();
    await ended;
  };
  if (attach && device.isConnected()) {
    await attachNow().catch(async (fault: unknown) => {
      await close();
      throw fault;
    });
  }
  return { port: listening, close };
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}
