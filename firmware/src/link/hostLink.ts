/**
 * The host side of the reader, protocol versions 1 and 2: reports in, messages out, and the other way. What is answered here
 * never needs the reader's session: INIT, PING, WINK, TAKEN, the handshake, and what is wrong with a frame.
 * Source: docs/reference/protocol.md.   Floor: link.
 */
import {
  BROADCAST_CHANNEL,
  COMMAND,
  createReassemblyBuffer,
  decodeInitRequest,
  encodeInitAnswer,
  expireReassembly,
  type Frame,
  IDLE,
  INTER_REPORT_TIMEOUT_MS,
  MESSAGE_BYTES_MAX,
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
import { linkPrologue } from '@comptoir/protocol/link';
import type { Board } from '../board/board.js';
import type { CheckedMessage } from '../token/door.js';
import { type Channel, Channels } from './channels.js';
import { LinkSession, type SessionStep } from './linkSession.js';
import { ReportQueue } from './reportQueue.js';

/** What the session does with what the host says. */
export interface LinkHandler {
  /** A whole message came, in clear. Its bytes are the handler's. */
  message(channel: number, message: Uint8Array): void;
  /** CANCEL came on a channel: end what runs there, then say whether something did. */
  cancel(channel: number): boolean;
  /** INIT came on a channel that is open, or its session broke: end what runs there, without an answer. @returns whether something ran */
  abort(channel: number): boolean;
  /** INIT was answered: the answer is on its way. */
  greeted(): void;
  /** The payload of INFO; undefined when it may not leave. */
  info(): CheckedMessage | undefined;
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
  /** A handshake may wait for its next step. */
  private isAnswering = false;
  /** Only images of development models still speak version 1, which is in clear. */
  readonly lowestVersion: number;

  constructor(board: Board) {
    this.board = board;
    const header = board.firmware?.running();
    const isDevelopment = header === undefined || isDevelopmentImage(header);
    this.lowestVersion = isDevelopment ? PROTOCOL_VERSION_LOWEST : PROTOCOL_VERSION_HIGHEST;
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
    if (this.isAnswering) this.advance(handler);
    this.awaitsTaken = this.channels.awaitTaken(nowMs, PARTS_TIMEOUT_MS);
  }

  flush(): void {
    this.queue.flush(this.board.host);
  }

  /** Everything that was to be sent was taken by the endpoint. */
  get isSilent(): boolean {
    return this.queue.isEmpty;
  }

  /** Every key of the board is gone: no session goes on, and none begins. */
  dropSessions(): void {
    this.channels.dropSessions();
  }

  /** How long nothing happens here by itself, in milliseconds. */
  idleMs(): number {
    if (!this.queue.isEmpty) return 1;
    if (this.hasMore || this.isAnswering) return 0;
    if (this.reassembly.kind === 'collecting') return INTER_REPORT_TIMEOUT_MS;
    return this.awaitsTaken ? PARTS_TIMEOUT_MS : NOTHING_DUE_MS;
  }

  /** Without a session nothing is sent. @param checked at most 4,096 bytes, which are kept until they're sent; only the door makes one */
  sendMessage(id: number, { bytes: message }: CheckedMessage): void {
    const channel = this.channels.find(id);
    if (channel === undefined) return;
    const sealed = channel.session === undefined ? message : channel.session.seal(message);
    if (sealed !== undefined) this.sendWhole(channel, sealed);
  }

  private sendWhole(channel: Channel, message: Uint8Array): void {
    const frames = splitMessage(message);
    if (frames.length > 1) {
      channel.outgoing = { frames, index: 0, sinceMs: this.board.clock.uptimeMs() };
      this.awaitsTaken = true;
    }
    this.sendFrame(channel.id, frames[0]);
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
        this.queue.push(channel.id, COMMAND.info, handler.info()?.bytes ?? NO_BYTES);
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
        this.takeMessage(channel, command, payload, handler, nowMs);
        return;
      case COMMAND.taken:
        this.taken(channel, payload, nowMs);
        return;
      default:
        this.sendError(channel.id, STATUS.unknownCommand);
    }
  }

  private init(frame: Frame, handler: LinkHandler, nowMs: number): void {
    const request = decodeInitRequest(frame.payload);
    if (request === undefined) {
      this.sendError(frame.channel, STATUS.invalidLength);
      return;
    }
    let channel = this.channels.find(frame.channel);
    if (frame.channel === BROADCAST_CHANNEL) {
      const { nonce } = request;
      const random = (length: number): Uint8Array => this.board.secure.random(length);
      channel =
        this.channels.greeted(nonce) ?? this.channels.allocate(random, nonce.slice(), nowMs, handler.busyChannel);
    } else if (channel === undefined) {
      this.sendError(frame.channel, STATUS.invalidChannel);
      return;
    } else {
      // On a shared interface anybody may have sent it: whose command this ends hears so, and whoever asks for a channel passes it over.
      if (handler.abort(channel.id)) this.sendError(channel.id, STATUS.noSession);
      channel.parts = NO_PARTS;
      channel.lastUsedMs = nowMs;
      channel.outgoing = undefined;
      channel.session?.close();
    }
    const answer = encodeInitAnswer({
      nonce: request.nonce,
      channel: channel.id,
      lowestVersion: this.lowestVersion,
      highestVersion: PROTOCOL_VERSION_HIGHEST,
      capabilities: 0,
    });
    // A host that speaks nothing that we do has a channel, and no way to say anything on it.
    const isClear = request.highestVersion === 1 && this.lowestVersion === 1;
    channel.session = isClear ? undefined : new LinkSession(this.board, linkPrologue(frame.payload, answer));
    this.queue.push(frame.channel, COMMAND.init, answer);
    handler.greeted();
  }

  private takeMessage(
    channel: Channel,
    command: number,
    payload: Uint8Array,
    handler: LinkHandler,
    nowMs: number,
  ): void {
    const step = stepParts(channel.parts, command, payload);
    channel.parts = step.kind === 'taken' ? step.parts : NO_PARTS;
    if (step.kind === 'taken') this.queue.push(channel.id, COMMAND.taken, Uint8Array.of(step.index));
    else if (step.kind === 'fault') this.sendError(channel.id, step.status);
    else if (channel.session !== undefined) {
      this.follow(channel, channel.session.take(step.message, nowMs, handler.busyChannel === channel.id), handler);
    } else if (step.message.length > MESSAGE_BYTES_MAX) this.sendError(channel.id, STATUS.invalidLength);
    else handler.message(channel.id, step.message.slice());
  }

  private advance(handler: LinkHandler): void {
    const channel = this.channels.answering();
    this.isAnswering = channel !== undefined;
    if (channel?.session !== undefined) this.follow(channel, channel.session.advance(), handler);
  }

  private follow(channel: Channel, step: SessionStep, handler: LinkHandler): void {
    if (step.kind === 'taken') this.isAnswering = true;
    if (step.kind === 'message') handler.message(channel.id, step.message);
    else if (step.kind === 'answer') this.sendWhole(channel, step.bytes);
    else if (step.kind === 'fault') {
      channel.outgoing = undefined;
      handler.abort(channel.id);
      this.sendError(channel.id, step.status);
    }
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

/** Bit 0 of the flags in an image's header. @see imageHeader.ts */
function isDevelopmentImage(header: Uint8Array): boolean {
  return ((header[6] ?? 0) & 1) === 1;
}
