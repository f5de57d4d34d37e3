/**
 * A shop in a file: who it is, what it sells, when goods are fetched. Read at each start of `comptoir-shop serve`: what changed is changed, and stock
 * is delivered to items that are new.
 * Source: docs/how-to/serve-a-shop.md, the file.   Floor: shop command.
 */
import type { Promotion } from '../api.js';
import type { Work } from '../database/work.js';
import { type ItemDescription, publishPromotion, putItem } from '../goods/catalogue.js';
import { localTime } from '../names.js';
import { openSlots, type Slot } from '../orders/orders.js';
import type { ShopDescription } from '../shops.js';

export interface ShopFile {
  readonly shop: ShopDescription;
  readonly items: readonly (ItemDescription & { readonly stock?: number })[];
  readonly promotions?: readonly Promotion[];
  readonly pickup?: PickupHours;
}

/** Slots of one hour, at the shop's own time. */
interface PickupHours {
  /** 0 is Sunday. */
  readonly days: readonly number[];
  /** 0..23, and 1..24. */
  readonly fromHour: number;
  readonly untilHour: number;
  /** Orders in each hour. */
  readonly capacity: number;
}

export class ShopFileFault extends Error {
  override readonly name = 'ShopFileFault';
}

type Field = (value: unknown) => boolean;
const text: Field = (value) => typeof value === 'string' && value.trim() !== '' && value.length <= 200;
const texts: Field = (value) => isObject(value) && text(value['en']) && text(value['fr']);
const degrees: Field = (value) => typeof value === 'number' && Math.abs(value) <= 180;
const whole =
  (least: number, most: number): Field =>
  (value) =>
    Number.isSafeInteger(value) && Number(value) >= least && Number(value) <= most;
const form =
  (pattern: RegExp): Field =>
  (value) =>
    typeof value === 'string' && pattern.test(value);
const list =
  (field: Field): Field =>
  (value) =>
    Array.isArray(value) && value.every(field);

/** A name that ends in `?` may be left out. */
type Shape = Readonly<Record<string, Field>>;
const SHOP: Shape = {
  shop: form(/^[a-z0-9-]{1,40}$/),
  name: text,
  address: list(text),
  contact: text,
  jurisdiction: form(/^[A-Z]{2}$/),
  latitude: degrees,
  longitude: degrees,
  currency: form(/^[A-Z]{3}$/),
  timeZone: (value) => text(value) && isTimeZone(String(value)),
  merchant: text,
  'vatNumber?': text,
  'couponPolicy?': form(/^(single|perSource|all)$/),
};
const ITEM: Shape = {
  sku: form(/^[\x21-\x7e]{1,32}$/),
  name: texts,
  description: texts,
  category: text,
  'gtin?': form(/^\d{8}$|^\d{12,14}$/),
  price: whole(0, 999_999_999_999),
  vat: whole(0, 10_000),
  isGiftCard: (value) => typeof value === 'boolean',
  'stock?': whole(0, 999_999_999),
};
const PROMOTION: Shape = {
  id: form(/^[\x21-\x7e]{1,40}$/),
  name: texts,
  rule: isObject,
  'code?': text,
  'fromMs?': whole(0, 9_999_999_999_999),
  'untilMs?': whole(0, 9_999_999_999_999),
};
const RULE: Shape = {
  'percent?': whole(1, 100),
  'amountOff?': whole(1, 999_999_999_999),
  'minimumSpend?': whole(0, 999_999_999_999),
  'minimumQuantity?': whole(0, 65_535),
  'gtins?': list(form(/^\d{8}$|^\d{12,14}$/)),
  'categories?': list(text),
  'isManufacturer?': (value) => typeof value === 'boolean',
  'isExclusive?': (value) => typeof value === 'boolean',
  'priority?': whole(0, 65_535),
  'largestDiscount?': whole(0, 999_999_999_999),
  'serial?': form(/^[\x21-\x7e]{1,32}$/),
};
const PICKUP: Shape = {
  days: list(whole(0, 6)),
  fromHour: whole(0, 23),
  untilHour: whole(1, 24),
  capacity: whole(1, 10_000),
};

