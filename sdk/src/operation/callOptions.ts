/**
 * What every call takes, checked: a signal and a timeout.
 * Source: docs/reference/sdk.md.   Floor: sdk operation.
 */
import type { CallOptions } from '../link/transport.js';
import { usageError } from '../values/errors.js';
import { hasMethods, isObject } from '../values/shape.js';

/** Engines hold a timer's delay in 31 bits. */
const TIMEOUT_MS_MAX = 0x7fffffff;

/** @throws ReaderError `usage/invalid` when these are no options, or the signal is none */
export function checkCallOptions(options: CallOptions): void {
  if (!isObject(options)) throw usageError('Options are an object.');
  const { signal } = options;
  // Not `instanceof`: pages and test environments have AbortSignals of their own.
  const isSignal =
    hasMethods(signal, 'addEventListener', 'removeEventListener') && typeof signal?.aborted === 'boolean';
  if (signal !== undefined && !isSignal) throw usageError('A signal is an AbortSignal.');
}

/** @throws ReaderError `usage/invalid` for wrong options, or a timeout that isn't a positive number of milliseconds */
export function timeoutOf(options: CallOptions, defaultMs: number): number {
  checkCallOptions(options);
  const { timeoutMs } = options;
  if (timeoutMs === undefined) return defaultMs;
  if (!Number.isFinite(timeoutMs) || timeoutMs <= 0)
    throw usageError('A timeout is a positive number of milliseconds.');
  return wholeTimeout(timeoutMs);
}

/** What timers and `AbortSignal.timeout` take: at least one whole millisecond. */
export function wholeTimeout(ms: number): number {
  return Math.max(1, Math.min(Math.ceil(ms), TIMEOUT_MS_MAX));
}
