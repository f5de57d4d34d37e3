/**
 * The event log of a reader: what it remembers of itself since its start, as codes and counters. Nothing in it is of a card.
 * Source: docs/reference/protocol.md, events.   Floor: sdk reader.
 */
import { EVENT, EVENT_BYTES, type EventName } from '@comptoir/protocol';
import type { Operation } from '../operation/operation.js';
import { LinkFault } from '../values/linkFault.js';

export interface ReaderLogEntry {
  /** What happened; a number for what this version of the SDK doesn't know. */
  readonly event: EventName | number;
  /** Its meaning depends on the event. */
  readonly detail: number;
  /** So often in a row, at most 65,535. */
  readonly times: number;
  /** Since the last time. */
  readonly secondsAgo: number;
}

export interface ReaderLog {
  /** Since the start of the reader, in seconds. */
  readonly uptimeSeconds: number;
  /** Entries since the start; the reader keeps the last 256. */
  readonly total: number;
  /** The oldest first. */
  readonly entries: readonly ReaderLogEntry[];
}

const NAMES: ReadonlyMap<number, EventName> = new Map(
  Object.entries(EVENT).map(([name, code]) => [code, name as EventName]),
);

export async function readerLog(operation: Operation): Promise<ReaderLog> {
  try {
    const { message } = await operation.exchange({ kind: 'events' });
    if (message === undefined) throw new LinkFault('aborted');
    if (message.kind !== 'eventsTold' || message.eventList.length % EVENT_BYTES !== 0)
      throw new LinkFault('protocol/corrupt');
    const { uptimeSeconds, eventCount: total, eventList } = message;
    const view = new DataView(eventList.buffer, eventList.byteOffset, eventList.length);
    const entries = Array.from({ length: eventList.length / EVENT_BYTES }, (_, number) => {
      const at = number * EVENT_BYTES;
      const code = view.getUint8(at + 4);
      return {
        event: NAMES.get(code) ?? code,
        detail: view.getUint8(at + 5),
        times: view.getUint16(at + 6),
        secondsAgo: Math.max(0, uptimeSeconds - view.getUint32(at)),
      };
    });
    return { uptimeSeconds, total, entries };
  } catch (error) {
    throw operation.fail(error, 'no');
  }
}
