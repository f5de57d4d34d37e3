/**
 * One connection of USB/IP: lists and imports, then the transfers of the imported device. Whoever sends something else is cut off.
 * Every UNLINK is answered, and every transfer once; nothing is kept of a client beyond the limits below.
 * Source: Linux, Documentation/usb/usbip_protocol.rst, drivers/usb/usbip/stub_rx.c.   Floor: simulator wires.
 */
import { NO_BYTES } from '@comptoir/protocol';
import { TRANSFER_BYTES_MAX, type Transfer, type UsbDevice } from '../../machine/usb/usbDevice.js';
import { UsbStall, UsbTimeout } from '../../machine/usb/usbTransfer.js';
import {
  BUS_ID,
  BUS_ID_BYTES,
  COMMAND_BYTES,
  deviceList,
  IMPORT_STATUS,
  imported,
  OPERATION,
  OPERATION_BYTES,
  readCommand,
  type Submit,
  submitted,
  type Unlink,
  URB_STATUS,
  USB_IP_VERSION,
  unlinked,
} from './usbIpMessages.js';

/** Transfers of one client at the same time. */
const RUNNING_MAX = 256;

export interface UsbIpClient {
  write(bytes: Uint8Array): void;
  /** Lets what was written go out first. */
  end(): void;
}

interface UsbIpConnectionOptions {
  readonly device: UsbDevice;
  readonly client: UsbIpClient;
  /** Asked once for each import: false when another client has the device. */
  readonly mayImport: () => boolean;
  /** As after a self-attach, for which the kernel doesn't ask. */
  readonly isImported?: boolean;
}

export interface UsbIpConnection {
  /** Takes bytes as they come, cut anywhere. */
  receive(bytes: Uint8Array): void;
  isImported(): boolean;
  /** The client is gone: its transfers are ended. */
  close(): void;
}

export function createUsbIpConnection({
  device,
  client,
  mayImport,
  ...start
}: UsbIpConnectionOptions): UsbIpConnection {
  const running = new Map<number, Transfer>();
  const unlinking = new Set<number>();
  let held: Buffer = Buffer.alloc(0);
  /** Bytes of a transfer that is too long, still to come. */
  let skipped = 0;
  let isImported = start.isImported === true;
  let isOver = false;

  /** @returns how many bytes were taken; 0: there are more to come */
  function step(): number {
    if (skipped > 0) {
      const taken = Math.min(skipped, held.length);
      skipped -= taken;
      return taken;
    }
    return isImported ? commandStep() : operationStep();
  }
  function operationStep(): number {
    if (held.length < OPERATION_BYTES) return 0;
    if (held.readUInt16BE(0) !== USB_IP_VERSION) return over();
    switch (held.readUInt16BE(2)) {
      case OPERATION.deviceList:
        write(deviceList(device.isConnected()));
        over();
        return 0;
      case OPERATION.import: {
        if (held.length < OPERATION_BYTES + BUS_ID_BYTES) return 0;
        const name = held.toString('latin1', OPERATION_BYTES, OPERATION_BYTES + BUS_ID_BYTES);
        importDevice(name.slice(0, name.indexOf('\0')));
        return OPERATION_BYTES + BUS_ID_BYTES;
      }
      default:
        return over();
    }
  }
  function importDevice(busId: string): void {
    const isThere = busId === BUS_ID && device.isConnected();
    const status = !isThere ? IMPORT_STATUS.noDevice : mayImport() ? IMPORT_STATUS.well : IMPORT_STATUS.busy;
    write(imported(status));
    isImported = status === IMPORT_STATUS.well;
    if (!isImported) over();
  }
  function commandStep(): number {
    if (held.length < COMMAND_BYTES) return 0;
    const command = readCommand(held);
    if (command === undefined) return over();
    if (command.kind === 'unlink') {
      void unlink(command);
      return COMMAND_BYTES;
    }
    const dataLength = command.isIn ? 0 : command.length;
    const refused = refusal(command);
    if (refused !== undefined) {
      write(submitted(command.sequence, refused, 0));
      skipped = dataLength;
      return COMMAND_BYTES;
    }
    if (held.length < COMMAND_BYTES + dataLength) return 0;
    void submit(command, Uint8Array.from(held.subarray(COMMAND_BYTES, COMMAND_BYTES + dataLength)));
    return COMMAND_BYTES + dataLength;
  }
  function refusal({ sequence, isIn, endpoint, length, setup }: Submit): number | undefined {
    if (length > TRANSFER_BYTES_MAX) return URB_STATUS.tooLong;
    if (endpoint === 0 && !isIn && length !== setup.length) return URB_STATUS.stall;
    return running.size >= RUNNING_MAX || running.has(sequence) ? URB_STATUS.noMemory : undefined;
  }
  async function submit(command: Submit, data: Uint8Array): Promise<void> {
    const { sequence, isIn, length } = command;
    const transfer = begin(device, command, data);
    running.set(sequence, transfer);
    let answer: Buffer | undefined;
    try {
      const bytes = await transfer.done;
      if (bytes.length > length) answer = submitted(sequence, URB_STATUS.overflow, 0);
      else answer = isIn ? submitted(sequence, URB_STATUS.well, bytes.length, bytes) : submitted(sequence, 0, length);
    } catch (fault) {
      // What was unlinked is answered for by its unlink.
      if (!unlinking.has(sequence)) answer = submitted(sequence, statusOf(fault), 0);
    }
    running.delete(sequence);
    unlinking.delete(sequence);
    if (answer !== undefined) write(answer);
  }
  async function unlink({ sequence, of }: Unlink): Promise<void> {
    const transfer = running.get(of);
    // A second unlink of the same transfer finds nothing to end: so there are never more of them than transfers.
    if (transfer === undefined || unlinking.has(of)) return write(unlinked(sequence, URB_STATUS.well));
    unlinking.add(of);
    transfer.cancel();
    // One that came to its end before was answered for just now.
    const status = await transfer.done.then(
      () => URB_STATUS.well,
      () => URB_STATUS.unlinked,
    );
    write(unlinked(sequence, status));
  }
  function write(bytes: Uint8Array): void {
    if (!isOver) client.write(bytes);
  }
  function over(): number {
    close();
    client.end();
    return 0;
  }
  function close(): void {
    isOver = true;
    held = Buffer.alloc(0);
    const ended = [...running.values()];
    running.clear();
    for (const transfer of ended) transfer.cancel();
  }
  return {
    receive(bytes) {
      if (isOver) return;
      held = Buffer.concat([held, bytes]);
      for (let taken = step(); taken > 0 && !isOver; taken = step()) held = held.subarray(taken);
      held = Buffer.from(held);
    },
    isImported: () => isImported && !isOver,
    close,
  };
}

function begin(device: UsbDevice, { isIn, endpoint, length, setup }: Submit, data: Uint8Array): Transfer {
  if (endpoint === 0) return device.control(setup, isIn ? NO_BYTES : data);
  return isIn ? device.transferIn(endpoint, length) : device.transferOut(endpoint, data);
}

function statusOf(fault: unknown): number {
  if (fault instanceof UsbStall) return URB_STATUS.stall;
  return fault instanceof UsbTimeout ? URB_STATUS.timeout : URB_STATUS.noDevice;
}
