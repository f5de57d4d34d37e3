/**
 * What the routes of the Universal Commerce Protocol say, as its objects.
 * Source: Universal Commerce Protocol 2026-01-23.   Floor: shop feeds; pure.
 */
import type { Item, Order, Priced, ShopInfo } from '../api.js';
import type { Slot } from '../orders/orders.js';
import { ShopError } from '../shopError.js';

export const VERSION: string = '2026-01-23';
export const CAPABILITIES: readonly ['checkout', 'fulfillment', 'discount', 'order'] = [
  'checkout',
  'fulfillment',
  'discount',
  'order',
];
export const UCP: object = {
  version: VERSION,
  capabilities: Object.fromEntries(CAPABILITIES.map((name) => [`dev.ucp.shopping.${name}`, [{ version: VERSION }]])),
};

/** What is kept of a checkout between calls. */
export interface Kept {
  readonly lines: readonly { readonly sku: string; readonly qty: number }[];
  readonly codes: readonly string[];
  readonly buyer: string;
  readonly slotMs?: number;
  readonly order?: string;
  readonly isCancelled?: boolean;
}

export type CheckoutBody = {
  line_items: { item: { id: string }; quantity: number }[];
  buyer?: { first_name?: string; last_name?: string };
  discounts?: { codes?: string[] };
  fulfillment?: { methods?: { groups?: { selected_option_id?: string | null }[] }[] };
};

export function idOf({ shop }: ShopInfo, sku: string): string {
  return `${shop}:${sku}`;
}

export function keptFrom({ line_items, buyer = {}, discounts = {}, fulfillment }: CheckoutBody): {
  readonly of: string;
  readonly kept: Kept;
} {
  const lines = line_items.map(({ item, quantity }) => ({ id: item.id.split(':'), qty: quantity }));
  const [of = ''] = lines[0]?.id ?? [];
  if (lines.some(({ id }) => id.length !== 2 || id[0] !== of))
    throw new ShopError('invalid', 'Items are SHOP:SKU, all of one shop.');
  const slot = fulfillment?.methods?.[0]?.groups?.[0]?.selected_option_id;
  const name = `${buyer.first_name ?? ''} ${buyer.last_name ?? ''}`.trim();
  return {
    of,
    kept: {
      lines: lines.map(({ id, qty }) => ({ sku: id[1] ?? '', qty })),
      codes: discounts.codes ?? [],
      buyer: name,
      ...(typeof slot === 'string' && { slotMs: Number(slot) }),
    },
  };
}

export function productOf(
  shop: ShopInfo,
  { sku, name, description, category, gtin, price: amount, picture, stock }: Item,
  origin: string,
): object {
  const money = { amount, currency: shop.currency };
  return {
    id: idOf(shop, sku),
    title: name.en,
    description: { plain: description.en },
    url: `${origin}/s/${shop.shop}/items/${encodeURIComponent(sku)}`,
    categories: [{ value: category }],
    price_range: { min: money, max: money },
    media: [{ type: 'image', url: `${origin}${picture}` }],
    variants: [
      {
        id: idOf(shop, sku),
        sku,
        title: name.en,
        description: { plain: description.en },
        price: money,
        availability: { available: stock.available > 0 },
        ...(gtin !== undefined && { barcodes: [{ type: 'gtin', value: gtin }] }),
      },
    ],
  };
}

function totalsOf({ subtotal, total }: Pick<Priced, 'subtotal' | 'total'>): readonly object[] {
  return [
    { type: 'subtotal', amount: subtotal },
    ...(subtotal > total ? [{ type: 'discount', amount: subtotal - total }] : []),
    { type: 'total', amount: total },
  ];
}

function lineItemsOf(info: ShopInfo, lines: Priced['lines']): readonly object[] {
  return lines.map(({ sku, qty, name, unit, gross, net }, at) => ({
    id: `line-${at + 1}`,
    item: { id: idOf(info, sku), title: name.en, price: unit },
    quantity: qty,
    totals: [
      { type: 'subtotal', amount: gross },
      ...(gross > net ? [{ type: 'items_discount', amount: gross - net }] : []),
      { type: 'total', amount: net },
    ],
  }));
}

export function checkoutOf({
  info,
  id,
  kept,
  priced,
  slots,
  order,
  origin,
}: {
  info: ShopInfo;
  id: string;
  kept: Kept;
  priced: Priced;
  slots: readonly Slot[];
  order: Order | undefined;
  origin: string;
}): object {
  const lineIds = priced.lines.map((_, at) => `line-${at + 1}`);
  const isShort = order === undefined && priced.shortages.length > 0;
  const isReady = kept.slotMs !== undefined && kept.buyer !== '' && !isShort;
  const status =
    kept.isCancelled === true
      ? 'canceled'
      : order !== undefined
        ? 'completed'
        : isReady
          ? 'ready_for_complete'
          : 'incomplete';
  const message = (code: string, content: string): object => ({
    type: 'error',
    code,
    content,
    severity: 'recoverable',
  });
  return {
    ucp: UCP,
    id,
    status,
    currency: info.currency,
    line_items: lineItemsOf(info, priced.lines),
    totals: totalsOf(priced),
    discounts: {
      codes: kept.codes,
      applied: priced.discounts.map(({ promotion, name, amount }) => ({ code: promotion, title: name.en, amount })),
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
              selected_option_id: kept.slotMs === undefined ? null : String(kept.slotMs),
            },
          ],
        },
      ],
    },
    messages: [
      ...(isShort
        ? priced.shortages.map(({ sku, available }) =>
            message('out_of_stock', `${idOf(info, sku)}: ${available} are there.`),
          )
        : []),
      ...priced.refused
        .filter(({ code }) => code !== undefined)
        .map(({ code, why }) => ({ type: 'warning', code: 'discount_code_invalid', content: `${code}: ${why.en}` })),
    ],
    links: [{ type: 'privacy_policy', url: `${origin}/s/${info.shop}/privacy` }],
    ...(order !== undefined && {
      order: { id: order.number, permalink_url: `${origin}/s/${info.shop}/orders/${order.number}` },
    }),
  };
}

/** @param code of the hand-over: whoever has the checkout's id ordered it */
export function ucpOrderOf(info: ShopInfo, checkout: string, order: Order, code: string, origin: string): object {
  const isDone = order.status === 'handed-over';
  const lines = order.lines.map(({ qty }, at) => ({ id: `line-${at + 1}`, quantity: qty }));
  return {
    ucp: UCP,
    id: order.number,
    checkout_id: checkout,
    permalink_url: `${origin}/s/${info.shop}/orders/${order.number}`,
    line_items: lineItemsOf(info, order.lines).map((line, at) => {
      const total = order.lines[at]?.qty ?? 0;
      return {
        ...line,
        quantity: { total, fulfilled: isDone ? total : 0 },
        status: isDone ? 'fulfilled' : 'processing',
      };
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
        type: status,
        line_items: lines,
      })),
    },
    totals: totalsOf({ subtotal: order.lines.reduce((sum, { gross }) => sum + gross, 0), total: order.total }),
  };
}

function postal({ address }: ShopInfo): object {
  const [street_address = '', town = '', address_country = ''] = address;
  const [, postal_code = '', address_locality = town] = /^(\S*\d\S*)\s+(.*)$/.exec(town) ?? [];
  return { street_address, address_locality, postal_code, address_country };
}
