/**
 * "Did it go through?" The reader is asked first, then the acquirer. What the reader left open is ended with what the acquirer knows, and the
 * authorisers hear how it ended; the answer says what both know.
 * Source: docs/reference/protocol.md, `lookup`; docs/reference/sdk.md, `lookup`.   Floor: sdk payment.
 */
import { type Message, STATUS } from '@comptoir/protocol';
import type { OperationOptions } from '../operation/operate.js';
import type { Operation } from '../operation/operation.js';
import { type PaymentKey, paymentIdOf } from '../values/key.js';
import { LinkFault } from '../values/linkFault.js';
import { type Acquirer, markSettled } from './acquirer.js';
import { type AcquirerWord, answerReader, lookupOf, readWord } from './complete.js';
import { decidedOnEarlierTap, forgottenByReader } from './decision.js';
import { isAnswered, isOfBasket, isOpen } from './payment.js';
import { declinedAtCard, isOver, type PayResult, unknown } from './payResult.js';
import { type BasketPart, settle } from './settle.js';

/** `never-seen`: neither the reader nor the acquirer knows the key; nothing was charged with it. */
export type LookupResult = PayResult | { readonly status: 'never-seen' };

type Result = Message<'result'>;

const ASK_AGAIN_MS = 1000;

export interface LookupOptions extends OperationOptions {
  /** Ends a payment by one card that charged nothing: void at the acquirer first, so that a question that is still on its way charges nothing. */
  readonly ends?: boolean;
}

/** What one lookup has at hand. */
interface Asked {
  readonly operation: Operation;
  readonly acquirer: Acquirer | undefined;
  readonly key: PaymentKey;
  readonly basket: BasketPart | undefined;
  readonly ends: boolean | undefined;
}

/** @param basket undefined where that part of the SDK could not be loaded */
export async function lookup(
  operation: Operation,
  acquirer: Acquirer | undefined,
  key: PaymentKey,
  basket: BasketPart | undefined,
  ends?: boolean,
): Promise<LookupResult> {
  const asked: Asked = { operation, acquirer, key, basket, ends };
  try {
    const { message: known } = await operation.exchange(lookupOf(key));
    if (known === undefined) throw new LinkFault('aborted');
    const result = await resultOf(asked, known);
    if (acquirer !== undefined && isOver(result)) markSettled(acquirer, key);
    return result;
  } catch (error) {
    throw operation.fail(error, 'maybe');
  }
}

async function resultOf(asked: Asked, known: Message): Promise<LookupResult> {
  const { key } = asked;
  if ((known.kind === 'neverSeen' || known.kind === 'seen') && known.key === paymentIdOf(key))
    return chargedAtAcquirer(asked, known.kind === 'seen' ? notOurs(key) : { status: 'never-seen' });
  const told = resultIn(asked, known);
  if (isOpen(told)) return endOpen(asked, told);
  const result = await ended(asked, told);
  // What ended without the acquirer's word is this reader's last try; an earlier one, at another reader, may have gone further.
  return isAnswered(told) ? result : chargedAtAcquirer(asked, result);
}

/** The reader knows nothing that the acquirer had its word in. @param neverCharged what is true when the acquirer never charged the key */
async function chargedAtAcquirer(
  { operation, acquirer, key }: Asked,
  neverCharged: LookupResult,
): Promise<LookupResult> {
  if (acquirer === undefined) return neverCharged.status === 'never-seen' ? askWithAcquirer(key) : neverCharged;
  try {
    const word = await statusOf(operation, acquirer, key);
    return word === undefined ? neverCharged : forgottenByReader(word.message, key);
  } catch (cause) {
    return cannotBeAsked(key, cause);
  }
}

/** The reader waits for the acquirer's word. */
async function endOpen(asked: Asked, told: Result): Promise<PayResult> {
  const { operation, acquirer, key } = asked;
  const isBasket = isOfBasket(told);
  const basket = isBasket || (asked.ends && acquirer?.settle) ? asked.basket : undefined;
  if (acquirer === undefined || (basket !== undefined && acquirer.settle === undefined)) return askWithAcquirer(key);
  let word: AcquirerWord | PayResult;
  try {
    word =
      (await (basket?.lastWord(operation, acquirer, key, told) ?? statusOf(operation, acquirer, key))) ??
      stillOpen(key);
  } catch (cause) {
    return cannotBeAsked(key, cause);
  }
  if ('status' in word) return word;
  try {
    const answer = await answerReader(operation, acquirer, key, word);
    if (answer.kind === 'neverSeen' && answer.key === paymentIdOf(key)) return forgottenByReader(word.message, key);
    return await ended(asked, resultIn(asked, answer));
  } catch (error) {
    // The reader compares the token with that of the tap it waits for.
    const isRefused = error instanceof LinkFault && error.status === STATUS.messageRefused;
    if (isRefused && !isBasket) return decidedOnEarlierTap(word.message, key);
    throw error;
  }
}

/** @returns undefined: the key was never charged */
export async function statusOf(
  operation: Operation,
  acquirer: Acquirer,
  key: PaymentKey,
): Promise<AcquirerWord | undefined> {
  const bytes = await operation.outside((options) => acquirer.status(paymentIdOf(key), options));
  return bytes === null ? undefined : readWord(bytes, key);
}

async function ended({ operation, acquirer, key, basket }: Asked, told: Result): Promise<PayResult> {
  const result = await settle(
    operation,
    acquirer,
    key,
    told,
    operation.cancelledBefore(key),
    isOfBasket(told) ? basket : undefined,
  );
  return result.status === 'card' ? declinedAtCard(result) : result;
}

function resultIn({ key, basket }: Asked, message: Message): Result {
  if (message.kind !== 'result' || message.key !== paymentIdOf(key))
    throw new LinkFault('protocol/corrupt', 'The reader answered for another key.');
  if (isOfBasket(message) && basket === undefined) throw new LinkFault('link/unsupported-here');
  return message;
}

export function cannotBeAsked(key: PaymentKey, cause: unknown): PayResult {
  const message = 'The acquirer cannot be asked now: ask again.';
  return unknown(key, 'maybe', { do: 'lookup', message, afterMs: ASK_AGAIN_MS }, cause);
}

function askWithAcquirer(key: PaymentKey): PayResult {
  const message = 'Connect with an acquirer, so that it can be asked as well.';
  return unknown(key, 'maybe', { do: 'fix-code', message });
}

/** The reader tells who shows the secret of a payment, and nobody else. */
function notOurs(key: PaymentKey): PayResult {
  const message = 'This reader knows the key with another secret: use it as written down.';
  return unknown(key, 'maybe', { do: 'fix-code', message });
}

function stillOpen(key: PaymentKey): PayResult {
  const message = 'Nothing was charged and the payment is still open: pay again with the same key.';
  return unknown(key, 'no', { do: 'retry-same-key', message });
}
