/**
 * A wire in a thread of its own: nothing that the firmware does, a breakpoint included, keeps it from answering.
 * Floor: simulator wires.
 */
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import type { UsbDevice } from '../../machine/usb/usbDevice.js';
import { farDevice, serveDevice } from './threads.js';
import { serveUhid } from './uhid.js';
import { serveUsbIp } from './usbIpServer.js';
import { serveUsbRedir } from './usbRedirServer.js';
import type { PluggedWire, ServedWire, UsbWire } from './wire.js';

/** A firmware that stands still for so long is a reader that was unplugged, until it goes on. */
const SILENT_MS_MAX = 10_000;

const NEVER = new Promise<never>(() => {});

/** What the thread is started with. */
interface WireThread {
  readonly usb: { readonly wire: UsbWire; readonly device: MessagePort };
}

type ThreadTold = { readonly listening: number } | { readonly refused: string } | { readonly closed: true };

/**
 * Plugs the device in.
 * @param worker the file of a script that calls `runWire`; without it the wire is in this thread
 * Rejects when the wire can't be had: the message says what to do.
 */
export async function serveWire(device: UsbDevice, wire: UsbWire, worker: URL | undefined): Promise<PluggedWire> {
  const { port1, port2 } = new MessageChannel();
  const unserve = serveDevice(device, port1);
  const end = (): void => {
    unserve();
    port1.close();
  };
  try {
    const served = await (worker === undefined
      ? { ...(await wireHere(port2, wire)), lost: NEVER }
      : wireThere(port2, wire, worker));
    served.lost.then(end);
    return {
      ...served,
      async close() {
        await served.close();
        end();
      },
    };
  } catch (fault) {
    end();
    throw fault;
  }
}

/** The thread's end: serves until it's told to close. */
export async function runWire({ usb }: WireThread, port: MessagePort): Promise<void> {
  const tell = (told: ThreadTold): void => port.postMessage(told);
  try {
    const served = await wireHere(usb.device, usb.wire);
    port.once('message', async () => {
      await served.close();
      tell({ closed: true });
      port.close();
    });
    tell({ listening: served.port });
  } catch (fault) {
    usb.device.close();
    tell({ refused: fault instanceof Error ? fault.message : String(fault) });
  }
}

async function wireHere(port: MessagePort, wire: UsbWire): Promise<ServedWire> {
  const device = farDevice(port, SILENT_MS_MAX);
  try {
    // Whether it's there comes first of all messages.
    await device.known;
    const served = await start(device, wire);
    return {
      port: served.port,
      async close() {
        await served.close();
        device.close();
      },
    };
  } catch (fault) {
    device.close();
    throw fault;
  }
}

function start(device: UsbDevice, wire: UsbWire): Promise<ServedWire> {
  switch (wire.wire) {
    case 'usbip':
      return serveUsbIp({ device, ...wire });
    case 'uhid':
      return serveUhid(device);
    case 'usbredir':
      return serveUsbRedir(device, wire.path);
  }
}

function wireThere(device: MessagePort, wire: UsbWire, file: URL): Promise<PluggedWire> {
  return new Promise((resolve, reject) => {
    const thread = new Worker(file, {
      workerData: { usb: { wire, device } } satisfies WireThread,
      transferList: [device],
    });
    let isClosing = false;
    const ended = new Promise<Error>((done) => {
      thread.once('error', (fault) => done(fault instanceof Error ? fault : new Error(String(fault))));
      thread.once('exit', () => done(new Error('Its thread ended.')));
    });
    const lost = new Promise<Error>((tell) => {
      ended.then((fault) => {
        if (!isClosing) tell(fault);
        reject(fault);
      });
    });
    thread.once('message', (told: ThreadTold) => {
      if ('listening' in told) {
        resolve({
          port: told.listening,
          lost,
          async close() {
            isClosing = true;
            thread.postMessage('close');
            await ended;
          },
        });
      } else if ('refused' in told) reject(new Error(told.refused));
    });
  });
}
