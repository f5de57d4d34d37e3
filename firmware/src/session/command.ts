/**
 * A host command at work: like a kernel it yields what it wants, and besides it may wait for a card. Unlike a kernel it
 * is told when something came between.
 * Floor: session.
 */
import { encodeMessage, type Message } from '@comptoir/protocol';
import type { Ask, Kernel } from '../apdu/kernel.js';

export type CommandAsk =
  | Ask
  /** Answered by one byte: the interface at which a card was found. @see INTERFACE */
  | { readonly kind: 'awaitCard'; readonly interfaces: number; readonly timeoutMs: number };

export type Interruption = 'cancelled' | 'noCard' | 'severalCards' | 'cardRemoved' | 'cardTimeout' | 'tooMuchData';

export type CommandAnswer = Uint8Array | Interruption;

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
export function* awaitCard(interfaces: number, timeoutMs: number): Command<number | Interruption> {
  const answer = yield { kind: 'awaitCard', interfaces, timeoutMs };
  return typeof answer === 'string' ? answer : (answer[0] ?? 0);
}

/** Runs a kernel. When something comes between, the kernel is closed. */
export function* untilInterrupted<T>(kernel: Kernel<T>): Command<T | Interruption> {
  let step = kernel.next();
  while (step.done !== true) {
    const answer = yield step.value;
    if (typeof answer === 'string') {
      kernel.return(undefined as T);
      return answer;
    }
    step = kernel.next(answer);
  }
  return step.value;
}
