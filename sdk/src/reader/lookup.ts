/**
 * "Did it go through?" The reader is asked first, then the acquirer; the answer says what both know.
 * Source: docs/reference/protocol.md, `lookup`.   Floor: sdk reader.
 */
import { type Message, OUTCOME } from '@comptoir/protocol';
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
    const isOpen = known.kind === 'result' && known.outcome === OUTCOME.waitingForAcquirer;
    const result =
      known.kind === 'neverSeen' || isOpen
        ? await askAcquirer(operation, host, key, isOpen)
        : lookupResultOf(operation, known, key);
    if (host !== undefined && result.status !== 'unknown') markSettled(host, key);
    return result;
  } catch (error) {
    throw operation.fail(error, 'maybe');
  }
}

async function askAcquirer(
  operation: Operation,
  host: PaymentHost | undefined,
  key: Key,
  isOpen: boolean,
): Promise<LookupResult> {
  if (host === undefined) {
    return unknown(key, { do: 'fix-code', message: 'Connect with a host, so that the acquirer can be asked as well.' });
  }
  const complete = await statusOf(operation, host, key);
  if (complete === undefined) {
    return unknown(key, {
      do: 'lookup',
      message: 'The acquirer cannot be asked now: ask again.',
      afterMs: ASK_AGAIN_MS,
    });
  }
  if (complete === null) {
    if (!isOpen) return { status: 'never-seen' };
    return unknown(key, {
      do: 'retry-same-key',
      message: 'Nothing was charged and the payment is still open: pay again with the same key.',
    });
  }
  if (isOpen) return lookupResultOf(operation, await operation.exchangeToTheEnd(complete.bytes), key);
  return forgottenByReader(complete.message, key);
}

/** The acquirer knows the key and this reader doesn't: it was another reader, or too many payments ago. */
function forgottenByReader(complete: Message<'complete'>, key: Key): PayResult {
  if (complete.responseCode !== RESPONSE_APPROVED) {
    const recovery = {
      do: 'ask-other-card',
      message: 'Declined: ask for another card or another way to pay.',
    } as const;
    return { status: 'declined', code: complete.responseCode, recovery };
  }
  const message =
    'The acquirer approved this key, but this reader does not know it: pay again with the same key, it is charged once.';
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
