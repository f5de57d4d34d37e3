/**
 * What a platform may send, as JSON Schema, and what is kept of it. Fields that aren't listed are the protocol's that we have no use for: they are
 * left, and nothing of them is kept.
 * Source: Universal Commerce Protocol 2026-01-23: checkout, fulfillment, discount, buyer consent.   Floor: shop ucp.
 */
import { ShopError } from '../shopError.js';
import { CREDENTIAL_TYPE, HANDLER_ID } from './accountHandler.js';
import type { Consent, Kept } from './checkoutOf.js';

const text = (most: number) => ({ type: 'string', minLength: 1, maxLength: most });
const list = (items: object, maxItems: number) => ({ type: 'array', maxItems, items });
const bool = { type: 'boolean' };
const object = (properties: object, required: readonly string[] = []) => ({ type: 'object', required, properties });

const instrument = object(
  {
    id: text(100),
    handler_id: text(100),
    type: text(40),
    selected: bool,
    credential: object({ type: text(40), token: text(16) }, ['type', 'token']),
  },
  ['id', 'handler_id', 'type'],
);
const consent = {
  ...object({ analytics: bool, preferences: bool, marketing: bool, sale_of_data: bool }),
  additionalProperties: false,
};
const group = object({ selected_option_id: { type: ['string', 'null'], pattern: '^[0-9]{1,13}$' } });

export const BODIES: Readonly<Record<'checkout' | 'complete' | 'search', object>> = {
  checkout: object(
    {
      line_items: {
        ...list(
          object({ item: object({ id: text(80) }, ['id']), quantity: { type: 'integer', minimum: 1, maximum: 99 } }, [
            'item',
            'quantity',
          ]),
          50,
        ),
        minItems: 1,
      },
      buyer: object({ first_name: text(60), last_name: text(60), consent }),
      discounts: object({ codes: list(text(40), 10) }),
      fulfillment: object({ methods: list(object({ groups: list(group, 4) }), 4) }),
    },
    ['line_items'],
  ),
  complete: { ...object({ payment: object({ instruments: list(instrument, 4) }) }), type: ['object', 'null'] },
  search: object({ query: { type: 'string', maxLength: 100 }, ids: list(text(80), 50) }),
};

export interface CheckoutBody {
  readonly line_items: readonly { readonly item: { readonly id: string }; readonly quantity: number }[];
  readonly buyer?: { readonly first_name?: string; readonly last_name?: string; readonly consent?: Consent };
  readonly discounts?: { readonly codes?: readonly string[] };
  readonly fulfillment?: {
    readonly methods?: readonly { readonly groups?: readonly { readonly selected_option_id?: string | null }[] }[];
  };
}
type Asked = Pick<Kept, 'lines' | 'codes' | 'buyer' | 'slotMs'>;

/** @throws ShopError `invalid` when its items are of two shops, or of none */
export function askedOf({ line_items, buyer = {}, discounts = {}, fulfillment }: CheckoutBody): {
  readonly of: string;
  readonly asked: Asked;
} {
  // A SKU may have colons of its own.
  const lines = line_items.map(({ item: { id }, quantity: qty }) => {
    const at = id.indexOf(':');
    return { of: id.slice(0, Math.max(0, at)), sku: id.slice(at + 1), qty };
  });
  const [{ of } = { of: '' }] = lines;
  if (lines.some((line) => line.of === '' || line.of !== of || line.sku === ''))
    throw new ShopError('invalid', 'Items are SHOP:SKU, all of one shop.');
  const slot = fulfillment?.methods?.[0]?.groups?.[0]?.selected_option_id;
  const { first_name, last_name, consent: said } = buyer;
  return {
    of,
    asked: {
      lines: lines.map(({ sku, qty }) => ({ sku, qty })),
      codes: discounts.codes ?? [],
      buyer: {
        ...(first_name !== undefined && { first_name }),
        ...(last_name !== undefined && { last_name }),
        ...(said !== undefined && { consent: said }),
      },
      ...(typeof slot === 'string' && { slotMs: Number(slot) }),
    },
  };
}

interface CompleteBody {
  readonly payment?: {
    readonly instruments?: readonly {
      readonly handler_id: string;
      readonly type: string;
      readonly selected?: boolean;
      readonly credential?: { readonly type: string; readonly token: string };
    }[];
  };
}

/** @returns the one-time code; undefined: it's paid at the counter @throws ShopError `invalid` for what we have not declared */
export function codeIn(body: unknown, isThere: boolean): string | undefined {
  const { payment } = (body ?? {}) as CompleteBody;
  const [instrument, ...more] = (payment?.instruments ?? []).filter(({ selected }) => selected !== false);
  if (instrument === undefined) return undefined;
  const { handler_id, type, credential } = instrument;
  const isOurs = handler_id === HANDLER_ID && type === 'account' && credential?.type === CREDENTIAL_TYPE;
  if (!isThere || !isOurs || more.length > 0)
    throw new ShopError('invalid', 'One instrument, of a handler that ucp.payment_handlers names.');
  return credential.token;
}

/** `UCP-Agent: profile="https://…"`. @returns the address, when it's of a platform that is told of its orders */
export function platformIn(header: unknown, platforms: readonly string[]): string | undefined {
  const [, address = ''] = /(?:^|[;,\s])profile="([^"\s]{1,300})"/.exec(String(header ?? '')) ?? [];
  if (!URL.canParse(address)) return undefined;
  const { origin, href } = new URL(address);
  return platforms.includes(origin) ? href : undefined;
}
