/**
 * Messages longer than a frame: PART, answered by TAKEN, … and a closing MESSAGE. Both sides use these two functions.
 * Source: docs/reference/protocol.md.   Floor: protocol.
 */
import { concatBytes, NO_BYTES } from '../bytes/bytes.js';
import { COMMAND, FRAME_PAYLOAD_BYTES_MAX } from './frame.js';
import { STATUS } from './status.js';

/** Of a message in clear. */
export const MESSAGE_BYTES_MAX = 4096;
/** On the wire, with the tag of 16 that seals it. What is above is refused before any buffer is grown. */
export const WIRE_MESSAGE_BYTES_MAX = 4112;
/** A part is its index and a slice. */
const SLICE_BYTES_MAX = FRAME_PAYLOAD_BYTES_MAX - 1;

export interface OutgoingFrame {
  readonly command: number;
  readonly payload: Uint8Array;
}

/**
 * Cuts a message into the frames that carry it. After each PART its TAKEN must be awaited.
 * @param message as it's on the wire, at most 4,112 bytes; above that it throws, since only our own code can ask for it
 */
export function splitMessage(message: Uint8Array): OutgoingFrame[] {
  if (message.length > WIRE_MESSAGE_BYTES_MAX) throw new Error('a message has at most 4112 bytes on the wire');
  const frames: OutgoingFrame[] = [];
  let at = 0;
  while (message.length - at > FRAME_PAYLOAD_BYTES_MAX) {
    const payload = concatBytes(Uint8Array.of(frames.length), message.subarray(at, at + SLICE_BYTES_MAX));
    frames.push({ command: COMMAND.part, payload });
    at += SLICE_BYTES_MAX;
  }
  frames.push({ command: COMMAND.message, payload: message.subarray(at) });
  return frames;
}

/** What was taken of a message so far. */
export interface Parts {
  readonly count: number;
  readonly bytes: Uint8Array;
}

export const NO_PARTS: Parts = { count: 0, bytes: NO_BYTES };

export type PartsStep =
  | { readonly kind: 'taken'; readonly parts: Parts; readonly index: number }
  | { readonly kind: 'message'; readonly message: Uint8Array }
  | { readonly kind: 'fault'; readonly status: number };

/**
 * Takes the payload of a PART or of the closing MESSAGE. A part with index 0 starts afresh.
 * @param payload untrusted; copied when it's kept, and not copied when it's a whole message
 */
export function stepParts(parts: Parts, command: number, payload: Uint8Array): PartsStep {
  if (command === COMMAND.message) {
    if (parts.count === 0) return { kind: 'message', message: payload };
    if (parts.bytes.length + payload.length > WIRE_MESSAGE_BYTES_MAX)
      return { kind: 'fault', status: STATUS.invalidLength };
    return { kind: 'message', message: concatBytes(parts.bytes, payload) };
  }
  const index = payload[0];
  if (index === undefined || payload.length < 2) return { kind: 'fault', status: STATUS.malformed };
  const before = index === 0 ? NO_PARTS : parts;
  if (index !== before.count) return { kind: 'fault', status: STATUS.invalidSequence };
  const slice = payload.subarray(1);
  if (before.bytes.length + slice.length > WIRE_MESSAGE_BYTES_MAX)
    return { kind: 'fault', status: STATUS.invalidLength };
  return { kind: 'taken', index, parts: { count: index + 1, bytes: concatBytes(before.bytes, slice) } };
}
