/**
 * What a merchant accepts and prefers, as the reader is told.
 * Source: docs/reference/protocol.md, `policy`; docs/explanation/how-a-tender-is-chosen.md.   Floor: sdk basket.
 */
import { COUPONS, encodeMessage, fromHex, MERCHANT, MESSAGE_BYTES_MAX, type Message } from '@comptoir/protocol';
import { usageError } from '../values/errors.js';
import { isObject } from '../values/shape.js';

/** An application that the merchant accepts. Limits are minor units of the basket's currency. */
export interface AcceptedCombination {
  /** Hexadecimal, 5 to 16 bytes. */
  readonly aid: string;
  /** Up to 12 characters. */
  readonly brand: string;
  /** The AID must match whole. Default: its beginning is enough. */
  readonly isExact?: boolean;
  /** Contactless kernel; 0: contact only. Default: by the AID. */
  readonly kernel?: number;
  /** From this amount on it's off, contactless. */
  readonly contactlessLimit?: number;
  /** From this amount on the holder must be verified, contactless. */
  readonly verificationLimit?: number;
}

/** What is left out is as a reader has it that was given no policy. */
export interface MerchantPolicy {
  /** `EEA` and `US` have rules of their own. Default: elsewhere. */
  readonly region?: string;
  /** Merchant category code, four digits. Default 0. */
  readonly merchantCategory?: number;
  /** Default true. */
  readonly takesSplit?: boolean;
  /** Default false. */
  readonly takesPartialApproval?: boolean;
  /** A rest that no profile of the card pays is collected in another way: the sale is `due`. Default false. */
  readonly collectsRest?: boolean;
  /** Default true. */
  readonly takesCoupons?: boolean;
  /** Default true. */
  readonly takesGiftCards?: boolean;
  /** Default true. */
  readonly takesLoyalty?: boolean;
  /** The cheapest brand of an account first, by `brandCosts`. Default false. */
  readonly isLeastCost?: boolean;
  /** The payer's brand comes before the merchant's, where the region leaves it open. Default true. */
  readonly mayOverride?: boolean;
  /** US debit: the payer chooses the network. Default false. */
  readonly honoursNetworkChoice?: boolean;
  /** One coupon; one of the store and one of a manufacturer; all that fit. Default `perSource`. */
  readonly couponPolicy?: keyof typeof COUPONS;
  /** Gift cards in one sale. Default: no limit. */
  readonly giftCardsMax?: number;
  /** Default: the reader's applications, without limits. */
  readonly combinations?: readonly AcceptedCombination[];
  /** Brands, best first. */
  readonly brandPreference?: readonly string[];
  readonly brandCosts?: readonly { readonly brand: string; readonly basisPoints: number; readonly fixed: number }[];
  /** Serials of coupons that were used already. */
  readonly redeemedSerials?: readonly string[];
}

const FLAGS: { readonly [F in keyof typeof MERCHANT]: boolean } = {
  takesSplit: true,
  takesPartialApproval: false,
  collectsRest: false,
  takesCoupons: true,
  takesGiftCards: true,
  takesLoyalty: true,
  isLeastCost: false,
  mayOverride: true,
  honoursNetworkChoice: false,
};

/** @throws ReaderError `usage/invalid` when it's no policy, or too long for a message */
export function policyMessage(policy: MerchantPolicy): Message<'policy'> {
  if (!isObject(policy)) throw usageError('A policy is an object.');
  try {
    const message = messageOf(policy);
    if (encodeMessage(message).length <= MESSAGE_BYTES_MAX) return message;
  } catch (cause) {
    throw usageError(`The policy is wrong: ${cause instanceof Error ? cause.message : String(cause)}.`);
  }
  throw usageError(`The policy is longer than ${MESSAGE_BYTES_MAX} bytes.`);
}

function messageOf(policy: MerchantPolicy): Message<'policy'> {
  const { giftCardsMax, combinations, brandPreference, brandCosts, redeemedSerials } = policy;
  return {
    kind: 'policy',
    region: policy.region ?? '',
    merchantCategory: policy.merchantCategory ?? 0,
    merchantFlags: flagsOf(policy),
    couponPolicy: COUPONS[policy.couponPolicy ?? 'perSource'],
    ...(giftCardsMax !== undefined && { giftCardsMax }),
    ...(combinations !== undefined && { combinations: combinations.map(combinationOf) }),
    ...(brandPreference !== undefined && { brandPreference: brandPreference.map((brand) => ({ brand })) }),
    ...(brandCosts !== undefined && {
      brandCosts: brandCosts.map(({ brand, basisPoints, fixed }) => ({ brand, basisPoints, fixedFee: fixed })),
    }),
    ...(redeemedSerials !== undefined && {
      redeemedSerials: redeemedSerials.map((serialNumber) => ({ serialNumber })),
    }),
  };
}

function flagsOf(policy: MerchantPolicy): number {
  let flags = 0;
  for (const [name, bit] of Object.entries(MERCHANT)) {
    const flag = name as keyof typeof MERCHANT;
    if (policy[flag] ?? FLAGS[flag]) flags |= bit;
  }
  return flags;
}

function combinationOf(combination: AcceptedCombination): NonNullable<Message<'policy'>['combinations']>[number] {
  const { aid, brand, isExact, kernel, contactlessLimit, verificationLimit } = combination;
  const terminalApplicationIdentifier = fromHex(aid);
  if (terminalApplicationIdentifier === undefined) throw new Error(`the AID "${aid}" is not hexadecimal`);
  return {
    terminalApplicationIdentifier,
    brand,
    ...(isExact !== undefined && { exactMatch: isExact ? 1 : 0 }),
    ...(kernel !== undefined && { kernel }),
    ...(contactlessLimit !== undefined && { contactlessLimit }),
    ...(verificationLimit !== undefined && { verificationLimit }),
  };
}
