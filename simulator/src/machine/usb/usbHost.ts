/**
 * A USB host for the chip: control, interrupt and bulk transfers made of packets, and what a host does with a new device.
 * Source: USB 2.0 §5, §9; HID 1.11 §7.   Floor: simulator machine chip.
 */

import type { Chip } from '../chip/chip.js';
import type { Timers } from '../chip/timers.js';
import { PACKET_BYTES_MAX, type PacketWish, pipeOf, UsbBus } from './usbBus.js';
import { parseConfiguration, type UsbConfiguration } from './usbDescriptors.js';
import { type SetupPacket, type Transfer, UsbGone, UsbStall, UsbTimeout } from './usbTransfer.js';

export interface EnumeratedDevice {
  /** 18 bytes. */
  readonly descriptor: Uint8Array;
  readonly configuration: UsbConfiguration;
}

/** Of the chip's time; USB gives a device 5 s for a request with data. @see USB 2.0 §9.2.6.4 */
const REQUEST_NANOS_MAX = 5e9;
const DEVICE_TO_HOST = 0x80;
const SET_ADDRESS = 5;
const GET_DESCRIPTOR = 6;
const SET_CONFIGURATION = 9;
const DESCRIPTOR = { device: 1, configuration: 2, string: 3, bos: 15, hidReport: 0x22 } as const;
const ENGLISH = 0x0409;

export class UsbHost {
  readonly bus: UsbBus;
  /** Called when something was asked of the device: its chip has to run. */
  wanted: () => void = () => undefined;
  /** Called when the device comes or goes. */
  connectionChanged: (isConnected: boolean) => void = () => undefined;
  private readonly open = new Set<(fault: Error) => void>();
  private intervals: ReadonlyMap<number, number> = new Map();
  private control: Promise<unknown> = Promise.resolve();
  private readonly timers: Timers;
  private isPlugged = true;

  constructor(chip: Chip, timers: Timers) {
    this.timers = timers;
    this.bus = new UsbBus(chip, timers);
    this.bus.connectionChanged = (isConnected) => {
      if (!this.isPlugged) return;
      if (!isConnected) this.endAll(new UsbGone('the device is gone'));
      this.connectionChanged(isConnected);
    };
  }

  /** Device, address, configuration: afterwards its endpoints may be used. */
  async enumerate(): Promise<EnumeratedDevice> {
    await this.reset();
    await this.descriptor(DESCRIPTOR.device, 0, 8);
    await this.reset();
    await this.request({ requestType: 0, request: SET_ADDRESS, value: 1, index: 0, length: 0 });
    const descriptor = await this.descriptor(DESCRIPTOR.device, 0, 18);
    const head = await this.descriptor(DESCRIPTOR.configuration, 0, 9);
    const length = (head[2] ?? 0) | ((head[3] ?? 0) << 8);
    const configuration = parseConfiguration(await this.descriptor(DESCRIPTOR.configuration, 0, length));
    await this.configure(configuration);
    return { descriptor, configuration };
  }

  async configure({ value, interfaces }: UsbConfiguration): Promise<void> {
    await this.request({ requestType: 0, request: SET_CONFIGURATION, value, index: 0, length: 0 });
    this.bus.resetToggles();
    const endpoints = interfaces.flatMap((each) => each.endpoints);
    this.intervals = new Map(
      endpoints
        .filter(({ type }) => type === 'interrupt')
        .map(({ number, isIn, interval }) => [pipeOf(number, isIn), interval]),
    );
  }

  /** Every transfer ends, and the device begins anew. */
  reset(): Promise<void> {
    this.endAll(new UsbGone('the bus was reset'));
    return new Promise((resolve) => {
      this.bus.reset(resolve);
      this.wanted();
    });
  }

  /** The cable is out: transfers end, there are no others, and the device sees an idle bus. It keeps its power. */
  unplug(): void {
    if (!this.isPlugged) return;
    this.isPlugged = false;
    this.endAll(new UsbGone('the cable is out'));
    this.bus.suspend();
    if (this.bus.isConnected) this.connectionChanged(false);
  }

  /** The cable is in, as it is at first. */
  plug(): void {
    if (this.isPlugged) return;
    this.isPlugged = true;
    if (this.bus.isConnected) this.connectionChanged(true);
  }

