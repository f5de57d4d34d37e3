/**
 * One conversation on the link: something is sent, frames come back, and it ends: with an answer, with a fault, or at its
 * deadline. A peer that falls silent is told to the conversation; a peer that talks without end meets the deadline.
 * Floor: sdk link.
 */
import type { Clock } from '../values/clock.js';
import { type Bounds, startWatchdog } from '../values/deadline.js';
import { LinkFault } from '../values/linkFault.js';
import type { Link } from './link.js';

interface Turn<T> {
  done(answer: T): void;
  fail(fault: LinkFault): void;
  /** Brings the deadline nearer. */
  hurry(deadlineMs: number): void;
}

interface Conversation {
  frame(command: number, payload: Uint8Array): void;
  /** Nothing came for so long. */
  silent(): void;
  /** The signal of the bounds was aborted. Default: the conversation fails with `aborted`. */
  cancel?(): void;
}

/**
 * @param silenceMs    how long the peer may say nothing before `silent` is called; after each call twice as long
 * @param begin        is called once, before the first frame can come; it sends through the link
 * @param silenceMsMax but never longer than this
 */
export function converse<T>(
  link: Link,
  clock: Clock,
  bounds: Bounds,
  silenceMs: number,
  begin: (turn: Turn<T>) => Conversation,
  silenceMsMax: number = silenceMs,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    if (link.lost !== undefined) {
      reject(link.lost);
      return;
    }
    let { deadlineMs } = bounds;
    let patienceMs = silenceMs;
    let heardMs = clock.now();
    let isOver = false;
    const dueMs = (): number => Math.min(deadlineMs, heardMs + patienceMs);

    const onDue = (): void => {
      if (dueMs() >= deadlineMs) {
        turn.fail(new LinkFault('timeout'));
        return;
      }
      heardMs += patienceMs;
      patienceMs = Math.min(2 * patienceMs, silenceMsMax);
      watchdog = startWatchdog(clock, dueMs(), onDue);
      conversation.silent();
    };
    const onAbort = (): void => {
      if (conversation.cancel === undefined) turn.fail(new LinkFault('aborted'));
      else conversation.cancel();
    };
    const end = (settle: () => void): void => {
      if (isOver) return;
      isOver = true;
      watchdog.stop();
      unlisten();
      bounds.signal?.removeEventListener('abort', onAbort);
      settle();
    };
    const turn: Turn<T> = {
      done: (answer) => end(() => resolve(answer)),
      fail: (fault) => end(() => reject(fault)),
      hurry(newMs) {
        deadlineMs = Math.min(deadlineMs, newMs);
        if (!isOver) watchdog.due(dueMs());
      },
    };
    const unlisten = link.listen({
      frame(command, payload) {
        heardMs = clock.now();
        watchdog.due(dueMs());
        conversation.frame(command, payload);
      },
      fault: (fault) => turn.fail(fault),
    });
    let watchdog = startWatchdog(clock, dueMs(), onDue);
    // Sends are queued, never made at once: no frame comes before `begin` has returned.
    const conversation = begin(turn);
    bounds.signal?.addEventListener('abort', onAbort, { once: true });
    if (bounds.signal?.aborted === true && !isOver) onAbort();
  });
}