/** @throws ShopFileFault which names the field */
export function shopFileFrom(json: string): ShopFile {
  let file: unknown;
  try {
    file = JSON.parse(json);
  } catch {
    throw new ShopFileFault('The file is not JSON.');
  }
  if (!isObject(file)) throw new ShopFileFault('The file is not an object.');
  check(file['shop'], SHOP, 'shop');
  checkAll(file['items'], ITEM, 'items', 'sku');
  if (file['promotions'] !== undefined) checkPromotions(file['promotions']);
  if (file['pickup'] !== undefined) check(file['pickup'], PICKUP, 'pickup');
  for (const name of Object.keys(file))
    if (!['shop', 'items', 'promotions', 'pickup'].includes(name)) throw new ShopFileFault(`${name} isn't known.`);
  return file as unknown as ShopFile;
}

/** Items that are new get their stock; the others have theirs, by its events. */
export async function putShopFile(work: Work, { items, promotions = [], pickup }: ShopFile): Promise<void> {
  const rows = await work.query('select sku from item where shop_id = $1', [work.shop.shop_id]);
  const known = new Set(rows.map(({ sku }) => String(sku)));
  for (const { stock = 0, ...item } of items) await putItem(work, item, known.has(item.sku) ? 0 : stock);
  for (const promotion of promotions) await publishPromotion(work, promotion);
  if (pickup !== undefined) await openSlots(work, slotsOf(pickup, work.nowMs, work.shop.time_zone));
}

const QUARTER_MS = 900_000;
const AHEAD_MS = 14 * 86_400_000;

/** Of the next fourteen days. Hours begin where the shop's clock says so: at a quarter in some time zones. */
export function slotsOf(
  { days, fromHour, untilHour, capacity }: PickupHours,
  nowMs: number,
  timeZone: string,
): readonly (Pick<Slot, 'fromMs' | 'untilMs'> & { readonly capacity: number })[] {
  const slots: (Pick<Slot, 'fromMs' | 'untilMs'> & { readonly capacity: number })[] = [];
  for (let at = Math.ceil(nowMs / QUARTER_MS) * QUARTER_MS; at < nowMs + AHEAD_MS; at += QUARTER_MS) {
    const { day, hour, minute } = localTime(at, timeZone);
    const weekday = new Date(`${day}T12:00:00Z`).getUTCDay();
    if (minute === 0 && hour >= fromHour && hour < untilHour && days.includes(weekday))
      slots.push({ fromMs: at, untilMs: at + 4 * QUARTER_MS, capacity });
  }
  return slots;
}

function checkPromotions(value: unknown): void {
  checkAll(value, PROMOTION, 'promotions', 'id');
  for (const [at, { rule }] of (value as readonly Promotion[]).entries()) {
    const path = `promotions[${at}].rule`;
    check(rule, RULE, path);
    if ((rule.percent === undefined) === (rule.amountOff === undefined))
      throw new ShopFileFault(`${path} has percent or amountOff: one of them.`);
  }
}

/** @param name of the field that no two have the same */
function checkAll(value: unknown, shape: Shape, path: string, name: string): void {
  if (!Array.isArray(value)) throw new ShopFileFault(`${path} is missing, or not a list.`);
  const names = new Set<unknown>();
  for (const [at, one] of value.entries()) {
    check(one, shape, `${path}[${at}]`);
    if (names.has(one[name])) throw new ShopFileFault(`${path}[${at}].${name} is there twice.`);
    names.add(one[name]);
  }
}

function check(value: unknown, shape: Shape, path: string): void {
  if (!isObject(value)) throw new ShopFileFault(`${path} is missing, or not an object.`);
  for (const [field, isRight] of Object.entries(shape)) {
    const name = field.replace('?', '');
    if (value[name] === undefined && field !== name) continue;
    if (!isRight(value[name])) throw new ShopFileFault(`${path}.${name} is missing, or not of its form.`);
  }
  for (const name of Object.keys(value))
    if (shape[name] === undefined && shape[`${name}?`] === undefined)
      throw new ShopFileFault(`${path}.${name} isn't known.`);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
