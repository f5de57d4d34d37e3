/**
 * What can go wrong, as the till sees it: a code for programs, a sentence for people, what to do next, and whether money
 * may have moved. Business results (declined, partial, unknown) are data and are not here.
 * Source: docs/reference/errors.md.   Floor: sdk values.
 */
import { ERRORS, type ErrorCode, type Recovery } from './errorTable.js';

export interface ReaderErrorOptions {
  /** May this call have moved money? `no` is a promise about this call; `maybe` means: look the key up. */
  readonly charged: 'no' | 'maybe';
  /** Default: the one of the table. */
  readonly recovery?: Recovery;
  /** Default: the sentence of the table. */
  readonly message?: string;
  /** Tells the operations of one log apart. */
  readonly traceId?: string;
  readonly cause?: unknown;
}

export class ReaderError extends Error {
  override readonly name = 'ReaderError';
  readonly code: ErrorCode;
  readonly recovery: Recovery;
  readonly charged: 'no' | 'maybe';
  readonly traceId: string;

  constructor(code: ErrorCode, options: ReaderErrorOptions) {
    super(options.message ?? ERRORS[code].sentence, options.cause === undefined ? {} : { cause: options.cause });
    this.code = code;
    this.recovery = options.recovery ?? defaultRecovery(code);
    this.charged = options.charged;
    this.traceId = options.traceId ?? '';
  }
}

/** What the table says to do about this code. */
export function defaultRecovery(code: ErrorCode): Recovery {
  return { do: ERRORS[code].do, message: ERRORS[code].next };
}

/** The caller's mistake: nothing was sent anywhere. */
export function usageError(message: string): ReaderError {
  return new ReaderError('usage/invalid', { charged: 'no', message });
}
