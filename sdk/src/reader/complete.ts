/**
 * What the host gave as the acquirer's answer.
 * Source: docs/reference/protocol.md, `complete`.   Floor: sdk reader.
 */
import { decodeMessage, MESSAGE_BYTES_MAX, type Message } from '@comptoir/protocol';
import { type PaymentId, paymentIdOf } from './key.js';
import { LinkFault } from './linkFault.js';

export interface Complete {
  /** As they came: the reader gets the acquirer's own words. */
  readonly bytes: Uint8Array;
  readonly message: Message<'complete'>;
}

/**
 * @param bytes untrusted; copied
 * @throws LinkFault `protocol/corrupt` when it isn't one `complete` message with this key
 */
export function readComplete(bytes: Uint8Array, key: PaymentId): Complete {
  const copy = bytes instanceof Uint8Array && bytes.length <= MESSAGE_BYTES_MAX ? bytes.slice() : undefined;
  const result = copy && decodeMessage(copy);
  const message = result?.ok === true && result.message.kind === 'complete' ? result.message : undefined;
  if (copy === undefined || message?.key !== paymentIdOf(key)) {
    throw new LinkFault('protocol/corrupt', 'The host gave no answer of the acquirer for this key.');
  }
  return { bytes: copy, message };
}
