/**
 * One connection to QEMU's device usb-redir, on the side of the device. Its cable can be pulled from outside the guest.
 * Source: the usbredir network redirection protocol description 0.7.   Floor: simulator wires.
 *
 *   control     endpoint 1 | request 1 | request type 1 | status 1 | value 2 | index 2 | length 2 | data
 *   bulk        endpoint 1 | status 1 | length 2 | stream 4 | upper length 2, when both know it | data
 *   interrupt   endpoint 1 | status 1 | length 2 | data
 */
import { NO_BYTES, REPORT_SIZE_BYTES } from '@comptoir/protocol';
import { USB_DEVICE } from '@comptoir/protocol/usb';
import { TRANSFER_BYTES_MAX, type Transfer, type UsbDevice } from '../../machine/usb/usbDevice.js';
import { UsbStall, UsbTimeout } from '../../machine/usb/usbTransfer.js';
import type { UsbIpClient } from './usbIpConnection.js';
import {
  deviceConnect,
  endpointInfo,
  formOf,
  hello,
  interfaceInfo,
  NO_FORM,
  PACKET,
  type Packet,
  REDIR_STATUS,
  type RedirForm,
  readPacket,
  writePacket,
} from './usbRedirPackets.js';

const RUNNING_MAX = 256;
const DIRECTION_IN = 0x80;
const CONTROL_HEAD = 10;
const INTERRUPT_HEAD = 4;
const SET_CONFIGURATION = { requestType: 0x00, request: 9, index: 0, length: 0 } as const;
const GET_CONFIGURATION = { requestType: 0x80, request: 8, value: 0, index: 0, length: 1 } as const;
const SET_INTERFACE = { requestType: 0x01, request: 11, length: 0 } as const;

export interface UsbRedirConnection {
  receive(bytes: Uint8Array): void;
  /** The device came, or went. */
  connectionChanged(isConnected: boolean): void;
  close(): void;
}

