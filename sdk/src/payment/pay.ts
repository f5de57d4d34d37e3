/**
 * A payment: the reader reads the card, the acquirer decides, the reader ends it with the card.
 * Until the request goes to the acquirer nothing can be charged, and failures are errors. From then on they are the
 * result `unknown`.
 * Source: docs/reference/protocol.md, `pay`, `authorise`, `complete`, `result`.   Floor: sdk payment.
 */
import { INTERFACE, type Message } from '@comptoir/protocol';
import type { Answer } from '../link/channel.js';
import type { Operation } from '../operation/operation.js';
import { usageError } from '../values/errors.js';
import { checkInterfaces, type Interfaces } from '../values/interfaces.js';
import { keyFrom, type PaymentKey, paymentIdOf, secretOf } from '../values/key.js';
import { LinkFault } from '../values/linkFault.js';
import { currencyOf, type Money, money } from '../values/money.js';
import { isObject } from '../values/shape.js';
import type { Store } from '../values/store.js';
import { transactionTime } from '../values/transactionTime.js';
import { type Acquirer, chargedSoFar, markSent, markSettled } from './acquirer.js';
import { cardFault } from './cardWords.js';
import { answerReader, readWord } from './complete.js';
import { decidedOnEarlierTap, forgottenByReader, isOfEarlierTap } from './decision.js';
import { isAnswered, isOfBasket } from './payment.js';
import { type PayResult, unknown } from './payResult.js';
import { settle } from './settle.js';

export interface PayRequest {
  readonly amount: Money;
  /** Made by `newKey` and written down before the call. */
  readonly key: PaymentKey;
  /** May the acquirer approve less than the amount? Default: `refuse`. */
  readonly partial?: 'allow' | 'refuse';
  /** Where a card may be presented. Default: `both`. */
  readonly interfaces?: Interfaces;
  /**
   * Asked when a card in the slot wants its holder to confirm the application. Default: no, and the card's next application is taken.
   * The reader waits a minute.
   */
  readonly confirm?: (application: ApplicationToConfirm) => boolean | Promise<boolean>;
  /** Where the payment is written down, before and after: see `recover`. */
  readonly journal?: Store;
}

export interface ApplicationToConfirm {
  readonly label: string;
  /** Hexadecimal. */
  readonly aid: string;
  /** Languages that the card prefers, ISO 639, best first. */
  readonly languages: readonly string[];
}

/** What `decide` answers to `confirm`. */
const RESPONSE_YES = '00';
const RESPONSE_NO = '05';
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

/** Asks the customer whether the application may pay: a part of the SDK that is loaded when a request has `confirm`. */
export type AskToConfirm = (operation: Operation, request: PayRequest, asked: Message<'confirm'>) => Promise<boolean>;

export async function pay(
  operation: Operation,
  acquirer: Acquirer,
  request: PayRequest,
  { askToConfirm }: { readonly askToConfirm?: AskToConfirm } = {},
): Promise<PayResult> {
  const { key } = request;
  let authorise: Authorise;
  try {
    const { bytes, message } = await start(operation, request, askToConfirm);
    if (message?.kind !== 'authorise') return await endedBeforeSending(operation, acquirer, request, message);
    checkSame(message, request);
    // The request has not left: the payment stays open in the reader, and the same key goes on with it.
    const { transactionToken, usedInterface } = message;
    authorise = { bytes, transactionToken, isCardWaiting: usedInterface === INTERFACE.contact };
    if (operation.cancelled.aborted) {
      if (authorise.isCardWaiting) await lastWord(operation);
      return cancelledBeforeSending(operation, acquirer, key);
    }
  } catch (error) {
    if (error instanceof LinkFault && error.code === 'aborted') return cancelledBeforeSending(operation, acquirer, key);
    throw operation.fail(error, chargedSoFar(acquirer, key));
  }
  return askAcquirer(operation, acquirer, request, authorise);
}

/** The request as the reader gave it, and what tells its tap from any other. */
interface Authorise {
  readonly bytes: Uint8Array;
  readonly transactionToken: Uint8Array;
  /** A card in the slot waits for the acquirer's word, and the reader with it. */
  readonly isCardWaiting: boolean;
}

/** Until the reader asks for the acquirer, or the payment is over. */
async function start(operation: Operation, request: PayRequest, ask: AskToConfirm | undefined): Promise<Answer> {
  let answer = await operation.exchange(startOf(operation, request));
  while (answer.message?.kind === 'confirm') {
    const isConfirmed = await ask?.(operation, request, answer.message);
    const responseCode = isConfirmed ? RESPONSE_YES : RESPONSE_NO;
    const { key } = request;
    answer = await operation.exchange({
      kind: 'decide',
      key: paymentIdOf(key),
      responseCode,
      paymentSecret: secretOf(key),
    });
  }
  return answer;
}

