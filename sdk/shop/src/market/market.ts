/**
 * The marketplace: shops near, what they have now, and what a shop hears back: aggregates of so many shops that none shows.
 * It knows what shops sent, and asks nothing else.
 * Source: docs/explanation/give-and-take.md.   Floor: shop market.
 */
import type { Insights, Texts } from '../api.js';
import type { Database } from '../database/database.js';

export interface Listing {
  readonly shop: string;
  readonly name: string;
  readonly address: readonly string[];
  /** Metres, when shop and visitor say where they are. */
  readonly metres?: number;
  readonly items: readonly {
    readonly sku: string;
    readonly name: Texts;
    readonly price?: number;
    readonly isThere?: boolean;
    readonly quantity?: number;
  }[];
  readonly promotions: readonly Texts[];
}

/** Degrees. */
export interface Place {
  readonly latitude: number;
  readonly longitude: number;
}

/** Fewer shops than these never make a figure. */
export const GROUP_MIN = 5;
const EARTH_METRES = 6_371_000;

/** Nearest first; a shop that doesn't share its name isn't listed. @param search in names of items; a shop without a match isn't listed */
export async function listings(database: Database, near: Place | undefined, search = ''): Promise<readonly Listing[]> {
  const rows = await database.query('select shop_id, field, body from market_listing order by shop_id');
  const fields = new Map<string, Map<string, unknown>>();
  for (const { shop_id, field, body } of rows) {
    const of = fields.get(String(shop_id)) ?? new Map<string, unknown>();
    fields.set(String(shop_id), of.set(String(field), body));
  }
  const wanted = search.trim().toLowerCase();
  return [...fields]
    .flatMap(([shop, of]): readonly Listing[] => {
      const name = of.get('name');
      if (typeof name !== 'string') return [];
      const place = of.get('place') as Place | undefined;
      const items = itemsIn(of).filter((item) => `${item.name.en} ${item.name.fr}`.toLowerCase().includes(wanted));
      if (wanted !== '' && items.length === 0) return [];
      return [
        {
          shop,
          name,
          items,
          address: (of.get('address') ?? []) as readonly string[],
          promotions: (of.get('promotions') ?? []) as readonly Texts[],
          ...(near !== undefined &&
            place !== undefined && {
              metres: distance(near, { latitude: place.latitude / 1e6, longitude: place.longitude / 1e6 }),
            }),
        },
      ];
    })
    .sort((one, other) => (one.metres ?? Number.MAX_VALUE) - (other.metres ?? Number.MAX_VALUE));
}

/** @returns figures over the shops that share their daily sums; none while they are fewer than `GROUP_MIN` */
export async function insights(database: Database, day: string): Promise<Insights> {
  const rows = await database.query("select body from market_listing where field = 'daily-sums'");
  const days = rows.flatMap(({ body }) =>
    (body as { day: string; sales: number; gross: number }[]).filter((one) => one.day === day && one.sales > 0),
  );
  if (days.length < GROUP_MIN) return { day, shops: 0, isEnough: false };
  const middle = (of: 'sales' | 'gross'): number =>
    days.map((one) => one[of]).sort((a, b) => a - b)[days.length >> 1] ?? 0;
  return { day, shops: days.length, isEnough: true, medianSales: middle('sales'), medianGross: middle('gross') };
}

function itemsIn(of: ReadonlyMap<string, unknown>): Listing['items'] {
  const told = (field: string, sku: string): unknown => (of.get(field) as Record<string, unknown> | undefined)?.[sku];
  return ((of.get('items') ?? []) as readonly { sku: string; name: Texts }[]).map(({ sku, name }) => {
    const [price, isThere, quantity] = [told('prices', sku), told('availability', sku), told('quantities', sku)];
    return {
      sku,
      name,
      ...(typeof price === 'number' && { price }),
      ...(typeof isThere === 'boolean' && { isThere }),
      ...(typeof quantity === 'number' && { quantity, isThere: quantity > 0 }),
    };
  });
}

/** Along the great circle. */
function distance(one: Place, other: Place): number {
  const radians = (degrees: number): number => (degrees * Math.PI) / 180;
  const [north, east] = [radians(other.latitude - one.latitude), radians(other.longitude - one.longitude)];
  const chord =
    Math.sin(north / 2) ** 2 +
    Math.cos(radians(one.latitude)) * Math.cos(radians(other.latitude)) * Math.sin(east / 2) ** 2;
  return Math.round(2 * EARTH_METRES * Math.asin(Math.min(1, Math.sqrt(chord))));
}
