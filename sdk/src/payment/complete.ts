/**
 * The answer that came for the acquirer's, or from a queue of the till in its place.
 * Source: docs/reference/protocol.md, `complete`, `decide`.   Floor: sdk payment.
 */
import { decodeMessage, encodeMessage, MESSAGE_BYTES_MAX, type Message } from '@comptoir/protocol';
import type { Operation } from '../operation/operation.js';
import { type PaymentId, type PaymentKey, paymentIdOf, secretOf } from '../values/key.js';
import { LinkFault } from '../values/linkFault.js';
import type { Acquirer } from './acquirer.js';

export interface Complete {
  /** As they came. */
  readonly bytes: Uint8Array;
  readonly message: Message<'complete'>;
}

/** The acquirer's word, or the till's own. */
export type AcquirerWord = Complete | { readonly message: Message<'decide'> };

/** A reader asks again once, since it lost its power; one that goes on asking is broken. */
const INQUIRIES_MAX = 2;

/**
 * @param bytes untrusted; copied
 * @throws LinkFault `protocol/corrupt` when it isn't one `complete` message with this key
 */
export function readComplete(bytes: Uint8Array, key: PaymentId): Complete {
  const word = readWord(bytes, key);
  if ('bytes' in word) return word;
  throw noAnswer();
}

/**
 * @param bytes untrusted; copied
 * @throws LinkFault `protocol/corrupt` when it isn't one `complete` or `decide` message with this key
 */
export function readWord(bytes: Uint8Array, key: PaymentId): AcquirerWord {
  const copy = bytes instanceof Uint8Array && bytes.length <= MESSAGE_BYTES_MAX ? bytes.slice() : undefined;
  const result = copy && decodeMessage(copy);
  const message = result?.ok === true ? result.message : undefined;
  if (copy !== undefined && message?.kind === 'complete' && message.key === paymentIdOf(key))
    return { bytes: copy, message };
  if (message?.kind === 'decide' && message.key === paymentIdOf(key)) return { message };
  throw noAnswer();
}

/** What goes to the reader: the word, and the secret of the payment, which no acquirer has. The acquirer's MAC is over the rest. */
export function bytesOfWord({ message }: AcquirerWord, key: PaymentKey): Uint8Array {
  return encodeMessage({ ...message, paymentSecret: secretOf(key) });
}

export function lookupOf(key: PaymentKey): Message<'lookup'> {
  return { kind: 'lookup', key: paymentIdOf(key), paymentSecret: secretOf(key) };
}

/**
 * Ends a payment with what the acquirer said. A reader that lost its power meanwhile has no key any more to check it with: it asks the
 * acquirer again, under another one.
 * @returns what the reader says of the payment then
 */
export async function answerReader(
  operation: Operation,
  acquirer: Acquirer,
  key: PaymentKey,
  word: AcquirerWord,
): Promise<Message> {
  let answer = await operation.exchangeToTheEnd(bytesOfWord(word, key));
  for (let inquiries = 0; answer.kind === 'inquire' && inquiries < INQUIRIES_MAX; inquiries += 1) {
    const inquiry = encodeMessage(answer);
    const again = await operation.outsideToTheEnd((options) => acquirer.authorise(inquiry, paymentIdOf(key), options));
    answer = await operation.exchangeToTheEnd(bytesOfWord(readWord(again, key), key));
  }
  return answer;
}

function noAnswer(): LinkFault {
  return new LinkFault('protocol/corrupt', 'What the acquirer gave is no answer for this key.');
}
