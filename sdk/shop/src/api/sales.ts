/**
 * Sales, refunds, gift value, the day.
 * Source: docs/reference/shop.md.   Floor: shop; imports types only.
 */
import type { ApiFault, Shortage, Texts } from './faults.js';
import type { Discount, PricedLine, PriceLine } from './goods.js';
import type { OrderStatus } from './orders.js';

/** One tender of a sale: what `Payment.tenders` of the SDK tells, or cash. Never a card number. */
export interface SaleTender {
  readonly kind: 'coupon' | 'loyalty' | 'gift' | 'account' | 'bank' | 'cash' | 'other';
  readonly label: string;
  readonly amount: number;
  /** Of its payment: a sale of several payments has several. Default: that of the sale. */
  readonly key?: string;
  /**
   * `stored`: taken without network, and not approved. What became of it: `settled`, the acquirer approved; `declined`, it didn't; `lost`, it
   * won't be asked any more. A till says `taken` or `stored`. Default: that of the sale.
   */
  readonly state?: TenderState;
  /** Of the amount, what never came. */
  readonly owed?: number;
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

export type TenderState = 'taken' | 'stored' | 'settled' | 'declined' | 'lost';

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
  /** Of the acquirer: hexadecimal. */
  readonly accountToken?: string;
  /** What card and authorisers call the sale, hexadecimal. */
  readonly planId?: string;
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
  /** What may go back now: what came and didn't go back, less what was spent of gift cards that this sale issued. */
  readonly refundable: number;
  /** What never came of stored payments. */
  readonly owed: number;
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
  readonly parts: readonly RefundedPart[];
  /** Goods that come back into stock. */
  readonly lines: readonly PriceLine[];
  readonly refundedMs: number;
}

export interface RefundedPart {
  readonly kind: SaleTender['kind'];
  readonly label: string;
  readonly amount: number;
  /** Of the payment that it's of. Default: that of the sale. */
  readonly key?: string;
  /** Key that its acquirer was asked with. Default: that of the refund. */
  readonly by?: string;
}

export interface RefundRecord extends RefundRequest {
  /** The idempotency key. */
  readonly key: string;
  readonly receiptNumber: string;
  /** What gift cards that the sale issued lost by it. */
  readonly giftsRevoked: number;
  /** What they should have lost, and was spent before: the shop sees to it. */
  readonly giftsSpent: number;
}

/** What the acquirer said in the end about a stored payment. */
export interface SettleRequest {
  /** Of the payment: of the sale's tender. */
  readonly key: string;
  readonly end: 'settled' | 'declined' | 'lost';
  /** Minor units that came. Default: of `settled` all of it, else nothing. */
  readonly approved?: number;
  /** For people: why it's given up, and by whom. */
  readonly note?: string;
}

/** A payment whose money isn't there. */
export interface OwedPayment {
  readonly sale: string;
  readonly receiptNumber: string;
  readonly key: string;
  readonly label: string;
  readonly masked?: string;
  readonly amount: number;
  /** What isn't there: of `stored` all of it, for now. */
  readonly owed: number;
  readonly state: TenderState;
  readonly soldMs: number;
  readonly note?: string;
}

export interface Owed {
  /** The oldest first. */
  readonly payments: readonly OwedPayment[];
  /** Still to be asked for. */
  readonly stored: number;
  /** Never came. */
  readonly owed: number;
}

export interface Gift {
  /** Sixteen characters, as printed on it. */
  readonly code: string;
  readonly currency: string;
  /** Minor units that are free. */
  readonly balance: number;
  /** What sales hold of it that nobody ended yet, minor units: it's free again then, or taken. */
  readonly held?: { readonly amount: number /** Unix milliseconds, of the last of them. */; readonly untilMs: number };
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
  /** Nothing is held when less than this is there. Default 1. */
  readonly least?: number;
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
  /** Gross less refunds and what is owed. What is stored is in it, and may never come. */
  readonly net: number;
  /** Of stored payments: not there yet. */
  readonly stored: number;
  /** Of stored payments that the acquirer declined in the end, or that nobody asks for any more. */
  readonly owed: number;
  readonly byTender: readonly {
    readonly kind: SaleTender['kind'];
    readonly label: string;
    readonly count: number;
    readonly amount: number;
    /** What went back to it this day, whenever it was sold. */
    readonly refunded: number;
    /** Of the amount, what never came. */
    readonly owed: number;
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
  readonly kind:
    | 'oversold'
    | 'reservation-expired'
    | 'order-expired'
    | 'declined-later'
    | 'gift-spent'
    | 'gift-hold-expired';
  readonly sku?: string;
  /** Items; of money minor units. */
  readonly qty?: number;
  /** Key of a sale, or number of an order. */
  readonly about?: string;
}
