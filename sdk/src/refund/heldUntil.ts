/**
 * A sale whose end the authorisers don't know may hold value of the customer: until when, the till is told.
 * Source: docs/reference/sdk.md, `pay`, `lookup`, `PaymentHost`.   Floor: sdk refund.
 */

import type { Operation } from '../operation/operation.js';
import { type HostWith, hostHas, type PaymentHost } from '../payment/paymentHost.js';
import type { PayResult } from '../payment/payResult.js';
import { type Key, paymentIdOf } from '../values/key.js';
import { readSaleAtHost } from './saleAtHost.js';

/** The result is there already and waits: no longer than what a timeout keeps for the end of an operation. */
const ASK_MS = 1000;

/**
 * Asks the host when the result is open. What it doesn't tell in time is left out, and the result is the same.
 * @param result `unknown`, or not settled: only then is the host asked
 */
export async function withHeldUntil(
  operation: Operation,
  host: PaymentHost | undefined,
  key: Key,
  result: PayResult,
): Promise<PayResult> {
  const payment = result.status === 'unknown' ? undefined : result.payment;
  const isOpen = result.status === 'unknown' || payment?.settled === false;
  // Whoever stopped it waits for nothing more.
  const isStopped = operation.cancelled.aborted && operation.cancelled.reason !== 'timeout';
  if (!isOpen || isStopped || !hostHas(host, 'sale')) return result;
  const heldUntilMs = await ask(operation, host, key).catch(() => undefined);
  if (heldUntilMs === undefined) return result;
  // In place: its cause isn't enumerable, and no copy would have it.
  if (result.status === 'unknown') return Object.assign(result, { heldUntilMs });
  return payment === undefined ? result : { ...result, payment: { ...payment, heldUntilMs } };
}

/** @returns undefined, too, when the host is late */
async function ask(operation: Operation, host: HostWith<'sale'>, key: Key): Promise<number | undefined> {
  const over = new AbortController();
  // After a timeout, what is left was kept for the end.
  const outside = operation.cancelled.aborted ? operation.outsideToTheEnd : operation.outside;
  const told = await outside((given) => {
    const signal = AbortSignal.any([given.signal, over.signal]);
    const timeoutMs = Math.min(given.timeoutMs, ASK_MS);
    return Promise.race([host.sale(paymentIdOf(key), { signal, timeoutMs }), operation.clock.sleep(ASK_MS, signal)]);
  }).finally(() => over.abort());
  return told ? readSaleAtHost(told).heldUntilMs : undefined;
}
