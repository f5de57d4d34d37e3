/**
 * A checkout as a platform sees it, and what is kept of one between calls.
 * Source: Universal Commerce Protocol 2026-01-23: checkout, fulfillment, discount, buyer consent.   Floor: shop ucp; pure.
 */
import type { Order, Priced, RefusedPromotion, ShopInfo } from '../api.js';
import type { Slot } from '../orders/orders.js';
import { lineId, lineItemsOf, postal, totalsOf } from './lines.js';
import { checkoutMeta, type Handlers } from './meta.js';
import { idOf } from './productOf.js';

/** Buyers said yes or no, through the platform; what they weren't asked is left out. */
export type Consent = Readonly<Partial<Record<'analytics' | 'preferences' | 'marketing' | 'sale_of_data', boolean>>>;

export interface Kept {
  readonly lines: readonly { readonly sku: string; readonly qty: number }[];
  readonly codes: readonly string[];
  readonly buyer: { readonly first_name?: string; readonly last_name?: string; readonly consent?: Consent };
  readonly slotMs?: number;
  /** Address of the profile of the platform, when it's one that gets events. */
  readonly platform?: string;
  /** The total that was told last: this is what may be charged. */
  readonly shown?: number;
  /** Grows with each payment that was refused: each has a key of its own. */
  readonly attempt: number;
  readonly isDeclined?: true;
  /** Somebody completes it, and asks the account; a crash gives it free by its time. */
  readonly claim?: { readonly by: string; readonly untilMs: number };
  readonly order?: string;
  readonly isCancelled?: true;
}

interface CheckoutToTell {
  readonly info: ShopInfo;
  readonly id: string;
  readonly kept: Kept;
  readonly priced: Priced;
  readonly slots: readonly Slot[];
  readonly order: Order | undefined;
  /** Codes of promotions, by promotion. */
  readonly codeOf: ReadonlyMap<string, string>;
  readonly handlers: Handlers;
  readonly origin: string;
  readonly nowMs: number;
  readonly expiresMs: number;
  /** Beside those of its state. */
  readonly messages: readonly object[];
}

export function nameOf({ first_name = '', last_name = '' }: Kept['buyer']): string {
  return `${first_name} ${last_name}`.trim();
}

export function isBeingCompleted({ claim }: Kept, nowMs: number): boolean {
  return claim !== undefined && claim.untilMs > nowMs;
}

export function checkoutOf(told: CheckoutToTell): object {
  const { info, id, kept, priced, slots, order, codeOf, handlers, origin, expiresMs } = told;
  const lineIds = priced.lines.map((_, at) => lineId(at));
  const faults = order === undefined ? faultsOf(told) : [];
  const slot = order === undefined ? slots.find(({ fromMs }) => fromMs === kept.slotMs)?.fromMs : order.slot.fromMs;
  return {
    ucp: checkoutMeta(handlers),
    id,
    status: statusOf(told, faults.length === 0),
    currency: info.currency,
    ...(Object.keys(kept.buyer).length > 0 && { buyer: kept.buyer }),
    line_items: lineItemsOf(info, priced.lines),
    totals: totalsOf(priced),
    discounts: {
      codes: kept.codes,
      applied: priced.discounts.map(({ promotion, name, amount, lines }) => ({
        ...(codeOf.has(promotion) ? { code: codeOf.get(promotion) } : { automatic: true }),
        title: name.en,
        amount,
        allocations: lines.map((line) => ({ path: `$.line_items[${line.line}]`, amount: line.amount })),
      })),
    },
    fulfillment: {
      methods: [
        {
          id: 'pickup',
          type: 'pickup',
          line_item_ids: lineIds,
          destinations: [{ id: info.shop, name: info.name, address: postal(info) }],
          selected_destination_id: info.shop,
          groups: [
            {
              id: 'all',
              line_item_ids: lineIds,
              options: slots.map(({ fromMs, untilMs }) => ({
                id: String(fromMs),
                title: 'Pickup',
                earliest_fulfillment_time: new Date(fromMs).toISOString(),
                latest_fulfillment_time: new Date(untilMs).toISOString(),
                totals: [{ type: 'total', amount: 0 }],
              })),
              selected_option_id: slot === undefined ? null : String(slot),
            },
          ],
        },
      ],
    },
    messages: [
      ...faults,
      ...priced.refused.flatMap(({ code, reason, why }) =>
        code === undefined ? [] : [refusedMessage(kept.codes, code, reason, why.en)],
      ),
      ...told.messages,
    ],
    links: [{ type: 'privacy_policy', url: `${origin}/s/${info.shop}/privacy` }],
    expires_at: new Date(expiresMs).toISOString(),
    ...(order !== undefined && {
      order: { id: order.number, permalink_url: `${origin}/s/${info.shop}/orders/${order.number}` },
    }),
  };
}

function statusOf({ kept, order, nowMs }: CheckoutToTell, isReady: boolean): string {
  if (kept.isCancelled) return 'canceled';
  if (order !== undefined) return order.isBeingPaid ? 'complete_in_progress' : 'completed';
  if (isBeingCompleted(kept, nowMs)) return 'complete_in_progress';
  return isReady ? 'ready_for_complete' : 'incomplete';
}

/** What a platform has to mend before it may complete. */
function faultsOf({ info, kept, priced, slots }: CheckoutToTell): readonly object[] {
  const fault = (code: string, content: string, path?: string): object => ({
    type: 'error',
    code,
    content,
    severity: 'recoverable',
    ...(path !== undefined && { path }),
  });
  const isSlotFree = slots.some(({ fromMs }) => fromMs === kept.slotMs);
  return [
    ...priced.shortages.map(({ sku, available }) => {
      const at = priced.lines.findIndex((line) => line.sku === sku);
      return fault('out_of_stock', `${idOf(info, sku)}: ${available} are there.`, `$.line_items[${at}]`);
    }),
    ...(nameOf(kept.buyer) === '' ? [fault('missing', 'Who comes for it?', '$.buyer.first_name')] : []),
    ...(isSlotFree
      ? []
      : [
          fault(
            kept.slotMs === undefined ? 'missing' : 'invalid',
            kept.slotMs === undefined ? 'When do they come?' : 'This pickup time is full or over: choose another.',
            '$.fulfillment.methods[0].groups[0].selected_option_id',
          ),
        ]),
    ...(kept.isDeclined
      ? [
          fault(
            'payment_declined',
            'The account did not pay, or the code was wrong, used or too old. Nothing was taken.',
          ),
        ]
      : []),
  ];
}

const REFUSALS: Readonly<Partial<Record<RefusedPromotion['reason'], string>>> = {
  COUPON_EXPIRED: 'discount_code_expired',
  COUPON_ALREADY_REDEEMED: 'discount_code_already_applied',
  COUPON_COMBINATION_DISALLOWED: 'discount_code_combination_disallowed',
};

function refusedMessage(
  codes: readonly string[],
  code: string,
  reason: RefusedPromotion['reason'],
  why: string,
): object {
  const at = codes.findIndex((one) => one.toUpperCase() === code.toUpperCase());
  return {
    type: 'warning',
    code: REFUSALS[reason] ?? 'discount_code_invalid',
    content: `${code}: ${why}`,
    ...(at >= 0 && { path: `$.discounts.codes[${at}]` }),
  };
}
