/**
 * T=1: blocks both ways, chained when they're too long for one, asked for again when they were damaged.
 * Source: EMV 4.4 Book 1 §9.2.4, §9.2.5; ISO/IEC 7816-3 §11.   Floor: contactSlot.
 * Memory: one response and one block, erased when they were handed on or given up.
 * A card that isn't understood at the third attempt is given up, and so is one that aborts a chain: EMV has the terminal
 * deactivate it then, and doesn't use S(RESYNCH).
 */
import { NO_BYTES } from '@comptoir/protocol';
import type { ContactLinePort } from '../board/board.js';
import type { Transmission } from './answerToReset.js';
import { READS_MAX, RESPONSE_BYTES_MAX } from './t0Exchange.js';
import { BLOCK_BYTES_MAX, blockLength, encodeBlock, INFORMATION_BYTES_MAX, isSound, PCB } from './t1Block.js';

/** Besides the first attempt. */
const REPETITIONS_MAX = 2;
const ERROR_CHECK = 1;
const ERROR_OTHER = 2;
/** A character is known of when it's over, 11 etu after its leading edge. */
const CHARACTER_ETU = 11;

/** What the terminal does. */
type Turn = 'sizing' | 'sending' | 'receiving';

export class T1Exchange {
  private readonly line: ContactLinePort;
  private readonly blockEtuMax: number;
  private readonly characterEtuMax: number;
  private cardBytesMax: number;
  private readonly block = new Uint8Array(BLOCK_BYTES_MAX);
  private held = 0;
  private readonly response = new Uint8Array(RESPONSE_BYTES_MAX);
  private responseHeld = 0;
  private command = NO_BYTES;
  /** Where the information field begins and ends that the card hasn't acknowledged yet. */
  private from = 0;
  private to = 0;
  private turn: Turn = 'sizing';
  /** N(S) of the next information block, each way, at its place in PCB: 00 or 40. */
  private sendSequence = 0;
  private receiveSequence = 0;
  private last = NO_BYTES;
  private isUnsent = false;
  private repetitions = 0;
  private waits = 1;

  /** @see EMV 4.4 Book 1 §9.2.4.3: block and character waiting times, and how much longer a terminal waits */
  constructor(line: ContactLinePort, transmission: Transmission) {
    const { rate, blockWaitingInteger, characterWaitingInteger, informationFieldSize } = transmission;
    this.line = line;
    this.blockEtuMax = 11 + 960 * rate * ((1 << blockWaitingInteger) + 1) + CHARACTER_ETU;
    this.characterEtuMax = 11 + (1 << characterWaitingInteger) + 4 + CHARACTER_ETU;
    this.cardBytesMax = informationFieldSize;
  }

  /** Tells the card how long a block the terminal takes; answered by that length. @see EMV 4.4 Book 1 §9.2.4.2.2 */
  open(): void {
    this.turn = 'sizing';
    this.send(encodeBlock(PCB.informationSize, Uint8Array.of(INFORMATION_BYTES_MAX)));
  }

  start(command: Uint8Array): void {
    this.erase();
    this.command = command.slice();
    this.turn = 'sending';
    this.sendInformation(0);
  }

  /** @returns the response; no bytes when there will be none; undefined while the card works */
  step(): Uint8Array | undefined {
    if (this.isUnsent) this.send(this.last);
    for (let reads = 0; reads < READS_MAX; reads += 1) {
      const bytes = this.line.read();
      if (bytes.length === 0) break;
      const end = this.collect(bytes);
      bytes.fill(0);
      if (end !== undefined) return end;
    }
    const silentEtu = this.line.silentEtu();
    const isLate = this.held > 0 ? silentEtu > this.characterEtuMax : silentEtu > this.blockEtuMax * this.waits;
    return isLate ? this.repeat(ERROR_OTHER) : undefined;
  }

  erase(): void {
    this.response.fill(0);
    this.responseHeld = 0;
    this.block.fill(0);
    this.held = 0;
    this.command.fill(0);
    this.last.fill(0);
    this.isUnsent = false;
    this.repetitions = 0;
    this.waits = 1;
  }

  private send(block: Uint8Array): void {
    this.last = block;
    this.isUnsent = !this.line.write(block);
    this.held = 0;
    this.waits = 1;
  }

  private sendInformation(from: number): void {
    this.from = from;
    this.to = Math.min(this.command.length, from + this.cardBytesMax);
    const more = this.to < this.command.length ? PCB.more : 0;
    this.send(encodeBlock(this.sendSequence | more, this.command.subarray(from, this.to)));
  }

