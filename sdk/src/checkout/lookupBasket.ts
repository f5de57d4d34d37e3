/**
 * "Did it go through?" of a sale with a basket: what the reader left open is ended with what the host knows, and the authorisers
 * hear how it ended.
 * Source: docs/reference/sdk.md, `lookup`.   Floor: sdk checkout.
 */
import { equalBytes, type Message } from '@comptoir/protocol';
import { answerReader, type HostWord, readComplete } from '../reader/complete.js';
import { forgottenByReader } from '../reader/decision.js';
import { type Key, paymentIdOf } from '../reader/key.js';
import { LinkFault } from '../reader/linkFault.js';
import type { Operation } from '../reader/operation.js';
import { isOfBasket, isOpen } from '../reader/payment.js';
import { type BasketHost, hostHas, type PaymentHost } from '../reader/paymentHost.js';
import { declinedAtCard, type PayResult, payResultOf, unknown } from '../reader/payResult.js';
import { BASKET_WORDS } from './basketWords.js';
import { contradiction, settleSale } from './settleSale.js';

type Result = Message<'result'>;

const DECLINED = '05';
const ASK_AGAIN_MS = 1000;

/** @param told what the reader knows of the key */
export async function lookupBasket(
  operation: Operation,
  host: PaymentHost | undefined,
  key: Key,
  told: Result,
): Promise<PayResult> {
  checkKey(told, key);
  if (!hostHas(host, 'nonce', 'settle')) {
    const known = payResultOf(told, key, operation.cancelledBefore(key), BASKET_WORDS, { settled: false });
    if (known.status === 'card') return declinedAtCard(known);
    const message = 'Connect with a host that takes baskets, so that the authorisers can be asked as well.';
    return isOpen(told) ? unknown(key, 'maybe', { do: 'fix-code', message }) : known;
  }
  if (!isOpen(told)) return finish(operation, host, key, told);
  let word: HostWord | undefined;
  try {
    word = await lastWord(operation, host, key, told);
  } catch (cause) {
    const message = 'The authorisers cannot be asked now: ask again.';
    return unknown(key, 'maybe', { do: 'lookup', message, afterMs: ASK_AGAIN_MS }, cause);
  }
  if (word === undefined) return contradiction(key, 'stands');
  const answer = await answerReader(operation, host, key, word);
  if (answer.kind === 'neverSeen' && answer.key === paymentIdOf(key)) {
    return forgottenByReader({ kind: 'decide', key: paymentIdOf(key), responseCode: DECLINED }, key);
  }
  if (answer.kind !== 'result' || !isOfBasket(answer))
    throw new LinkFault('protocol/corrupt', 'The reader answered for another key.');
  checkKey(answer, key);
  return finish(operation, host, key, answer);
}

/**
 * The host's answer to the last question. When it never came there, the sale is void: the host is told first, so that a question that
 * is still on its way takes nothing.
 * @returns undefined when the authorisers took the sale though the question never came
 */
async function lastWord(operation: Operation, host: BasketHost, key: Key, open: Result): Promise<HostWord | undefined> {
  const { transactionToken, saleKey } = open;
  if (transactionToken === undefined || saleKey === undefined)
    throw new LinkFault('protocol/corrupt', 'The reader does not say what it asked.');
  const bytes = await operation.outside((options) => host.status(paymentIdOf(key), options));
  const known = bytes === null ? undefined : readComplete(bytes, key);
  if (known !== undefined && equalBytes(known.message.transactionToken, transactionToken)) return known;
  const { end } = await operation.outside((options) => host.settle(paymentIdOf(key), saleKey, 'void', options));
  if (end !== 'void') return undefined;
  return { message: { kind: 'decide', key: paymentIdOf(key), responseCode: DECLINED, transactionToken } };
}

async function finish(operation: Operation, host: BasketHost, key: Key, tenders: Result): Promise<PayResult> {
  const result = await settleSale(operation, host, key, tenders, operation.cancelledBefore(key));
  if (result.status !== 'card') return result;
  return declinedAtCard({ ...result, payment: { ...result.payment, settled: true } });
}

function checkKey(tenders: Result, key: Key): void {
  if (tenders.key !== paymentIdOf(key)) throw new LinkFault('protocol/corrupt', 'The reader answered for another key.');
}
