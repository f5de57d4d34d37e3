/**
 * "Did it go through?" The reader is asked first, then the acquirer; the answer says what both know.
 * Source: docs/reference/protocol.md, `lookup`.   Floor: sdk reader.
 */
import type { Message } from '@comptoir/protocol';
import { type Complete, readComplete } from './complete.js';
import type { Key } from './key.js';
import { LinkFault } from './linkFault.js';
import type { Operation } from './operation.js';
import { markSettled, type PaymentHost } from './paymentHost.js';
import { declinedAtCard, type PayResult, payResultOf, unknown } from './payResult.js';

/** `never-seen`: neither the reader nor the acquirer knows the key; nothing was charged with it. */
export type LookupResult = PayResult | { readonly status: 'never-seen' };

const ASK_AGAIN_MS = 1000;
const RESPONSE_APPROVED = '00';

export async function lookup(operation: Operation, host: PaymentHost | undefined, key: Key): Promise<LookupResult> {
  try {
    const { message: known } = await operation.exchange({ kind: 'lookup', key });
    if (known === undefined) throw new LinkFault('aborted');
    const result = await resultOf(operation, host, key, known);
    if (host !== undefined && result.status !== 'unknown') markSettled(host, key);
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
  if (known.kind === 'neverSeen' && known.key === key) {
    return host === undefined ? askWithHost(key) : askAcquirer(operation, host, key, false, { status: 'never-seen' });
  }
  const result = lookupResultOf(operation, known, key);
  if (result.status === 'unknown') {
    return host === undefined ? askWithHost(key) : askAcquirer(operation, host, key, true, stillOpen(key));
  }
  // What ended without the acquirer's word is this reader's last try; an earlier one, at another reader, may have gone further.
  const isFromAcquirer = known.kind === 'result' && known.responseCode !== undefined;
  return isFromAcquirer || host === undefined ? result : askAcquirer(operation, host, key, false, result);
}

/** @param neverCharged what is true when the acquirer never charged the key */
async function askAcquirer(
  operation: Operation,
  host: PaymentHost,
  key: Key,
  isOpen: boolean,
  neverCharged: LookupResult,
): Promise<LookupResult> {
  const complete = await statusOf(operation, host, key);
  if (complete === undefined) {
    const message = 'The acquirer cannot be asked now: ask again.';
    return unknown(key, { do: 'lookup', message, afterMs: ASK_AGAIN_MS });
  }
  if (complete === null) return neverCharged;
  if (isOpen) return lookupResultOf(operation, await operation.exchangeToTheEnd(complete.bytes), key);
  return forgottenByReader(complete.message, key);
}

function askWithHost(key: Key): PayResult {
  return unknown(key, { do: 'fix-code', message: 'Connect with a host, so that the acquirer can be asked as well.' });
}

function stillOpen(key: Key): PayResult {
  const message = 'Nothing was charged and the payment is still open: pay again with the same key.';
  return unknown(key, { do: 'retry-same-key', message });
}

/** The acquirer decided on the key and this reader doesn't know: it was another reader, or too many payments ago. */
function forgottenByReader(complete: Message<'complete'>, key: Key): PayResult {
  if (complete.responseCode !== RESPONSE_APPROVED) {
    const recovery = {
      do: 'ask-other-card',
      message: 'Declined: ask for another card or another way to pay.',
    } as const;
    return { status: 'declined', code: complete.responseCode, recovery };
  }
  const message =
    'The acquirer approved this key, but this reader does not know: pay again with the same key, it is charged once.';
  return unknown(key, { do: 'retry-same-key', message });
}

/** @returns null when the acquirer never charged the key, undefined when it can't be asked or its answer makes no sense */
async function statusOf(operation: Operation, host: PaymentHost, key: Key): Promise<Complete | null | undefined> {
  try {
    const bytes = await operation.outside((options) => host.status(key, options));
    return bytes === null ? null : readComplete(bytes, key);
  } catch {
    return undefined;
  }
}

function lookupResultOf(operation: Operation, message: Message, key: Key): PayResult {
  if (message.kind !== 'result' || message.key !== key)
    throw new LinkFault('protocol/corrupt', 'The reader answered for another key.');
  const result = payResultOf(message, key, operation.cancelledBy());
  return result.status === 'card' ? declinedAtCard(result) : result;
}
