/**
 * What a wallet lists: one profile of any kind, and the card's preferences. Amounts are minor units, dates the number YYYYMMDD.
 * Source: docs/reference/wallet-list.md.   Floor: protocol; imports nothing.
 */

/** Tag C1. */
export const KIND_BANK = 1;
export const KIND_ACCOUNT = 2;
export const KIND_GIFT = 3;
export const KIND_COUPON = 4;
export const KIND_LOYALTY = 5;

/** Tag C2. */
export const ACTIVATED = 0x01;
export const DEACTIVATED = 0x00;
export const LOCKED = 0x80;

/** Tag C5. */
export const FUNDING_DEBIT = 1;
export const FUNDING_CREDIT = 2;
export const FUNDING_PREPAID = 3;

/** Tag D4 when it is absent. */
export const COUPON_PRIORITY_DEFAULT = 100;

/** A card holds no more; what lists more is hostile. */
export const WALLET_PROFILES_MAX = 32;
/** What one response APDU carries. */
export const WALLET_OBJECT_BYTES_MAX = 256;
/** Format n 12. */
export const AMOUNT_MAX = 999_999_999_999;

/** Tag E2: exactly one of `percent` and `amountOff`. */
export interface CouponRule {
  /** 1..100. */
  readonly percent?: number | undefined;
  readonly amountOff?: number | undefined;
  /** Of the eligible lines, before discounts. */
  readonly minimumSpend?: number | undefined;
  /** Items in the eligible lines. */
  readonly minimumQuantity?: number | undefined;
  /** Absent: any. */
  readonly gtins?: readonly string[] | undefined;
  /** Absent: any. */
  readonly categories?: readonly string[] | undefined;
  /** Absent: it is the shop's own. */
  readonly isManufacturer?: boolean | undefined;
  readonly isExclusive?: boolean | undefined;
  /** 0..65535, the lowest is applied first. */
  readonly priority?: number | undefined;
  readonly largestDiscount?: number | undefined;
  readonly serial?: string | undefined;
}

/** Tag E1. */
export interface WalletProfile {
  /** 1..16 bytes, opaque. */
  readonly id: Uint8Array;
  /** KIND_… */
  readonly kind: number;
  /** ACTIVATED, DEACTIVATED or LOCKED. */
  readonly activation: number;
  /** Absent: the card tells no more than that the profile is for other merchants. */
  readonly label?: Uint8Array | undefined;
  /** As the card has it, of any length. */
  readonly aid?: Uint8Array | undefined;
  /** Tag 87 whole: low nibble 1 best, 0 none; bit 8 asks for confirmation. */
  readonly priority?: number | undefined;
  /** First byte of tag 9F2A. */
  readonly kernel?: number | undefined;
  readonly brand?: string | undefined;
  /** 1..16 bytes, opaque: profiles with the same are one group. Absent: a group of its own, called by its id. */
  readonly fundingAccount?: Uint8Array | undefined;
  /** FUNDING_… */
  readonly funding?: number | undefined;
  readonly issuerRegion?: string | undefined;
  /** The holder was verified on the device for this tap. */
  readonly isHolderVerified?: boolean | undefined;
  /** The last day. */
  readonly validThrough?: number | undefined;
  readonly validFrom?: number | undefined;
  /** ISO 4217, letters. */
  readonly currency?: string | undefined;
  /** Absent: unknown, ask the host. */
  readonly balance?: number | undefined;
  /** Merchants that it is limited to; absent: none, it is for all. */
  readonly merchants?: readonly string[] | undefined;
  readonly rule?: CouponRule | undefined;
  readonly pointsValue?: number | undefined;
}

/** Tag E4: what is absent isn't tested. Exactly one of `use` and `never`. */
export interface CardRule {
  readonly categories?: readonly number[] | undefined;
  readonly leastAmount?: number | undefined;
  readonly largestAmount?: number | undefined;
  readonly currency?: string | undefined;
  readonly merchant?: string | undefined;
  /** The group that pays first: of the first rule that matches. */
  readonly use?: Uint8Array | undefined;
  /** A group that may not pay: of every rule that matches. */
  readonly never?: Uint8Array | undefined;
}

/** Tag E3. A group is named by the funding account of its profiles, or by the id of a profile that has none. */
export interface CardPreferences {
  readonly selected?: Uint8Array | undefined;
  readonly rules: readonly CardRule[];
  readonly fallback?: Uint8Array | undefined;
}
