/**
 * What the transports over USB have in common: which device is a reader, which of several is meant, and what is wrong when none can be opened.
 * Source: docs/reference/sdk.md.   Floor: sdk transports.
 */
import { USB_DEVICE } from '@comptoir/protocol/usb';
import type { Connection, DeviceInfo } from '../link/transport.js';
import type { Clock } from '../values/clock.js';
import { ReaderError, usageError } from '../values/errors.js';
import type { Recovery } from '../values/errorTable.js';

/** What browsers are asked for, and what is looked for elsewhere. */
export const READER_ID: { readonly vendorId: number; readonly productId: number } = {
  vendorId: USB_DEVICE.vendorId,
  productId: USB_DEVICE.productId,
};

export function isReader({ vendorId, productId }: { readonly vendorId: number; readonly productId: number }): boolean {
  return vendorId === READER_ID.vendorId && productId === READER_ID.productId;
}

/** @param told by any device that says it's a reader @returns empty for what no terminal should be shown: no reader has such a serial number */
export function printable(told: string): string {
  return /^[\x20-\x7e]{0,126}$/.test(told) ? told : '';
}

/**
 * @param serial of the reader that is meant; without it, it must be the only one
 * @throws ReaderError `link/not-found`, or `usage/invalid` which lists them when there are several
 */
export function chooseDevice(devices: readonly DeviceInfo[], serial?: string): DeviceInfo {
  const named = serial === undefined ? devices : devices.filter((device) => device.serial === serial);
  // A device that doesn't tell its serial number may be the one: opening it says what is wrong.
  const fitting = named.length > 0 ? named : devices.filter((device) => device.serial === '');
  const [first, second] = fitting;
  if (first === undefined) throw notFound(serial);
  if (second !== undefined) throw several(fitting);
  return first;
}

function several(devices: readonly DeviceInfo[]): ReaderError {
  const ids = devices.map(({ id }) => id).join(', ');
  return usageError(`There are several readers: ${ids}. Say which one by its serial number.`);
}

export function notFound(serial = '', cause?: unknown): ReaderError {
  const message = serial === '' ? 'There is no reader.' : `There is no reader ${serial}.`;
  return new ReaderError('link/not-found', { charged: 'no', message, cause });
}

export function inUse(cause: unknown): ReaderError {
  return new ReaderError('link/in-use', { charged: 'no', message: 'Another program has the reader open.', cause });
}

const INSTALL_RULES: Recovery = {
  do: 'replug',
  message:
    'On Linux, put the rules that `comptoir doctor --rules` prints into /etc/udev/rules.d/70-comptoir.rules, then plug the reader in again.',
};

export function noPermission(cause: unknown): ReaderError {
  const message = 'You may not open the reader.';
  return new ReaderError('link/denied', { charged: 'no', message, recovery: INSTALL_RULES, cause });
}

/** udev gives a reader its rights a moment after it's there: who was told that it came may be too early. */
const RIGHTS_TRIES_MAX = 5;
const RIGHTS_WAIT_MS = 250;

/** Tries again where `open` has no permission, for a second. */
export async function oncePermitted<T>(open: () => T | Promise<T>, clock: Clock, signal?: AbortSignal): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await open();
    } catch (error) {
      const isDenied = error instanceof ReaderError && error.recovery === INSTALL_RULES;
      if (!isDenied || tries === RIGHTS_TRIES_MAX) throw error;
      await clock.sleep(RIGHTS_WAIT_MS, signal).catch(() => {});
      if (signal?.aborted === true) throw aborted();
    }
  }
}

const GIVE_SERIAL: Recovery = { do: 'call-support', message: 'Give the reader a serial number.' };

/** Without it, nobody knows after the next replug whether it's the same reader. */
export function noSerial(): ReaderError {
  const message = 'The reader tells no serial number.';
  return new ReaderError('link/denied', { charged: 'no', message, recovery: GIVE_SERIAL });
}

/** The signal of `open` was aborted. */
function aborted(): ReaderError {
  return new ReaderError('aborted', { charged: 'no' });
}

/** @throws ReaderError `aborted` when nobody waits for the connection any more; it's closed then */
export async function unlessAborted(connection: Connection, signal: AbortSignal | undefined): Promise<Connection> {
  if (signal?.aborted !== true) return connection;
  await connection.close();
  throw aborted();
}

/** @param what must be there, as a sentence @param message says how to get it */
export function unsupported(what: string, message: string, cause?: unknown): ReaderError {
  const recovery = { do: 'fix-code', message } as const;
  return new ReaderError('link/unsupported-here', { charged: 'no', message: what, recovery, cause });
}

/** Another program of this installation brought a version that has not what is called here. @param wanted as npm takes it */
export function otherVersion(wanted: 'node-hid@3' | 'usb@2'): ReaderError {
  const [name] = wanted.split('@');
  return unsupported(`${name} is here in another version.`, `Install the one that is needed: npm install ${wanted}`);
}
