/**
 * A payment that the acquirer approved and the card did not: the approval is taken back.
 * Source: docs/reference/sdk.md, `PaymentHost`.   Floor: sdk reader.
 */
import { type Key, paymentIdOf } from './key.js';
import type { Operation } from './operation.js';
import type { PaymentHost } from './paymentHost.js';
import { DECLINED_RECOVERY, type PayResult } from './payResult.js';

/** Has what is due reversed. @returns the result, with what became of it */
export async function settleReversal(
  operation: Operation,
  host: PaymentHost | undefined,
  key: Key,
  result: PayResult,
): Promise<PayResult> {
  if (result.status !== 'declined' || result.reversal !== 'due' || host?.settle === undefined) return result;
  try {
    const settle = host.settle.bind(host);
    const { end } = await operation.outsideToTheEnd((options) => settle(paymentIdOf(key), undefined, 'void', options));
    if (end !== 'void') return result;
  } catch {
    // Still due: the reader says so again whenever it's asked for this key.
    return result;
  }
  return { ...result, reversal: 'done', recovery: DECLINED_RECOVERY };
}
