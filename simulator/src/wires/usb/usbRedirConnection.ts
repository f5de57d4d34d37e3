/**
 * One connection to QEMU's device usb-redir, on the side of the device. Its cable can be pulled from outside the guest.
 * Source: the usbredir network redirection protocol description 0.7.   Floor: simulator wires.
 */
import { NO_BYTES, REPORT_SIZE_BYTES } from '@comptoir/protocol';
import { USB_DEVICE } from '@comptoir/protocol/usb';
import type { Transfer, UsbDevice } from '../../machine/usb/usbDevice.js';
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
import {
  bulkTransfer,
  busReset,
  controlTransfer,
  type Ended,
  endOf,
  interruptIn,
  interruptOut,
  readConfiguration,
  type Wanted,
  writeAlternate,
  writeConfiguration,
} from './usbRedirTransfers.js';

const RUNNING_MAX = 256;

export class UsbRedirConnection {
  private readonly device: UsbDevice;
  private readonly client: UsbIpClient;
  private held: Buffer = Buffer.alloc(0);
  private form: RedirForm | undefined;
  private isOver = false;
  private isShown = false;
  private lastId = 0n;
  private readonly running = new Map<bigint, Transfer>();
  /** What interrupt endpoints listen with. */
  private readonly listening = new Map<number, Transfer>();

  constructor(device: UsbDevice, client: UsbIpClient) {
    this.device = device;
    this.client = client;
    client.write(writePacket(PACKET.hello, 0n, NO_FORM, hello()));
  }

  receive(bytes: Uint8Array): void {
    if (!this.isOver) this.held = Buffer.concat([this.held, bytes]);
    for (let read = this.read(); read !== undefined && !this.isOver; read = this.read()) {
      if (read === 'too long' || (this.form === undefined && read.packet.type !== PACKET.hello)) {
        this.end();
        return;
      }
      this.held = this.held.subarray(read.length);
      this.take(read.packet);
    }
    this.held = Buffer.from(this.held);
  }

  /** The device came, or went. */
  connectionChanged(isConnected: boolean): void {
    if (isConnected) {
      this.show();
      return;
    }
    if (this.isShown) this.send(PACKET.deviceDisconnect, 0n);
    this.isShown = false;
    this.listening.clear();
  }

  close(): void {
    this.isOver = true;
    this.held = Buffer.alloc(0);
    for (const transfer of [...this.running.values(), ...this.listening.values()]) transfer.cancel();
    this.listening.clear();
  }

  private end(): void {
    this.close();
    this.client.end();
  }

  private read(): ReturnType<typeof readPacket> {
    return readPacket(this.held, this.form ?? NO_FORM);
  }

  private send(type: number, id: bigint, ...body: readonly Uint8Array[]): void {
    if (!this.isOver) this.client.write(writePacket(type, id, this.form ?? NO_FORM, ...body));
  }

  private show(): void {
    if (this.form === undefined || this.isShown || !this.device.isConnected()) return;
    this.isShown = true;
    this.send(PACKET.interfaceInfo, 0n, interfaceInfo());
    this.send(PACKET.endpointInfo, 0n, endpointInfo(this.form));
    this.send(PACKET.deviceConnect, 0n, deviceConnect(this.form));
  }

  private take({ type, id, body }: Packet): void {
    const [first = 0] = body;
    switch (type) {
      case PACKET.hello:
        this.form ??= formOf(body);
        this.show();
        break;
      case PACKET.reset:
        void this.run(id, busReset);
        break;
      case PACKET.setConfiguration:
        void this.answer(PACKET.configurationStatus, id, writeConfiguration(body));
        break;
      case PACKET.getConfiguration:
        void this.answer(PACKET.configurationStatus, id, readConfiguration);
        break;
      case PACKET.setAlternate:
        void this.answer(PACKET.alternateStatus, id, writeAlternate(body));
        break;
      case PACKET.getAlternate:
        this.send(PACKET.alternateStatus, id, Uint8Array.of(REDIR_STATUS.well, first, 0));
        break;
      case PACKET.startInterrupt:
        this.startInterrupt(id, first);
        break;
      case PACKET.stopInterrupt:
        this.stopInterrupt(id, first);
        break;
      case PACKET.cancel:
        this.running.get(id)?.cancel();
        break;
      case PACKET.control:
        void this.answer(type, id, controlTransfer(body));
        break;
      case PACKET.bulk:
        void this.answer(type, id, bulkTransfer(body, this.form ?? NO_FORM));
        break;
      case PACKET.interrupt:
        void this.answer(type, id, interruptOut(body));
        break;
      default: // filters, acknowledgements and what we didn't say that we know
    }
  }

  private async answer(type: number, id: bigint, wanted: Wanted | undefined): Promise<void> {
    if (wanted === undefined) return this.end();
    this.send(type, id, ...wanted.answer(await this.run(id, wanted)));
  }

  private async run(id: bigint, wanted: Wanted): Promise<Ended> {
    const mayRun = this.running.size < RUNNING_MAX && !this.running.has(id);
    const transfer = mayRun ? wanted.begin(this.device) : undefined;
    if (transfer === undefined) return { status: REDIR_STATUS.invalid, bytes: NO_BYTES };
    this.running.set(id, transfer);
    const ended = await endOf(transfer);
    this.running.delete(id);
    return ended;
  }

  private startInterrupt(id: bigint, address: number): void {
    // Reports come from nowhere else; whoever listened at another address would take them away from it.
    const isThere = address === USB_DEVICE.hid.endpointIn;
    this.send(PACKET.interruptStatus, id, Uint8Array.of(isThere ? REDIR_STATUS.well : REDIR_STATUS.invalid, address));
    if (isThere && !this.listening.has(address)) void this.listen(address);
  }

  private async listen(address: number): Promise<void> {
    for (;;) {
      const transfer = this.device.transferIn(address & 0x0f, REPORT_SIZE_BYTES);
      this.listening.set(address, transfer);
      const { status, bytes } = await endOf(transfer);
      if (this.listening.get(address) !== transfer) return;
      if (status !== REDIR_STATUS.well) {
        this.listening.delete(address);
        return this.send(PACKET.interruptStatus, 0n, Uint8Array.of(REDIR_STATUS.stall, address));
      }
      this.lastId += 1n;
      this.send(PACKET.interrupt, this.lastId, ...interruptIn(address, bytes));
    }
  }

  private stopInterrupt(id: bigint, address: number): void {
    const transfer = this.listening.get(address);
    this.listening.delete(address);
    transfer?.cancel();
    this.send(PACKET.interruptStatus, id, Uint8Array.of(REDIR_STATUS.well, address));
  }
}
