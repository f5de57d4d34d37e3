/**
 * What `connect` takes, checked before anything is opened.
 * Source: docs/reference/sdk.md.   Floor: sdk reader.
 */
import type { CallOptions, DeviceInfo, Transport } from '../transports/transport.js';
import { checkCallOptions } from './callOptions.js';
import type { Clock } from './clock.js';
import { usageError } from './errors.js';
import type { PaymentHost } from './paymentHost.js';
import type { RandomBytes } from './random.js';
import { hasMethods } from './shape.js';

export interface ConnectOptions extends CallOptions {
  /** Default: what the transport's `request` gives. */
  readonly device?: DeviceInfo;
  /** The way to the acquirer. Without it, `pay` is refused. */
  readonly host?: PaymentHost;
  readonly clock?: Clock;
  readonly random?: RandomBytes;
  /** Local time minus UTC, for the date and time of transactions. Default 0. */
  readonly utcOffsetMinutes?: number;
}

/** @throws ReaderError `usage/invalid` */
export function checkConnect(transport: Transport, options: ConnectOptions): void {
  if (!hasMethods(transport, 'request', 'open')) throw usageError('connect takes a transport.');
  checkCallOptions(options);
  const { host, clock, random, utcOffsetMinutes } = options;
  const areRight = {
    host: host === undefined || hasMethods(host, 'authorise', 'status'),
    clock: clock === undefined || hasMethods(clock, 'now', 'sleep'),
    random: random === undefined || typeof random === 'function',
    utcOffsetMinutes: utcOffsetMinutes === undefined || Number.isFinite(utcOffsetMinutes),
  };
  for (const [name, isRight] of Object.entries(areRight))
    if (!isRight) throw usageError(`The option ${name} of connect is of the wrong kind.`);
}
