/**
 * A USB device as its host has it: the model of this simulator, the emulated chip's own TinyUSB, or one of them in another thread.
 * Source: USB 2.0 §5.   Floor: simulator machine.
 */
import { type SetupPacket, type Transfer, UsbGone } from './usbTransfer.js';

export type { SetupPacket, Transfer };

export interface UsbDevice {
  /** It has power, and shows itself on the bus. */
  isConnected(): boolean;
  /** Called when it comes or goes; when it goes, after its transfers ended. It has one cable, so there is one to tell. */
  connectionChanged: (isConnected: boolean) => void;
  /** Rejects with UsbStall, UsbTimeout or UsbGone, as all transfers do. @param data as long as `setup` says, for a request out */
  control(setup: SetupPacket, data?: Uint8Array): Transfer;
  /** @param length ends the transfer, and so does a packet that isn't full. More than that may come, when the length cuts a packet. */
  transferIn(endpoint: number, length: number): Transfer;
  transferOut(endpoint: number, data: Uint8Array): Transfer;
  /** The bus is reset: transfers end, and the device waits for its configuration. */
  reset(): Promise<void>;
}

/** Above this, no wire takes a transfer: our reports have 64 bytes, and no message has more than 4,112. */
export const TRANSFER_BYTES_MAX = 65_536;

export interface OpenTransfer {
  readonly transfer: Transfer;
  finish(bytes: Uint8Array): void;
  fail(fault: Error): void;
}

/** @param cancelled called when the host gives it up, before it ends */
export function openTransfer(cancelled: () => void = () => undefined): OpenTransfer {
  let finish: (bytes: Uint8Array) => void = () => undefined;
  let fail: (fault: Error) => void = () => undefined;
  let isOver = false;
  const done = new Promise<Uint8Array>((resolve, reject) => {
    finish = (bytes) => {
      isOver = true;
      resolve(bytes);
    };
    fail = (fault) => {
      isOver = true;
      reject(fault);
    };
  });
  // Whoever doesn't look at the end of a transfer isn't told of it.
  done.catch(() => undefined);
  return {
    transfer: {
      done,
      cancel() {
        if (isOver) return;
        cancelled();
        fail(new UsbGone('the transfer was cancelled'));
      },
    },
    finish,
    fail,
  };
}
