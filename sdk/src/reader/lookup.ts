/**
 * "Did it go through?" The reader is asked first, then the acquirer; the answer says what both know.
 * Source: docs/reference/protocol.md, `lookup`.   Floor: sdk reader.
 */
import { type Message, STATUS } from '@comptoir/protocol';
import { answerReader, type HostWord, lookupOf, readWord } from './complete.js';
import { decidedOnEarlierTap, forgottenByReader } from './decision.js';
import { type Key, paymentIdOf } from './key.js';
import { LinkFault } from './linkFault.js';
import type { Operation } from './operation.js';
import { isAnswered, isOfBasket } from './payment.js';
import { markSettled, type PaymentHost } from './paymentHost.js';
import { declinedAtCard, type PayResult, payResultOf, unknown } from './payResult.js';
import { settleReversal } from './reversal.js';

/** `never-seen`: neither the reader nor the acquirer knows the key; nothing was charged with it. */
export type LookupResult = PayResult | { readonly status: 'never-seen' };

const ASK_AGAIN_MS = 1000;

/** Of a sale with a basket. @param told what the reader knows of the key */
export type LookupBasket = (
  operation: Operation,
  host: PaymentHost | undefined,
  key: Key,
  told: Message<'result'>,
) => Promise<PayResult>;

/** @param lookupBasket undefined where it could not be loaded */
export async function lookup(
  operation: Operation,
  host: PaymentHost | undefined,
  key: Key,
  lookupBasket: LookupBasket | undefined,
): Promise<LookupResult> {
  try {
    const { message: known } = await operation.exchange(lookupOf(key));
    if (known === undefined) throw new LinkFault('aborted');
    if (known.kind === 'result' && isOfBasket(known)) {
      if (lookupBasket === undefined) throw new LinkFault('link/unsupported-here');
      return await lookupBasket(operation, host, key, known);
    }
    const found = await resultOf(operation, host, key, known);
    const result = found.status === 'never-seen' ? found : await settleReversal(operation, host, key, found);
    const isOpen = result.status === 'unknown' || (result.status === 'declined' && result.reversal === 'due');
    if (host !== undefined && !isOpen) markSettled(host, key);
    return result;
  } catch (error) {
    throw operation.fail(error, 'maybe');
  }
}

async function resultOf(
  operation: Operation,
  host: PaymentHost | undefined,
  key: Key,
  known: Message,
): Promise<LookupResult> {
  if (known.kind === 'neverSeen' && known.key === paymentIdOf(key)) {
    return host === undefined ? askWithHost(key) : askAcquirer(operation, host, key, false, { status: 'never-seen' });
  }
  if (known.kind === 'seen' && known.key === paymentIdOf(key)) {
    return host === undefined ? notOurs(key) : askAcquirer(operation, host, key, false, notOurs(key));
  }
  const result = lookupResultOf(operation, known, key);
  if (result.status === 'unknown') {
    return host === undefined ? askWithHost(key) : askAcquirer(operation, host, key, true, stillOpen(key));
  }
  // What ended without the acquirer's word is this reader's last try; an earlier one, at another reader, may have gone further.
  const isFinal = known.kind === 'result' && isAnswered(known);
  return isFinal || host === undefined ? result : askAcquirer(operation, host, key, false, result);
}

/** @param neverCharged what is true when the acquirer never charged the key */
async function askAcquirer(
  operation: Operation,
  host: PaymentHost,
  key: Key,
  isOpen: boolean,
  neverCharged: LookupResult,
): Promise<LookupResult> {
  let word: HostWord | null;
  try {
    const bytes = await operation.outside((options) => host.status(paymentIdOf(key), options));
    word = bytes === null ? null : readWord(bytes, key);
  } catch (cause) {
    const message = 'The acquirer cannot be asked now: ask again.';
    return unknown(key, 'maybe', { do: 'lookup', message, afterMs: ASK_AGAIN_MS }, cause);
  }
  if (word === null) return neverCharged;
  return isOpen ? endAtReader(operation, host, word, key) : forgottenByReader(word.message, key);
}

async function endAtReader(operation: Operation, host: PaymentHost, word: HostWord, key: Key): Promise<LookupResult> {
  const { message } = word;
  try {
    const answer = await answerReader(operation, host, key, word);
    if (answer.kind === 'neverSeen' && answer.key === paymentIdOf(key)) return forgottenByReader(message, key);
    return lookupResultOf(operation, answer, key);
  } catch (error) {
    // The reader compares the token with that of the tap it waits for.
    const isRefused = error instanceof LinkFault && error.status === STATUS.messageRefused;
    if (isRefused && message.transactionToken !== undefined) return decidedOnEarlierTap(message, key);
    throw error;
  }
}

function askWithHost(key: Key): PayResult {
  const message = 'Connect with a host, so that the acquirer can be asked as well.';
  return unknown(key, 'maybe', { do: 'fix-code', message });
}

/** The reader tells who shows the secret of a payment, and nobody else. */
function notOurs(key: Key): PayResult {
  const message = 'This reader knows the payment under another secret: use the key as it was written down.';
  return unknown(key, 'maybe', { do: 'fix-code', message });
}

function stillOpen(key: Key): PayResult {
  const message = 'Nothing was charged and the payment is still open: pay again with the same key.';
  return unknown(key, 'no', { do: 'retry-same-key', message });
}

function lookupResultOf(operation: Operation, message: Message, key: Key): PayResult {
  if (message.kind !== 'result' || message.key !== paymentIdOf(key))
    throw new LinkFault('protocol/corrupt', 'The reader answered for another key.');
  const result = payResultOf(message, key, operation.cancelledBefore(key));
  return result.status === 'card' ? declinedAtCard(result) : result;
}
