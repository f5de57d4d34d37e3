/**
 * What the transports of Node have in common: a library finds readers, and one of them is chosen and opened.
 * Floor: sdk transports.
 */
import type { CallOptions, Connection, DeviceInfo, DeviceTransport, ReportHandlers } from '../link/transport.js';
import { type Clock, systemClock } from '../values/clock.js';
import { usbEvents } from './usbEvents.js';
import { chooseDevice, notFound } from './usbReaders.js';
import { watchDevices } from './watchDevices.js';

/** node-hid tells nothing about plugging, and where udevd doesn't run nobody does: it's asked. */
const POLL_MS = 1000;

export interface NodeTransportOptions {
  /** Of the reader that `request` gives. Default: the only one that is there. */
  readonly serial?: string;
  /** Default `systemClock`. */
  readonly clock?: Clock;
}

export interface FoundReader {
  readonly device: DeviceInfo;
}

export function nodeTransport(
  { serial, clock = systemClock }: NodeTransportOptions,
  find: () => Promise<readonly FoundReader[]>,
  open: (device: DeviceInfo, handlers: ReportHandlers, clock: Clock, options?: CallOptions) => Promise<Connection>,
): DeviceTransport {
  const list = async (): Promise<readonly DeviceInfo[]> => (await find()).map(({ device }) => device);
  return {
    list,
    request: async () => chooseDevice(await list(), serial),
    open: (device, handlers, options) => open(device, handlers, clock, options),
    watch: (options) => watchDevices({ list, news: usbEvents, clock, pollMs: POLL_MS }, options),
  };
}

/** @param serial empty: it must be the only one @throws as `chooseDevice` does */
export function chooseFound<Found extends FoundReader>(found: readonly Found[], serial: string): Found {
  const devices = found.map(({ device }) => device);
  const chosen = chooseDevice(devices, serial === '' ? undefined : serial);
  const one = found.find(({ device }) => device === chosen);
  if (one === undefined) throw notFound(serial);
  return one;
}
