/**
 * Sales, refunds, gift value, the day.
 * Source: docs/reference/shop.md.   Floor: shop; imports types only.
 */
import type { ApiFault, Shortage, Texts } from './faults.js';
import type { Discount, PricedLine, PriceLine } from './goods.js';
import type { OrderStatus } from './orders.js';

/** One tender of a sale: what `CheckoutResult.tenders` or `Payment` of the SDK tells, or cash. Never a card number. */
export interface SaleTender {
  readonly kind: 'coupon' | 'loyalty' | 'gift' | 'account' | 'bank' | 'cash' | 'other';
  readonly label: string;
  readonly amount: number;
  readonly rules?: readonly string[];
  /** Hexadecimal, of the instrument at this merchant. */
  readonly reference?: string;
  readonly aid?: string;
  readonly masked?: string;
  readonly responseCode?: string;
  readonly authorisationCode?: string;
  /** EMV fields of the receipt, as the SDK's `ReceiptFields` has them: names and hexadecimal or printable values. */
  readonly receipt?: Readonly<Record<string, string>>;
}

export interface SaleRequest {
  readonly lines: readonly SaleLine[];
  readonly codes?: readonly string[];
  readonly discounts: readonly Discount[];
  readonly total: number;
  /** Add up to the total and the tip. */
  readonly tenders: readonly SaleTender[];
  /** Beyond the total. */
  readonly tip?: number;
  /** `paid`: everything is authorised. `stored`: sold without network, the money is not there yet. */
  readonly status: 'paid' | 'stored';
  /** When it was sold, by the till's clock. */
  readonly soldMs: number;
  /** Turned into the sale: the id of a reservation, or the number of an order that is paid at the counter. */
  readonly reservation?: string;
  /** Of the host: hexadecimal. */
  readonly accountToken?: string;
  /** What card and authorisers call the sale, hexadecimal. */
  readonly saleKey?: string;
  /** The signed selection record, hexadecimal. */
  readonly record?: string;
  /** Serial number of the reader. */
  readonly reader?: string;
}

/** As it was priced and sold. */
export interface SaleLine extends PriceLine {
  readonly unit: number;
  readonly discount: number;
}

export interface Sale {
  /** Of the payment, too. */
  readonly key: string;
  /** `2026-000123`: one row of numbers a shop, without holes. */
  readonly receiptNumber: string;
  /** Of an online order. */
  readonly order?: string;
  readonly channel: 'counter' | 'web';
  readonly till?: string;
  readonly status: 'paid' | 'stored' | 'settled' | 'declined-later' | 'refunded' | 'partly-refunded';
  readonly soldMs: number;
  readonly recordedMs: number;
  readonly currency: string;
  readonly lines: readonly PricedLine[];
  readonly discounts: readonly Discount[];
  readonly total: number;
  readonly tip: number;
  readonly tenders: readonly SaleTender[];
  readonly vat: readonly { readonly rate: number; readonly amount: number }[];
  readonly refunds: readonly RefundRecord[];
  /** Sold, and not there: the shop sees to it. */
  readonly oversold: readonly Shortage[];
  readonly accountToken?: string;
}

export interface OfflineSales {
  readonly sales: readonly (SaleRequest & { readonly key: string })[];
}

export interface OfflineTaken {
  /** In the order in which they came. A sale that isn't taken was wrong in itself, and stays with the till. */
  readonly results: readonly (
    | { readonly key: string; readonly taken: true; readonly sale: Sale }
    | { readonly key: string; readonly taken: false; readonly error: ApiFault['error'] }
  )[];
}

export interface RefundRequest {
  /** Key of the sale. */
  readonly of: string;
  readonly amount: number;
  /** What went back to which instrument: `RefundResult.parts`. */
  readonly parts: readonly { readonly kind: SaleTender['kind']; readonly label: string; readonly amount: number }[];
  /** Goods that come back into stock. */
  readonly lines: readonly PriceLine[];
  readonly refundedMs: number;
}

export interface RefundRecord extends RefundRequest {
  /** The idempotency key. */
  readonly key: string;
  readonly receiptNumber: string;
}

export interface Gift {
  /** Sixteen characters, as printed on it. */
  readonly code: string;
  readonly currency: string;
  readonly balance: number;
  readonly expiresMs?: number;
}

export interface IssueGift {
  readonly amount: number;
  /** Key of the sale that paid it. */
  readonly sale: string;
}

export interface HoldGift {
  /** Key of the sale. */
  readonly sale: string;
  /** At most; what the card doesn't have is not held. */
  readonly amount: number;
}

export interface GiftHold {
  readonly amount: number;
  readonly balance: number;
}

export interface DayReport {
  readonly day: string;
  readonly currency: string;
  readonly sales: number;
  /** Sold, tips left out. */
  readonly gross: number;
  readonly discounts: number;
  readonly refunds: number;
  readonly tips: number;
  /** Gross less refunds. */
  readonly net: number;
  /** Of `stored` sales: not there yet. */
  readonly stored: number;
  readonly byTender: readonly {
    readonly kind: SaleTender['kind'];
    readonly label: string;
    readonly count: number;
    readonly amount: number;
  }[];
  readonly byChannel: readonly {
    readonly channel: 'counter' | 'web';
    readonly count: number;
    readonly amount: number;
  }[];
  /** 24 of them, by the hour of the shop's own time. */
  readonly byHour: readonly { readonly hour: number; readonly count: number; readonly amount: number }[];
  readonly byItem: readonly {
    readonly sku: string;
    readonly name: Texts;
    readonly qty: number;
    readonly amount: number;
  }[];
  readonly vat: readonly { readonly rate: number; readonly amount: number }[];
  readonly orders: Readonly<Record<OrderStatus, number>>;
  readonly oversold: readonly Shortage[];
}

export interface ShopEvents {
  readonly events: readonly ShopEvent[];
}

export interface ShopEvent {
  readonly id: string;
  readonly atMs: number;
  readonly kind: 'oversold' | 'reservation-expired' | 'order-expired';
  readonly sku?: string;
  readonly qty?: number;
  /** Key of a sale, or number of an order. */
  readonly about?: string;
}
