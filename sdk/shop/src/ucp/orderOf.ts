/**
 * An order as a platform sees it: asked for, or sent as an event. Always whole.
 * Source: Universal Commerce Protocol 2026-01-23, order.   Floor: shop ucp; pure.
 */
import type { Order, OrderStatus, RefundRecord, ShopInfo } from '../api.js';
import { lineId, lineItemsOf, postal, totalsOf } from './lines.js';
import { ORDER_META } from './meta.js';

/** The protocol leaves the words open, and lists these. */
const EVENTS: Readonly<Record<OrderStatus, string>> = {
  placed: 'processing',
  paid: 'processing',
  ready: 'ready_for_pickup',
  'handed-over': 'delivered',
  cancelled: 'canceled',
  expired: 'canceled',
};

interface OrderToTell {
  readonly info: ShopInfo;
  /** Id of the checkout that it came of. */
  readonly checkout: string;
  readonly order: Order;
  /** Of the hand-over: whoever has the checkout's id ordered it. */
  readonly code: string;
  readonly refunds: readonly RefundRecord[];
  readonly origin: string;
}

export function ucpOrderOf({ info, checkout, order, code, refunds, origin }: OrderToTell): object {
  const isDone = order.status === 'handed-over';
  const lines = order.lines.map(({ qty }, at) => ({ id: lineId(at), quantity: qty }));
  const subtotal = order.lines.reduce((sum, { gross }) => sum + gross, 0);
  return {
    ucp: ORDER_META,
    id: order.number,
    checkout_id: checkout,
    permalink_url: `${origin}/s/${info.shop}/orders/${order.number}`,
    line_items: lineItemsOf(info, order.lines).map((line, at) => {
      const total = order.lines[at]?.qty ?? 0;
      const quantity = { total, fulfilled: isDone ? total : 0 };
      return { ...line, quantity, status: isDone ? 'fulfilled' : 'processing' };
    }),
    fulfillment: {
      expectations: [
        {
          id: 'pickup',
          line_items: lines,
          method_type: 'pickup',
          destination: postal(info),
          description: `Pickup code ${code}`,
          fulfillable_on: new Date(order.slot.fromMs).toISOString(),
        },
      ],
      events: order.events.map(({ status, atMs }, at) => ({
        id: `event-${at + 1}`,
        occurred_at: new Date(atMs).toISOString(),
        type: EVENTS[status],
        line_items: lines,
      })),
    },
    adjustments: refunds.map((refund) => adjustmentOf(order, refund)),
    totals: totalsOf({ subtotal, total: order.total }),
  };
}

function adjustmentOf({ lines }: Order, { key, amount, refundedMs, lines: back }: RefundRecord): object {
  const line_items = back.flatMap(({ sku, qty }) => {
    const at = lines.findIndex((line) => line.sku === sku);
    return at < 0 ? [] : [{ id: lineId(at), quantity: qty }];
  });
  return {
    id: key,
    type: 'refund',
    occurred_at: new Date(refundedMs).toISOString(),
    status: 'completed',
    amount,
    ...(line_items.length > 0 && { line_items }),
  };
}
