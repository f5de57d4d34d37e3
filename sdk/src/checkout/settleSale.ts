/**
 * Tells the authorisers how a sale ended: what is reserved is captured or released, what was approved stands or is reversed. It may
 * be told again and again; the first word counts.
 * Source: docs/reference/sdk.md, `PaymentHost`.   Floor: sdk checkout.
 */
import { type Message, toHex } from '@comptoir/protocol';
import { type Key, paymentIdOf } from '../reader/key.js';
import type { Operation } from '../reader/operation.js';
import { stands } from '../reader/payment.js';
import { type BasketHost, markSettled } from '../reader/paymentHost.js';
import { type CancelledBy, type CardTrouble, type PayResult, payResultOf, unknown } from '../reader/payResult.js';
import { BASKET_WORDS } from './basketWords.js';

/**
 * @param tenders final, and of this key
 * @returns what reader and authorisers say together
 * @throws LinkFault when the reader's message makes no sense; then nothing was told
 */
export async function settleSale(
  operation: Operation,
  host: BasketHost,
  key: Key,
  tenders: Message<'result'>,
  cancelledBy: CancelledBy,
): Promise<PayResult | CardTrouble> {
  const unsettled = payResultOf(tenders, key, cancelledBy, BASKET_WORDS, { settled: false });
  const { saleKey } = tenders;
  if (saleKey === undefined) {
    markSettled(host, key);
    return payResultOf(tenders, key, cancelledBy, BASKET_WORDS);
  }
  const end = stands(tenders) ? 'stands' : 'void';
  let said: Awaited<ReturnType<BasketHost['settle']>>;
  try {
    said = await operation.outsideToTheEnd((options) => host.settle(paymentIdOf(key), saleKey, end, options));
  } catch (cause) {
    if (unsettled.status !== 'card') return unsettled;
    const message = 'The authorisers cannot be told now that nothing was taken: ask again.';
    return unknown(key, 'maybe', { do: 'lookup', message }, cause);
  }
  if (said.end !== end) return contradiction(key, said.end);
  markSettled(host, key);
  const { accountToken } = said;
  return payResultOf(tenders, key, cancelledBy, BASKET_WORDS, {
    settled: true,
    ...(accountToken !== undefined && { accountToken: toHex(accountToken) }),
  });
}

/** Somebody told the authorisers the other end before. @param end what they say */
export function contradiction(key: Key, end: 'stands' | 'void'): PayResult {
  const message =
    end === 'void'
      ? 'The reader took this sale, and the authorisers were told before that it is void: settle it by hand.'
      : 'The reader did not take this sale, and the authorisers took it: do not charge again, settle it by hand.';
  return unknown(key, end === 'void' ? 'no' : 'yes', { do: 'call-support', message });
}
