/**
 * One command at a time over the serial line: it's written, acknowledged, answered; or it fails.
 * Source: PN532 User Manual UM0701-02 §6.2.2.   Floor: frontEnd.
 * Memory: one frame. Bytes of cards are erased as soon as they were handed on.
 */
import { concatBytes, NO_BYTES } from '@comptoir/protocol';
import type { BoardClock, UartPort } from '../board/board.js';
import { ACK_FRAME, decodeFrame, encodeFrame, FRAME_BYTES_MAX, NACK_FRAME } from './pn532Frame.js';

/** Ten times what the longest frame takes at 115,200 baud, both ways. */
const ACKNOWLEDGE_TIMEOUT_MS = 250;
/** An answer that was damaged is asked for again so often. */
const NACKS_MAX = 2;
/** How often a full queue is tried. */
const QUEUE_MS = 5;
const FOREVER_MS = 0x7fffffff;
/** Reads in one step: a line that never falls silent can't keep the reader from its other work. */
const READS_MAX = 8;

type LineResult =
  | { readonly kind: 'silent' | 'working' | 'failed' }
  /** Code of the answer and its parameters, the caller's own bytes. */
  | { readonly kind: 'answered'; readonly answer: Uint8Array };

interface Asked {
  readonly answerCode: number;
  readonly sinceMs: number;
  readonly timeoutMs: number;
  /** What the line hasn't taken yet. */
  unsent: Uint8Array;
  isAcknowledged: boolean;
  nacks: number;
}

export class Pn532Line {
  private readonly uart: UartPort;
  private readonly clock: BoardClock;
  private readonly buffer = new Uint8Array(FRAME_BYTES_MAX);
  private held = 0;
  private asked: Asked | undefined;
  private result: LineResult = { kind: 'silent' };

  constructor(uart: UartPort, clock: BoardClock) {
    this.uart = uart;
    this.clock = clock;
  }

  /** @param preamble goes out before the frame @param timeoutMs until the answer, from now */
  ask(command: Uint8Array, timeoutMs: number, preamble: Uint8Array = NO_BYTES): void {
    this.asked = {
      answerCode: (command[0] as number) + 1,
      sinceMs: this.clock.uptimeMs(),
      timeoutMs,
      unsent: concatBytes(preamble, encodeFrame(command)),
      isAcknowledged: false,
      nacks: 0,
    };
    this.result = { kind: 'working' };
    this.write(this.asked);
  }

  /** Has the PN532 give up what it works on; an ACK from the reader means just that. @see UM0701-02 §6.2.1.3 */
  abort(): void {
    // When it's the rest of a whole frame that waits, the PN532 has nothing to give up.
    if (this.asked !== undefined && this.asked.unsent.length === 0) this.uart.write(ACK_FRAME);
    this.forget();
  }

  /** Takes what has come. A result other than `working` is given once. */
  step(): LineResult {
    if (this.asked !== undefined) this.write(this.asked);
    this.read();
    if (this.asked !== undefined && this.leftMs(this.asked) <= 0) this.end({ kind: 'failed' });
    const { result } = this;
    if (result.kind !== 'working') this.result = { kind: 'silent' };
    return result;
  }

  /** When to step again if nothing comes, in milliseconds. */
  waitMs(): number {
    if (this.asked === undefined) return FOREVER_MS;
    return this.asked.unsent.length > 0 ? QUEUE_MS : Math.max(0, this.leftMs(this.asked));
  }

  private forget(): void {
    this.asked = undefined;
    this.result = { kind: 'silent' };
    this.buffer.fill(0);
    this.held = 0;
  }

  private end(result: LineResult): void {
    this.asked = undefined;
    this.result = result;
  }

  private write(asked: Asked): void {
    if (asked.unsent.length > 0 && this.uart.write(asked.unsent)) asked.unsent = NO_BYTES;
  }

  private leftMs({ sinceMs, timeoutMs, isAcknowledged }: Asked): number {
    const passedMs = this.clock.uptimeMs() - sinceMs;
    return (isAcknowledged ? timeoutMs : Math.min(timeoutMs, ACKNOWLEDGE_TIMEOUT_MS)) - passedMs;
  }

  /** Frames are looked at when all is here that has come: one that came in pieces is then decoded once. */
  private read(): void {
    let isNews = false;
    for (let reads = 0; reads < READS_MAX; reads += 1) {
      const bytes = this.uart.read();
      if (bytes.length === 0) break;
      this.hold(bytes);
      bytes.fill(0);
      isNews = true;
    }
    if (isNews) this.takeFrames();
  }

  private hold(bytes: Uint8Array): void {
    let rest = bytes;
    for (;;) {
      const room = this.buffer.length - this.held;
      const taken = rest.length <= room ? rest : rest.subarray(0, room);
      this.buffer.set(taken, this.held);
      this.held += taken.length;
      if (taken === rest) return;
      this.takeFrames();
      rest = rest.subarray(room);
    }
  }

  /** Afterwards the buffer begins with what may become a frame, and has room. */
  private takeFrames(): void {
    let at = 0;
    for (;;) {
      const frame = decodeFrame(this.buffer.subarray(at, this.held));
      at += frame.next;
      if (frame.kind === 'incomplete') break;
      this.takeFrame(frame);
    }
    if (at === 0) return;
    const rest = this.held - at;
    this.buffer.set(this.buffer.subarray(at, this.held));
    this.buffer.fill(0, rest, this.held);
    this.held = rest;
  }

  private takeFrame(frame: ReturnType<typeof decodeFrame>): void {
    const { asked } = this;
    // Nobody asked: the end of what was given up.
    if (asked === undefined) return;
    switch (frame.kind) {
      case 'acknowledged':
        asked.isAcknowledged = true;
        return;
      case 'data':
        if (frame.data[0] === asked.answerCode) this.end({ kind: 'answered', answer: frame.data.slice() });
        return;
      case 'error':
        this.end({ kind: 'failed' });
        return;
      case 'damaged':
        // Not the command again, which the card may have got: only its answer.
        asked.nacks += 1;
        if (asked.nacks > NACKS_MAX || !this.uart.write(NACK_FRAME)) this.end({ kind: 'failed' });
        return;
      case 'notAcknowledged':
      case 'incomplete':
        return;
    }
  }
}
