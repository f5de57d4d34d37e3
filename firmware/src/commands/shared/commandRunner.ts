/**
 * Drives a command: looks for cards, carries APDUs, watches the time. It never waits: each step does what can be done.
 * Source: EMV 4.4 Book 1 §9, Book B §3.2; limits: what a hostile card meets.   Floor: commands.
 */
import {
  ASKS,
  equalBytes,
  INTERFACE,
  isSameSecret,
  type Message,
  NO_BYTES,
  PROMPT,
  STATUS,
  unsignedToBytes,
} from '@comptoir/protocol';
import { eraseAll, markInto } from '../../apdu/sensitive.js';
import { type Board, CARDS, type CardPort } from '../../board/board.js';
import { noteNumbersIn } from '../../emv/data/cardNumber.js';
import type { CheckedMessage, Door } from '../../token/door.js';
import { isTillsWord } from './acquirerDecision.js';
import type { Answers } from './answers.js';
import {
  type Again,
  type Command,
  type CommandAnswer,
  type CommandAsk,
  type CommandResult,
  type HostAnswer,
  type Question,
  type QuestionName,
  type Refused,
  refuse,
} from './command.js';

/** A card that works on one command longer than this is taken for gone. */
const ANSWER_TIMEOUT_MS = 5_000;
/** A card may work this long on all commands together; so no exchange lasts longer than that and one answer. */
const WORK_TIMEOUT_MS = 20_000;
/** What a card may answer in all: the answers are held until the command ends. */
const RESPONSE_BYTES_MAX = 32_768;
/** How often the slot and the antenna are looked at. */
const POLL_INTERVAL_MS = 20;
/** A host that doesn't answer a question in this time is taken for gone. Its acquirer may be slow. */
const HOST_TIMEOUT_MS = 60_000;

type State =
  | { readonly kind: 'start' }
  | {
      readonly kind: 'awaitingCard';
      readonly interfaces: number;
      readonly deadlineMs: number;
      readonly prompt: number;
      readonly mustLeave: boolean;
    }
  | { readonly kind: 'awaitingCards'; readonly deadlineMs: number }
  | { readonly kind: 'awaitingAnswer'; readonly sinceMs: number }
  | { readonly kind: 'awaitingHost'; readonly question: CheckedMessage<QuestionName>; readonly deadlineMs: number };

type AwaitingCard = Extract<State, { kind: 'awaitingCard' }>;

export class CommandRunner {
  /** Where the host is: it may come back on another one while its word is awaited. */
  channel: number;
  /** What the customer is asked to do, a value of PROMPT. */
  prompt: number = PROMPT.processing;
  private readonly board: Board;
  private readonly door: Door;
  private readonly answers: Answers;
  private readonly command: Command;
  private readonly secret: Uint8Array;
  private state: State = { kind: 'start' };
  private port: CardPort | undefined;
  private workedMs = 0;
  /** What the last answer took. */
  private answerMs = 0;
  private responseBytes = 0;
  private areSeveral = false;
  private isCancelled = false;
  private unasked: CheckedMessage<QuestionName> | undefined;
  private heard: HostAnswer | undefined;
  /** Nobody listens any more: the result is kept by its key, and not sent. */
  isUnheard = false;
  /** Every response of the card and what was made of them, to be erased: they hold the card number. */
  private readonly erased: Uint8Array[] = [];

  /**
   * @param door learns the numbers that the card gives, and forgets them when the command ends
   * @param secret of the payment that the command is about; none: it asks nothing of a till
   */
  constructor(
    board: Board,
    { door, answers }: { readonly door: Door; readonly answers: Answers },
    channel: number,
    command: Command,
    secret: Uint8Array = NO_BYTES,
  ) {
    this.board = board;
    this.door = door;
    this.answers = answers;
    this.channel = channel;
    this.command = command;
    this.secret = secret;
  }

  /** The command ends at its next step, as cancelled. */
  cancel(): void {
    this.isCancelled = true;
  }

  /** The question that is to be sent now, once. */
  takeQuestion(): CheckedMessage<QuestionName> | undefined {
    const question = this.unasked;
    this.unasked = undefined;
    return question;
  }

  /** Nothing is said while the host is to speak, nor when nobody listens. */
  get isSilent(): boolean {
    return this.awaitsHost || this.isUnheard;
  }

