/**
 * Orders for pickup.
 * Source: docs/reference/shop.md.   Floor: shop; imports types only.
 */
import type { PricedLine } from './goods.js';

export type OrderStatus = 'placed' | 'paid' | 'ready' | 'handed-over' | 'cancelled' | 'expired';

export interface Order {
  /** `K7M2QX`: short enough to say. */
  readonly number: string;
  readonly status: OrderStatus;
  /** Paid online, or to be paid at the counter: its lines are then sold like any basket, and `hand-over` names the sale. */
  readonly isPaid: boolean;
  /** Its account was asked and has not answered: the order can't be cancelled, made ready or handed over before. Within minutes it's paid or cancelled. */
  readonly isBeingPaid?: boolean;
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
