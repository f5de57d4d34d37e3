/**
 * What a merchant accepts and prefers: data, loaded into the reader. The selection holds no rule of its own about it.
 * Source: docs/explanation/how-a-tender-is-chosen.md.   Floor: selection; imports nothing.
 */

/** An AID that the reader accepts, with its kernel and limits. Amounts are minor units of the merchant's currency. */
export interface Combination {
  readonly aid: Uint8Array;
  readonly brand: string;
  /** Contact: the whole name must be equal, not only its beginning. */
  readonly isExact?: boolean | undefined;
  /** Absent: by the registered identifier of the AID. */
  readonly kernel?: number | undefined;
  /** From this amount on the combination is off, contactless. */
  readonly contactlessLimit?: number | undefined;
  /** From this amount on the holder must be verified, contactless. */
  readonly verificationLimit?: number | undefined;
}

interface BrandCost {
  readonly brand: string;
  /** Hundredths of a percent. */
  readonly basisPoints: number;
  /** Minor units. */
  readonly fixed: number;
}

export interface MerchantPolicy {
  readonly merchant: string;
  /** `EEA` and `US` have rules of their own; everything else is elsewhere. */
  readonly region: string;
  /** ISO 4217, letters: of all amounts. */
  readonly currency: string;
  /** Merchant category code. */
  readonly category: number;
  readonly accepts: readonly Combination[];
  /** Brands, best first. Not looked at with `isLeastCost`. */
  readonly brandPreference: readonly string[];
  readonly isLeastCost: boolean;
  readonly costs: readonly BrandCost[];
  /** Outside the EEA and US debit: the payer's brand comes before the merchant's. */
  readonly mayOverride: boolean;
  /** US debit: the payer's brand comes before the merchant's all the same. */
  readonly honoursNetworkChoice: boolean;
  readonly takesSplit: boolean;
  readonly takesPartialApproval: boolean;
  /** A rest that no profile of the card pays is collected in another way. */
  readonly collectsRest: boolean;
  readonly takesCoupons: boolean;
  readonly takesGiftCards: boolean;
  readonly takesLoyalty: boolean;
  readonly couponPolicy: 'single' | 'perSource' | 'all';
  /** Absent: no limit. */
  readonly giftCardsMax?: number | undefined;
  readonly redeemedSerials: readonly string[];
}

/** What a reader has before a merchant loaded a policy: everything that SEL-1 leaves open is at its default. */
export const DEFAULT_MERCHANT_POLICY: Omit<
  MerchantPolicy,
  'merchant' | 'region' | 'currency' | 'category' | 'accepts'
> = {
  brandPreference: [],
  isLeastCost: false,
  costs: [],
  mayOverride: true,
  honoursNetworkChoice: false,
  takesSplit: true,
  takesPartialApproval: false,
  collectsRest: false,
  takesCoupons: true,
  takesGiftCards: true,
  takesLoyalty: true,
  couponPolicy: 'perSource',
  giftCardsMax: undefined,
  redeemedSerials: [],
};
