/**
 * A USB device in one thread, its host in another: a thread that stands still (a breakpoint in the firmware) never keeps the
 * host's thread from answering. Beyond the thread, the device is a UsbDevice again.
 * Floor: simulator wires.
 */
import type { MessagePort } from 'node:worker_threads';
import { NO_BYTES } from '@comptoir/protocol';
import { type OpenTransfer, openTransfer, type Transfer, type UsbDevice } from '../../machine/usb/usbDevice.js';
import { type SetupPacket, UsbGone, UsbStall, UsbTimeout } from '../../machine/usb/usbTransfer.js';

/** A transfer that the host gave up ends after so long, whether the device's thread has said so or not. */
const CANCELLED_MS_MAX = 500;
const HEARTBEAT_MS = 1_000;

type Asked =
  | { readonly ask: 'control'; readonly id: number; readonly setup: SetupPacket; readonly data: Uint8Array }
  | { readonly ask: 'in'; readonly id: number; readonly endpoint: number; readonly length: number }
  | { readonly ask: 'out'; readonly id: number; readonly endpoint: number; readonly data: Uint8Array }
  | { readonly ask: 'cancel'; readonly id: number }
  | { readonly ask: 'reset'; readonly id: number }
  | { readonly ask: 'heartbeat' };

type Told =
  | { readonly tell: 'done'; readonly id: number; readonly bytes: Uint8Array }
  | { readonly tell: 'failed'; readonly id: number; readonly fault: 'stall' | 'gone' | 'timeout' }
  | { readonly tell: 'connection'; readonly isConnected: boolean }
  | { readonly tell: 'heartbeat' };

/** The device's end. @returns takes the device's cable away from the other thread */
export function serveDevice(device: UsbDevice, port: MessagePort): () => void {
  const running = new Map<number, Transfer>();
  const tell = (told: Told): void => port.postMessage(told);
  const asked = (message: Asked): void => {
    switch (message.ask) {
      case 'control':
        start(message.id, device.control(message.setup, message.data));
        break;
      case 'in':
        start(message.id, device.transferIn(message.endpoint, message.length));
        break;
      case 'out':
        start(message.id, device.transferOut(message.endpoint, message.data));
        break;
      case 'cancel':
        running.get(message.id)?.cancel();
        break;
      case 'reset':
        settle(
          message.id,
          device.reset().then(() => NO_BYTES),
        );
        break;
      case 'heartbeat':
        tell({ tell: 'heartbeat' });
    }
  };
  function start(id: number, transfer: Transfer): void {
    running.set(id, transfer);
    settle(id, transfer.done);
  }
  function settle(id: number, done: Promise<Uint8Array>): void {
    done.then(
      (bytes) => {
        running.delete(id);
        tell({ tell: 'done', id, bytes });
      },
      (fault: unknown) => {
        running.delete(id);
        tell({ tell: 'failed', id, fault: nameOf(fault) });
      },
    );
  }
  device.connectionChanged = (isConnected) => tell({ tell: 'connection', isConnected });
  port.on('message', asked);
  tell({ tell: 'connection', isConnected: device.isConnected() });
  return () => {
    device.connectionChanged = () => undefined;
    port.off('message', asked);
    for (const transfer of running.values()) transfer.cancel();
  };
}

function nameOf(fault: unknown): 'stall' | 'gone' | 'timeout' {
  if (fault instanceof UsbStall) return 'stall';
  return fault instanceof UsbTimeout ? 'timeout' : 'gone';
}

const FAULTS = {
  stall: () => new UsbStall('the device refused'),
  gone: () => new UsbGone('the device is gone'),
  timeout: () => new UsbTimeout('the device does not answer'),
} as const;

export interface FarDevice extends UsbDevice {
  /** Resolves when its thread has said whether it's there. */
  readonly known: Promise<void>;
  close(): void;
}

/**
 * The host's end.
 * @param silentMsMax a device's thread that stands still for so long is taken for unplugged, until it moves again
 */
export function farDevice(port: MessagePort, silentMsMax: number): FarDevice {
  const running = new Map<number, OpenTransfer>();
  let lastId = 0;
  let isThere = false;
  let silentMs = 0;
  let knownNow: () => void = () => undefined;
  const known = new Promise<void>((resolve) => {
    knownNow = resolve;
  });

  const isConnected = (): boolean => isThere && silentMs < silentMsMax;
  const ask = (asked: Asked): void => port.postMessage(asked);
  /** Tells, when it makes a difference. */
  function changed(change: () => void): void {
    const was = isConnected();
    change();
    if (was === isConnected()) return;
    if (was) {
      for (const [id, open] of running) {
        // Its thread may only stand still: what it finds when it goes on must not take what others ask for.
        ask({ ask: 'cancel', id });
        end(id, () => open.fail(FAULTS.gone()));
      }
    }
    device.connectionChanged(!was);
  }
  function end(id: number, tell: () => void): void {
    running.delete(id);
    tell();
  }
  function transfer(begin: (id: number) => Asked): Transfer {
    lastId += 1;
    const id = lastId;
    const open = openTransfer();
    if (!isConnected()) {
      open.fail(FAULTS.gone());
      return open.transfer;
    }
    running.set(id, open);
    ask(begin(id));
    return {
      done: open.transfer.done,
      cancel() {
        if (!running.has(id)) return;
        // Its thread knows whether it came too late: what was read already must not be lost.
        ask({ ask: 'cancel', id });
        setTimeout(() => end(id, open.transfer.cancel), CANCELLED_MS_MAX).unref();
      },
    };
  }
  const heartbeat = setInterval(() => {
    changed(() => {
      silentMs += HEARTBEAT_MS;
    });
    ask({ ask: 'heartbeat' });
  }, HEARTBEAT_MS);

  port.on('message', (told: Told) => {
    changed(() => {
      silentMs = 0;
      if (told.tell === 'connection') isThere = told.isConnected;
    });
    if (told.tell === 'connection') knownNow();
    if (told.tell === 'done' || told.tell === 'failed') {
      const open = running.get(told.id);
      if (open === undefined) return;
      if (told.tell === 'done') end(told.id, () => open.finish(told.bytes));
      else end(told.id, () => open.fail(FAULTS[told.fault]()));
    }
  });

  const device: FarDevice = {
    known,
    isConnected,
    connectionChanged: () => undefined,
    control: (setup, data = NO_BYTES) => transfer((id) => ({ ask: 'control', id, setup, data })),
    transferIn: (endpoint, length) => transfer((id) => ({ ask: 'in', id, endpoint, length })),
    transferOut: (endpoint, data) => transfer((id) => ({ ask: 'out', id, endpoint, data })),
    reset: async () => {
      await transfer((id) => ({ ask: 'reset', id })).done.catch(() => undefined);
    },
    close() {
      clearInterval(heartbeat);
      port.close();
    },
  };
  return device;
}
