/**
 * Pairing, catalogue, prices, reservations.
 * Source: docs/reference/shop.md.   Floor: shop; imports types only.
 */
import type { CouponRule } from '@comptoir/protocol/wallet';
import type { Basket } from '@comptoir/sdk';
import type { Shortage, Texts } from './faults.js';

export interface ShopInfo {
  readonly shop: string;
  readonly name: string;
  /** Street, postal code and town, country: printed on a receipt. */
  readonly address: readonly string[];
  readonly languages: readonly ('en' | 'fr')[];
  /** ISO 4217 letters. */
  readonly currency: string;
  /** IANA name: `Europe/Paris`. */
  readonly timeZone: string;
  readonly vatNumber?: string;
  /** How many promotions may be combined: as `MerchantPolicy.couponPolicy`. */
  readonly couponPolicy: CouponPolicy;
}

export interface PairRequest {
  /** Shown by the shop once, ten minutes long: eight characters. */
  readonly code: string;
  /** What the till is called in the shop's list: 1..40 characters. */
  readonly name: string;
}

export interface Paired {
  readonly till: string;
  /** Of this till from now on. Told once: whoever loses it pairs again. */
  readonly key: string;
  readonly shop: ShopInfo;
}

export type CouponPolicy = 'single' | 'perSource' | 'all';

export interface Catalogue {
  /** Grows with every change of items, prices, stock or promotions. */
  readonly revision: number;
  readonly isUnchanged: boolean;
  readonly atMs: number;
  readonly items: readonly Item[];
  readonly promotions: readonly Promotion[];
}

export interface Item {
  /** 1..32 printable ASCII characters. */
  readonly sku: string;
  readonly name: Texts;
  readonly description: Texts;
  readonly category: string;
  /** GTIN-8, -12, -13 or -14, digits. */
  readonly gtin?: string;
  /** Net of nothing: what one costs, tax included. */
  readonly price: number;
  /** Hundredths of a percent: 2000 is 20 %. */
  readonly vat: number;
  /** `/pictures/SHOP/SKU.svg` of the shop's server. */
  readonly picture: string;
  /** A gift card is sold: coupons and gift cards never pay it. */
  readonly isGiftCard: boolean;
  readonly stock: StockLevel;
}

export interface StockLevel {
  readonly sku: string;
  /** What stands in the shop: may be negative, when more was sold than was there. */
  readonly onHand: number;
  /** Reserved by orders and baskets, not expired. */
  readonly reserved: number;
  /** What may be sold now: on hand less reserved, 0 at least. */
  readonly available: number;
}

export interface StockAdjustment {
  readonly sku: string;
  readonly delta: number;
  readonly reason: 'delivery' | 'breakage' | 'count' | 'returned';
}

export interface Promotion {
  readonly id: string;
  readonly name: Texts;
  /** The rule type of coupons on a card: docs/reference/wallet-list.md, E2. */
  readonly rule: CouponRule;
  /** Only whoever names it has it. Absent: everybody has. */
  readonly code?: string;
  readonly fromMs?: number;
  readonly untilMs?: number;
}

export interface PriceLine {
  readonly sku: string;
  readonly qty: number;
}

export interface PriceRequest {
  readonly lines: readonly PriceLine[];
  readonly codes?: readonly string[];
}

export interface Priced {
  readonly currency: string;
  readonly lines: readonly PricedLine[];
  readonly discounts: readonly Discount[];
  /** Codes and promotions that don't count, with the reason. */
  readonly refused: readonly RefusedPromotion[];
  /** Before discounts. */
  readonly subtotal: number;
  readonly total: number;
  /** Tax that is inside the total, by rate. */
  readonly vat: readonly { readonly rate: number; readonly amount: number }[];
  /** Net lines, as `reader.pay` takes them: a line whose discount doesn't divide by its quantity is two. Nothing to pay: no lines. */
  readonly basket: Basket;
  readonly shortages: readonly Shortage[];
}

export interface PricedLine extends PriceLine {
  readonly name: Texts;
  readonly unit: number;
  /** Quantity times unit. */
  readonly gross: number;
  readonly discount: number;
  readonly net: number;
  readonly vat: number;
  readonly gtin?: string;
  readonly category: string;
  readonly isGiftCard: boolean;
}

export interface Discount {
  readonly promotion: string;
  readonly name: Texts;
  readonly amount: number;
  /** What it took off of each line; positions in `lines`. */
  readonly lines: readonly { readonly line: number; readonly amount: number }[];
}

export interface RefusedPromotion {
  /** What the customer typed; absent for a promotion that everybody has. */
  readonly code?: string;
  readonly promotion?: string;
  readonly name?: Texts;
  /** Names of the wallet list, and `CODE_UNKNOWN`. */
  readonly reason:
    | 'CODE_UNKNOWN'
    | 'COUPON_NOT_YET_VALID'
    | 'COUPON_EXPIRED'
    | 'COUPON_ALREADY_REDEEMED'
    | 'COUPON_NO_MATCHING_ITEM'
    | 'COUPON_MIN_SPEND'
    | 'COUPON_COMBINATION_DISALLOWED';
  /** The reason in words. */
  readonly why: Texts;
}

export interface ReserveRequest {
  readonly lines: readonly PriceLine[];
  /** Seconds, 30 to 3,600. */
  readonly forSeconds: number;
}

export interface Reservation {
  readonly id: string;
  readonly expiresMs: number;
}
