/**
 * Host channels: each host process has its own, so that two of them can share a reader.
 * Floor: link.
 */
import { BROADCAST_CHANNEL, NO_PARTS, type Parts, unsignedFromBytes } from '@comptoir/protocol';

export interface Channel {
  readonly id: number;
  lastUsedMs: number;
  /** What was taken of a long message so far. */
  parts: Parts;
}

const CHANNELS_MAX = 4;

export class Channels {
  private readonly open: Channel[] = [];

  find(id: number): Channel | undefined {
    return this.open.find((channel) => channel.id === id);
  }

  /**
   * Opens a channel; the longest idle one gives way when there are four.
   * @param random gives random bytes
   * @param kept   id of a channel that must not give way; 0 for none
   */
  allocate(random: (length: number) => Uint8Array, nowMs: number, kept: number): Channel {
    if (this.open.length === CHANNELS_MAX) {
      const idle = this.open
        .filter((channel) => channel.id !== kept)
        .sort((a, b) => a.lastUsedMs - b.lastUsedMs)[0] as Channel;
      this.open.splice(this.open.indexOf(idle), 1);
    }
    let id = 0;
    while (id === 0 || id === BROADCAST_CHANNEL || this.find(id) !== undefined) id = unsignedFromBytes(random(4));
    const channel: Channel = { id, lastUsedMs: nowMs, parts: NO_PARTS };
    this.open.push(channel);
    return channel;
  }
}
