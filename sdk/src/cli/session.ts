/**
 * One command's connection: opened, interrupted by Ctrl-C, closed.
 * Floor: sdk cli.
 */
import { connect, httpHost, type OperationOptions, type Reader } from '../index.js';
import { webSocket } from '../transports/webSocket.js';

export const EXIT = { ok: 0, failed: 1, usage: 2 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export interface GlobalOptions {
  readonly reader: string;
  readonly host?: string;
  /** Seconds. */
  readonly timeout?: number;
  readonly json?: true;
}

export interface Session {
  readonly reader: Reader;
  /** Carries the timeout, and the signal that Ctrl-C aborts. */
  readonly operation: OperationOptions;
  /** For the person who looks on: standard error. */
  readonly note: (line: string) => void;
  /** The result, once: as JSON or as lines. */
  readonly print: (result: unknown, lines: readonly string[]) => void;
}

/** Connects, works, closes. The first Ctrl-C cancels, a second one ends the process. */
export async function withReader(
  options: GlobalOptions,
  work: (session: Session) => Promise<ExitCode>,
): Promise<ExitCode> {
  const interrupt = new AbortController();
  const onInterrupt = (): void => interrupt.abort();
  process.once('SIGINT', onInterrupt);
  const timeout = options.timeout === undefined ? {} : { timeoutMs: options.timeout * 1000 };
  const host = httpHost(options.host ?? hostBeside(options.reader));
  const utcOffsetMinutes = -new Date().getTimezoneOffset();
  try {
    const reader = await connect(webSocket(options.reader), { host, utcOffsetMinutes, signal: interrupt.signal });
    try {
      return await work({
        reader,
        operation: { signal: interrupt.signal, ...timeout },
        note: (line) => void process.stderr.write(`${line}\n`),
        print: (result, lines) =>
          void process.stdout.write(`${options.json ? JSON.stringify(result) : lines.join('\n')}\n`),
      });
    } finally {
      await reader.close();
    }
  } finally {
    process.off('SIGINT', onInterrupt);
  }
}

/** `ws://127.0.0.1:PORT/TOKEN` has its host at `http://127.0.0.1:PORT/TOKEN/host`. */
function hostBeside(reader: string): string {
  return `${reader.replace(/^ws/, 'http').replace(/\/+$/, '')}/host`;
}
