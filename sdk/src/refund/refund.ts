/**
 * Gives a part of a sale back, or all of it: to the instruments that paid, the last one first. The ledgers are asked what is left,
 * then for each part; and again, until nothing is to be done. Wherever it's torn, the same key goes on where it was.
 * Source: docs/reference/sdk.md, `refund`; decision 39.   Floor: sdk refund.
 */

import { checkJournal, isSaleOpen } from '../journal/journal.js';
import type { CallOptions } from '../link/transport.js';
import { timeoutOf, wholeTimeout } from '../operation/callOptions.js';
import { type Acquirer, type AcquirerWith, acquirerHas } from '../payment/acquirer.js';
import type { RefundRefusal } from '../payment/acquirerRefunds.js';
import { type Clock, systemClock } from '../values/clock.js';
import { within } from '../values/deadline.js';
import { usageError } from '../values/errors.js';
import { keyFrom, type PaymentKey, paymentIdOf } from '../values/key.js';
import { type Money, money } from '../values/money.js';
import { isObject } from '../values/shape.js';
import type { Store } from '../values/store.js';
import { beginRefund, endRefund, noteOrders } from './refundJournal.js';
import { nextStep, type RefundResult, refused, unknownRefund, type Wanted } from './refundResult.js';
import { readRefundAnswer, readSaleAtAcquirer } from './saleAtAcquirer.js';

export interface RefundRequest {
  /** Key of the sale, or of the payment. */
  readonly of: PaymentKey;
  /** Key of this refund: made by `newKey` and written down before the call. The same key is the same refund. */
  readonly key: PaymentKey;
  /** Minor units in the sale's currency. Default: all that is left. */
  readonly amount?: Money;
  /** Where the refund is written down, before and after: see `recover`. A sale that it holds open is not refunded. */
  readonly journal?: Store;
}

export interface RefundOptions extends CallOptions {
  /** Default: `systemClock`. */
  readonly clock?: Clock;
}

const TIMEOUT_MS = 30_000;
/** Others may refund the same sale meanwhile: each time is one round more. Ledgers that never come to rest are not asked for ever. */
const ROUNDS_MAX = 16;

/**
 * @returns what went back, by the ledgers. `unknown` when the acquirer couldn't be asked to the end, or time was up
 * @throws ReaderError `usage/invalid` for a wrong call; `journal/failed` when the refund can't be written down: nothing went back by this call
 */
export async function refund(
  acquirer: Acquirer,
  request: RefundRequest,
  options: RefundOptions = {},
): Promise<RefundResult> {
  if (!acquirerHas(acquirer, 'sale', 'refund'))
    throw usageError('A refund needs an acquirer that gives money back: it has `sale` and `refund`.');
  const { journal, ...wanted } = checkRefundRequest(request);
  const { clock = systemClock, signal } = options;
  const deadlineMs = clock.now() + timeoutOf(options, TIMEOUT_MS);
  const ask = <T>(work: (left: CallOptions) => Promise<T>): Promise<T> =>
    within(clock, { deadlineMs, signal }, (inner) =>
      work({ signal: inner, timeoutMs: wholeTimeout(deadlineMs - clock.now()) }),
    );
  if (journal === undefined) return settle(acquirer, wanted, undefined, ask);

  if (await isSaleOpen(journal, wanted.of)) return refused(wanted, 'SALE_OPEN');
  const known = await beginRefund(journal, { ...wanted, atMs: clock.now() });
  if (known === 'other') return refused(wanted, 'KEY_REUSED');
  if (known?.status === 'refunded') return known;
  const result = await settle(acquirer, wanted, journal, ask);
  await endRefund(journal, wanted.key, result);
  return result;
}

async function settle(
  acquirer: AcquirerWith<'sale' | 'refund'>,
  wanted: Wanted,
  journal: Store | undefined,
  ask: <T>(work: (left: CallOptions) => Promise<T>) => Promise<T>,
): Promise<RefundResult> {
  const refusedCoupons = new Set<number>();
  let refusal: RefundRefusal | undefined;
  for (let round = 1; round <= ROUNDS_MAX; round += 1) {
    try {
      const told = await ask((left) => acquirer.sale(paymentIdOf(wanted.of), left));
      const step = nextStep(told === null ? null : readSaleAtAcquirer(told), wanted, refusal, refusedCoupons);
      if (step.kind === 'ended') return step.result;
      if (journal !== undefined) await noteOrders(journal, wanted.key, step.orders);
      for (const order of step.orders) {
        const answer = readRefundAnswer(await ask((left) => acquirer.refund(order, left)));
        if (answer.kind === 'refunded') continue;
        if (order.amount.minor === 0) refusedCoupons.add(order.tender);
        // Another look at the ledgers may put right that somebody was faster.
        else if (answer.reason !== 'MORE_THAN_LEFT') refusal = answer.reason;
        break;
      }
    } catch (cause) {
      return unknownRefund(wanted, cause);
    }
  }
  return unknownRefund(wanted, new Error('The ledgers changed again and again.'));
}

function checkRefundRequest(request: RefundRequest): RefundRequest {
  if (!isObject(request)) throw usageError('A refund has the key of the sale and a key of its own.');
  const { of, key, amount, journal } = request;
  if (paymentIdOf(keyFrom(of)) === paymentIdOf(keyFrom(key))) throw usageError('A refund has a key of its own.');
  checkJournal(journal);
  if (amount === undefined) return { of, key, ...(journal !== undefined && { journal }) };
  if (!isObject(amount) || money(amount.minor, amount.currency).minor === 0)
    throw usageError('A refund is of more than 0.');
  return { of, key, amount, ...(journal !== undefined && { journal }) };
}
