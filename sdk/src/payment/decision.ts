/**
 * What the acquirer's decision means where the reader can't end the payment with it.
 * An approved key is never sent to a new tap: another card would be printed on the receipt of this one's money.
 * Source: docs/reference/sdk.md, `lookup` and `Acquirer`.   Floor: sdk payment.
 */
import { equalBytes, type Message } from '@comptoir/protocol';
import type { PaymentKey } from '../values/key.js';
import { DECLINED_RECOVERY, type PayResult, RESPONSE_STORED, unknown } from './payResult.js';

const RESPONSE_APPROVED = '00';
const RESPONSE_PARTLY_APPROVED = '10';

/** The reader doesn't know the key: it was another reader, or too many payments ago. */
export function forgottenByReader(complete: Message<'complete' | 'decide'>, key: PaymentKey): PayResult {
  if (!isApproval(complete)) return { status: 'declined', code: complete.responseCode, recovery: DECLINED_RECOVERY };
  const message =
    'The acquirer approved this key, but this reader does not know the payment: do not charge again, settle it by hand.';
  return unknown(key, 'yes', { do: 'call-support', message });
}

/** @param transactionToken of the tap that was sent */
export function isOfEarlierTap(complete: Message<'complete' | 'decide'>, transactionToken: Uint8Array): boolean {
  const decided = complete.transactionToken;
  return decided !== undefined && !equalBytes(decided, transactionToken);
}

/** The acquirer decided on an earlier tap with this key, maybe of another card: that is no answer to this one. */
export function decidedOnEarlierTap(complete: Message<'complete' | 'decide'>, key: PaymentKey): PayResult {
  if (isApproval(complete)) {
    const message = 'The acquirer approved an earlier tap with this key: do not charge again, settle it by hand.';
    return unknown(key, 'yes', { do: 'call-support', message });
  }
  const message = 'The acquirer declined an earlier tap with this key: ask for another card, with a new key.';
  return unknown(key, 'no', { do: 'ask-other-card', message });
}

/** An approval of nothing is none: the reader sees it so, too. */
export function isApproval(word: Message<'complete' | 'decide'>): boolean {
  if (word.kind === 'decide') return word.responseCode === RESPONSE_STORED;
  const { responseCode, approvedAmount } = word;
  if (responseCode === RESPONSE_PARTLY_APPROVED) return (approvedAmount ?? 0) > 0;
  return responseCode === RESPONSE_APPROVED && approvedAmount !== 0;
}
