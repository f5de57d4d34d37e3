/**
 * A PN532 that is the card's antenna: it does what ISO/IEC 14443 wants of a card, and passes on commands and responses.
 * Source: PN532 User Manual UM0701-02 §7.3.14 to §7.3.21.   Floor: cardFrontEnd.
 * Memory: one frame, one command.
 */
import { concatBytes, NO_BYTES } from '@comptoir/protocol';
import type { BoardClock, UartPort } from '../board/board.js';
import { FIELD, type FieldPort } from '../board/cardBoard.js';
import { Pn532Line } from '../frontEnd/pn532Line.js';
import { SAM_CONFIGURATION, WAKE_UP } from '../frontEnd/pn532WakeUp.js';
import {
  GET_DATA,
  initAsTarget,
  isActivated,
  NFCID1_BYTES,
  SET_PARAMETERS,
  setData,
  targetData,
} from './pn532TargetCommands.js';

const SETTING_TIMEOUT_MS = 300;
/** A front end that lost its power forgets that it waits for a reader: it's told anew. */
const WAITING_MS = 60_000;
const SENDING_TIMEOUT_MS = 6_000;
/** A front end that didn't answer is left alone so long. */
const RETRY_MS = 200;
/** More than a short APDU has, so that the floor above sees the fault. */
const COMMAND_BYTES_MAX = 512;
/** A command without bytes would say that the field went off. */
const EMPTY_COMMAND = Uint8Array.of(0x00);

type Phase =
  /** It was never spoken to, or didn't answer. */
  | { readonly kind: 'lost'; readonly untilMs: number }
  | { readonly kind: 'waking' | 'configuring' | 'waiting' }
  | { readonly kind: 'listening'; readonly command: Uint8Array }
  | { readonly kind: 'answering' | 'sending' };

export class Pn532Field implements FieldPort {
  private readonly line: Pn532Line;
  private readonly clock: BoardClock;
  private readonly random: (length: number) => Uint8Array;
  private phase: Phase = { kind: 'lost', untilMs: 0 };
  /** What the script hasn't got yet: at most an end of the field, then a command. */
  private events: Uint8Array[] = [];

  /** @param random for the card's identifier in the field, another one for each reader */
  constructor(uart: UartPort, clock: BoardClock, random: (length: number) => Uint8Array) {
    this.line = new Pn532Line(uart, clock);
    this.clock = clock;
    this.random = random;
  }

  power(): number {
    switch (this.phase.kind) {
      case 'listening':
      case 'answering':
      case 'sending':
        return FIELD.contactless;
      case 'lost':
      case 'waking':
      case 'configuring':
      case 'waiting':
        return FIELD.none;
    }
  }

  receive(): Uint8Array | undefined {
    this.advance();
    return this.events.shift();
  }

  send(response: Uint8Array): void {
    if (this.phase.kind !== 'answering') return;
    this.line.ask(setData(response), SENDING_TIMEOUT_MS);
    this.phase = { kind: 'sending' };
  }

  /** When `receive` is to be called again if nothing comes, in milliseconds. */
  waitMs(): number {
    return this.phase.kind === 'lost' ? Math.max(0, this.phase.untilMs - this.clock.uptimeMs()) : this.line.waitMs();
  }

  private advance(): void {
    if (this.phase.kind === 'lost') this.wake(this.phase.untilMs);
    const result = this.line.step();
    switch (result.kind) {
      case 'silent':
      case 'working':
        return;
      case 'failed':
        this.fieldEnded();
        this.phase = { kind: 'lost', untilMs: this.clock.uptimeMs() + RETRY_MS };
        return;
      case 'answered':
        this.answered(result.answer);
        result.answer.fill(0);
    }
  }

  private wake(dueMs: number): void {
    if (this.clock.uptimeMs() < dueMs) return;
    this.line.ask(SAM_CONFIGURATION, SETTING_TIMEOUT_MS, WAKE_UP);
    this.phase = { kind: 'waking' };
  }

  private answered(answer: Uint8Array): void {
    switch (this.phase.kind) {
      case 'waking':
        this.line.ask(SET_PARAMETERS, SETTING_TIMEOUT_MS);
        this.phase = { kind: 'configuring' };
        return;
      case 'configuring':
        this.waitForReader();
        return;
      case 'waiting':
        if (isActivated(answer)) this.listen(NO_BYTES);
        else this.waitForReader();
        return;
      case 'listening':
        this.heard(answer, this.phase.command);
        return;
      case 'sending':
        if (targetData(answer) === undefined) this.readerGone();
        else this.listen(NO_BYTES);
        return;
      case 'lost':
      case 'answering':
    }
  }

  private waitForReader(): void {
    this.line.ask(initAsTarget(this.random(NFCID1_BYTES)), WAITING_MS);
    this.phase = { kind: 'waiting' };
  }

  private listen(command: Uint8Array): void {
    this.line.ask(GET_DATA, WAITING_MS);
    this.phase = { kind: 'listening', command };
  }

  private heard(answer: Uint8Array, before: Uint8Array): void {
    const heard = targetData(answer);
    if (heard === undefined) {
      this.readerGone();
      return;
    }
    const command = concatBytes(before, heard.data).slice(0, COMMAND_BYTES_MAX);
    if (heard.isMoreToCome) {
      this.listen(command);
      return;
    }
    this.events.push(command.length === 0 ? EMPTY_COMMAND : command);
    this.phase = { kind: 'answering' };
  }

  private readerGone(): void {
    this.fieldEnded();
    this.waitForReader();
  }

  /** A command that the script hasn't taken is of no use any more. */
  private fieldEnded(): void {
    if (this.power() !== FIELD.none) this.events = [NO_BYTES];
  }
}
