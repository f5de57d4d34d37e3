/**
 * What went wrong inside, as one line for whoever runs the server. It says where, and nothing of what was asked for: no path with names in it, no value,
 * and no message of the database, which quotes rows.
 * Source: docs/how-to/serve-a-shop.md, what it logs.   Floor: shop server.
 */

export interface FaultLine {
  readonly at: string;
  readonly level: 'error';
  /** `internal`, `unavailable`; `tick` for what time does. */
  readonly code: string;
  /** The route as it's written in the source: `/s/:shop/checkout`. */
  readonly route?: string;
  readonly method?: string;
  /** Name of the error, and its code: of SQLSTATE, of the system, or of Node. */
  readonly error: string;
  readonly errorCode?: string;
  /** Of the innermost cause; the first line of a stack has the message, and is left out. */
  readonly stack: readonly string[];
}

const FRAMES_MAX = 6;
const CODE_FORM = /^[A-Z0-9_]{1,40}$/;

export function faultLine(
  fault: unknown,
  about: Pick<FaultLine, 'code' | 'route' | 'method'>,
  nowMs: number,
): FaultLine {
  let inner = fault;
  for (let depth = 0; depth < 8 && inner instanceof Error && inner.cause instanceof Error; depth += 1)
    inner = inner.cause;
  const { name, message, stack, code } = (inner instanceof Error ? inner : {}) as {
    name?: string;
    message?: string;
    stack?: string;
    code?: unknown;
  };
  // The message stands before the frames, and may look like one.
  const before = (stack ?? '').indexOf(message ?? '') + (message ?? '').length;
  const frames = (stack ?? '')
    .slice(before)
    .split('\n')
    .filter((line) => /^\s+at /.test(line));
  return {
    at: new Date(nowMs).toISOString(),
    level: 'error',
    ...about,
    error: name ?? typeof fault,
    ...(typeof code === 'string' && CODE_FORM.test(code) && { errorCode: code }),
    stack: frames.slice(0, FRAMES_MAX).map((line) => line.trim()),
  };
}

/** JSON, one line on standard error. */
export function printFault(line: FaultLine): void {
  process.stderr.write(`${JSON.stringify(line)}\n`);
}
