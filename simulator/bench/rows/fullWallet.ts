/** A selection scenario with a card that is full: 32 profiles, twelve of them coupons that all may go together. */
import {
  ppseOf,
  type ScenarioCard,
  type ScenarioProfile,
  walletListOf,
} from '../../src/trials/replay/selectionWallet.js';

const MERCHANT = { id: 'm1', region: 'EEA', country: 'FR', currency: 'EUR', mcc: '5411' };

function several(count: number, one: (at: number) => Omit<ScenarioProfile, 'id' | 'label'>): ScenarioProfile[] {
  return Array.from({ length: count }, (_, at) => {
    const profile = one(at);
    return { ...profile, id: `${profile.kind}-${at}`, label: `${profile.kind.toUpperCase()} ${at}` };
  });
}

const aidOf = (at: number): string => `A000000003101${at.toString(16).toUpperCase()}`;

const profiles: readonly ScenarioProfile[] = [
  ...several(12, (at) => ({ kind: 'coupon', rule: { percent: at + 1, currency: 'EUR', priority: at } })),
  ...several(8, (at) => ({ kind: 'gift', currency: 'EUR', balance: 100 * (at + 1) })),
  ...several(7, (at) => ({ kind: 'bank', aid: aidOf(at), brand: 'visa', api: at + 1, funding: 'debit' })),
  ...several(1, () => ({ kind: 'account', aid: 'F04143435401', api: 13, currency: 'EUR' })),
  ...several(4, () => ({ kind: 'loyalty', pointsValue: 300 })),
];

export const FULL_CARD: ScenarioCard = { id: 'full', profiles };

/** Input of the vector kind `selection`, with what the card lists. */
export const FULL_WALLET: object = {
  now: '2026-11-24T10:00:00Z',
  field: { piccs: 1, mode: 'emv' },
  terminal: { interface: 'contactless' },
  // What the answer is named by: the rest is in the list. The chip takes lines of 6,144 characters.
  card: { profiles: profiles.map(({ id }) => ({ id })), ppse: ppseOf(profiles) },
  wallet: walletListOf(FULL_CARD),
  merchant: {
    ...MERCHANT,
    accepts: [{ aid: 'A00000000310', brand: 'visa', kernelId: '03' }],
    couponPolicy: 'all',
    maxGiftCards: 4,
  },
  basket: Array.from({ length: 4 }, (_, at) => ({ sku: `line-${at}`, qty: 2, unit: 2500 })),
  customer: {},
  auth: {},
};
