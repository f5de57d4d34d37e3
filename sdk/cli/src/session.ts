/**
 * One command's connection: opened, interrupted by Ctrl-C, closed.
 * Floor: cli.
 */
import { fromHex } from '@comptoir/protocol';
import {
  type Acquirer,
  type CallOptions,
  connect,
  httpAcquirer,
  type OperationOptions,
  type Reader,
  systemClock,
  type Trust,
} from '@comptoir/sdk';
import { refusal } from './files.js';
import { acquirerBeside, chooseReader } from './readers.js';

export const EXIT = { ok: 0, failed: 1, usage: 2 } as const;
const PUBLIC_KEY_BYTES = 64;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export interface GlobalOptions {
  readonly reader?: string;
  readonly acquirerUrl?: string;
  /** Seconds, for connecting and what follows. */
  readonly timeout?: number;
  readonly json?: true;
  /** `development`, or public keys of factories, with commas between. */
  readonly trust?: string;
}

export interface Output {
  /** For the person who looks on: standard error. */
  readonly note: (line: string) => void;
  /** The result, once: as JSON or as lines. */
  readonly print: (result: unknown, lines: readonly string[]) => void;
}

export interface Session extends Output {
  readonly reader: Reader;
  /** Carries what is left of the timeout, and the signal that Ctrl-C aborts. */
  readonly operation: OperationOptions;
}

/** For what needs no reader. */
export interface AcquirerSession extends Output {
  readonly acquirer: Required<Acquirer>;
  readonly operation: CallOptions;
}

export function outputOf({ json }: GlobalOptions): Output {
  return {
    note: (line) => void process.stderr.write(`${line}\n`),
    print: (result, lines) => void process.stdout.write(`${json ? JSON.stringify(result) : lines.join('\n')}\n`),
  };
}

/**
 * Connects, works, closes. The first Ctrl-C cancels, a second one ends the process.
 * @param through what the acquirer is asked through
 */
export async function withReader(
  options: GlobalOptions,
  work: (session: Session) => Promise<ExitCode>,
  through: (acquirer: Required<Acquirer>) => Required<Acquirer> = (acquirer) => acquirer,
): Promise<ExitCode> {
  return interruptible(options, async (left) => {
    const utcOffsetMinutes = -new Date().getTimezoneOffset();
    // A wrong address of the reader is told first: that of the acquirer may come from it.
    const { transport, device, acquirerUrl: beside } = await chooseReader(options.reader, left());
    const url = options.acquirerUrl ?? beside;
    const acquirer = url === undefined ? {} : { acquirer: through(httpAcquirer(url)) };
    const reader = await connect(transport, {
      device,
      ...acquirer,
      utcOffsetMinutes,
      trust: trustOf(options),
      ...left(),
    });
    try {
      return await work({ reader, operation: left(), ...outputOf(options) });
    } finally {
      await reader.close();
    }
  });
}

/** Works with the acquirer alone. */
export function withAcquirer(
  options: GlobalOptions,
  work: (session: AcquirerSession) => Promise<ExitCode>,
): Promise<ExitCode> {
  const acquirer = httpAcquirer(acquirerOf(options));
  return interruptible(options, (left) => work({ acquirer, operation: left(), ...outputOf(options) }));
}

/** @throws ReaderError `usage/invalid` when there is none */
export function acquirerOf({ reader, acquirerUrl }: GlobalOptions): string {
  const url = acquirerUrl ?? (reader !== undefined && /^wss?:/.test(reader) ? acquirerBeside(reader) : undefined);
  if (url === undefined)
    throw refusal('Say where the acquirer is asked: --acquirer-url URL, or COMPTOIR_ACQUIRER_URL.');
  return url;
}

/** @param work is given what is left of the timeout, and the signal that Ctrl-C aborts */
export async function interruptible(
  { timeout }: GlobalOptions,
  work: (left: () => CallOptions) => Promise<ExitCode>,
): Promise<ExitCode> {
  const interrupt = new AbortController();
  const onInterrupt = (): void => interrupt.abort();
  process.once('SIGINT', onInterrupt);
  const { signal } = interrupt;
  const startMs = systemClock.now();
  const left = (): CallOptions => {
    const leftMs = (timeout ?? 0) * 1000 - (systemClock.now() - startMs);
    return timeout === undefined ? { signal } : { signal, timeoutMs: Math.max(1, leftMs) };
  };
  try {
    return await work(left);
  } finally {
    process.off('SIGINT', onInterrupt);
  }
}

/** Without a word on it, readers are development readers: `info` and `doctor` say of each whether it is one. */
export function trustOf({ trust = 'development' }: GlobalOptions): Trust {
  if (trust === 'development') return trust;
  return trust.split(',').map((text) => {
    const key = fromHex(text.trim());
    if (key?.length !== PUBLIC_KEY_BYTES)
      throw refusal('--trust takes `development`, or keys of 128 hexadecimal digits.');
    return key;
  });
}
