/**
 * News of devices, made from lists of them: whenever something may have changed, the list is read again and compared.
 * Floor: sdk transports.
 */

import type { CallOptions, DeviceChange, DeviceInfo } from '../link/transport.js';
import { checkCallOptions, timeoutOf } from '../operation/callOptions.js';
import type { Clock } from '../values/clock.js';
import { createStream } from '../values/stream.js';

/** A loop may fall behind by this; then it loses the oldest news. */
const CHANGES_WAITING_MAX = 256;

interface WatchParts {
  readonly list: () => Promise<readonly DeviceInfo[]>;
  /** Calls `changed` when something may be different. @returns what ends that */
  readonly news: (changed: () => void) => () => void;
  readonly clock: Clock;
  /** The list is also read that often. Default: only upon news. */
  readonly pollMs?: number;
}

export function watchDevices(
  { list, news, clock, pollMs }: WatchParts,
  options: CallOptions = {},
): AsyncIterable<DeviceChange> {
  checkCallOptions(options);
  const { signal } = options;
  const lastsMs = options.timeoutMs === undefined ? undefined : timeoutOf(options, options.timeoutMs);
  const over = new AbortController();
  const end = (): void => stream.end();
  const stream = createStream<DeviceChange>(CHANGES_WAITING_MAX, () => {
    over.abort();
    silence();
    signal?.removeEventListener('abort', end);
  });
  let known: readonly DeviceInfo[] = [];
  let isLooking = false;
  let isStale = false;

  const tell = (now: readonly DeviceInfo[]): void => {
    const isIn = (devices: readonly DeviceInfo[], { id }: DeviceInfo): boolean => devices.some((one) => one.id === id);
    for (const device of known) if (!isIn(now, device)) stream.push({ type: 'detached', device });
    for (const device of now) if (!isIn(known, device)) stream.push({ type: 'attached', device });
    known = now;
  };
  const look = async (): Promise<void> => {
    isStale = true;
    if (isLooking) return;
    isLooking = true;
    try {
      while (isStale && !over.signal.aborted) {
        isStale = false;
        tell(await list());
      }
    } catch (error) {
      stream.fail(error);
    }
    isLooking = false;
  };
  const sleep = (ms: number): Promise<void> => clock.sleep(ms, over.signal).catch(() => {});
  const poll = async (everyMs: number): Promise<void> => {
    while (!over.signal.aborted) {
      await sleep(everyMs);
      await look();
    }
  };

  const silence = news(() => void look());
  if (signal?.aborted === true) end();
  else signal?.addEventListener('abort', end, { once: true });
  if (lastsMs !== undefined) void sleep(lastsMs).then(end);
  void look();
  if (pollMs !== undefined) void poll(pollMs);
  return stream;
}
