/**
 * One tap for a whole basket: the reader chooses and asks, the acquirer's authorisers answer, and hear how it ended.
 * Until the first question about money goes to the acquirer nothing can be taken, and failures are errors. From then on they are the
 * result `unknown`.
 * Source: docs/reference/protocol.md, `policy`, `basket`, `pay`, `authorise`, `inquire`, `result`.   Floor: sdk basket.
 */
import { equalBytes, INTERFACE, type Message, OUTCOME, STATUS } from '@comptoir/protocol';
import type { Answer } from '../link/channel.js';
import type { Operation } from '../operation/operation.js';
import { type BasketAcquirer, chargedSoFar, markSent, markSettled } from '../payment/acquirer.js';
import { cardFault } from '../payment/cardWords.js';
import { bytesOfWord } from '../payment/complete.js';
import { isAnswered, isOfBasket, isOpen } from '../payment/payment.js';
import { type CardTrouble, type PayResult, unknown } from '../payment/payResult.js';
import { settle } from '../payment/settle.js';
import { withHeldUntil } from '../refund/heldUntil.js';
import { type PaymentKey, paymentIdOf, secretOf } from '../values/key.js';
import { LinkFault } from '../values/linkFault.js';
import { transactionTime } from '../values/transactionTime.js';
import { askCustomer } from './askCustomer.js';
import { BASKET_PART } from './basketPart.js';
import { type BasketRequest, type CheckedRequest, checkBasketRequest } from './basketRequest.js';
import { acquirersAnswer, askAcquirer, isAboutMoney, questionIn, type TenderEvent, tenderEvent } from './questions.js';

export type Tell = (event: TenderEvent) => void;

type Result = Message<'result'>;

const DECLINED = '05';
const NONCE_BYTES = 8;

export async function payBasket(
  operation: Operation,
  acquirer: BasketAcquirer,
  request: BasketRequest,
  tell: Tell,
): Promise<PayResult> {
  const { key } = request;
  const checked = checkBasketRequest(request);
  const asked: Uint8Array[] = [];
  let end: PayResult | CardTrouble;
  try {
    let answer = await begin(operation, acquirer, key, checked);
    while (answer.message?.kind !== 'result') {
      if (answer.message?.kind === 'choose') {
        answer = await operation.exchange(await askCustomer(operation, key, request, answer.message));
        continue;
      }
      const question = questionIn(answer, key, checked);
      if (isAboutMoney(question)) {
        markSent(acquirer, key);
        asked.push(question.transactionToken);
      }
      const word = await acquirersAnswer(operation, acquirer, key, answer.bytes, question);
      if (question.kind === 'authorise') tell(tenderEvent(question, word.message, checked.total.currency));
      answer = await operation.exchange(bytesOfWord(word, key));
    }
    end = await ended(operation, acquirer, key, checked, answer.message, asked);
  } catch (error) {
    end = await stopped(operation, acquirer, key, checked, asked, error);
  }
  if (end.status !== 'card') return end;
  // Nothing was taken, and the authorisers know it.
  markSettled(acquirer, key);
  throw operation.fail(cardFault(end.code, end.reason, end.recovery), 'no');
}

/** The reader may wait in the middle of the tap: it's told, and what it says then is its last word. */
async function stopped(
  operation: Operation,
  acquirer: BasketAcquirer,
  key: PaymentKey,
  checked: CheckedRequest,
  asked: readonly Uint8Array[],
  error: unknown,
): Promise<PayResult | CardTrouble> {
  const last = await operation.stop().catch(() => undefined);
  const isCancelled = error instanceof LinkFault && error.code === 'aborted' && operation.cancelled.aborted;
  try {
    if (isCancelled && last?.kind === 'result') return await ended(operation, acquirer, key, checked, last, asked);
  } catch (cause) {
    return openStill(operation, acquirer, key, cause);
  }
  if (chargedSoFar(acquirer, key) === 'maybe') return openStill(operation, acquirer, key, error);
  if (!isCancelled) throw operation.fail(error, 'no');
  return { status: 'cancelled', by: operation.cancelledBy(key) };
}

