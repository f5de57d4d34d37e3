/**
 * Host channels: each host process has its own, so that two of them can share a reader.
 * Source: docs/reference/protocol.md.   Floor: link.
 */
import {
  BROADCAST_CHANNEL,
  equalBytes,
  NO_PARTS,
  type OutgoingFrame,
  type Parts,
  unsignedFromBytes,
} from '@comptoir/protocol';
import type { LinkSession } from './linkSession.js';

export interface Channel {
  readonly id: number;
  /** Of the INIT that asked for it. */
  readonly nonce: Uint8Array;
  lastUsedMs: number;
  /** Undefined in protocol version 1. */
  session: LinkSession | undefined;
  /** What was taken of a long message so far. */
  parts: Parts;
  /** A long message on its way to the host. */
  outgoing: OutgoingParts | undefined;
}

/** A message that needs parts. */
interface OutgoingParts {
  readonly frames: readonly OutgoingFrame[];
  /** The part whose TAKEN is awaited. */
  readonly index: number;
  readonly sinceMs: number;
}

const CHANNELS_MAX = 4;

export class Channels {
  private readonly open: Channel[] = [];

  find(id: number): Channel | undefined {
    return this.open.find((channel) => channel.id === id);
  }

  /** One that this INIT has got already: it was repeated before its answer came. Nothing was said on it yet. */
  greeted(nonce: Uint8Array): Channel | undefined {
    return this.open.find((channel) => channel.session?.isGreeted === true && equalBytes(channel.nonce, nonce));
  }

  /** One whose handshake waits for its next step. */
  answering(): Channel | undefined {
    return this.open.find((channel) => channel.session?.isAnswering === true);
  }

  /** Every key of the board is gone. */
  dropSessions(): void {
    for (const channel of this.open) {
      channel.session?.drop();
      channel.outgoing = undefined;
    }
  }

  /** True when the host owes a TAKEN. Those that are late are given up. @param timeoutMs after which */
  awaitTaken(nowMs: number, timeoutMs: number): boolean {
    for (const channel of this.open) {
      if (channel.outgoing !== undefined && nowMs - channel.outgoing.sinceMs >= timeoutMs) channel.outgoing = undefined;
    }
    return this.open.some((channel) => channel.outgoing !== undefined);
  }

  /**
   * Opens a channel; the longest idle one gives way when there are four.
   * @param random gives random bytes
   * @param nonce  of the INIT that asks
   * @param kept   id of a channel that must not give way; 0 for none
   */
  allocate(random: (length: number) => Uint8Array, nonce: Uint8Array, nowMs: number, kept: number): Channel {
    if (this.open.length === CHANNELS_MAX) {
      const idle = this.open
        .filter((channel) => channel.id !== kept)
        .sort((a, b) => a.lastUsedMs - b.lastUsedMs)[0] as Channel;
      idle.session?.close();
      this.open.splice(this.open.indexOf(idle), 1);
    }
    let id = unsignedFromBytes(random(4));
    // Not by drawing again: randomness that is stuck must not keep INIT waiting.
    while (id === 0 || id === BROADCAST_CHANNEL || this.find(id) !== undefined) id = (id + 1) % 2 ** 32;
    const channel: Channel = { id, nonce, lastUsedMs: nowMs, session: undefined, parts: NO_PARTS, outgoing: undefined };
    this.open.push(channel);
    return channel;
  }
}
