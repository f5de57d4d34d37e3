/**
 * A failure below the money: what went wrong on the link. The operation above knows whether something may have been
 * charged and makes it a `ReaderError`.
 * Source: docs/reference/protocol.md for the status bytes.   Floor: sdk values.
 */
import { STATUS, STATUS_MEANING, type StatusName, statusName } from '@comptoir/protocol';
import { ReaderError } from './errors.js';
import { ERRORS, type ErrorCode, type Recovery } from './errorTable.js';

export class LinkFault extends Error {
  readonly code: ErrorCode;
  readonly recovery: Recovery | undefined;
  /** What the reader refused with, when it did. */
  readonly status: number | undefined;

  constructor(
    code: ErrorCode,
    message: string = ERRORS[code].sentence,
    details: { readonly cause?: unknown; readonly recovery?: Recovery; readonly status?: number } = {},
  ) {
    super(message, details.cause === undefined ? {} : { cause: details.cause });
    this.code = code;
    this.recovery = details.recovery;
    this.status = details.status;
  }
}

/** What the host's own faults mean to the till; the other status bytes say that one side doesn't speak the protocol. */
const CODE_OF_STATUS: Partial<Record<StatusName, ErrorCode>> = {
  timeout: 'link/lost',
  noSession: 'link/lost',
  invalidChannel: 'link/in-use',
  sessionBroken: 'link/tampered',
  tampered: 'reader/tampered',
  keysMissing: 'reader/keys',
  keysExhausted: 'reader/keys',
  unconfigured: 'reader/fault',
  internalFault: 'reader/fault',
  busy: 'reader/busy',
  paymentsUndecided: 'reader/busy',
  keyReused: 'usage/invalid',
};

/** Waiting frees nothing: the open payments must be decided. */
const DECIDE_FIRST: Recovery = {
  do: 'lookup',
  message: 'Look up the payments that are still open, so that the acquirer decides them.',
};

const CONFIGURE_FIRST: Recovery = { do: 'call-support', message: 'Load a configuration into the reader.' };

const RECOVERY_OF_STATUS: Readonly<Record<number, Recovery>> = {
  [STATUS.paymentsUndecided]: DECIDE_FIRST,
  [STATUS.unconfigured]: CONFIGURE_FIRST,
};

/** @param status the byte of an ERROR frame, or of a broken reassembly; unknown numbers are shown as they are */
export function faultOfStatus(status: number): LinkFault {
  const name = statusName(status);
  if (name === undefined)
    return new LinkFault('protocol/corrupt', `The reader refused with the unknown status ${status}.`);
  const recovery = RECOVERY_OF_STATUS[status];
  return new LinkFault(
    CODE_OF_STATUS[name] ?? 'protocol/corrupt',
    `The reader ${status === STATUS.busy ? 'is busy' : 'refused'}: ${STATUS_MEANING[name]}.`,
    { status, ...(recovery !== undefined && { recovery }) },
  );
}

/**
 * The error that the till sees.
 * @param error what was thrown: a `LinkFault`, a `ReaderError` of a transport, or anything
 */
export function readerErrorOf(error: unknown, charged: 'no' | 'maybe', traceId: string): ReaderError {
  if (error instanceof ReaderError) {
    if (error.traceId !== '') return error;
    const { code, recovery, message, cause } = error;
    return new ReaderError(code, { charged, recovery, message, traceId, cause });
  }
  if (error instanceof LinkFault) {
    const { code, recovery, message, cause } = error;
    return new ReaderError(code, { charged, message, traceId, cause, ...(recovery === undefined ? {} : { recovery }) });
  }
  return new ReaderError('protocol/corrupt', { charged, traceId, cause: error });
}