function openStill(
  operation: Operation,
  acquirer: BasketAcquirer,
  key: PaymentKey,
  cause?: unknown,
): Promise<PayResult> {
  return withHeldUntil(operation, acquirer, key, unknown(key, 'maybe', { do: 'lookup', message: LOOK_UP }, cause));
}

const LOOK_UP = 'Ask for the result of this key: take no other money before it is known.';

/** Policy, basket, and the command itself. @returns what the reader said to that */
async function begin(
  operation: Operation,
  acquirer: BasketAcquirer,
  key: PaymentKey,
  { before, lineCount, total, currency, choice }: CheckedRequest,
): Promise<Answer> {
  for (const message of before) await order(operation, message);
  const nonce = await askAcquirer(operation, (options) => acquirer.nonce(options));
  if (!(nonce instanceof Uint8Array) || nonce.length !== NONCE_BYTES)
    throw new LinkFault('protocol/corrupt', 'The acquirer gave no nonce of 8 bytes.');
  return operation.exchange({
    kind: 'pay',
    key: paymentIdOf(key),
    paymentSecret: secretOf(key),
    amount: total.minor,
    currency,
    currencyCode: total.currency,
    nonce,
    lineCount,
    interfaces: INTERFACE.contactless,
    timeoutMs: operation.cardWaitMs,
    ...transactionTime(operation.clock.now(), operation.utcOffsetMinutes),
    ...choice,
  });
}

async function order(operation: Operation, message: Message<'policy' | 'basket'>): Promise<void> {
  try {
    const answer = (await operation.exchange(message)).message;
    if (answer === undefined) throw new LinkFault('aborted');
    const lines = message.kind === 'basket' ? message.firstLine + message.lines.length : undefined;
    if (answer.kind !== 'accepted' || (lines !== undefined && answer.lineCount !== lines))
      throw new LinkFault('protocol/corrupt', `The reader did not take the ${message.kind}.`);
  } catch (error) {
    const isUnknown = error instanceof LinkFault && error.status === STATUS.unknownMessage;
    throw isUnknown ? new LinkFault('update/required', 'This reader takes no baskets.') : error;
  }
}

async function ended(
  operation: Operation,
  acquirer: BasketAcquirer,
  key: PaymentKey,
  { total, currency }: CheckedRequest,
  told: Result,
  asked: readonly Uint8Array[],
): Promise<PayResult | CardTrouble> {
  let tenders = told;
  if (isOpen(told)) tenders = await neverAsked(operation, key, told, asked);
  if (
    !isOfBasket(tenders) ||
    tenders.key !== paymentIdOf(key) ||
    tenders.amount !== total.minor ||
    tenders.currency !== currency
  )
    throw new LinkFault('protocol/corrupt', 'The reader answered for another sale.');
  // Nothing was asked in this tap, but in an earlier one, maybe at another reader.
  const isOfThisTry = asked.length > 0 || isAnswered(tenders);
  if (!isOfThisTry && chargedSoFar(acquirer, key) === 'maybe') return openStill(operation, acquirer, key);
  return settle(operation, acquirer, key, tenders, operation.cancelledBy(key), BASKET_PART);
}

/**
 * Cancelled while a question was on its way here: it never went to the acquirer, so nothing was approved of it.
 * @throws LinkFault when the acquirer was asked
 */
async function neverAsked(
  operation: Operation,
  key: PaymentKey,
  { transactionToken }: Result,
  asked: readonly Uint8Array[],
): Promise<Result> {
  if (transactionToken === undefined || asked.some((token) => equalBytes(token, transactionToken)))
    throw new LinkFault('aborted');
  const answer = await operation.exchangeToTheEnd({
    kind: 'decide',
    key: paymentIdOf(key),
    paymentSecret: secretOf(key),
    responseCode: DECLINED,
    transactionToken,
  });
  if (answer.kind !== 'result' || answer.outcome !== OUTCOME.declined) throw new LinkFault('protocol/corrupt');
  return { ...answer, outcome: OUTCOME.cancelled };
}
