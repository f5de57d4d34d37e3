import { type CallOptions, type OperationOptions, type PaymentHost, type Reader, type Trust } from '@comptoir/sdk';
export declare const EXIT: {
  readonly ok: 0;
  readonly failed: 1;
  readonly usage: 2;
};
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
export interface GlobalOptions {
  readonly reader?: string;
  readonly host?: string;
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
export interface HostSession extends Output {
  readonly host: Required<PaymentHost>;
  readonly operation: CallOptions;
}
export declare function outputOf({ json }: GlobalOptions): Output;
/**
 * Connects, works, closes. The first Ctrl-C cancels, a second one ends the process.
 * @param through what the host is asked through
 */
export declare function withReader(
  options: GlobalOptions,
  work: (session: Session) => Promise<ExitCode>,
  through?: (host: Required<PaymentHost>) => Required<PaymentHost>,
): Promise<ExitCode>;
/** Works with the host alone. */
export declare function withHost(
  options: GlobalOptions,
  work: (session: HostSession) => Promise<ExitCode>,
): Promise<ExitCode>;
/** @throws ReaderError `usage/invalid` when there is none */
export declare function hostOf({ reader, host }: GlobalOptions): string;
/** @param work is given what is left of the timeout, and the signal that Ctrl-C aborts */
export declare function interruptible(
  { timeout }: GlobalOptions,
  work: (left: () => CallOptions) => Promise<ExitCode>,
): Promise<ExitCode>;
/** Without a word on it, readers are development readers: `info` and `doctor` say of each whether it is one. */
export declare function trustOf({ trust }: GlobalOptions): Trust;
