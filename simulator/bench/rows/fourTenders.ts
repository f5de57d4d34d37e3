/** The sale that the bench makes with a basket: a coupon, a gift card, an account that approves a part, and a bank card for the rest. */
import type { BasketRequest, PayResult } from '@comptoir/sdk';

/** What the account may owe, in minor units. */
export const ACCOUNT_CREDIT = 700;

export const FOUR_TENDERS: Omit<BasketRequest, 'key'> = {
  basket: { currency: 'EUR', lines: [{ sku: 'bread', qty: 2, unit: 2500 }] },
  policy: { region: 'EEA', merchantCategory: 5411, takesPartialApproval: true },
  choice: { brand: 'ACCOUNT' },
};

/** @throws Error when it's not paid by all four */
export function checkFourTenders(result: PayResult): void {
  const kinds = result.status === 'approved' ? result.payment.tenders.map(({ kind }) => kind).join(' ') : result.status;
  if (kinds !== 'coupon gift account bank') throw new Error(`four tenders were to pay, and it came out: ${kinds}`);
}
