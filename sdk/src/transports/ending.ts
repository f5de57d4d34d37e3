/**
 * How a connection to a device ends: once, whoever ends it, and never later than a second.
 * Floor: sdk transports.
 */

import type { ReportHandlers } from '../link/transport.js';
import type { Clock } from '../values/clock.js';
import { inUse } from './usbReaders.js';

/** A device that doesn't answer must not keep a program from ending. */
const TIDY_MS_MAX = 1000;

export interface Ending {
  readonly isOpen: boolean;
  /** Tells the handlers, tidies up. Called again it gives the same promise; it never rejects. */
  end(): Promise<void>;
}

/** The last connection to each device that one connection of a program has to itself. */
const connections = new WeakMap<object, Ending>();

/**
 * Waits until the last connection of this program to the device has ended.
 * @throws ReaderError `link/in-use` when it lives
 */
export async function waitUntilFree(device: object): Promise<void> {
  const last = connections.get(device);
  if (last?.isOpen === true) throw inUse(new Error('this program has the reader open already'));
  await last?.end();
}

/**
 * @param tidy closes the device; on one that is gone it may fail, or take for ever
 * @param device that the connection has to itself, see `waitUntilFree`
 */
export function createEnding(
  handlers: ReportHandlers,
  clock: Clock,
  tidy: () => Promise<unknown>,
  device?: object,
): Ending {
  let ended: Promise<void> | undefined;
  const ending: Ending = {
    get isOpen() {
      return ended === undefined;
    },
    end() {
      if (ended !== undefined) return ended;
      ended = bounded(tidy, clock);
      handlers.closed();
      return ended;
    },
  };
  if (device !== undefined) connections.set(device, ending);
  return ending;
}

async function bounded(tidy: () => Promise<unknown>, clock: Clock): Promise<void> {
  const over = new AbortController();
  const late = clock.sleep(TIDY_MS_MAX, over.signal).catch(() => {});
  await Promise.race([tidy().catch(() => {}), late]);
  over.abort();
}
