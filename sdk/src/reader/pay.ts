/**
 * A payment: the reader reads the card, the host asks the acquirer, the reader ends it with the card.
 * Until the request goes to the acquirer nothing can be charged, and failures are errors. From then on they are the
 * result `unknown`.
 * Source: docs/reference/protocol.md, `pay`, `authorise`, `complete`, `result`.   Floor: sdk reader.
 */
import { INTERFACE, type Message } from '@comptoir/protocol';
import { cardFault } from './cardWords.js';
import { readComplete } from './complete.js';
import { decidedOnEarlierTap, forgottenByReader, isOfEarlierTap } from './decision.js';
import { usageError } from './errors.js';
import { checkInterfaces, type Interfaces } from './interfaces.js';
import { type Key, keyFrom } from './key.js';
import { LinkFault } from './linkFault.js';
import { currencyOf, type Money, money } from './money.js';
import type { Operation } from './operation.js';
import { chargedSoFar, markSent, markSettled, type PaymentHost } from './paymentHost.js';
import { type CardTrouble, type PayResult, payResultOf, unknown } from './payResult.js';
import { isObject } from './shape.js';
import { transactionTime } from './transactionTime.js';

export interface PayRequest {
  readonly amount: Money;
  /** Made by `newKey` and written down before the call. */
  readonly key: Key;
  /** May the acquirer approve less than the amount? Default: `refuse`. */
  readonly partial?: 'allow' | 'refuse';
  /** Where a card may be presented. Default: `both`. */
  readonly interfaces?: Interfaces;
}

/** EMV 4.4 Book 3 Annex A, tag 9C: goods and services. */
const TYPE_PURCHASE = 0;
const PARTIAL: readonly PayRequest['partial'][] = [undefined, 'allow', 'refuse'];

/** Checks a request before anything is sent. @throws ReaderError `usage/invalid` */
export function checkPayRequest(request: PayRequest): void {
  if (!isObject(request) || !isObject(request.amount))
    throw usageError('A payment has an amount, { minor, currency }, and a key.');
  const { minor } = money(request.amount.minor, request.amount.currency);
  if (minor === 0) throw usageError('The amount must be above 0.');
  keyFrom(request.key);
  checkInterfaces(request.interfaces);
  if (!PARTIAL.includes(request.partial)) throw usageError('partial is `allow` or `refuse`.');
}

export async function pay(operation: Operation, host: PaymentHost, request: PayRequest): Promise<PayResult> {
  const { key } = request;
  let authorise: Authorise;
  try {
    const answer = await operation.exchange(startOf(operation, request));
    const { message } = answer;
    if (message?.kind !== 'authorise') {
      return endedBeforeSending(operation, host, request, message);
    }
    checkSame(message, request);
    // The request has not left: the payment stays open in the reader, and the same key goes on with it.
    if (operation.cancelled.aborted) return cancelledBeforeSending(operation, host, key);
    authorise = { bytes: answer.bytes, transactionToken: message.transactionToken };
  } catch (error) {
    if (error instanceof LinkFault && error.code === 'aborted') return cancelledBeforeSending(operation, host, key);
    throw operation.fail(error, chargedSoFar(host, key));
  }
  return askAcquirer(operation, host, request, authorise);
}

/** The request as the reader gave it, and what tells its tap from any other. */
interface Authorise {
  readonly bytes: Uint8Array;
  readonly transactionToken: Uint8Array;
}

async function askAcquirer(
  operation: Operation,
  host: PaymentHost,
  request: PayRequest,
  authorise: Authorise,
): Promise<PayResult> {
  const { key } = request;
  markSent(host, key);
  try {
    const answer = await operation.outside((options) => host.authorise(authorise.bytes, key, options));
    const complete = readComplete(answer, key);
    if (isOfEarlierTap(complete.message, authorise.transactionToken)) return decidedOnEarlierTap(complete.message, key);
    const message = await operation.exchangeToTheEnd(complete.bytes);
    const isForgotten = message.kind === 'neverSeen' && message.key === key;
    const result = isForgotten ? forgottenByReader(complete.message, key) : resultOf(operation, message, request);
    if (result.status === 'card') throw cardFault(result.code, result.reason);
    if (result.status !== 'unknown') markSettled(host, key);
    return result;
  } catch (error) {
    return unknown(key, 'maybe', { do: 'lookup', message: messageOfUnknown(error) }, error);
  }
}

function endedBeforeSending(
  operation: Operation,
  host: PaymentHost,
  request: PayRequest,
  message: Message | undefined,
): PayResult {
  const { key } = request;
  if (message === undefined) return cancelledBeforeSending(operation, host, key);
  const result = resultOf(operation, message, request);
  if (result.status === 'card') throw cardFault(result.code, result.reason);
  if (result.status === 'unknown') return result;
  const isFromAcquirer = message.kind === 'result' && message.responseCode !== undefined;
  if (!isFromAcquirer && chargedSoFar(host, key) === 'maybe') return earlierTry(key);
  markSettled(host, key);
  return result;
}

function cancelledBeforeSending(operation: Operation, host: PaymentHost, key: Key): PayResult {
  return chargedSoFar(host, key) === 'no' ? { status: 'cancelled', by: operation.cancelledBy() } : earlierTry(key);
}

/** This try charged nothing, but an earlier one with the same key went to the acquirer: nothing may sound as if it were over. */
function earlierTry(key: Key): PayResult {
  return unknown(key, 'maybe', {
    do: 'lookup',
    message: 'An earlier try may have been charged: ask for the result of this key.',
  });
}

function startOf(operation: Operation, { key, amount, partial, interfaces = 'both' }: PayRequest): Message<'pay'> {
  return {
    kind: 'pay',
    key,
    amount: amount.minor,
    currency: currencyOf(amount.currency)?.numeric ?? 0,
    transactionType: TYPE_PURCHASE,
    interfaces: INTERFACE[interfaces],
    timeoutMs: operation.cardWaitMs,
    ...(partial === 'allow' && { partial: 1 }),
    ...transactionTime(operation.clock.now(), operation.utcOffsetMinutes),
  };
}

function resultOf(operation: Operation, message: Message, request: PayRequest): PayResult | CardTrouble {
  if (message.kind !== 'result') throw new LinkFault('protocol/corrupt', `The reader answered with ${message.kind}.`);
  checkSame(message, request);
  return payResultOf(message, request.key, operation.cancelledBy());
}

function checkSame(message: Message<'authorise' | 'result'>, { key, amount }: PayRequest): void {
  const isSame =
    message.key === key && message.amount === amount.minor && message.currency === currencyOf(amount.currency)?.numeric;
  if (!isSame) throw new LinkFault('protocol/corrupt', 'The reader answered for another payment.');
}

function messageOfUnknown(error: unknown): string {
  const isLost = error instanceof LinkFault && error.code === 'link/lost';
  return isLost ? 'Connect again and ask for the result of this key.' : 'Ask for the result of this key.';
}
