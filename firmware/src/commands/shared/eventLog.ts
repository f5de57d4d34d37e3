/**
 * What happened in the reader, for whoever looks after it: the last 256 events, as codes and counters. It can't hold anything of a card.
 * Source: docs/reference/protocol.md, events.   Floor: commands.
 */
import { concatBytes, EVENT_BYTES, EVENTS_MAX } from '@comptoir/protocol';

const DETAIL_AT = 5;
const TIMES_AT = 6;
const TIMES_MAX = 0xffff;

export class EventLog {
  /** Entries so far, those that were overwritten included. */
  count = 0;
  private readonly bytes: Uint8Array = new Uint8Array(EVENTS_MAX * EVENT_BYTES);
  private readonly ring: DataView = new DataView(this.bytes.buffer);
  private readonly uptimeMs: () => number;

  constructor(uptimeMs: () => number) {
    this.uptimeMs = uptimeMs;
  }

  get uptimeSeconds(): number {
    return Math.floor(this.uptimeMs() / 1000);
  }

  /** The same again makes no entry: a host can't drown what it did. @param code a value of EVENT @param detail 0..255 */
  add(code: number, detail: number = 0): void {
    const { ring } = this;
    const last = ((this.count + EVENTS_MAX - 1) % EVENTS_MAX) * EVENT_BYTES;
    const times = ring.getUint16(last + TIMES_AT);
    const isSame = ring.getUint8(last + 4) === code && ring.getUint8(last + DETAIL_AT) === detail;
    const at = isSame ? last : (this.count % EVENTS_MAX) * EVENT_BYTES;
    ring.setUint32(at, this.uptimeSeconds);
    ring.setUint8(at + 4, code);
    ring.setUint8(at + DETAIL_AT, detail);
    ring.setUint16(at + TIMES_AT, isSame ? Math.min(times + 1, TIMES_MAX) : 1);
    if (!isSame) this.count += 1;
  }

  /** The oldest first. */
  entries(): Uint8Array {
    const { bytes } = this;
    if (this.count <= EVENTS_MAX) return bytes.slice(0, this.count * EVENT_BYTES);
    const start = (this.count % EVENTS_MAX) * EVENT_BYTES;
    return concatBytes(bytes.subarray(start), bytes.subarray(0, start));
  }
}
