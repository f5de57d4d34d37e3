/** Objects of profiles that are limited to other merchants: enough to refuse them, and they are, whatever else would apply. */
import { dataObject, encodeTlv, latin1ToBytes, template } from '@comptoir/protocol';
import {
  COUPON_WRONG_MERCHANT,
  KIND_ACCOUNT,
  KIND_BANK,
  KIND_COUPON,
  KIND_GIFT,
  KIND_LOYALTY,
  NOT_ACCEPTED,
  NOT_ACTIVATED,
} from '@comptoir/protocol/wallet';
import { expect, test } from 'vitest';
import { walletCard } from '../../src/selection/card.js';
import { DEFAULT_MERCHANT_POLICY, type MerchantPolicy } from '../../src/selection/merchantPolicy.js';
import type { Sale } from '../../src/selection/sale.js';
import { selectTenders } from '../../src/selection/selectTenders.js';
import { readWalletProfile } from '../../src/selection/walletObject.js';

const policy: MerchantPolicy = {
  ...DEFAULT_MERCHANT_POLICY,
  merchant: 'm1',
  region: 'EEA',
  currency: 'EUR',
  category: 5411,
  accepts: [{ aid: Uint8Array.of(0xa0, 0, 0, 0, 3), brand: 'visa' }],
};
const sale: Sale = {
  date: 20261124,
  isContactless: true,
  canConfirm: false,
  field: { cards: 1, isEnumerating: false },
  basket: [{ quantity: 1, unitAmount: 1000 }],
  payer: { declined: [0], redeem: [100] },
};

/** @param merchant what the card says that the profile is limited to */
function reasonOf(
  kind: number,
  activation: number,
  merchant: string,
  given: MerchantPolicy = policy,
): number | undefined {
  const object = template(
    0xe1,
    dataObject(0xc0, Uint8Array.of(1)),
    dataObject(0xc1, Uint8Array.of(kind)),
    dataObject(0xc2, Uint8Array.of(activation)),
    dataObject(0xcb, latin1ToBytes(merchant)),
  );
  const profile = readWalletProfile(encodeTlv(object));
  if (!profile.ok) throw new Error(profile.fault);
  const step = selectTenders(walletCard([profile.value]), given, sale).next({ value: 0 });
  if (step.done !== true) throw new Error(`it asked for ${step.value.ask}`);
  expect(step.value.tenders).toEqual([]);
  return step.value.reasons[0];
}

test.each([
  ['bank', KIND_BANK, NOT_ACCEPTED],
  ['account', KIND_ACCOUNT, NOT_ACCEPTED],
  ['gift', KIND_GIFT, NOT_ACCEPTED],
  ['coupon', KIND_COUPON, COUPON_WRONG_MERCHANT],
  ['loyalty', KIND_LOYALTY, NOT_ACCEPTED],
] as const)('a %s profile', (_name, kind, reason) => {
  expect(reasonOf(kind, 0x01, 'm2')).toBe(reason);
  expect(reasonOf(kind, 0x80, 'm2')).toBe(NOT_ACTIVATED);
  const takesNothing = { ...policy, takesCoupons: false, takesGiftCards: false, takesLoyalty: false };
  expect(reasonOf(kind, 0x01, 'm2', takesNothing)).toBe(reason);
  // A card that shows no more than this to its own merchant is treated alike: there is nothing else to go by.
  expect(reasonOf(kind, 0x01, 'm1')).toBe(reason);
});
