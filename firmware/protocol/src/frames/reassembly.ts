/**
 * From reports to frames: a step function. It keeps no time and no memory of its own; both are passed in.
 * Source: FIDO CTAP 2.1 §11.2.4 for the rules.   Floor: protocol.
 * Memory: one buffer serves one reassembly at a time. A frame's payload is a view of it, or of the report: use it
 * before the next step.
 */
import { NO_BYTES } from '../bytes/bytes.js';
import {
  COMMAND,
  channelOf,
  FIRST_PAYLOAD_BYTES,
  FRAME_PAYLOAD_BYTES_MAX,
  type Frame,
  NEXT_PAYLOAD_BYTES,
  REPORT_SIZE_BYTES,
} from './frame.js';
import { STATUS } from './status.js';

/** The rest of a frame must follow within this time of the report before. */
export const INTER_REPORT_TIMEOUT_MS = 200;

export type Reassembly =
  | { readonly kind: 'idle' }
  | {
      readonly kind: 'collecting';
      readonly channel: number;
      readonly command: number;
      readonly length: number;
      readonly filled: number;
      readonly sequence: number;
      readonly lastMs: number;
    };

export type ReassemblyEvent =
  | { readonly kind: 'frame'; readonly frame: Frame }
  | { readonly kind: 'fault'; readonly channel: number; readonly status: number };

export interface ReassemblyStep {
  readonly state: Reassembly;
  readonly event: ReassemblyEvent | undefined;
}

export const IDLE: Reassembly = { kind: 'idle' };

/** Memory for one reassembly. */
export function createReassemblyBuffer(): Uint8Array {
  return new Uint8Array(FRAME_PAYLOAD_BYTES_MAX);
}

/**
 * Takes one report.
 * @param state  what the step before gave back
 * @param buffer 1,886 bytes; bytes past the collected ones are overwritten
 * @param report untrusted; any length
 * @param nowMs  time from the caller's clock, in milliseconds
 */
export function stepReassembly(
  state: Reassembly,
  buffer: Uint8Array,
  report: Uint8Array,
  nowMs: number,
): ReassemblyStep {
  if (report.length !== REPORT_SIZE_BYTES) return { state, event: undefined };
  const channel = channelOf(report);
  const kind = report[4] as number;
  return (kind & 0x80) !== 0
    ? first(state, buffer, report, channel, kind & 0x7f, nowMs)
    : next(state, buffer, report, channel, kind, nowMs);
}

/** Gives up a frame whose next report is late. Call it before a step, and when time has passed without a report. */
export function expireReassembly(state: Reassembly, nowMs: number): ReassemblyStep {
  if (state.kind === 'idle' || nowMs - state.lastMs < INTER_REPORT_TIMEOUT_MS) return { state, event: undefined };
  return { state: IDLE, event: { kind: 'fault', channel: state.channel, status: STATUS.timeout } };
}

function first(
  state: Reassembly,
  buffer: Uint8Array,
  report: Uint8Array,
  channel: number,
  command: number,
  nowMs: number,
): ReassemblyStep {
  const ownFrameOpen = state.kind === 'collecting' && state.channel === channel;
  if (ownFrameOpen && command !== COMMAND.init) return fault(IDLE, channel, STATUS.invalidSequence);
  const kept = ownFrameOpen ? IDLE : state;

  const length = ((report[5] as number) << 8) | (report[6] as number);
  if (length > FRAME_PAYLOAD_BYTES_MAX) return fault(kept, channel, STATUS.invalidLength);
  if (length <= FIRST_PAYLOAD_BYTES) {
    if (!isZero(report, 7 + length)) return fault(kept, channel, STATUS.paddingNotZero);
    const payload = length === 0 ? NO_BYTES : report.subarray(7, 7 + length);
    return { state: kept, event: { kind: 'frame', frame: { channel, command, payload } } };
  }
  if (kept.kind === 'collecting') return fault(kept, channel, STATUS.busy);
  buffer.set(report.subarray(7), 0);
  return {
    state: { kind: 'collecting', channel, command, length, filled: FIRST_PAYLOAD_BYTES, sequence: 0, lastMs: nowMs },
    event: undefined,
  };
}

function next(
  state: Reassembly,
  buffer: Uint8Array,
  report: Uint8Array,
  channel: number,
  sequence: number,
  nowMs: number,
): ReassemblyStep {
  // A stray report has no frame to spoil: it's dropped in silence, or two hosts would answer each other for ever.
  if (state.kind === 'idle' || state.channel !== channel) return { state, event: undefined };
  if (sequence !== state.sequence) return fault(IDLE, channel, STATUS.invalidSequence);
  const { command, length, filled } = state;
  const rest = length - filled;
  if (rest > NEXT_PAYLOAD_BYTES) {
    buffer.set(report.subarray(5), filled);
    return {
      state: {
        kind: 'collecting',
        channel,
        command,
        length,
        filled: filled + NEXT_PAYLOAD_BYTES,
        sequence: sequence + 1,
        lastMs: nowMs,
      },
      event: undefined,
    };
  }
  if (!isZero(report, 5 + rest)) return fault(IDLE, channel, STATUS.paddingNotZero);
  buffer.set(report.subarray(5, 5 + rest), filled);
  return { state: IDLE, event: { kind: 'frame', frame: { channel, command, payload: buffer.subarray(0, length) } } };
}

function fault(state: Reassembly, channel: number, status: number): ReassemblyStep {
  return { state, event: { kind: 'fault', channel, status } };
}

function isZero(report: Uint8Array, from: number): boolean {
  for (let i = from; i < report.length; i += 1) if (report[i] !== 0) return false;
  return true;
}
