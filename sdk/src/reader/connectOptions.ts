/**
 * What `connect` takes, checked before anything is opened.
 * Source: docs/reference/sdk.md.   Floor: sdk reader.
 */

import type { MessageDirection } from '../link/channel.js';
import type { Trust } from '../link/session/session.js';
import type { CallOptions, DeviceInfo, Transport } from '../link/transport.js';
import { checkCallOptions } from '../operation/callOptions.js';
import type { Acquirer } from '../payment/acquirer.js';
import type { Clock } from '../values/clock.js';
import { usageError } from '../values/errors.js';
import type { RandomBytes } from '../values/random.js';
import { hasMethods } from '../values/shape.js';

export interface ConnectOptions extends CallOptions {
  /** Whose readers are trusted: public keys of factories, or `development`. Needed, but for protocol version 1. */
  readonly trust?: Trust;
  /**
   * Default 2. With 1, everything is in clear, and nothing is known about who is there: images of development models alone still
   * speak it.
   */
  readonly protocolVersion?: 1 | 2;
  /** Called with each message that crosses, in clear, for a log. No message holds a card number. */
  readonly traced?: (direction: MessageDirection, message: Uint8Array) => void;
  /** Default: what the transport's `request` gives. */
  readonly device?: DeviceInfo;
  /** The way to the acquirer. Without it, `pay` is refused. */
  readonly acquirer?: Acquirer;
  readonly clock?: Clock;
  readonly random?: RandomBytes;
  /** Local time minus UTC, for the date and time of transactions. Default 0. */
  readonly utcOffsetMinutes?: number;
}

/** @throws ReaderError `usage/invalid` */
export function checkConnect(transport: Transport, options: ConnectOptions): void {
  if (!hasMethods(transport, 'request', 'open')) throw usageError('connect takes a transport.');
  checkCallOptions(options);
  const { acquirer, clock, random, utcOffsetMinutes, trust, protocolVersion = 2, traced } = options;
  const areRight = {
    acquirer: acquirer === undefined || hasMethods(acquirer, 'authorise', 'status'),
    clock: clock === undefined || hasMethods(clock, 'now', 'sleep'),
    random: random === undefined || typeof random === 'function',
    trust: trust === undefined || trust === 'development' || areKeys(trust),
    protocolVersion: protocolVersion === 1 || protocolVersion === 2,
    traced: traced === undefined || typeof traced === 'function',
    utcOffsetMinutes: utcOffsetMinutes === undefined || Number.isFinite(utcOffsetMinutes),
  };
  for (const [name, isRight] of Object.entries(areRight))
    if (!isRight) throw usageError(`The option ${name} of connect is of the wrong kind.`);
  if (trust === undefined && protocolVersion === 2)
    throw usageError('Say whose readers you trust: the public keys of their factories, or `development`.');
}

const PUBLIC_KEY_BYTES = 64;

function areKeys(keys: unknown): boolean {
  return (
    Array.isArray(keys) &&
    keys.length > 0 &&
    keys.every((key) => key instanceof Uint8Array && key.length === PUBLIC_KEY_BYTES)
  );
}
