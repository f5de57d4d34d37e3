/**
 * Attaches a USB/IP connection to this machine's kernel, as the tool `usbip attach` does, without the tool and without a TCP port.
 * The number of the socket comes from a private field of Node's: the tool stays the documented way.
 * Source: Linux, drivers/usb/usbip/vhci_sysfs.c.   Floor: simulator wires.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEVICE_ID } from './usbIpMessages.js';

const CONTROLLER = '/sys/devices/platform/vhci_hcd.0';
const FREE = 4;
const SPEED_FULL = 2;

/** @returns our end of the connection; when it's destroyed, the kernel lets go of the device @throws Error that says what to do */
export async function attachToKernel(): Promise<Socket> {
  const port = freePort();
  const [ours, kernels] = await socketPair();
  try {
    writeFileSync(`${CONTROLLER}/attach`, `${port} ${descriptorOf(kernels)} ${DEVICE_ID} ${SPEED_FULL}`);
    return ours;
  } catch (cause) {
    ours.destroy();
    throw new Error('The kernel did not take the device: only root may attach it.', { cause });
  } finally {
    // The kernel has it now.
    kernels.destroy();
  }
}

/** Of the lines `hs 0002 004 …`: hub, port, state. */
function freePort(): number {
  const [, ...lines] = statusText().split('\n');
  for (const line of lines) {
    const [hub, port, state] = line.trim().split(/\s+/);
    if (hub === 'hs' && Number(state) === FREE) return Number(port);
  }
  throw new Error('The kernel has no free port for a USB/IP device: detach one, see `usbip port`.');
}

function statusText(): string {
  try {
    return readFileSync(`${CONTROLLER}/status`, 'utf8');
  } catch (cause) {
    throw new Error('The kernel has no ports for USB/IP devices: load the module, `modprobe vhci-hcd`.', { cause });
  }
}

function descriptorOf(socket: Socket): number {
  const { _handle: handle } = socket as Socket & { readonly _handle?: { readonly fd?: number } };
  if (handle?.fd === undefined) throw new Error('This Node tells no numbers of sockets: use `usbip attach`.');
  return handle.fd;
}

async function socketPair(): Promise<readonly [Socket, Socket]> {
  const folder = mkdtempSync(join(tmpdir(), 'comptoir-usb-'));
  const path = join(folder, 'socket');
  const server = createServer({ pauseOnConnect: true });
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(path, resolve);
    });
    const accepted = new Promise<Socket>((resolve) => server.once('connection', resolve));
    const connected = await new Promise<Socket>((resolve, reject) => {
      const socket = connect({ path }, () => resolve(socket.pause()));
      socket.once('error', reject);
    });
    return [await accepted, connected];
  } finally {
    server.close();
    rmSync(folder, { recursive: true });
  }
}
