/**
 * What the next checkout is about: the basket, in as many messages as its lines need, and what the merchant accepts.
 * Source: docs/reference/protocol.md, `policy` and `basket`.   Floor: commands.
 */
import { COUPONS, MERCHANT, type Message, STATUS } from '@comptoir/protocol';
import { ACCOUNT_AID } from '@comptoir/protocol/wallet';
import { type Combination, DEFAULT_MERCHANT_POLICY, type MerchantPolicy } from '../../selection/merchantPolicy.js';
import { BASKET_LINES_MAX, type BasketLine } from '../../selection/sale.js';
import type { Configuration } from '../configuration/configuration.js';
import { type CommandResult, refuse } from './command.js';

export interface Order {
  /** By channel: of two tills at one reader, none takes the other's lines. Together they are no more than one basket may have. */
  readonly baskets: Map<number, readonly BasketLine[]>;
  policy: Message<'policy'> | undefined;
  /** SHA-256 of the message; zeros for the default. */
  policyHash: Uint8Array;
}

/** Lines go on where the message before ended; the first begins a new basket. */
export function takeLines(order: Order, { firstLine, lines }: Message<'basket'>, channel: number): CommandResult {
  const { baskets } = order;
  const before = firstLine === 0 ? [] : (baskets.get(channel) ?? []);
  if (firstLine !== 0 && before.length === 0) return refuse(STATUS.busy);
  if (firstLine !== before.length || firstLine + lines.length > BASKET_LINES_MAX) return refuse(STATUS.messageRefused);
  const basket = before.concat(
    lines.map(({ quantity, unitAmount, gtin, category, giftCardItem }) => ({
      quantity,
      unitAmount,
      gtin,
      category,
      isGiftCard: giftCardItem === 1,
    })),
  );
  baskets.delete(channel);
  let room = BASKET_LINES_MAX - basket.length;
  // The latest first: what doesn't fit beside them gives way.
  for (const [other, { length }] of [...baskets].reverse()) {
    room -= length;
    if (room < 0) baskets.delete(other);
  }
  if (basket.length > 0) baskets.set(channel, basket);
  return { kind: 'accepted', lineCount: basket.length };
}

/** @param hash SHA-256 of the message */
export function loadPolicy(order: Order, policy: Message<'policy'>, hash: Uint8Array, channel: number): CommandResult {
  if (policy.couponPolicy > COUPONS.all) return refuse(STATUS.messageRefused);
  // What was decoded are views of the message: a policy outlives it.
  const combinations = policy.combinations?.map((combination) => ({
    ...combination,
    terminalApplicationIdentifier: combination.terminalApplicationIdentifier.slice(),
  }));
  order.policy = combinations === undefined ? policy : { ...policy, combinations };
  order.policyHash = hash;
  return { kind: 'accepted', lineCount: order.baskets.get(channel)?.length ?? 0 };
}

/** @param currency ISO 4217, letters: of the checkout */
export function merchantPolicy(
  { policy }: Order,
  { message, applications }: Configuration,
  currency: string,
): MerchantPolicy {
  const merchant = message.merchantIdentifier.trimEnd();
  const own: readonly Combination[] = applications
    .filter(({ kernel }) => kernel !== 0)
    .map(({ aid, kernel, match }) => ({ aid, brand: '', kernel, isExact: match === 'exact' }));
  const accepts = own.concat({ aid: ACCOUNT_AID, brand: 'ACCOUNT' });
  if (policy === undefined) {
    return { ...DEFAULT_MERCHANT_POLICY, merchant, region: '', currency, category: 0, accepts };
  }
  const has = (bit: number): boolean => (policy.merchantFlags & bit) !== 0;
  return {
    merchant,
    region: policy.region,
    currency,
    category: policy.merchantCategory,
    accepts:
      policy.combinations?.map(
        ({ terminalApplicationIdentifier: aid, brand, exactMatch, kernel, contactlessLimit, verificationLimit }) => ({
          aid,
          brand,
          isExact: exactMatch === 1,
          kernel,
          contactlessLimit,
          verificationLimit,
        }),
      ) ?? accepts,
    brandPreference: (policy.brandPreference ?? []).map(({ brand }) => brand),
    costs: (policy.brandCosts ?? []).map(({ brand, basisPoints, fixedFee: fixed }) => ({ brand, basisPoints, fixed })),
    isLeastCost: has(MERCHANT.isLeastCost),
    mayOverride: has(MERCHANT.mayOverride),
    honoursNetworkChoice: has(MERCHANT.honoursNetworkChoice),
    takesSplit: has(MERCHANT.takesSplit),
    takesPartialApproval: has(MERCHANT.takesPartialApproval),
    collectsRest: has(MERCHANT.collectsRest),
    takesCoupons: has(MERCHANT.takesCoupons),
    takesGiftCards: has(MERCHANT.takesGiftCards),
    takesLoyalty: has(MERCHANT.takesLoyalty),
    couponPolicy:
      policy.couponPolicy === COUPONS.single ? 'single' : policy.couponPolicy === COUPONS.all ? 'all' : 'perSource',
    giftCardsMax: policy.giftCardsMax,
    redeemedSerials: (policy.redeemedSerials ?? []).map(({ serialNumber }) => serialNumber),
  };
}
