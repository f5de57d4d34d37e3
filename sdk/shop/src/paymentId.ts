/**
 * What names a payment, a sale or a refund here: the id of a key, as the SDK makes ids and takes them. A whole key is refused, not cut: its
 * secret is for the reader alone, and whoever sent it has to hear that it went too far.
 * Source: docs/reference/sdk.md, `newKey` and `keyFrom`; docs/reference/shop.md, ids.   Floor: shop; imports nothing.
 */

/** JSON Schema takes it as it is. No `~`: the secret of a key begins with it. `sdk/shop/test/paymentId.test.ts` compares it with `keyFrom`. */
export const PAYMENT_ID_PATTERN = '^[ -}]{1,64}$';

const FORM = new RegExp(PAYMENT_ID_PATTERN);

export function isPaymentId(text: string): boolean {
  return FORM.test(text);
}
