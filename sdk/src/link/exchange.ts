/**
 * One command and its answer, on an open channel.
 * Source: docs/reference/protocol.md.   Floor: sdk link.
 */
import { COMMAND, NO_BYTES, NO_PARTS, PROMPT, splitMessage, stepParts } from '@comptoir/protocol';
import type { Clock } from '../values/clock.js';
import type { Bounds } from '../values/deadline.js';
import { faultOfStatus, LinkFault } from '../values/linkFault.js';
import { converse } from './converse.js';
import type { Link } from './link.js';

/** How long CANCEL may take to be answered; the reader needs a tenth of it. */
export const CANCEL_GRACE_MS = 1000;

const PROMPT_NUMBERS: readonly number[] = Object.values(PROMPT);

/** One frame out, one frame with the same command back. @returns a copy of its payload */
export function exchangeFrame(
  link: Link,
  clock: Clock,
  command: number,
  bounds: Bounds,
  silenceMs: number = link.silenceMs,
): Promise<Uint8Array> {
  return converse<Uint8Array>(link, clock, bounds, silenceMs, (turn) => {
    link.send(command, NO_BYTES);
    return {
      silent: () => giveUp(link),
      frame(answer, payload) {
        if (answer === command) turn.done(payload.slice());
        else if (answer !== COMMAND.init) turn.fail(faultOfFrame(answer, payload));
      },
    };
  });
}

/** `message` is missing when the operation was cancelled before it had an answer. */
export interface MessageAnswer {
  readonly message: Uint8Array | undefined;
  readonly wasCancelled: boolean;
  /** Nothing of a message was left under way, either way. */
  readonly isWhole: boolean;
}

/**
 * A message out, a message back, with parts both ways. Aborting the signal sends CANCEL; then the reader's last word is
 * awaited, and CANCEL's own answer, so that nothing stale is left on the channel.
 * @param message as it goes over the wire, at most 4,112 bytes; undefined: CANCEL at once, for what the reader does still
 * @param onPrompt gets a number of PROMPT, whenever it changes
 * @param open of each message that comes, also of one that is passed over: `undefined` when it's not the next of its session
 * @param silenceMs how long the reader may say nothing; what programs flash takes longer than the default
 */
export function exchangeMessage(
  link: Link,
  clock: Clock,
  message: Uint8Array | undefined,
  bounds: Bounds,
  onPrompt: (prompt: number) => void,
  silenceMs: number = link.silenceMs,
  open: (message: Uint8Array) => Uint8Array | undefined = (bytes) => bytes.slice(),
): Promise<MessageAnswer> {
  return converse<MessageAnswer>(link, clock, bounds, silenceMs, (turn) => {
    const outgoing = message === undefined ? [] : splitMessage(message);
    let sent = 0;
    let parts = NO_PARTS;
    let prompt = 0;
    let answer: Uint8Array | undefined;
    let wasCancelled = false;

    const ended = (): MessageAnswer => ({
      message: answer,
      wasCancelled,
      isWhole: sent >= outgoing.length && parts === NO_PARTS,
    });
    const sendNext = (): void => {
      const next = outgoing[sent];
      sent += 1;
      if (next !== undefined) link.send(next.command, next.payload);
    };
    const take = (command: number, payload: Uint8Array): void => {
      const step = stepParts(parts, command, payload);
      if (step.kind === 'fault') {
        turn.fail(faultOfStatus(step.status));
      } else if (step.kind === 'taken') {
        parts = step.parts;
        link.send(COMMAND.taken, Uint8Array.of(step.index));
      } else {
        parts = NO_PARTS;
        answer = open(step.message);
        if (answer === undefined) turn.fail(new LinkFault('link/tampered'));
        else if (!wasCancelled) turn.done(ended());
      }
    };
    const cancel = (): void => {
      wasCancelled = true;
      turn.hurry(clock.now() + CANCEL_GRACE_MS);
      link.send(COMMAND.cancel, NO_BYTES);
    };
    if (message === undefined) cancel();
    else sendNext();
    return {
      silent: () => giveUp(link),
      cancel,
      frame(command, payload) {
        if (command === COMMAND.keepalive) {
          const now = payload[0] ?? 0;
          if (now === prompt || !PROMPT_NUMBERS.includes(now)) return;
          prompt = now;
          onPrompt(now);
        } else if (command === COMMAND.message || command === COMMAND.part) {
          take(command, payload);
        } else if (command === COMMAND.cancel && wasCancelled) {
          turn.done(ended());
        } else if (command === COMMAND.taken && sent < outgoing.length && payload[0] === sent - 1) {
          if (!wasCancelled) sendNext();
        } else if (command !== COMMAND.init) {
          // A late answer to an INIT that was repeated means nothing any more.
          turn.fail(faultOfFrame(command, payload));
        }
      },
    };
  });
}

function giveUp(link: Link): void {
  link.lose(new LinkFault('link/lost', 'The reader fell silent.'));
}

function faultOfFrame(command: number, payload: Uint8Array): LinkFault {
  const status = payload[0];
  if (command === COMMAND.error && status !== undefined) return faultOfStatus(status);
  return new LinkFault('protocol/corrupt', `The reader answered with the unexpected command ${command}.`);
}
