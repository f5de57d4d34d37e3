/**
 * Everything that a till and its shop say to each other over HTTP: types only, so that a page in a browser may import it.
 * Paths are below `/api/till`. A till says who it is by `authorization: Bearer KEY`; only `POST /pair` needs none. Every POST has the header
 * `idempotency-key`: 1..64 printable ASCII characters. The same key with the same body is one write and gets the same answer; with another
 * body it's `key-reused`. Amounts are minor units of the shop's currency, times Unix milliseconds.
 * Source: docs/reference/shop.md.   Floor: shop; imports types only.
 */
import type { CouponRule } from '@comptoir/protocol/wallet';
import type { Basket } from '@comptoir/sdk';

/** Which call is answered by what. `:name` stands for a part of the path, encoded. */
export interface TillApi {
  readonly 'POST /pair': Call<PairRequest, Paired>;
  readonly 'GET /shop': Call<undefined, ShopInfo>;
  /** `?since=REVISION`: `isUnchanged` when nothing changed since then. */
  readonly 'GET /catalogue': Call<undefined, Catalogue>;
  readonly 'POST /price': Call<PriceRequest, Priced>;
  readonly 'POST /reservations': Call<ReserveRequest, Reservation>;
  readonly 'POST /reservations/:id/release': Call<Nothing, Nothing>;
  /** Makes or replaces the stock of an item by events: deliveries, breakage, counts. */
  readonly 'POST /stock': Call<StockAdjustment, StockLevel>;
  /** The idempotency key is the key of the sale. */
  readonly 'POST /sales': Call<SaleRequest, Sale>;
  /** What was sold without network, in order. Each sale has its key inside; one that came before is told again. Never refused for stock. */
  readonly 'POST /sales/offline': Call<OfflineSales, OfflineTaken>;
  /** `:which` is a key, a receipt number or the number of an order. */
  readonly 'GET /sales/:which': Call<undefined, Sale>;
  /** Money went back before (`refund` of the SDK, the same key); this writes it down and takes the goods back. */
  readonly 'POST /refunds': Call<RefundRequest, RefundRecord>;
  /** `?status=placed,ready`: default is what is still to be handed over. */
  readonly 'GET /orders': Call<undefined, Orders>;
  readonly 'POST /orders/:number/ready': Call<Nothing, Order>;
  readonly 'POST /orders/:number/hand-over': Call<HandOverRequest, Order>;
  /** Releases what was reserved. What was paid is refunded before: `refund-first` otherwise. */
  readonly 'POST /orders/:number/cancel': Call<Nothing, Order>;
  /** `:code` of a gift card that this shop issued. */
  readonly 'GET /gifts/:code': Call<undefined, Gift>;
  readonly 'POST /gifts': Call<IssueGift, Gift>;
  /** Takes value of a gift card for a sale, until it's captured or released. */
  readonly 'POST /gifts/:code/holds': Call<HoldGift, GiftHold>;
  readonly 'POST /gifts/holds/:sale/capture': Call<Nothing, Nothing>;
  readonly 'POST /gifts/holds/:sale/release': Call<Nothing, Nothing>;
  /** `?day=YYYY-MM-DD`, in the shop's own time. Default: today. */
  readonly 'GET /report': Call<undefined, DayReport>;
  /** What the shop has to see to, the newest first: what was oversold. */
  readonly 'GET /events': Call<undefined, ShopEvents>;
  /** `?account=` or `?reference=`: what a customer agreed to, as receipts. */
  readonly 'GET /consents': Call<undefined, Consents>;
  readonly 'POST /consents': Call<ConsentRequest, ConsentReceipt>;
  readonly 'POST /consents/:id/withdraw': Call<Nothing, ConsentReceipt>;
  /** What the marketplace gets from this shop. */
  readonly 'GET /sharing': Call<undefined, Sharing>;
  readonly 'POST /sharing': Call<SharingRequest, Sharing>;
  /** The ledger: word for word what it got. */
  readonly 'GET /sharing/sent': Call<undefined, Sent>;
  /** `?day=`: what the marketplace tells of all shops that share their sums. */
  readonly 'GET /insights': Call<undefined, Insights>;
}

export interface Call<Request, Answer> {
  readonly request: Request;
  readonly answer: Answer;
}

/** `{}`. */
export type Nothing = Readonly<Record<string, never>>;

/** Body of every answer from 400 on. */
export interface ApiFault {
  readonly error: {
    readonly code: ApiFaultCode;
    /** A sentence for people, in English. */
    readonly message: string;
    /** What to do. */
    readonly recovery: 'fix-request' | 'retry-same-key' | 'new-key' | 'sign-in' | 'wait' | 'call-support';
    /** Of `out-of-stock`. */
    readonly shortages?: readonly Shortage[];
  };
}

export type ApiFaultCode =
  /** 400: a field is missing, too long or of the wrong form. Nothing was written. */
  | 'invalid'
  /** 401: no key, or one that isn't known any more. */
  | 'not-signed-in'
  /** 403: the code of the pairing is wrong, used or too old. */
  | 'pairing-refused'
  /** 403: of another customer, or the page was not ours. */
  | 'forbidden'
  /** 404: it isn't there, or isn't this shop's. */
  | 'not-found'
  /** 409: the idempotency key came before, with another body. */
  | 'key-reused'
  /** 409: less is there than was asked for. Nothing was reserved. */
  | 'out-of-stock'
  /** 409: the order is not in a state in which this may happen. */
  | 'wrong-state'
  /** 409: the order is paid; refund it, then cancel it. */
  | 'refund-first'
  /** 409: the tap or the code is not that of the order. */
  | 'not-the-customer'
  /** 409: more than was paid, or than is there. */
  | 'more-than-left'
  /** 409: prices changed since they were shown, or what was asked for costs something else. */
  | 'price-changed'
  /** 402: the account, or the gift card, did not pay. Nothing was taken. */
  | 'declined'
  /** 429. */
  | 'too-many'
  /** 503: the database can't be asked. Nobody knows: the same key again tells. */
  | 'unavailable'
  /** 500: our own. The same key again tells. */
  | 'internal';