async function askAcquirer(
  operation: Operation,
  acquirer: Acquirer,
  request: PayRequest,
  authorise: Authorise,
): Promise<PayResult> {
  const { key } = request;
  markSent(acquirer, key);
  try {
    const answer = await operation.outside((options) => acquirer.authorise(authorise.bytes, paymentIdOf(key), options));
    const word = readWord(answer, key);
    if (isOfEarlierTap(word.message, authorise.transactionToken)) {
      if (authorise.isCardWaiting) await lastWord(operation);
      return decidedOnEarlierTap(word.message, key);
    }
    const message = await answerReader(operation, acquirer, key, word);
    const isForgotten = message.kind === 'neverSeen' && message.key === paymentIdOf(key);
    return isForgotten ? forgottenByReader(word.message, key) : await ended(operation, acquirer, message, request);
  } catch (error) {
    if (error instanceof LinkFault && error.code === 'offline/limit') {
      markSettled(acquirer, key);
      throw operation.fail(error, 'no');
    }
    // A card that waits is let go, and so is a payment that the card can't end any more: the reader says so.
    const last = authorise.isCardWaiting ? await lastWord(operation) : undefined;
    if (last?.kind === 'result' && last.reversalDue === 1) {
      const end = await ended(operation, acquirer, last, request).catch(() => undefined);
      if (end !== undefined) return end;
    }
    const message = 'Connect again if need be, then ask for the result of this key.';
    return unknown(key, 'maybe', { do: 'lookup', message }, error);
  }
}

/** Ends what the reader still does for this payment. */
function lastWord(operation: Operation): Promise<Message | undefined> {
  return operation.stop().catch(() => undefined);
}

async function endedBeforeSending(
  operation: Operation,
  acquirer: Acquirer,
  request: PayRequest,
  message: Message | undefined,
): Promise<PayResult> {
  const { key } = request;
  if (message === undefined) return cancelledBeforeSending(operation, acquirer, key);
  const result = await ended(operation, acquirer, message, request);
  const isFinal = message.kind === 'result' && isAnswered(message);
  return isFinal || result.status === 'unknown' || chargedSoFar(acquirer, key) === 'no' ? result : earlierTry(key);
}

function cancelledBeforeSending(operation: Operation, acquirer: Acquirer, key: PaymentKey): PayResult {
  return chargedSoFar(acquirer, key) === 'no'
    ? { status: 'cancelled', by: operation.cancelledBy(key) }
    : earlierTry(key);
}

/** This try charged nothing, but an earlier one with the same key went to the acquirer: nothing may sound as if it were over. */
function earlierTry(key: PaymentKey): PayResult {
  return unknown(key, 'maybe', {
    do: 'lookup',
    message: 'An earlier try may have been charged: ask for the result of this key.',
  });
}

function startOf(operation: Operation, { key, amount, partial, interfaces = 'both' }: PayRequest): Message<'pay'> {
  return {
    kind: 'pay',
    key: paymentIdOf(key),
    paymentSecret: secretOf(key),
    amount: amount.minor,
    currency: currencyOf(amount.currency)?.numeric ?? 0,
    interfaces: INTERFACE[interfaces],
    timeoutMs: operation.cardWaitMs,
    ...(partial === 'allow' && { partial: 1 }),
    ...transactionTime(operation.clock.now(), operation.utcOffsetMinutes),
  };
}

/** @throws LinkFault for a card that took nothing, and for an answer about another payment */
async function ended(
  operation: Operation,
  acquirer: Acquirer,
  message: Message,
  request: PayRequest,
): Promise<PayResult> {
  if (message.kind !== 'result') throw new LinkFault('protocol/corrupt', `The reader answered with ${message.kind}.`);
  checkSame(message, request);
  const { key } = request;
  const result = await settle(operation, acquirer, key, message, operation.cancelledBy(key));
  if (result.status === 'card') throw cardFault(result.code, result.reason);
  return result;
}

function checkSame(message: Message<'authorise' | 'result'>, { key, amount }: PayRequest): void {
  const isSame =
    !(message.kind === 'result' && isOfBasket(message)) &&
    message.key === paymentIdOf(key) &&
    message.amount === amount.minor &&
    message.currency === currencyOf(amount.currency)?.numeric;
  if (!isSame) throw new LinkFault('protocol/corrupt', 'The reader answered for another key.');
}
