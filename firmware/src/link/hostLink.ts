/**
 * The host side of the reader, protocol version 1: reports in, messages out, and the other way. What is answered here
 * never needs the session: INIT, PING, WINK, TAKEN, and what is wrong with a frame.
 * Source: docs/reference/protocol.md.   Floor: link.
 */
import {
  BROADCAST_CHANNEL,
  COMMAND,
  createReassemblyBuffer,
  encodeInitAnswer,
  expireReassembly,
  type Frame,
  IDLE,
  INIT_NONCE_BYTES,
  INTER_REPORT_TIMEOUT_MS,
  NO_BYTES,
  NO_PARTS,
  type OutgoingFrame,
  PROTOCOL_VERSION_HIGHEST,
  PROTOCOL_VERSION_LOWEST,
  type Reassembly,
  type ReassemblyStep,
  STATUS,
  splitMessage,
  stepParts,
  stepReassembly,
} from '@comptoir/protocol';
import type { Board } from '../board/board.js';
import { type Channel, Channels } from './channels.js';
import { ReportQueue } from './reportQueue.js';

/** What the session does with what the host says. */
export interface LinkHandler {
  /** A whole message came. Its bytes are valid until this returns. */
  message(channel: number, message: Uint8Array): void;
  /** CANCEL came on a channel: end what runs there, then say whether something did. */
  cancel(channel: number): boolean;
  /** INIT came on a channel that is open: end what runs there, without an answer. */
  abort(channel: number): void;
  /** INIT was answered: the answer is on its way. */
  greeted(): void;
  /** The payload of INFO. */
  info(): Uint8Array;
  /** The channel whose command runs; 0 for none. */
  readonly busyChannel: number;
}

/** Longer than any wait: something will come first. */
export const NOTHING_DUE_MS = 0x7fffffff;
/** A host that doesn't say TAKEN gets no more parts; one that leaves a message half sent starts it anew. */
const PARTS_TIMEOUT_MS = 1000;
/** A host that never stops sending must not keep the reader from its card. */
const REPORTS_A_STEP_MAX = 32;

export class HostLink {
  private readonly board: Board;
  private readonly channels: Channels = new Channels();
  private readonly queue: ReportQueue = new ReportQueue();
  private readonly buffer: Uint8Array = createReassemblyBuffer();
  private reassembly: Reassembly = IDLE;
  private hasMore = false;
  private awaitsTaken = false;

  constructor(board: Board) {
    this.board = board;
  }

  /** Takes what the host sent, a limited number of reports, and what time has undone. */
  receive(handler: LinkHandler): void {
    const nowMs = this.board.clock.uptimeMs();
    this.take(expireReassembly(this.reassembly, nowMs), handler, nowMs);
    this.flush();
    this.hasMore = true;
    for (let taken = 0; taken < REPORTS_A_STEP_MAX && this.hasMore && !this.queue.isFull; taken += 1) {
      const report = this.board.host.receiveReport();
      this.hasMore = report !== undefined;
      if (report === undefined) break;
      this.take(stepReassembly(this.reassembly, this.buffer, report, nowMs), handler, nowMs);
      this.flush();
    }
    this.awaitsTaken = this.channels.awaitTaken(nowMs, PARTS_TIMEOUT_MS);
  }

  flush(): void {
    this.queue.flush(this.board.host);
  }

  /** Everything that was to be sent was taken by the endpoint. */
  get isSilent(): boolean {
    return this.queue.isEmpty;
  }

  /** How long nothing happens here by itself, in milliseconds. */
  idleMs(): number {
    if (!this.queue.isEmpty) return 1;
    if (this.hasMore) return 0;
    if (this.reassembly.kind === 'collecting') return INTER_REPORT_TIMEOUT_MS;
    return this.awaitsTaken ? PARTS_TIMEOUT_MS : NOTHING_DUE_MS;
  }

  /** @param message at most 4,096 bytes; kept until it's sent */
  sendMessage(id: number, message: Uint8Array): void {
    const frames = splitMessage(message);
    const channel = this.channels.find(id);
    if (channel !== undefined && frames.length > 1) {
      channel.outgoing = { frames, index: 0, sinceMs: this.board.clock.uptimeMs() };
      this.awaitsTaken = true;
    }
    this.sendFrame(id, frames[0]);
  }

  sendError(channel: number, status: number): void {
    this.queue.push(channel, COMMAND.error, Uint8Array.of(status));
  }