  get awaitsHost(): boolean {
    return this.state.kind === 'awaitingHost';
  }

  /** Key of the one payment that the acquirer is being asked about, if it's that which is awaited. */
  get openKey(): string | undefined {
    if (this.state.kind !== 'awaitingHost') return undefined;
    const { leaving: question } = this.state.question;
    return question.kind === 'authorise' && question.asks === undefined ? question.key : undefined;
  }

  /** @returns false for what is no answer to the question, not the word of whom it was asked, or not from the till whose command this is */
  hear(answer: HostAnswer, channel: number): boolean {
    if (this.state.kind !== 'awaitingHost' || answer.key !== this.state.question.leaving.key) return false;
    if (!this.isOwners(answer.paymentSecret)) return false;
    const question: Question = this.state.question.message;
    const isTheirs = answer.kind === 'complete' ? this.isAcquirers(answer, question) : this.isTills(answer, question);
    if (!isTheirs) return false;
    if ('transactionToken' in question) this.answers.forget(question.transactionToken);
    this.channel = channel;
    this.heard = answer;
    return true;
  }

  /** A checkout asks several times under one key: the token says which question this answers, the MAC whose word it is. */
  private isAcquirers(answer: Message<'complete'>, question: Question): boolean {
    if (question.kind !== 'authorise' && question.kind !== 'inquire') return false;
    if (!equalBytes(answer.transactionToken, question.transactionToken)) return false;
    const isTooMuch =
      question.kind === 'authorise' && question.asks !== ASKS.balance && (answer.approvedAmount ?? 0) > question.amount;
    return !isTooMuch && this.answers.check(answer) === 'genuine';
  }

  private isOwners(secret: Uint8Array | undefined): boolean {
    return secret !== undefined && isSameSecret(secret, this.secret);
  }

  private isTills({ transactionToken, ...word }: Message<'decide'>, question: Question): boolean {
    if (question.kind === 'inquire') return false;
    if (question.kind !== 'authorise') return true;
    const isForThis = transactionToken !== undefined && equalBytes(transactionToken, question.transactionToken);
    return isForThis && isTillsWord(word);
  }

  get idleMs(): number {
    return POLL_INTERVAL_MS;
  }

  /** @returns the result, once there is one; then the runner is done and the card released */
  step(): CheckedMessage | Refused | undefined {
    markInto(this.erased);
    noteNumbersIn(this.door.numbers);
    let answer = this.state.kind === 'start' ? NO_BYTES : this.nextAnswer();
    while (answer !== undefined) {
      const step = this.command.next(answer);
      if (step.done === true) {
        // Before the numbers are erased.
        const leaving = letOut(this.door, step.value);
        this.release();
        return leaving;
      }
      answer = this.ask(step.value);
    }
    return undefined;
  }

  /** Lets the card go and erases what it said; for a command that failed, too. */
  release(): void {
    this.board.contact.release();
    this.board.contactless.release();
    this.door.forget();
    eraseAll(this.erased);
    this.board.display.show(0);
  }

  private show(prompt: number): void {
    this.prompt = prompt;
    this.board.display.show(prompt);
  }

  private ask(ask: CommandAsk): CommandAnswer | undefined {
    const nowMs = this.board.clock.uptimeMs();
    switch (ask.kind) {
      case 'awaitCard':
        this.awaitCard(ask.interfaces, nowMs + ask.timeoutMs, ask.again);
        return this.nextAnswer();
      case 'awaitCards':
        this.state = { kind: 'awaitingCards', deadlineMs: nowMs + ask.timeoutMs };
        this.show(PROMPT.presentCard);
        return this.nextAnswer();
      case 'prompt':
        this.show(ask.prompt);
        return NO_BYTES;
      case 'answerTime':
        return unsignedToBytes(this.answerMs, 4);
      case 'transmit':
        this.state = { kind: 'awaitingAnswer', sinceMs: nowMs };
        this.port?.transmit(ask.command);
        return this.nextAnswer();
      case 'askHost':
        this.state = { kind: 'awaitingHost', question: ask.question, deadlineMs: nowMs + HOST_TIMEOUT_MS };
        this.unasked = ask.question;
        if (ask.question.leaving.kind === 'choose') this.show(PROMPT.choose);
        return undefined;
    }
  }

