/**
 * A host command at work: like a kernel it yields what it wants, and besides it may wait for a card. Unlike a kernel it
 * is told when something came between.
 * Floor: commands.
 */
import { type Message, type MessageName, NO_BYTES } from '@comptoir/protocol';
import type { AskAnswerTime, Confirm, Kernel, ShowPrompt, Transmit } from '../../apdu/kernel.js';
import type { CheckedMessage, Leaving } from '../../token/door.js';

export type CommandAsk =
  | Transmit
  | ShowPrompt
  | AskAnswerTime
  /** Answered by one byte: the interface at which a card was found. @see INTERFACE */
  | {
      readonly kind: 'awaitCard';
      readonly interfaces: number;
      readonly timeoutMs: number;
      readonly again: Again | undefined;
    }
  /** Answered by what the cards in the field call themselves, one or several: see `Board.cardsInField`. */
  | { readonly kind: 'awaitCards'; readonly timeoutMs: number }
  /** A question for the host while the card stays; answered by `complete` or `decide`. */
  | { readonly kind: 'askHost'; readonly question: CheckedMessage<QuestionName> };

/** A card is asked for once more. */
export interface Again {
  /** A value of PROMPT. */
  readonly prompt: number;
  /** What is there first has to go. */
  readonly mustLeave: boolean;
}

/** What a host is asked in the middle of a command. */
export type QuestionName = 'authorise' | 'inquire' | 'confirm' | 'choose';
export type Question = Message<QuestionName>;

/** The acquirer's word, or that of the till. */
export type HostAnswer = Message<'complete' | 'decide'>;

export type Interruption =
  | 'cancelled'
  | 'noCard'
  | 'severalCards'
  | 'cardRemoved'
  | 'cardTimeout'
  | 'tooMuchData'
  /** The host did not answer a question. */
  | 'hostSilent';

export type CommandAnswer = Uint8Array | HostAnswer | Interruption;

/** The command was not carried out; the host gets the status. */
export interface Refused {
  readonly kind: 'refused';
  readonly status: number;
}

/** `passed`: the message went through the door already, because it was written to flash before the host gets it. */
export type CommandResult = Leaving | Passed | Refused;

interface Passed<K extends MessageName = MessageName> {
  readonly kind: 'passed';
  readonly checked: CheckedMessage<K>;
}

export type Command<T = CommandResult> = Generator<CommandAsk, T, CommandAnswer>;

export function passed<K extends MessageName>(checked: CheckedMessage<K>): Passed<K> {
  return { kind: 'passed', checked };
}

export function refuse(status: number): Refused {
  return { kind: 'refused', status };
}

/** @returns the interface of the card that was found, or what came between */
export function* awaitCard(interfaces: number, timeoutMs: number, again?: Again): Command<number | Interruption> {
  const answer = yield { kind: 'awaitCard', interfaces, timeoutMs, again };
  return typeof answer === 'string' ? answer : (bytesIn(answer)[0] ?? 0);
}

/** @returns what the cards in the field call themselves: see `Board.cardsInField` */
export function* awaitCards(timeoutMs: number): Command<Uint8Array | Interruption> {
  const answer = yield { kind: 'awaitCards', timeoutMs };
  return typeof answer === 'string' ? answer : bytesIn(answer);
}

/** The host's word on a question of this command, or what came between. */
export function* askHost(question: CheckedMessage<QuestionName>): Command<HostAnswer | Interruption> {
  const answer = yield { kind: 'askHost', question };
  if (typeof answer === 'string' || 'kind' in answer) return answer;
  throw new Error('a card answered for the host');
}

/** Runs a kernel. When something comes between, the kernel is closed. @param confirm without it, nothing is confirmed */
export function* untilInterrupted<T>(
  kernel: Kernel<T>,
  confirm?: (ask: Confirm) => Command<Uint8Array | Interruption>,
): Command<T | Interruption> {
  let step = kernel.next();
  while (step.done !== true) {
    const ask = step.value;
    let answer: CommandAnswer = NO_BYTES;
    if (ask.kind !== 'confirm') answer = yield ask;
    else if (confirm !== undefined) answer = yield* confirm(ask);
    if (typeof answer === 'string') {
      kernel.return(undefined as T);
      return answer;
    }
    step = kernel.next(bytesIn(answer));
  }
  return step.value;
}

function bytesIn(answer: Uint8Array | HostAnswer): Uint8Array {
  if ('kind' in answer) throw new Error('the host answered for a card');
  return answer;
}
