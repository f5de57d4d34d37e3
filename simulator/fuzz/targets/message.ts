/** Messages, and their parts: what is decoded can be encoded again, and is the same. */
import { isDeepStrictEqual } from 'node:util';
import {
  COMMAND,
  decodeMessage,
  encodeMessage,
  MESSAGE_BYTES_MAX,
  NO_PARTS,
  type Parts,
  stepParts,
} from '@comptoir/protocol';
import { EXAMPLES } from '../../src/cli/docs/exampleMessages.js';
import { hold, Input } from '../target.js';

/** One message each, in two parts and whole. */
export function seeds(): readonly Uint8Array[] {
  return Object.values(EXAMPLES).map((message) => Uint8Array.of(0, ...encodeMessage(message)));
}

export function fuzz(data: Uint8Array): void {
  const input = new Input(data);
  let parts: Parts = NO_PARTS;
  // Parts that come before: each has its length, of at most 254 bytes.
  for (let length = input.byte(); length > 0 && !input.isEmpty; length = input.byte()) {
    const step = stepParts(parts, COMMAND.part, input.take(length));
    parts = step.kind === 'taken' ? step.parts : NO_PARTS;
    hold(parts.bytes.length <= MESSAGE_BYTES_MAX, 'parts are no longer than a message');
  }
  const step = stepParts(parts, COMMAND.message, input.rest());
  if (step.kind !== 'message') return;
  const decoded = decodeMessage(step.message);
  if (!decoded.ok) return;
  const again = decodeMessage(encodeMessage(decoded.message));
  hold(again.ok && isDeepStrictEqual(again.message, decoded.message), 'a message is read as it was written');
}