  private nextAnswer(): CommandAnswer | undefined {
    if (this.isCancelled) return 'cancelled';
    const nowMs = this.board.clock.uptimeMs();
    switch (this.state.kind) {
      case 'start':
        return NO_BYTES;
      case 'awaitingCard':
        return this.findCard(this.state, this.state.deadlineMs <= nowMs);
      case 'awaitingCards': {
        const cards = this.board.contactless.poll();
        if (cards === CARDS.one || cards === CARDS.several) return this.board.cardsInField();
        return this.state.deadlineMs <= nowMs ? 'noCard' : undefined;
      }
      case 'awaitingAnswer':
        return this.takeResponse(nowMs, this.state.sinceMs);
      case 'awaitingHost': {
        const { heard } = this;
        this.heard = undefined;
        if (heard === undefined && this.state.deadlineMs <= nowMs) {
          this.isUnheard = true;
          return 'hostSilent';
        }
        // Only one answer to a question: what comes later is for the key, not for this command.
        if (heard !== undefined && this.prompt === PROMPT.choose) this.show(PROMPT.holdCard);
        if (heard !== undefined) this.state = { kind: 'start' };
        return heard;
      }
    }
  }

  /** @param again the card is asked for once more: its power is taken away first */
  private awaitCard(interfaces: number, deadlineMs: number, again: Again | undefined): void {
    if (again !== undefined) {
      this.board.contact.release();
      this.board.contactless.release();
    }
    const { prompt = presentPrompt(interfaces), mustLeave = false } = again ?? {};
    this.state = { kind: 'awaitingCard', interfaces, deadlineMs, prompt, mustLeave };
    this.areSeveral = false;
    this.show(prompt);
  }

  /** Several cards are no reason to give up: the customer is asked for one. @see Book B §3.2.1 */
  private findCard(state: AwaitingCard, isLate: boolean): CommandAnswer | undefined {
    const { interfaces, prompt, mustLeave } = state;
    let areSeveral = false;
    let isLooking = false;
    for (const [port, used] of [
      [this.board.contact, INTERFACE.contact],
      [this.board.contactless, INTERFACE.contactless],
    ] as const) {
      if ((interfaces & used) === 0) continue;
      const cards = port.poll();
      if (mustLeave && (cards === CARDS.one || cards === CARDS.several)) {
        port.release();
        return isLate ? 'noCard' : undefined;
      }
      isLooking ||= cards === CARDS.looking;
      areSeveral ||= cards === CARDS.several;
      if (cards !== CARDS.one) continue;
      this.port = port;
      this.show(used === INTERFACE.contactless ? PROMPT.holdCard : PROMPT.processing);
      return Uint8Array.of(used);
    }
    if (isLooking) areSeveral = this.areSeveral;
    if (isLate) return areSeveral ? 'severalCards' : 'noCard';
    if (mustLeave && !isLooking) this.state = { ...state, mustLeave: false };
    if (areSeveral !== this.areSeveral) this.show(areSeveral ? PROMPT.presentOneCard : prompt);
    this.areSeveral = areSeveral;
    return undefined;
  }

  private takeResponse(nowMs: number, sinceMs: number): CommandAnswer | undefined {
    const response = this.port?.receive();
    if (response === undefined) return nowMs - sinceMs >= ANSWER_TIMEOUT_MS ? 'cardRemoved' : undefined;
    if (response.length === 0) return 'cardRemoved';
    this.erased.push(response);
    this.responseBytes += response.length;
    if (this.responseBytes > RESPONSE_BYTES_MAX) return 'tooMuchData';
    this.answerMs = nowMs - sinceMs;
    this.workedMs += this.answerMs;
    return this.workedMs > WORK_TIMEOUT_MS ? 'cardTimeout' : response;
  }
}

/** A result as it may leave. What may not becomes the status of a fault. */
export function letOut(door: Door, result: CommandResult): CheckedMessage | Refused {
  if (result.kind === 'refused') return result;
  return result.kind === 'passed' ? result.checked : (door.check(result) ?? refuse(STATUS.internalFault));
}

function presentPrompt(interfaces: number): number {
  return interfaces === INTERFACE.contact ? PROMPT.insertCard : PROMPT.presentCard;
}
