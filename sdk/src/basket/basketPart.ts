/**
 * What only the end of a basket needs, and of one card that is given up; a page that takes amounts doesn't carry it.
 * Source: docs/reference/sdk.md, `lookup`.   Floor: sdk basket.
 */
import { equalBytes, type Message } from '@comptoir/protocol';
import type { Operation } from '../operation/operation.js';
import type { Acquirer } from '../payment/acquirer.js';
import type { AcquirerWord } from '../payment/complete.js';
import { isApproval } from '../payment/decision.js';
import { cannotBeAsked, statusOf } from '../payment/lookup.js';
import { type PayResult, unknown } from '../payment/payResult.js';
import type { BasketPart } from '../payment/settle.js';
import { withHeldUntil } from '../refund/heldUntil.js';
import { type PaymentKey, paymentIdOf } from '../values/key.js';
import { LinkFault } from '../values/linkFault.js';
import { BASKET_WORDS } from './basketWords.js';

const RESPONSE_DECLINED = '05';

export const BASKET_PART: BasketPart = {
  ...BASKET_WORDS,
  async untold(operation, acquirer, key, result, cause) {
    const message = 'The authorisers cannot be told now that nothing was taken: ask again.';
    const open = result.status === 'card' ? unknown(key, 'maybe', { do: 'lookup', message }, cause) : result;
    return withHeldUntil(operation, acquirer, key, open);
  },
  contradiction,
  async lastWord(operation, acquirer, key, open) {
    try {
      return await wordOn(operation, acquirer, key, open);
    } catch (cause) {
      return withHeldUntil(operation, acquirer, key, cannotBeAsked(key, cause));
    }
  },
};

async function wordOn(
  operation: Operation,
  acquirer: Acquirer,
  key: PaymentKey,
  { transactionToken, planId }: Message<'result'>,
): Promise<AcquirerWord | PayResult> {
  if (transactionToken === undefined) throw new LinkFault('protocol/corrupt', 'The reader does not say what it asked.');
  const known = await statusOf(operation, acquirer, key);
  const decided = known?.message.transactionToken;
  const isAnswer = decided !== undefined && equalBytes(decided, transactionToken);
  // An earlier tap of one card that was approved: the reader refuses it, and nothing is made void.
  if (known !== undefined && (isAnswer || (planId === undefined && isApproval(known.message)))) return known;
  const said = await operation.outside(async (options) => acquirer.settle?.(paymentIdOf(key), planId, 'void', options));
  if (said?.end !== 'void') return contradiction(key, 'stands');
  return { message: { kind: 'decide', key: paymentIdOf(key), responseCode: RESPONSE_DECLINED, transactionToken } };
}

function contradiction(key: PaymentKey, end: 'stands' | 'void'): ReturnType<BasketPart['contradiction']> {
  const message =
    end === 'void'
      ? 'The reader took this sale, and the authorisers were told before that it is void: settle it by hand.'
      : 'The reader did not take this sale, and the authorisers took it: do not charge again, settle it by hand.';
  return unknown(key, end === 'void' ? 'no' : 'yes', { do: 'call-support', message });
}
