/**
 * Consent of customers, and what the marketplace gets.
 * Source: docs/reference/shop.md.   Floor: shop; imports types only.
 */

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
  /** `platform`: said through one that buys for the customer. */
  readonly method: 'reader' | 'till' | 'web' | 'platform';
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

/**
 * Of a day that is over everywhere, from noon of the next day in UTC on, and never of fewer than five shops. Once told, a day's figures stay.
 * `shops` is a multiple of five; the figures are rounded: sales to five, amounts to two digits.
 */
export type Insights =
  | { readonly day: string; readonly isEnough: false; readonly shops: 0 }
  | {
      readonly day: string;
      readonly isEnough: true;
      readonly shops: number;
      readonly medianSales: number;
      readonly medianGross: number;
    };
