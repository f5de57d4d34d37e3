/** What was taken of the dynamic card, as the authorisers have it and as the till was told: the two must be the same. */
import type { LookupResult } from '@comptoir/sdk';
import type { Simulation } from '../../../src/index.js';

/** What was taken of the catalogue's dynamic card, in minor units. */
export interface Taken {
  readonly bank: number;
  readonly gift: number;
  /** Reserved, and neither taken nor given back. */
  readonly held: number;
  readonly isCouponFree: boolean;
}

const GIFT = 1n;
const GIFT_BALANCE = 2500;
const COUPON = 'DYN-0001';

export const NOTHING: Taken = { bank: 0, gift: 0, held: 0, isCouponFree: true };

/** What the authorisers say: the model that every story of the till must agree with. */
export function taken({ acquirer, authorisers }: Simulation): Taken {
  const { balance, free } = authorisers.gifts.ledger.value(GIFT);
  return {
    bank: acquirer.charges().reduce((sum, { amount }) => sum + amount, 0),
    gift: GIFT_BALANCE - balance,
    held: balance - free,
    isCouponFree: authorisers.gifts.ledger.isSerialFree(COUPON),
  };
}

/** What the till was told. */
export function toldBy(result: LookupResult | undefined): Taken {
  if (result === undefined || !('payment' in result) || result.payment === undefined) return NOTHING;
  const { tenders } = result.payment;
  const sum = (kind: string): number =>
    tenders.filter((tender) => tender.kind === kind).reduce((total, { amount }) => total + amount.minor, 0);
  return { bank: sum('bank'), gift: sum('gift'), held: 0, isCouponFree: sum('coupon') === 0 };
}
