/**
 * An async iterator that is fed from outside. It holds a bounded number of events, the newest ones, so that a slow or
 * absent reader of it costs nothing.
 * Floor: sdk values; imports nothing.
 */

export interface Stream<E> extends AsyncIterableIterator<E, undefined> {
  push(event: E): void;
  /** Ends after the events that are waiting. */
  end(): void;
  /** Ends with an error after the events that are waiting. */
  fail(error: unknown): void;
}

interface Waiting<E> {
  readonly resolve: (result: IteratorResult<E, undefined>) => void;
  readonly reject: (error: unknown) => void;
}

const DONE: IteratorResult<never, undefined> = { done: true, value: undefined };

/** @param limit events kept at most; @param onReturn is called once, when the loop is left or the stream has ended */
export function createStream<E>(limit: number, onReturn: () => void): Stream<E> {
  const events: E[] = [];
  const waiting: Waiting<E>[] = [];
  let ending: { readonly error?: unknown } | undefined;

  const finish = (how: { readonly error?: unknown }): void => {
    if (ending !== undefined) return;
    ending = how;
    for (const one of waiting.splice(0)) settle(one);
    onReturn();
  };
  const settle = ({ resolve, reject }: Waiting<E>): void => {
    if (events.length > 0) resolve({ done: false, value: events.shift() as E });
    else if (ending !== undefined && 'error' in ending) {
      const { error } = ending;
      ending = {};
      reject(error);
    } else resolve(DONE);
  };
  return {
    push(event) {
      if (ending !== undefined) return;
      const next = waiting.shift();
      if (next !== undefined) {
        next.resolve({ done: false, value: event });
        return;
      }
      events.push(event);
      if (events.length > limit) events.shift();
    },
    end: () => finish({}),
    fail: (error) => finish({ error }),
    next: () =>
      new Promise((resolve, reject) => {
        if (events.length > 0 || ending !== undefined) settle({ resolve, reject });
        else waiting.push({ resolve, reject });
      }),
    async return() {
      events.length = 0;
      finish({});
      return DONE;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
