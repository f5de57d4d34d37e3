/**
 * A running operation: a promise of its result that can be iterated for what it asks of the customer, in any order.
 * It has begun when you hold it. Leaving the loop doesn't stop it; the signal of its options does.
 * An error goes to whoever awaits or iterates; when nobody does, it stays silent instead of ending the process.
 * Floor: sdk operation.
 */
import { createStream, type Stream } from '../values/stream.js';

export interface Op<T, E> extends Promise<T>, AsyncIterable<E> {}

/** What the loop may fall behind. Events are prompts: the newest ones matter. */
const EVENTS_WAITING_MAX = 16;

/**
 * @param start is called once, at once; what it emits goes to the loops that run, and its last event to the loops that
 * begin later
 */
export function createOp<T, E>(start: (emit: (event: E) => void) => Promise<T>): Op<T, E> {
  const loops = new Set<Stream<E>>();
  let last: { readonly event: E } | undefined;
  const result = start((event) => {
    last = { event };
    for (const loop of loops) loop.push(event);
  });
  result.catch(() => {});
  return Object.assign(result, {
    [Symbol.asyncIterator]() {
      const loop = createStream<E>(EVENTS_WAITING_MAX, () => loops.delete(loop));
      loops.add(loop);
      if (last !== undefined) loop.push(last.event);
      result.then(
        () => loop.end(),
        (error: unknown) => loop.fail(error),
      );
      return loop;
    },
  });
}
