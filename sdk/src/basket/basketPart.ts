/**
 * What only the end of a basket needs, and of one card that is given up; a page that takes amounts doesn't carry it.
 * Source: docs/reference/sdk.md, `lookup`.   Floor: sdk basket.
 */
import { equalBytes, type Message } from '@comptoir/protocol';
import type { Operation } from '../operation/operation.js';
import type { HostWord } from '../payment/complete.js';
import { isApproval } from '../payment/decision.js';
import { cannotBeAsked, statusOf } from '../payment/lookup.js';
import type { PaymentHost } from '../payment/paymentHost.js';
import { type PayResult, unknown } from '../payment/payResult.js';
import type { BasketPart } from '../payment/settle.js';
import { withHeldUntil } from '../refund/heldUntil.js';
import { type Key, paymentIdOf } from '../values/key.js';
import { LinkFault } from '../values/linkFault.js';
import { BASKET_WORDS } from './basketWords.js';

const RESPONSE_DECLINED = '05';

export const BASKET_PART: BasketPart = {
  ...BASKET_WORDS,
  async untold(operation, host, key, result, cause) {
    const message = 'The authorisers cannot be told now that nothing was taken: ask again.';
    const open = result.status === 'card' ? unknown(key, 'maybe', { do: 'lookup', message }, cause) : result;
    return withHeldUntil(operation, host, key, open);
  },
  contradiction,
  async lastWord(operation, host, key, open) {
    try {
      return await wordOn(operation, host, key, open);
    } catch (cause) {
      return withHeldUntil(operation, host, key, cannotBeAsked(key, cause));
    }
  },
};

async function wordOn(
  operation: Operation,
  host: PaymentHost,
  key: Key,
  { transactionToken, saleKey }: Message<'result'>,
): Promise<HostWord | PayResult> {
  if (transactionToken === undefined) throw new LinkFault('protocol/corrupt', 'The reader does not say what it asked.');
  const known = await statusOf(operation, host, key);
  const decided = known?.message.transactionToken;
  const isAnswer = decided !== undefined && equalBytes(decided, transactionToken);
  // An earlier tap of one card that was approved: the reader refuses it, and nothing is made void.
  if (known !== undefined && (isAnswer || (saleKey === undefined && isApproval(known.message)))) return known;
  const said = await operation.outside(async (options) => host.settle?.(paymentIdOf(key), saleKey, 'void', options));
  if (said?.end !== 'void') return contradiction(key, 'stands');
  return { message: { kind: 'decide', key: paymentIdOf(key), responseCode: RESPONSE_DECLINED, transactionToken } };
}

function contradiction(key: Key, end: 'stands' | 'void'): ReturnType<BasketPart['contradiction']> {
  const message =
    end === 'void'
      ? 'The reader took this sale, and the authorisers were told before that it is void: settle it by hand.'
      : 'The reader did not take this sale, and the authorisers took it: do not charge again, settle it by hand.';
  return unknown(key, end === 'void' ? 'no' : 'yes', { do: 'call-support', message });
}
