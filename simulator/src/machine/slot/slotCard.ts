/**
 * The card in a slot as its contacts show it: an answer to reset, then characters of T=0 or T=1 around the APDUs of the
 * software card that was put in. What carries its characters, a line of software or the pins of a chip, is told what to send.
 * Source: EMV 4.4 Book 1 §7 to §9.   Floor: simulator machine.
 */
import { CARDS } from '@comptoir/firmware/board';
import { NO_BYTES } from '@comptoir/protocol';
import type { CardPlace } from '../board/cardPlace.js';
import { encodeAnswerToReset, type SlotProtocol } from './answerToReset.js';
import type { CardProtocol } from './cardCharacters.js';
import { type SlotFault, timesOf } from './slotFault.js';
import { t0Protocol } from './t0Protocol.js';
import { t1Protocol } from './t1Protocol.js';

/** How the cards of a slot speak. */
export interface SlotStyle extends SlotProtocol {
  /** Default: EMV's basic one. For the answer to a warm reset, see `warmAtr`. */
  readonly atr?: Uint8Array;
  readonly warmAtr?: Uint8Array;
  /** T=0: data go byte by byte. */
  readonly isStepwise?: boolean;
  /** How often the card asks for more time before each answer, by 60 or S(WTX request). */
  readonly waits?: number;
  readonly faults?: readonly SlotFault[];
}

/** What carries a card's characters. */
export interface CardLine {
  /**
   * @param gapEtu from the leading edge of the last character on the line, or the end of the reset
   * @param done called when the character is over, with what the terminal made of it: false, it signalled an error
   */
  put(byte: number, isParityRight: boolean, gapEtu: number, done: (isTaken: boolean) => void): void;
  /** Etu of the line, and the convention of its characters, from the next character on. */
  setStyle(rate: number, isInverse: boolean): void;
}

const FIRST_ETU = 20;
const CHARACTER_ETU = 12;
const TURN_ETU = 24;
/** A character that was refused comes again after two more etu. @see EMV 4.4 Book 1 §9.2.3 */
const REPETITION_ETU = 15;

export class SlotCard {
  style: SlotStyle;
  /** Characters that went each way since the card was put in. */
  sent = 0;
  received = 0;
  private readonly place: CardPlace;
  private line: CardLine | undefined;
  private protocol: CardProtocol | undefined;
  private queue: number[] = [];
  private isBusy = false;
  private refused = 0;
  private power = 0;

  constructor(place: CardPlace, style: SlotStyle) {
    this.place = place;
    this.style = style;
  }

  connect(line: CardLine): void {
    this.line = line;
  }

  isPresent(): boolean {
    return this.place.isTaken();
  }

  /** RST goes up, with power and clock there. */
  reset(isWarm: boolean): void {
    this.powerOff();
    if (this.place.port.poll() !== CARDS.one) return;
    const { style } = this;
    const atr = (isWarm ? style.warmAtr : undefined) ?? style.atr ?? encodeAnswerToReset(style);
    const faults = style.faults ?? [];
    const aborts = faults.some(({ kind }) => kind === 'aborts');
    const waits = style.waits ?? 0;
    const ask = (command: Uint8Array): Uint8Array => {
      this.place.port.transmit(command);
      return this.place.port.receive() ?? NO_BYTES;
    };
    this.line?.setStyle(1, style.isInverse ?? false);
    this.protocol =
      style.protocol === 0
        ? t0Protocol(ask, { isStepwise: style.isStepwise ?? false, waits })
        : t1Protocol(ask, { waits, aborts });
    this.queue = [...atr];
    this.next(FIRST_ETU, () => this.line?.setStyle(style.rate ?? 1, style.isInverse ?? false));
  }

  powerOff(): void {
    this.power += 1;
    this.protocol = undefined;
    this.queue = [];
    this.isBusy = false;
    this.place.port.release();
  }

  /** The card is another one, or the same again: its faults start afresh. */
  inserted(): void {
    this.sent = 0;
    this.received = 0;
    this.refused = 0;
  }

  /** @returns false: the card signals an error, and wants the character again */
  receive(byte: number, isParityRight: boolean): boolean {
    if (this.protocol === undefined || this.isBusy) return true;
    const refusals = timesOf(this.style.faults ?? [], 'refuses', this.received + 1);
    if (this.style.protocol === 0 && (!isParityRight || this.refused < refusals)) {
      this.refused += 1;
      return false;
    }
    this.received += 1;
    this.refused = 0;
    this.queue.push(...this.protocol.receive(byte));
    if (this.queue.length > 0) this.next(TURN_ETU);
    return true;
  }

  private next(gapEtu: number, whenEmpty: () => void = () => undefined): void {
    const [byte] = this.queue;
    this.isBusy = byte !== undefined;
    if (byte === undefined) {
      whenEmpty();
      return;
    }
    const at = this.sent + 1;
    const faults = this.style.faults ?? [];
    if (faults.some((fault) => fault.kind === 'silent' && fault.at <= at)) return;
    if (faults.some((fault) => fault.kind === 'pulled' && fault.at === at)) {
      this.place.empty();
      return;
    }
    const mask = faults.reduce(
      (all, fault) => (fault.kind === 'changed' && fault.at === at ? all ^ fault.mask : all),
      0,
    );
    const isParityRight = this.refused >= timesOf(faults, 'wrongParity', at);
    const { power } = this;
    this.line?.put(byte ^ mask, isParityRight, gapEtu, (isTaken) => {
      if (power !== this.power) return;
      if (!isTaken) {
        this.refused += 1;
        this.next(REPETITION_ETU, whenEmpty);
        return;
      }
      this.refused = 0;
      this.sent += 1;
      this.queue.shift();
      this.next(CHARACTER_ETU, whenEmpty);
    });
  }
}