  private sendReady(error: number): void {
    this.send(encodeBlock(PCB.receiveReady | (this.receiveSequence >> 2) | error, NO_BYTES));
  }

  /** What was not understood is asked for again. @see EMV 4.4 Book 1 §9.2.5.1 */
  private repeat(error: number): Uint8Array | undefined {
    if (this.repetitions === REPETITIONS_MAX) return NO_BYTES;
    this.repetitions += 1;
    if (this.turn === 'sizing') this.send(this.last);
    else this.sendReady(error);
    return undefined;
  }

  private collect(bytes: Uint8Array): Uint8Array | undefined {
    // More than a block can hold is no block; it's let go by, until the line falls silent.
    const taken = bytes.subarray(0, BLOCK_BYTES_MAX - this.held);
    this.block.set(taken, this.held);
    this.held += taken.length;
    const length = blockLength(this.block.subarray(0, this.held));
    if (length === undefined || this.held < length || length > BLOCK_BYTES_MAX) return undefined;
    const block = this.block.subarray(0, length);
    if (this.line.isDamaged() || !isSound(block)) return this.repeat(ERROR_CHECK);
    const pcb = block[1] as number;
    const information = block.subarray(3, length - 1);
    this.held = 0;
    const end =
      (pcb & 0x80) === 0
        ? this.information(pcb, information)
        : (pcb & 0xc0) === PCB.supervisory
          ? this.supervise(pcb, information)
          : this.ready(pcb, information);
    block.fill(0);
    return end;
  }

  private information(pcb: number, information: Uint8Array): Uint8Array | undefined {
    const isOurs = this.turn === 'receiving' || (this.turn === 'sending' && this.to === this.command.length);
    if (!isOurs || (pcb & ~(PCB.sequence | PCB.more)) !== 0 || (pcb & PCB.sequence) !== this.receiveSequence)
      return this.repeat(ERROR_OTHER);
    if (this.responseHeld + information.length > RESPONSE_BYTES_MAX) return NO_BYTES;
    if (this.turn === 'sending') this.sendSequence ^= PCB.sequence;
    this.turn = 'receiving';
    this.repetitions = 0;
    this.receiveSequence ^= PCB.sequence;
    this.response.set(information, this.responseHeld);
    this.responseHeld += information.length;
    if ((pcb & PCB.more) === 0) {
      const response = this.response.slice(0, this.responseHeld);
      this.erase();
      return response;
    }
    this.sendReady(0);
    return undefined;
  }

  private ready(pcb: number, information: Uint8Array): Uint8Array | undefined {
    if (information.length > 0 || (pcb & 0x2c) !== 0 || this.turn === 'sizing') return this.repeat(ERROR_OTHER);
    const isExpected = (pcb & PCB.receiveSequence) << 2 === this.sendSequence;
    if (!isExpected) {
      if (this.turn === 'receiving' || this.to === this.command.length) return this.repeat(ERROR_OTHER);
      this.sendSequence ^= PCB.sequence;
      this.repetitions = 0;
      this.sendInformation(this.to);
      return undefined;
    }
    if (this.repetitions === REPETITIONS_MAX) return NO_BYTES;
    this.repetitions += 1;
    const lastPcb = this.last[1] as number;
    if ((lastPcb & 0xc0) === PCB.supervisory || this.turn === 'receiving') this.send(this.last);
    else this.sendInformation(this.from);
    return undefined;
  }

  private supervise(pcb: number, information: Uint8Array): Uint8Array | undefined {
    const value = information.length === 1 ? (information[0] as number) : 0;
    if (this.turn === 'sizing' && pcb === (PCB.informationSize | PCB.response)) {
      if (value !== INFORMATION_BYTES_MAX) return this.repeat(ERROR_OTHER);
      this.repetitions = 0;
      return information.slice();
    }
    if (pcb === PCB.abort) return NO_BYTES;
    const isSize = pcb === PCB.informationSize && value >= 0x10 && value <= INFORMATION_BYTES_MAX;
    const isWait = pcb === PCB.waitingTime && value > 0;
    if ((!isSize && !isWait) || this.turn === 'sizing') return this.repeat(ERROR_OTHER);
    this.send(encodeBlock(pcb | PCB.response, information));
    if (isSize) this.cardBytesMax = value;
    else this.waits = value;
    return undefined;
  }
}
