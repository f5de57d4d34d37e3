/**
 * A slot whose contacts the firmware drives: resets the card, reads its answer, carries APDUs by the card's protocol.
 * Source: EMV 4.4 Book 1 §6.1, §8.4, §9.   Floor: contactSlot.
 */
import { NO_BYTES } from '@comptoir/protocol';
import { type BoardClock, CARDS, type CardPort, type ContactLinePort } from '../board/board.js';
import { ATR_BYTES_MAX, answerToReset, type Transmission } from './answerToReset.js';
import { T0Exchange } from './t0Exchange.js';
import { T1Exchange } from './t1Exchange.js';

/** TS begins at most 42,000 clock cycles after the reset; it's known of when it's over. @see EMV 4.4 Book 1 §6.1.3.2 */
const FIRST_SILENCE_ETU_MAX = 42_000 / 372 + 12;
/** @see EMV 4.4 Book 1 §8.4 */
const SILENCE_ETU_MAX = 10_080;
/** A whole answer takes at most 20,160 etu: at 3.57 MHz 2.1 s. */
const ANSWER_MS_MAX = 2_100;

type Phase =
  /** No power. */
  | { readonly kind: 'off' }
  | { readonly kind: 'resetting'; readonly isWarm: boolean; readonly sinceMs: number }
  /** A card of T=1 is told how long a block may be. */
  | { readonly kind: 'opening'; readonly exchange: T1Exchange }
  | { readonly kind: 'active' | 'exchanging'; readonly exchange: T0Exchange | T1Exchange }
  /** What is in the slot is no card that EMV lets us use: it has no power until it was taken out, or `release`. */
  | { readonly kind: 'rejected' };

const OFF: Phase = { kind: 'off' };

export class ContactCardPort implements CardPort {
  private readonly line: ContactLinePort;
  private readonly clock: BoardClock;
  private readonly atr = new Uint8Array(ATR_BYTES_MAX);
  private held = 0;
  private phase: Phase = OFF;

  constructor(line: ContactLinePort, clock: BoardClock) {
    this.line = line;
    this.clock = clock;
  }

  poll(): number {
    if (!this.line.isCardPresent()) {
      this.end(OFF);
      return CARDS.none;
    }
    switch (this.phase.kind) {
      case 'off':
        this.reset(false);
        return CARDS.none;
      case 'resetting':
        this.readAnswer(this.phase.isWarm, this.phase.sinceMs);
        break;
      case 'opening':
        this.openStep(this.phase.exchange);
        break;
      case 'active':
      case 'exchanging':
      case 'rejected':
    }
    return this.phase.kind === 'active' ? CARDS.one : CARDS.none;
  }

  transmit(command: Uint8Array): void {
    if (this.phase.kind !== 'active') {
      this.end(OFF);
      return;
    }
    const { exchange } = this.phase;
    exchange.start(command);
    this.phase = { kind: 'exchanging', exchange };
  }

  receive(): Uint8Array | undefined {
    if (this.phase.kind !== 'exchanging') return NO_BYTES;
    const { exchange } = this.phase;
    const response = this.line.isCardPresent() ? exchange.step() : NO_BYTES;
    if (response === undefined) return undefined;
    if (response.length === 0) this.end(OFF);
    else this.phase = { kind: 'active', exchange };
    return response;
  }

  release(): void {
    this.end(OFF);
  }

  /** The contacts lose their power, unless they have none. */
  private end(phase: Phase): void {
    const before = this.phase;
    if (before.kind === 'active' || before.kind === 'exchanging') before.exchange.erase();
    if (before.kind !== 'off' && before.kind !== 'rejected') this.line.powerOff();
    this.phase = phase;
  }

  private reset(isWarm: boolean): void {
    this.held = 0;
    this.phase = { kind: 'resetting', isWarm, sinceMs: this.clock.uptimeMs() };
    this.line.reset();
  }

  /** @see EMV 4.4 Book 1 §8.4: only what was said clearly and isn't allowed is worth a warm reset */
  private readAnswer(isWarm: boolean, sinceMs: number): void {
    const bytes = this.line.read().subarray(0, ATR_BYTES_MAX - this.held);
    this.atr.set(bytes, this.held);
    this.held += bytes.length;
    const silentEtu = this.line.silentEtu();
    if (
      this.line.isDamaged() ||
      silentEtu > (this.held === 0 ? FIRST_SILENCE_ETU_MAX : SILENCE_ETU_MAX) ||
      this.clock.uptimeMs() - sinceMs > ANSWER_MS_MAX
    ) {
      this.end({ kind: 'rejected' });
      return;
    }
    const answer = answerToReset(this.atr.subarray(0, this.held), isWarm);
    if (answer.kind === 'accepted') this.accepted(answer.transmission);
    else if (answer.kind === 'rejected' && isWarm) this.end({ kind: 'rejected' });
    else if (answer.kind === 'rejected') this.reset(true);
  }

  private accepted(transmission: Transmission): void {
    const { protocol, rate, guardEtu } = transmission;
    this.line.setTransmission(protocol === 0, 372 / rate, guardEtu);
    if (protocol === 0) {
      this.phase = { kind: 'active', exchange: new T0Exchange(this.line, transmission) };
      return;
    }
    const exchange = new T1Exchange(this.line, transmission);
    this.phase = { kind: 'opening', exchange };
    exchange.open();
  }

  private openStep(exchange: T1Exchange): void {
    const answer = exchange.step();
    if (answer === undefined) return;
    if (answer.length === 0) this.end({ kind: 'rejected' });
    else this.phase = { kind: 'active', exchange };
  }
}