  descriptor(type: number, index: number, length: number, language = 0): Promise<Uint8Array> {
    const value = (type << 8) | index;
    return this.request({ requestType: DEVICE_TO_HOST, request: GET_DESCRIPTOR, value, index: language, length });
  }

  async string(index: number): Promise<string> {
    const descriptor = await this.descriptor(DESCRIPTOR.string, index, 255, ENGLISH);
    return Buffer.from(descriptor.subarray(2, descriptor[0])).toString('utf16le');
  }

  /**
   * One control transfer after the other.
   * @param nanosMax of the chip's time, before the host gives up
   * @throws UsbStall, UsbTimeout, UsbGone
   */
  request(setup: SetupPacket, data: Uint8Array = NOTHING, nanosMax: number = REQUEST_NANOS_MAX): Promise<Uint8Array> {
    const run = (): Promise<Uint8Array> => {
      const { done, end } = this.transfer(this.controlPackets(setup, data));
      const late = this.timers.after(nanosMax, () => end(new UsbTimeout('the device does not answer')));
      return done.finally(() => late.cancel());
    };
    const answer = this.control.then(run, run);
    this.control = answer;
    return answer;
  }

  /** @param length ends the transfer, and so does a packet that isn't full */
  transferIn(endpoint: number, length: number): Transfer {
    return this.transfer(packetsIn(pipeOf(endpoint, true), length));
  }

  /** An empty one is a zero-length packet. A multiple of 64 bytes gets none of its own. */
  transferOut(endpoint: number, data: Uint8Array): Transfer {
    return this.transfer(packetsOut(pipeOf(endpoint, false), data));
  }

  private *controlPackets({ requestType, request, value, index, length }: SetupPacket, data: Uint8Array): Packets {
    const isIn = (requestType & DEVICE_TO_HOST) !== 0;
    const words = [value, index, length].flatMap((word) => [word & 0xff, word >> 8]);
    this.bus.setup(Uint8Array.of(requestType, request, ...words));
    if (length === 0 || !isIn) {
      if (length > 0) yield* packetsOut(CONTROL_OUT, data);
      yield { pipe: CONTROL_IN, data: undefined };
      return NOTHING;
    }
    const answer = yield* packetsIn(CONTROL_IN, length);
    yield { pipe: CONTROL_OUT, data: NOTHING };
    return answer;
  }

  private transfer(packets: Packets): Transfer & { end(fault: Error): void } {
    let end: (fault: Error) => void = () => undefined;
    const done = new Promise<Uint8Array>((resolve, reject) => {
      let takeBack = (): void => undefined;
      const next = (packet: Uint8Array): void => {
        const step = packets.next(packet);
        if (step.done === true) {
          this.open.delete(end);
          resolve(step.value);
          return;
        }
        const { pipe } = step.value;
        const stalled = (): void => end(new UsbStall('the device refused'));
        takeBack = this.bus.want({ ...step.value, frames: this.intervals.get(pipe) ?? 0, done: next, stalled });
      };
      end = (fault) => {
        this.open.delete(end);
        takeBack();
        reject(fault);
      };
      this.open.add(end);
      if (this.isPlugged) next(NOTHING);
      else end(new UsbGone('the cable is out'));
    });
    // Whoever doesn't look at the end of a transfer isn't told of it.
    done.catch(() => undefined);
    this.wanted();
    return { done, end: (fault) => end(fault), cancel: () => end(new UsbGone('the transfer was cancelled')) };
  }

  private endAll(fault: Error): void {
    for (const end of [...this.open]) end(fault);
  }
}

/** Asks for packets and gives the bytes that came. It runs on the chip's time, between two instructions. */
type Packets = Generator<Pick<PacketWish, 'pipe' | 'data'>, Uint8Array, Uint8Array>;

const CONTROL_IN = pipeOf(0, true);
const CONTROL_OUT = pipeOf(0, false);
const NOTHING = new Uint8Array(0);

function* packetsIn(pipe: number, length: number): Packets {
  const packets: number[] = [];
  for (;;) {
    const packet = yield { pipe, data: undefined };
    packets.push(...packet);
    if (packet.length < PACKET_BYTES_MAX || packets.length >= length) return Uint8Array.from(packets);
  }
}

function* packetsOut(pipe: number, data: Uint8Array): Packets {
  let at = 0;
  do {
    yield { pipe, data: data.slice(at, at + PACKET_BYTES_MAX) };
    at += PACKET_BYTES_MAX;
  } while (at < data.length);
  return NOTHING;
}
