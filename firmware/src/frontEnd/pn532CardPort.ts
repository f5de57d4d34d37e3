/**
 * An antenna behind a PN532: looks for cards of both types, carries APDUs, switches the field off.
 * Source: PN532 User Manual UM0701-02 §7; EMV Contactless Book D §9 for what is to be looked for.   Floor: frontEnd.
 * Not an EMV level 1 front end: the PN532 decides about timing and levels.
 */
import { concatBytes, NO_BYTES } from '@comptoir/protocol';
import { type BoardClock, CARDS, type CardPort, type UartPort } from '../board/board.js';
import {
  type CardType,
  dataExchange,
  EXCHANGED_BYTES_MAX,
  exchangedData,
  FIELD_OFF,
  LIST_CARDS,
  listedCards,
  NO_ACTIVATION_RETRIES,
} from './pn532Commands.js';
import { Pn532Line } from './pn532Line.js';
import { SAM_CONFIGURATION, WAKE_UP } from './pn532WakeUp.js';

const SETTING_TIMEOUT_MS = 300;
/** Activation of a slow card, frame waiting times included. */
const LISTING_TIMEOUT_MS = 1_000;
/** Above the session's own limit for one command of a card. */
const EXCHANGE_TIMEOUT_MS = 6_000;
/** A front end that didn't answer is left alone so long. */
const RETRY_MS = 200;
/** How long the field stays off, so that the card has lost its power. @see EMV Contactless Book D, tRESET 5.1 to 10 ms */
const RESET_MS = 10;
/** More than a short APDU has, so that the floor above sees the fault; a card that chains for ever is given up. */
const RESPONSE_BYTES_MAX = 512;
const RESPONSE_PARTS_MAX = 16;

interface Exchange {
  readonly target: number;
  /** What the card hasn't got yet. */
  readonly unsent: Uint8Array;
  readonly response: Uint8Array;
  readonly parts: number;
}

type Phase =
  /** It was never spoken to, or didn't answer: then its field may be on. */
  | { readonly kind: 'asleep' | 'lost'; readonly untilMs: number }
  | { readonly kind: 'waking' | 'configuring' | 'switchingOff' }
  | { readonly kind: 'off'; readonly untilMs: number }
  /** The field is on; no card is active. */
  | { readonly kind: 'on' }
  /** Type B first, so that one card of type A, the common case, is active as soon as it's known to be alone. */
  | { readonly kind: 'looking'; readonly type: CardType; readonly others: number; readonly isLast: boolean }
  | { readonly kind: 'several' | 'told' }
  | { readonly kind: 'active'; readonly target: number }
  | { readonly kind: 'exchanging'; readonly exchange: Exchange }
  | { readonly kind: 'answered'; readonly target: number; readonly response: Uint8Array };

export class Pn532CardPort implements CardPort {
  private readonly line: Pn532Line;
  private readonly clock: BoardClock;
  private phase: Phase = { kind: 'asleep', untilMs: 0 };
  /** What the last looks of both types found. */
  private identifiers: Uint8Array = NO_BYTES;

  constructor(uart: UartPort, clock: BoardClock) {
    this.line = new Pn532Line(uart, clock);
    this.clock = clock;
  }

  poll(): number {
    this.advance();
    switch (this.phase.kind) {
      case 'asleep':
      case 'lost':
        if (this.clock.uptimeMs() >= this.phase.untilMs) this.wake();
        return CARDS.looking;
      case 'off':
        if (this.clock.uptimeMs() >= this.phase.untilMs) this.look('B', 0, false);
        return CARDS.looking;
      case 'on':
        this.look('B', 0, false);
        return CARDS.none;
      case 'several':
        this.phase = { kind: 'told' };
        return CARDS.several;
      case 'told':
        this.look('B', 0, false);
        return CARDS.looking;
      case 'active':
      case 'exchanging':
      case 'answered':
        return CARDS.one;
      case 'waking':
      case 'configuring':
      case 'switchingOff':
      case 'looking':
        return CARDS.looking;
    }
  }

  /** See `Board.cardsInField`. */
  cardsInField(): Uint8Array {
    return this.identifiers;
  }

  transmit(command: Uint8Array): void {
    if (this.phase.kind !== 'active') {
      this.phase = { kind: 'answered', target: 0, response: NO_BYTES };
      return;
    }
    this.exchange({ target: this.phase.target, unsent: command.slice(), response: NO_BYTES, parts: 0 });
  }

  receive(): Uint8Array | undefined {
    this.advance();
    if (this.phase.kind === 'exchanging') return undefined;
    if (this.phase.kind !== 'answered') return NO_BYTES;
    const { target, response } = this.phase;
    this.phase = response.length === 0 ? { kind: 'on' } : { kind: 'active', target };
    return response;
  }

