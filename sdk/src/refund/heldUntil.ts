/**
 * A sale whose end the authorisers don't know may hold value of the customer: until when, the till is told.
 * Source: docs/reference/sdk.md, `pay`, `lookup`, `Acquirer`.   Floor: sdk refund.
 */

import type { Operation } from '../operation/operation.js';
import { type Acquirer, type AcquirerWith, acquirerHas } from '../payment/acquirer.js';
import type { PayResult } from '../payment/payResult.js';
import { type PaymentKey, paymentIdOf } from '../values/key.js';
import { readSaleAtAcquirer } from './saleAtAcquirer.js';

/** The result is there already and waits: no longer than what a timeout keeps for the end of an operation. */
const ASK_MS = 1000;

/**
 * Asks the acquirer when the result is open. What it doesn't tell in time is left out, and the result is the same.
 * @param result `unknown`, or not settled: only then is the acquirer asked
 */
export async function withHeldUntil(
  operation: Operation,
  acquirer: Acquirer | undefined,
  key: PaymentKey,
  result: PayResult,
): Promise<PayResult> {
  const payment = result.status === 'unknown' ? undefined : result.payment;
  const isOpen = result.status === 'unknown' || payment?.settled === false;
  // Whoever stopped it waits for nothing more.
  const isStopped = operation.cancelled.aborted && operation.cancelled.reason !== 'timeout';
  if (!isOpen || isStopped || !acquirerHas(acquirer, 'sale')) return result;
  const heldUntilMs = await ask(operation, acquirer, key).catch(() => undefined);
  if (heldUntilMs === undefined) return result;
  // In place: its cause isn't enumerable, and no copy would have it.
  if (result.status === 'unknown') return Object.assign(result, { heldUntilMs });
  return payment === undefined ? result : { ...result, payment: { ...payment, heldUntilMs } };
}

/** @returns undefined, too, when the acquirer is late */
async function ask(operation: Operation, acquirer: AcquirerWith<'sale'>, key: PaymentKey): Promise<number | undefined> {
  const over = new AbortController();
  // After a timeout, what is left was kept for the end.
  const outside = operation.cancelled.aborted ? operation.outsideToTheEnd : operation.outside;
  const told = await outside((given) => {
    const signal = AbortSignal.any([given.signal, over.signal]);
    const timeoutMs = Math.min(given.timeoutMs, ASK_MS);
    return Promise.race([
      acquirer.sale(paymentIdOf(key), { signal, timeoutMs }),
      operation.clock.sleep(ASK_MS, signal),
    ]);
  }).finally(() => over.abort());
  return told ? readSaleAtAcquirer(told).heldUntilMs : undefined;
}
