/**
 * A call of a till that is watched: what is to happen during it happens, and its prompts are noted.
 * Floor: simulator trials.
 */
import type { Clock, Money, Op, PayResult } from '@comptoir/sdk';
import type { Action, During } from './scenario.js';

/** What a call came to. */
type Came =
  | { readonly kind: 'result'; readonly result: unknown; readonly paid?: { result: PayResult; asked: Money } }
  | { readonly kind: 'error'; readonly error: unknown };

export interface Ended {
  readonly came: Came;
  readonly prompts: readonly string[];
  /** What was to happen meanwhile, and didn't. */
  readonly missed: readonly During[];
}

type Running = Promise<unknown> | Op<unknown, unknown>;

/** @throws what an action throws that happens meanwhile: that's no end of the call */
export async function watched(
  start: (signal: AbortSignal) => Running,
  during: readonly During[],
  act: (action: Action) => Promise<void>,
  clock: Clock,
): Promise<Ended> {
  const stop = new AbortController();
  const over = new AbortController();
  const prompts: string[] = [];
  const missed = new Set(during);
  const troubles: unknown[] = [];
  const happen = async (one: During): Promise<void> => {
    missed.delete(one);
    if (one.abort) stop.abort();
    await act(one).catch((trouble: unknown) => troubles.push(trouble));
  };
  const listen = async (): Promise<void> => {
    if (!isOp(running)) return;
    for await (const event of running) {
      if (!isPrompt(event)) continue;
      prompts.push(event.show);
      const times = prompts.filter((show) => show === event.show).length;
      for (const one of during) if (one.at === event.show && (one.time ?? 1) === times) await happen(one);
    }
  };
  let running: Running;
  try {
    running = start(stop.signal);
  } catch (error) {
    return { came: { kind: 'error', error }, prompts, missed: during };
  }
  const listening = listen();
  for (const one of during) {
    if (one.afterMs !== undefined)
      clock.sleep(one.afterMs, over.signal).then(
        () => happen(one),
        () => {},
      );
  }
  const came = await endOf(running);
  over.abort();
  await listening.catch(() => {});
  if (troubles.length > 0) throw troubles[0];
  return { came, prompts, missed: [...missed] };
}

export function endOf(running: PromiseLike<unknown>): Promise<Came> {
  return Promise.resolve(running).then(
    (result) => ({ kind: 'result', result }),
    (error: unknown) => ({ kind: 'error', error }),
  );
}

function isOp(running: unknown): running is AsyncIterable<unknown> {
  return typeof running === 'object' && running !== null && Symbol.asyncIterator in running;
}

function isPrompt(event: unknown): event is { readonly show: string } {
  return typeof event === 'object' && event !== null && 'type' in event && event.type === 'prompt';
}