  release(): void {
    switch (this.phase.kind) {
      case 'asleep':
      case 'waking':
      case 'configuring':
      case 'switchingOff':
      case 'off':
        return;
      case 'exchanging':
        this.phase.exchange.response.fill(0);
        break;
      case 'answered':
        this.phase.response.fill(0);
        break;
      case 'lost':
      case 'on':
      case 'looking':
      case 'several':
      case 'told':
      case 'active':
    }
    // Written at once: nobody calls this port again before the next card is wanted.
    this.line.abort();
    this.line.ask(FIELD_OFF, SETTING_TIMEOUT_MS);
    this.phase = { kind: 'switchingOff' };
  }

  private wake(): void {
    this.line.ask(SAM_CONFIGURATION, SETTING_TIMEOUT_MS, WAKE_UP);
    this.phase = { kind: 'waking' };
  }

  private look(type: CardType, others: number, isLast: boolean): void {
    this.line.ask(LIST_CARDS[type], LISTING_TIMEOUT_MS);
    this.phase = { kind: 'looking', type, others, isLast };
  }

  private exchange(exchange: Exchange): void {
    const sent = exchange.unsent.subarray(0, EXCHANGED_BYTES_MAX);
    const unsent = exchange.unsent.subarray(EXCHANGED_BYTES_MAX);
    this.line.ask(dataExchange(exchange.target, sent, unsent.length > 0), EXCHANGE_TIMEOUT_MS);
    this.phase = { kind: 'exchanging', exchange: { ...exchange, unsent } };
  }

  private advance(): void {
    const result = this.line.step();
    switch (result.kind) {
      case 'silent':
      case 'working':
        return;
      case 'failed':
        this.failed();
        return;
      case 'answered':
        this.answered(result.answer);
        result.answer.fill(0);
        return;
    }
  }

  private failed(): void {
    if (this.phase.kind === 'exchanging') this.cardGone(this.phase.exchange);
    else this.phase = { kind: 'lost', untilMs: this.clock.uptimeMs() + RETRY_MS };
  }

  private cardGone(exchange: Exchange): void {
    exchange.response.fill(0);
    this.phase = { kind: 'answered', target: 0, response: NO_BYTES };
  }

  private answered(answer: Uint8Array): void {
    switch (this.phase.kind) {
      case 'waking':
        this.line.ask(NO_ACTIVATION_RETRIES, SETTING_TIMEOUT_MS);
        this.phase = { kind: 'configuring' };
        return;
      case 'configuring':
        this.look('B', 0, false);
        return;
      case 'switchingOff':
        this.phase = { kind: 'off', untilMs: this.clock.uptimeMs() + RESET_MS };
        return;
      case 'looking':
        this.listed(answer, this.phase);
        return;
      case 'exchanging':
        this.exchanged(answer, this.phase.exchange);
        return;
      case 'asleep':
      case 'lost':
      case 'off':
      case 'on':
      case 'several':
      case 'told':
      case 'active':
      case 'answered':
    }
  }

  /** @see EMV Contactless Book D §9.3.3, collision detection: both types are asked before any card is used */
  private listed(answer: Uint8Array, { type, others, isLast }: Extract<Phase, { kind: 'looking' }>): void {
    const { count, target, isPart4, identifiers } = listedCards(answer, type);
    this.identifiers = type === 'B' ? identifiers : concatBytes(this.identifiers, identifiers);
    if (type === 'B' && !isLast) this.look('A', count, false);
    else if (count + others > 1) this.phase = { kind: 'several' };
    // Looking for the other type has let the card of type B go.
    else if (others === 1) this.look('B', 0, true);
    // A card of another kind, a bus ticket say, is not ours; it's looked past until it's taken away.
    else this.phase = count === 1 && isPart4 ? { kind: 'active', target } : { kind: 'on' };
  }

  private exchanged(answer: Uint8Array, exchange: Exchange): void {
    const exchanged = exchangedData(answer);
    const parts = exchange.parts + 1;
    if (exchanged === undefined || (exchanged.isMoreToCome && parts === RESPONSE_PARTS_MAX)) {
      this.cardGone(exchange);
    } else if (exchange.unsent.length > 0) {
      this.exchange(exchange);
    } else if (exchange.response.length + exchanged.data.length > RESPONSE_BYTES_MAX) {
      this.cardGone(exchange);
    } else {
      const response = concatBytes(exchange.response, exchanged.data);
      exchange.response.fill(0);
      if (exchanged.isMoreToCome) this.exchange({ ...exchange, response, parts });
      else this.phase = { kind: 'answered', target: exchange.target, response };
    }
  }
}