export function createUsbRedirConnection(device: UsbDevice, client: UsbIpClient): UsbRedirConnection {
  let held: Buffer = Buffer.alloc(0);
  let form: RedirForm | undefined;
  let isOver = false;
  let isShown = false;
  let lastId = 0n;
  const running = new Map<bigint, Transfer>();
  /** What interrupt endpoints listen with. */
  const listening = new Map<number, Transfer>();

  function send(type: number, id: bigint, ...body: readonly Uint8Array[]): void {
    if (!isOver) client.write(writePacket(type, id, form ?? NO_FORM, ...body));
  }
  function show(): void {
    if (form === undefined || isShown || !device.isConnected()) return;
    isShown = true;
    send(PACKET.interfaceInfo, 0n, interfaceInfo());
    send(PACKET.endpointInfo, 0n, endpointInfo(form));
    send(PACKET.deviceConnect, 0n, deviceConnect(form));
  }
  function take({ type, id, body }: Packet): void {
    switch (type) {
      case PACKET.hello:
        form ??= formOf(body);
        show();
        break;
      case PACKET.reset:
        void run(id, () => ({ done: device.reset().then(() => NO_BYTES), cancel: () => undefined }));
        break;
      case PACKET.setConfiguration:
        void configure(id, body[0] ?? 0);
        break;
      case PACKET.getConfiguration:
        void tellConfiguration(id);
        break;
      case PACKET.setAlternate:
        void setAlternate(id, body[0] ?? 0, body[1] ?? 0);
        break;
      case PACKET.getAlternate:
        send(PACKET.alternateStatus, id, Uint8Array.of(REDIR_STATUS.well, body[0] ?? 0, 0));
        break;
      case PACKET.startInterrupt:
        startInterrupt(id, body[0] ?? 0);
        break;
      case PACKET.stopInterrupt:
        stopInterrupt(body[0] ?? 0);
        send(PACKET.interruptStatus, id, Uint8Array.of(REDIR_STATUS.well, body[0] ?? 0));
        break;
      case PACKET.cancel:
        running.get(id)?.cancel();
        break;
      case PACKET.control:
        void control(id, body);
        break;
      case PACKET.bulk:
        void bulk(id, body);
        break;
      case PACKET.interrupt:
        void interruptOut(id, body);
        break;
      default: // filters, acknowledgements and what we didn't say that we know
    }
  }
  async function configure(id: bigint, value: number): Promise<void> {
    const { status } = await run(id, () => device.control({ ...SET_CONFIGURATION, value }));
    send(PACKET.configurationStatus, id, Uint8Array.of(status, value));
  }
  async function tellConfiguration(id: bigint): Promise<void> {
    const { status, bytes } = await run(id, () => device.control(GET_CONFIGURATION));
    send(PACKET.configurationStatus, id, Uint8Array.of(status, bytes[0] ?? 0));
  }
  async function setAlternate(id: bigint, index: number, value: number): Promise<void> {
    const { status } = await run(id, () => device.control({ ...SET_INTERFACE, index, value }));
    send(PACKET.alternateStatus, id, Uint8Array.of(status, index, value));
  }
  async function control(id: bigint, body: Buffer): Promise<void> {
    if (body.length < CONTROL_HEAD) return over();
    const [, request = 0, requestType = 0] = body;
    const isIn = (requestType & DIRECTION_IN) !== 0;
    const setup = {
      requestType,
      request,
      value: body.readUInt16LE(4),
      index: body.readUInt16LE(6),
      length: body.readUInt16LE(8),
    };
    const data = isIn ? NO_BYTES : Uint8Array.from(body.subarray(CONTROL_HEAD));
    const isWrong = !isIn && data.length !== setup.length;
    const { status, bytes } = await run(id, () => (isWrong ? undefined : device.control(setup, data)));
    const head = Buffer.from(body.subarray(0, CONTROL_HEAD));
    head.writeUInt8(status, 3);
    head.writeUInt16LE(isIn ? bytes.length : status === REDIR_STATUS.well ? setup.length : 0, 8);
    send(PACKET.control, id, head, isIn ? bytes : NO_BYTES);
  }
  async function bulk(id: bigint, body: Buffer): Promise<void> {
    const bytesOfHead = form?.hasLongBulk === true ? 10 : 8;
    if (body.length < bytesOfHead) return over();
    const address = body.readUInt8(0);
    const length = body.readUInt16LE(2) | (bytesOfHead > 8 ? body.readUInt16LE(8) << 16 : 0);
    const isIn = (address & DIRECTION_IN) !== 0;
    const data = Uint8Array.from(body.subarray(bytesOfHead));
    const isWrong = length < 0 || length > TRANSFER_BYTES_MAX || data.length !== (isIn ? 0 : length);
    const { status, bytes } = await run(id, () => {
      if (isWrong) return undefined;
      return isIn ? device.transferIn(address & 0x0f, length) : device.transferOut(address, data);
    });
    const isBabble = bytes.length > length;
    const came = isBabble ? NO_BYTES : bytes;
    const head = Buffer.from(body.subarray(0, bytesOfHead));
    const moved = isIn ? came.length : status === REDIR_STATUS.well ? length : 0;
    head.writeUInt8(isBabble ? REDIR_STATUS.babble : status, 1);
    head.writeUInt16LE(moved & 0xffff, 2);
    if (bytesOfHead > 8) head.writeUInt16LE(moved >>> 16, 8);
    send(PACKET.bulk, id, head, came);
  }
  async function interruptOut(id: bigint, body: Buffer): Promise<void> {
    if (body.length < INTERRUPT_HEAD) return over();
    const address = body.readUInt8(0);
    const data = Uint8Array.from(body.subarray(INTERRUPT_HEAD));
    const isWrong = (address & DIRECTION_IN) !== 0 || data.length !== body.readUInt16LE(2);
    const { status } = await run(id, () => (isWrong ? undefined : device.transferOut(address & 0x0f, data)));
    const head = Buffer.from(body.subarray(0, INTERRUPT_HEAD));
    head.writeUInt8(status, 1);
    send(PACKET.interrupt, id, head);
  }
  function startInterrupt(id: bigint, address: number): void {
    // Reports come from nowhere else; whoever listened at another address would take them away from it.
    const isThere = address === USB_DEVICE.hid.endpointIn;
    send(PACKET.interruptStatus, id, Uint8Array.of(isThere ? REDIR_STATUS.well : REDIR_STATUS.invalid, address));
    if (isThere && !listening.has(address)) void listen(address);
  }
  async function listen(address: number): Promise<void> {
    for (;;) {
      const transfer = device.transferIn(address & 0x0f, REPORT_SIZE_BYTES);
      listening.set(address, transfer);
      const { status, bytes } = await ended(transfer);
      if (listening.get(address) !== transfer) return;
      if (status !== REDIR_STATUS.well) {
        listening.delete(address);
        return send(PACKET.interruptStatus, 0n, Uint8Array.of(REDIR_STATUS.stall, address));
      }
      const head = Buffer.of(address, REDIR_STATUS.well, bytes.length & 0xff, bytes.length >> 8);
      lastId += 1n;
      send(PACKET.interrupt, lastId, head, bytes);
    }
  }
  function stopInterrupt(address: number): void {
    const transfer = listening.get(address);
    listening.delete(address);
    transfer?.cancel();
  }
  async function run(id: bigint, begin: () => Transfer | undefined): Promise<Ended> {
    const transfer = running.size >= RUNNING_MAX || running.has(id) ? undefined : begin();
    if (transfer === undefined) return { status: REDIR_STATUS.invalid, bytes: NO_BYTES };
    running.set(id, transfer);
    const how = await ended(transfer);
    running.delete(id);
    return how;
  }
  function over(): void {
    close();
    client.end();
  }
  function close(): void {
    isOver = true;
    held = Buffer.alloc(0);
    for (const transfer of [...running.values(), ...listening.values()]) transfer.cancel();
    listening.clear();
  }
  client.write(writePacket(PACKET.hello, 0n, NO_FORM, hello()));
  return {
    receive(bytes) {
      held = isOver ? held : Buffer.concat([held, bytes]);
      for (let read = readPacket(held, form ?? NO_FORM); read !== undefined && !isOver; ) {
        if (read === 'too long' || (form === undefined && read.packet.type !== PACKET.hello)) return over();
        held = held.subarray(read.length);
        take(read.packet);
        read = readPacket(held, form ?? NO_FORM);
      }
      held = Buffer.from(held);
    },
    connectionChanged(isConnected) {
      if (isConnected) return show();
      if (isShown) send(PACKET.deviceDisconnect, 0n);
      isShown = false;
      listening.clear();
    },
    close,
  };
}

interface Ended {
  readonly status: number;
  readonly bytes: Uint8Array;
}

async function ended({ done }: Transfer): Promise<Ended> {
  try {
    return { status: REDIR_STATUS.well, bytes: await done };
  } catch (fault) {
    const status =
      fault instanceof UsbStall
        ? REDIR_STATUS.stall
        : fault instanceof UsbTimeout
          ? REDIR_STATUS.timeout
          : REDIR_STATUS.cancelled;
    return { status, bytes: NO_BYTES };
  }
}
