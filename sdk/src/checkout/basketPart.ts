/**
 * What only the end of a basket needs, and a page that takes amounts doesn't carry.
 * Source: docs/reference/sdk.md, `lookup`.   Floor: sdk checkout.
 */
import { equalBytes } from '@comptoir/protocol';
import { type Key, paymentIdOf } from '../reader/key.js';
import { LinkFault } from '../reader/linkFault.js';
import { unknown } from '../reader/payResult.js';
import type { BasketPart } from '../reader/settle.js';
import { BASKET_WORDS } from './basketWords.js';

const RESPONSE_DECLINED = '05';

export const BASKET_PART: BasketPart = {
  ...BASKET_WORDS,
  untold(key, cause) {
    const message = 'The authorisers cannot be told now that nothing was taken: ask again.';
    return unknown(key, 'maybe', { do: 'lookup', message }, cause);
  },
  contradiction,
  async lastWord(operation, host, key, { transactionToken, saleKey }, known) {
    if (transactionToken === undefined || saleKey === undefined)
      throw new LinkFault('protocol/corrupt', 'The reader does not say what it asked.');
    const decided = known?.message.transactionToken;
    if (known !== undefined && decided !== undefined && equalBytes(decided, transactionToken)) return known;
    const said = await operation.outside(async (options) => host.settle?.(paymentIdOf(key), saleKey, 'void', options));
    if (said?.end !== 'void') return contradiction(key, 'stands');
    return { message: { kind: 'decide', key: paymentIdOf(key), responseCode: RESPONSE_DECLINED, transactionToken } };
  },
};

function contradiction(key: Key, end: 'stands' | 'void'): ReturnType<BasketPart['contradiction']> {
  const message =
    end === 'void'
      ? 'The reader took this sale, and the authorisers were told before that it is void: settle it by hand.'
      : 'The reader did not take this sale, and the authorisers took it: do not charge again, settle it by hand.';
  return unknown(key, end === 'void' ? 'no' : 'yes', { do: 'call-support', message });
}
