/**
 * Drives a command: looks for cards, carries APDUs, watches the time. It never waits: each step does what can be done.
 * Floor: session.
 */
import { INTERFACE, NO_BYTES, PROMPT } from '@comptoir/protocol';
import { type Board, CARDS, type CardPort } from '../board/board.js';
import type { Command, CommandAnswer, CommandAsk, CommandResult } from './command.js';

/** A card that works on one command longer than this is taken for gone. */
const ANSWER_TIMEOUT_MS = 5_000;
/** The whole exchange with a card ends then, whatever the card does. */
const CARD_TIMEOUT_MS = 60_000;
/** How often the slot and the antenna are looked at. */
const POLL_INTERVAL_MS = 20;

type State =
  | { readonly kind: 'start' }
  | { readonly kind: 'awaitingCard'; readonly interfaces: number; readonly deadlineMs: number }
  | { readonly kind: 'awaitingAnswer'; readonly sinceMs: number };

export class CommandRunner {
  readonly channel: number;
  /** What the customer is asked to do, a value of PROMPT. */
  prompt: number = PROMPT.processing;
  private readonly board: Board;
  private readonly command: Command;
  private state: State = { kind: 'start' };
  private port: CardPort | undefined;
  private cardSinceMs = 0;
  private isCancelled = false;
  /** Every response of the card, to be erased: they hold the card number. */
  private readonly responses: Uint8Array[] = [];

  constructor(board: Board, channel: number, command: Command) {
    this.board = board;
    this.channel = channel;
    this.command = command;
  }

  /** The command ends at its next step, as cancelled. */
  cancel(): void {
    this.isCancelled = true;
  }

  get idleMs(): number {
    return POLL_INTERVAL_MS;
  }

  /** @returns the result, once there is one; then the runner is done and the card released */
  step(): CommandResult | undefined {
    let answer = this.state.kind === 'start' ? NO_BYTES : this.nextAnswer();
    while (answer !== undefined) {
      const step = this.command.next(answer);
      if (step.done === true) {
        this.release();
        return step.value;
      }
      answer = this.ask(step.value);
    }
    return undefined;
  }

  /** Ends the command at once; for when it failed. */
  release(): void {
    this.board.contact.release();
    this.board.contactless.release();
    for (const response of this.responses) response.fill(0);
    this.responses.length = 0;
    this.board.display.show(0);
  }

  private show(prompt: number): void {
    this.prompt = prompt;
    this.board.display.show(prompt);
  }

  private ask(ask: CommandAsk): CommandAnswer | undefined {
    const nowMs = this.board.clock.uptimeMs();
    switch (ask.kind) {
      case 'prompt':
        this.show(ask.prompt);
        return NO_BYTES;
      case 'awaitCard':
        this.state = { kind: 'awaitingCard', interfaces: ask.interfaces, deadlineMs: nowMs + ask.timeoutMs };
        this.show(ask.interfaces === INTERFACE.contact ? PROMPT.insertCard : PROMPT.presentCard);
        return this.nextAnswer();
      case 'transmit':
        this.state = { kind: 'awaitingAnswer', sinceMs: nowMs };
        this.port?.transmit(ask.command);
        return this.nextAnswer();
    }
  }

  private nextAnswer(): CommandAnswer | undefined {
    if (this.isCancelled) return 'cancelled';
    const nowMs = this.board.clock.uptimeMs();
    switch (this.state.kind) {
      case 'start':
        return NO_BYTES;
      case 'awaitingCard':
        return this.findCard(this.state.interfaces) ?? (nowMs >= this.state.deadlineMs ? 'noCard' : undefined);
      case 'awaitingAnswer':
        return this.takeResponse(nowMs, this.state.sinceMs);
    }
  }

  private findCard(interfaces: number): CommandAnswer | undefined {
    for (const [port, used] of [
      [this.board.contact, INTERFACE.contact],
      [this.board.contactless, INTERFACE.contactless],
    ] as const) {
      if ((interfaces & used) === 0) continue;
      const cards = port.poll();
      if (cards === CARDS.several) return 'severalCards';
      if (cards !== CARDS.one) continue;
      this.port = port;
      this.cardSinceMs = this.board.clock.uptimeMs();
      this.show(used === INTERFACE.contactless ? PROMPT.holdCard : PROMPT.processing);
      return Uint8Array.of(used);
    }
    return undefined;
  }

  private takeResponse(nowMs: number, sinceMs: number): CommandAnswer | undefined {
    if (nowMs - this.cardSinceMs >= CARD_TIMEOUT_MS) return 'cardTimeout';
    const response = this.port?.receive();
    if (response === undefined) return nowMs - sinceMs >= ANSWER_TIMEOUT_MS ? 'cardRemoved' : undefined;
    if (response.length === 0) return 'cardRemoved';
    this.responses.push(response);
    return response;
  }
}