/** English and French. */
export interface Texts {
  readonly en: string;
  readonly fr: string;
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
  /** Net lines, as `reader.checkout` takes them: a line whose discount doesn't divide by its quantity is two. Nothing to pay: no lines. */
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

export interface Shortage {
  readonly sku: string;
  readonly wanted: number;
  readonly available: number;
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

export type OrderStatus = 'placed' | 'paid' | 'ready' | 'handed-over' | 'cancelled' | 'expired';

export interface Order {
  /** `K7M2QX`: short enough to say. */
  readonly number: string;
  readonly status: OrderStatus;
  /** Paid online, or to be paid at the counter: its lines are then sold like any basket, and `hand-over` names the sale. */
  readonly isPaid: boolean;
  readonly placedMs: number;
  /** When the customer comes. */
  readonly slot: { readonly fromMs: number; readonly untilMs: number };
  /** What is reserved is released then. */
  readonly expiresMs: number;
  readonly customerName: string;
  readonly lines: readonly PricedLine[];
  readonly total: number;
  readonly currency: string;
  /** Key of the sale that paid it. */
  readonly sale?: string;
  /** `tap`: of the account that ordered; the shop knows it by a tap, and tells nobody how. */
  readonly provenBy: readonly ('tap' | 'code')[];
  readonly events: readonly { readonly status: OrderStatus; readonly atMs: number; readonly by: string }[];
}

export interface Orders {
  readonly orders: readonly Order[];
}

export interface HandOverRequest {
  /**
   * `tap`: of the account that ordered: `reference` as `reader.read({ accept: ['account'] })` gives it, or `accountToken` of a checkout.
   * `code`: what the order's page shows, eight characters.
   */
  readonly proof:
    | { readonly by: 'tap'; readonly reference: string }
    | { readonly by: 'tap'; readonly accountToken: string }
    | { readonly by: 'code'; readonly code: string };
  /** Key of the sale that paid at the counter. */
  readonly sale?: string;
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

/** What a customer may agree to. */
export type ConsentPurpose = 'purchase-history' | 'marketing' | 'analytics' | 'preferences' | 'sale-or-sharing';

export interface ConsentRequest {
  /** Who agrees: of the tap. */
  readonly accountToken?: string;
  readonly reference?: string;
  readonly purposes: readonly ConsentPurpose[];
  /** The sentence that the customer was shown, word for word. */
  readonly text: string;
  readonly language: 'en' | 'fr';
  readonly method: 'reader' | 'till' | 'web';
  /** How long, in days; 365 at most. */
  readonly days: number;
}

/** Fields of the Kantara receipt 1.1, with those of ISO/IEC TS 27560:2023 that it hasn't. */
export interface ConsentReceipt {
  readonly version: 'KI-CR-v1.1.0';
  readonly jurisdiction: string;
  /** Unix seconds. */
  readonly consentTimestamp: number;
  readonly collectionMethod: string;
  readonly consentReceiptID: string;
  readonly language: string;
  /** Of this customer at this shop, and nowhere else. */
  readonly piiPrincipalId: string;
  readonly piiControllers: readonly {
    readonly piiController: string;
    readonly address: string;
    readonly contact: string;
  }[];
  readonly policyUrl: string;
  readonly services: readonly {
    readonly service: string;
    readonly purposes: readonly {
      readonly purpose: ConsentPurpose;
      readonly consentType: 'EXPLICIT';
      readonly piiCategory: readonly string[];
      readonly primaryPurpose: boolean;
      readonly termination: string;
      readonly thirdPartyDisclosure: boolean;
    }[];
  }[];
  readonly sensitive: false;
  readonly spiCat: readonly string[];
  /** The sentence that was shown. */
  readonly notice: string;
  readonly state: 'given' | 'withdrawn' | 'expired';
  readonly expiresMs: number;
  readonly withdrawnMs?: number;
  /** ECDSA P-256 of the shop over everything else, hexadecimal. */
  readonly signature: string;
}

export interface Consents {
  readonly receipts: readonly ConsentReceipt[];
}

export type SharedField =
  | 'name'
  | 'address'
  | 'place'
  | 'items'
  | 'prices'
  /** There or not. */
  | 'availability'
  /** How many. */
  | 'quantities'
  | 'promotions'
  /** Number and sum of sales of each day. */
  | 'daily-sums';

export interface SharingRequest {
  readonly field: SharedField;
  readonly isShared: boolean;
}

export interface Sharing {
  readonly fields: readonly { readonly field: SharedField; readonly isShared: boolean; readonly sinceMs?: number }[];
}

export interface Sent {
  readonly sent: readonly {
    readonly id: string;
    readonly atMs: number;
    readonly field: SharedField;
    /** Null: the field was taken back. */
    readonly body: unknown;
    /** Absent: not yet. */
    readonly sentMs?: number;
  }[];
}

/** Figures of fewer than five shops are never given. */
export type Insights =
  | { readonly day: string; readonly isEnough: false; readonly shops: 0 }
  | {
      readonly day: string;
      readonly isEnough: true;
      readonly shops: number;
      readonly medianSales: number;
      readonly medianGross: number;
    };
