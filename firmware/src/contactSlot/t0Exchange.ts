/**
 * T=0: the header goes out, and the card's procedure bytes say what follows. 61xx and 6Cxx are status words here; what
 * they ask for is the floor's above (apdu/exchange.ts).
 * Source: EMV 4.4 Book 1 §9.2.2.3, §9.3.1 (TPDU); ISO/IEC 7816-3 §10.   Floor: contactSlot.
 * Memory: one response, erased when it was handed on or given up.
 */
import { NO_BYTES } from '@comptoir/protocol';
import type { ContactLinePort } from '../board/board.js';
import type { Transmission } from './answerToReset.js';

/** 256 data bytes and the status word. */
export const RESPONSE_BYTES_MAX = 258;
/** Reads in one step: a line that never falls silent can't keep the reader from its other work. */
export const READS_MAX = 4;
const HEADER_BYTES = 5;
const PROCEDURE_WAIT = 0x60;

export class T0Exchange {
  private readonly line: ContactLinePort;
  /** Longer silence ends the exchange. */
  private readonly silenceEtuMax: number;
  private readonly response = new Uint8Array(RESPONSE_BYTES_MAX);
  private held = 0;
  private ins = 0;
  /** Of the command's data, what the card hasn't asked for yet. */
  private data = NO_BYTES;
  /** Written as soon as the line takes it. */
  private unsent = NO_BYTES;
  /** Data bytes of the response that may still come, and how many of them come before the next procedure byte. */
  private wanted = 0;
  private run = 0;
  private sw1 = 0;

  /** @see EMV 4.4 Book 1 §9.2.2.1: the work waiting time, and how much longer a terminal waits */
  constructor(line: ContactLinePort, { rate, waitingInteger }: Transmission) {
    this.line = line;
    this.silenceEtuMax = (960 * waitingInteger + 480) * rate;
  }

  /** @param command a short command APDU; its Le, when it has data, isn't sent */
  start(command: Uint8Array): void {
    this.erase();
    const [, ins = 0, , , p3 = 0] = command;
    const header = new Uint8Array(HEADER_BYTES);
    header.set(command.subarray(0, HEADER_BYTES));
    this.ins = ins;
    this.data = command.slice(HEADER_BYTES, HEADER_BYTES + p3);
    this.wanted = command.length === HEADER_BYTES ? p3 || 256 : 0;
    this.send(header);
  }

  /** @returns the response; no bytes when there will be none; undefined while the card works */
  step(): Uint8Array | undefined {
    if (this.unsent.length > 0) this.send(this.unsent);
    for (let reads = 0; reads < READS_MAX; reads += 1) {
      const bytes = this.line.read();
      if (bytes.length === 0) break;
      // First: a damaged character and its repetition would pass for SW1 SW2.
      const end = this.line.isDamaged() ? this.end(NO_BYTES) : this.take(bytes);
      bytes.fill(0);
      if (end !== undefined) return end;
    }
    const isLost = this.line.isDamaged() || this.line.silentEtu() > this.silenceEtuMax;
    return isLost ? this.end(NO_BYTES) : undefined;
  }

  erase(): void {
    this.response.fill(0);
    this.held = 0;
    this.data.fill(0);
    this.unsent = NO_BYTES;
    this.run = 0;
    this.sw1 = 0;
  }

  private send(bytes: Uint8Array): void {
    this.unsent = this.line.write(bytes) ? NO_BYTES : bytes;
  }

  private end(response: Uint8Array): Uint8Array {
    this.erase();
    return response;
  }

  private take(bytes: Uint8Array): Uint8Array | undefined {
    for (let at = 0; at < bytes.length; ) {
      if (this.run > 0) {
        const data = bytes.subarray(at, at + this.run);
        this.response.set(data, this.held);
        this.held += data.length;
        this.run -= data.length;
        this.wanted -= data.length;
        at += data.length;
        continue;
      }
      const byte = bytes[at] as number;
      at += 1;
      if (this.sw1 !== 0) {
        this.response[this.held] = this.sw1;
        this.response[this.held + 1] = byte;
        return this.end(this.response.slice(0, this.held + 2));
      }
      if (!this.proceed(byte)) return this.end(NO_BYTES);
    }
    return undefined;
  }

  /** @returns false when it's no procedure byte, or one that asks for what isn't there @see EMV 4.4 Book 1 §9.2.2.3.1 */
  private proceed(byte: number): boolean {
    if (byte === PROCEDURE_WAIT) return true;
    if ((byte & 0xf0) === 0x60 || (byte & 0xf0) === 0x90) {
      this.sw1 = byte;
      return true;
    }
    const isAll = byte === this.ins;
    if (!isAll && (byte ^ 0xff) !== this.ins) return false;
    if (this.data.length > 0) {
      const sent = isAll ? this.data : this.data.subarray(0, 1);
      this.data = this.data.subarray(sent.length);
      this.send(sent);
      return true;
    }
    this.run = isAll ? this.wanted : Math.min(1, this.wanted);
    return this.run > 0;
  }
}