  /** Says that work goes on. Left out while the host doesn't read: it would only hear it late. */
  sendKeepalive(channel: number, prompt: number): void {
    if (this.queue.isEmpty) this.queue.push(channel, COMMAND.keepalive, Uint8Array.of(prompt));
  }

  private sendFrame(channel: number, frame: OutgoingFrame | undefined): void {
    if (frame !== undefined) this.queue.push(channel, frame.command, frame.payload);
  }

  private take({ state, event }: ReassemblyStep, handler: LinkHandler, nowMs: number): void {
    this.reassembly = state;
    if (event === undefined) return;
    if (event.kind === 'fault') this.sendError(event.channel, event.status);
    else this.takeFrame(event.frame, handler, nowMs);
  }

  private takeFrame(frame: Frame, handler: LinkHandler, nowMs: number): void {
    const { command, payload } = frame;
    if (command === COMMAND.init) {
      this.init(frame, handler, nowMs);
      return;
    }
    const channel = this.channels.find(frame.channel);
    if (channel === undefined) {
      this.sendError(frame.channel, STATUS.invalidChannel);
      return;
    }
    if (nowMs - channel.lastUsedMs >= PARTS_TIMEOUT_MS) channel.parts = NO_PARTS;
    channel.lastUsedMs = nowMs;
    switch (command) {
      case COMMAND.ping:
        this.queue.push(channel.id, COMMAND.ping, payload.slice());
        return;
      case COMMAND.info:
        this.queue.push(channel.id, COMMAND.info, handler.info());
        return;
      case COMMAND.wink:
        this.board.display.wink();
        this.queue.push(channel.id, COMMAND.wink, NO_BYTES);
        return;
      case COMMAND.cancel: {
        channel.parts = NO_PARTS;
        const hadEffect = handler.cancel(channel.id);
        this.queue.push(channel.id, COMMAND.cancel, Uint8Array.of(hadEffect ? 1 : 0));
        return;
      }
      case COMMAND.part:
      case COMMAND.message:
        this.takeMessage(channel, command, payload, handler);
        return;
      case COMMAND.taken:
        this.taken(channel, payload, nowMs);
        return;
      default:
        this.sendError(channel.id, STATUS.unknownCommand);
    }
  }

  private init(frame: Frame, handler: LinkHandler, nowMs: number): void {
    if (frame.payload.length !== INIT_NONCE_BYTES) {
      this.sendError(frame.channel, STATUS.invalidLength);
      return;
    }
    let channel = this.channels.find(frame.channel);
    if (frame.channel === BROADCAST_CHANNEL) {
      channel = this.channels.allocate((length) => this.board.secure.random(length), nowMs, handler.busyChannel);
    } else if (channel === undefined) {
      this.sendError(frame.channel, STATUS.invalidChannel);
      return;
    } else {
      handler.abort(channel.id);
      channel.parts = NO_PARTS;
      channel.lastUsedMs = nowMs;
      channel.outgoing = undefined;
    }
    const answer = encodeInitAnswer({
      nonce: frame.payload,
      channel: channel.id,
      lowestVersion: PROTOCOL_VERSION_LOWEST,
      highestVersion: PROTOCOL_VERSION_HIGHEST,
      capabilities: 0,
    });
    this.queue.push(frame.channel, COMMAND.init, answer);
    handler.greeted();
  }

  private takeMessage(channel: Channel, command: number, payload: Uint8Array, handler: LinkHandler): void {
    const step = stepParts(channel.parts, command, payload);
    channel.parts = step.kind === 'taken' ? step.parts : NO_PARTS;
    if (step.kind === 'taken') this.queue.push(channel.id, COMMAND.taken, Uint8Array.of(step.index));
    else if (step.kind === 'fault') this.sendError(channel.id, step.status);
    else handler.message(channel.id, step.message);
  }

  private taken(channel: Channel, payload: Uint8Array, nowMs: number): void {
    const { outgoing } = channel;
    if (outgoing === undefined || payload.length !== 1 || payload[0] !== outgoing.index) {
      this.sendError(channel.id, STATUS.invalidSequence);
      return;
    }
    const index = outgoing.index + 1;
    this.sendFrame(channel.id, outgoing.frames[index]);
    channel.outgoing = index === outgoing.frames.length - 1 ? undefined : { ...outgoing, index, sinceMs: nowMs };
  }
}
