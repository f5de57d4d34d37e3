/**
 * The marketplace: shops near, what they have now, and what a shop hears back: aggregates of so many shops that none shows.
 * It knows what shops sent, and asks nothing else.
 * Source: docs/explanation/give-and-take.md.   Floor: shop market.
 */
import type { Insights, Texts } from '../api.js';
import type { Database } from '../database/database.js';
import type { Surroundings } from '../database/work.js';

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
/** After a date began in UTC: then it's over in every time zone. */
const OVER_MS = 36 * 3_600_000;
const SALES_STEP = 5;
/** Minor units. */
const GROSS_STEP = 500;
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

/**
 * Figures over the shops that share their daily sums: of a day that is over everywhere, told once and then never otherwise, and rounded. So no
 * two answers about a day differ, by one sale or by one shop.
 * @returns none while the day isn't over, or fewer than `GROUP_MIN` shops shared it
 */
export async function insights(
  { database, clock }: Pick<Surroundings, 'database' | 'clock'>,
  day: string,
): Promise<Insights> {
  const nothing = { day, shops: 0, isEnough: false } as const;
  if (!(Date.parse(`${day}T00:00:00Z`) + OVER_MS <= clock.now())) return nothing;
  const told = async (): Promise<Insights | undefined> =>
    (await database.query('select body from market_figure where day = $1', [day]))[0]?.['body'] as Insights | undefined;
  const before = await told();
  if (before !== undefined) return before;
  const rows = await database.query("select body from market_listing where field = 'daily-sums'");
  const days = rows.flatMap(({ body }) =>
    (body as { day: string; sales: number; gross: number }[]).filter((one) => one.day === day && one.sales > 0),
  );
  if (days.length < GROUP_MIN) return nothing;
  const middle = (of: 'sales' | 'gross'): number =>
    days.map((one) => one[of]).sort((a, b) => a - b)[days.length >> 1] ?? 0;
  const figures: Insights = {
    day,
    shops: days.length - (days.length % GROUP_MIN),
    isEnough: true,
    medianSales: rounded(middle('sales'), SALES_STEP),
    medianGross: rounded(middle('gross'), GROSS_STEP),
  };
  await database.query('insert into market_figure values ($1, $2, $3) on conflict do nothing', [
    day,
    JSON.stringify(figures),
    clock.now(),
  ]);
  return (await told()) ?? figures;
}

/** Two digits that count, and never finer than the step: the middle shop isn't read off, nor a sale more or less. */
function rounded(value: number, least: number): number {
  const step = Math.max(least, 10 ** (String(value).length - 2));
  return Math.round(value / step) * step;
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
