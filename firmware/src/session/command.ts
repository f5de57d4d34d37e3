/**
 * A host command at work: like a kernel it yields what it wants, and besides it may wait for a card. Unlike a kernel it
 * is told when something came between.
 * Floor: session.
 */
import { encodeMessage, type Message, NO_BYTES } from '@comptoir/protocol';
import type { AskAnswerTime, Confirm, Kernel, ShowPrompt, Transmit } from '../apdu/kernel.js';

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
  /** A question for the host while the card stays; answered by `complete` or `decide`. `bytes`: the message, encoded. */
  | { readonly kind: 'askHost'; readonly message: Question; readonly bytes: Uint8Array };

/** A card is asked for once more. */
export interface Again {
  /** A value of PROMPT. */
  readonly prompt: number;
  /** What is there first has to go. */
  readonly mustLeave: boolean;
}

/** What a host is asked in the middle of a command. */
export type Question = Message<'authorise' | 'inquire' | 'confirm' | 'choose'>;

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

/** `refused`: the command was not carried out; the host gets the status. `encoded`: the bytes of a message, which is made once. */
export type CommandResult = Message | EncodedMessage | { readonly kind: 'refused'; readonly status: number };

/** A message that was needed as bytes, by the last gate or the record in flash, before the host gets it. */
export interface EncodedMessage<M extends Message = Message> {
  readonly kind: 'encoded';
  readonly message: M;
  readonly bytes: Uint8Array;
}

export type Command<T = CommandResult> = Generator<CommandAsk, T, CommandAnswer>;

export function encoded<M extends Message>(message: M): EncodedMessage<M> {
  return { kind: 'encoded', message, bytes: encodeMessage(message) };
}

export function refuse(status: number): CommandResult {
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
export function* askHost(
  message: Question,
  bytes: Uint8Array = encodeMessage(message),
): Command<HostAnswer | Interruption> {
  const answer = yield { kind: 'askHost', message, bytes };
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
