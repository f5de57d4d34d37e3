/**
 * Shops and their tills: opened by whoever runs the server, paired by a code that is shown once.
 * Source: docs/reference/shop.md, shops.   Floor: shop.
 */
import { generateKeyPairSync } from 'node:crypto';
import type { Paired, PairRequest, ShopInfo } from './api.js';
import { change, type ShopRow, type Surroundings, type Work } from './database/work.js';
import { draw, hashOf } from './names.js';
import { ShopError } from './shopError.js';

export interface ShopDescription {
  /** 1..40 small letters, digits and hyphens: part of addresses. */
  readonly shop: string;
  readonly name: string;
  readonly address: readonly string[];
  /** Mail or telephone, for consent receipts. */
  readonly contact: string;
  /** ISO 3166: whose law counts. */
  readonly jurisdiction: string;
  /** Degrees. */
  readonly latitude: number;
  readonly longitude: number;
  readonly currency: string;
  readonly timeZone: string;
  /** What the acquirer calls this merchant. */
  readonly merchant: string;
  readonly vatNumber?: string;
  readonly couponPolicy?: ShopInfo['couponPolicy'];
}

const SHOP_FORM = /^[a-z0-9-]{1,40}$/;
const CODE_MS = 10 * 60_000;
const MICRODEGREES = 1_000_000;

/** Nothing happens to a shop that is there. @returns whether it's new */
export async function openShop({ database, random }: Surroundings, shop: ShopDescription): Promise<boolean> {
  if (!SHOP_FORM.test(shop.shop))
    throw new ShopError('invalid', 'A shop is called by small letters, digits and hyphens.');
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const key = privateKey.export({ format: 'der', type: 'pkcs8' });
  const rows = await database.query(
    `insert into shop (shop_id, name, address, contact, jurisdiction, latitude, longitude, currency, time_zone, merchant, vat_number, coupon_policy,
       signing_key, pairwise_key) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) on conflict do nothing returning shop_id`,
    // biome-ignore format: a row
    [shop.shop, shop.name, JSON.stringify(shop.address), shop.contact, shop.jurisdiction, Math.round(shop.latitude * MICRODEGREES),
      Math.round(shop.longitude * MICRODEGREES), shop.currency, shop.timeZone, shop.merchant, shop.vatNumber ?? null,
      shop.couponPolicy ?? 'perSource', key, random(32)],
  );
  return rows.length > 0;
}

export function infoOf({ shop_id, name, address, currency, time_zone, vat_number, coupon_policy }: ShopRow): ShopInfo {
  return {
    shop: shop_id,
    name,
    address,
    languages: ['en', 'fr'],
    currency,
    timeZone: time_zone,
    couponPolicy: coupon_policy,
    ...(vat_number !== null && { vatNumber: vat_number }),
  };
}

/** @returns eight characters, for ten minutes and one till: shown to who runs the shop, and kept as their hash */
export async function newPairingCode(around: Surroundings, shop: string): Promise<string> {
  const code = draw(around.random, 8);
  await change(around, shop, async (work) => {
    await work.query('delete from pairing_code where shop_id = $1 and expires_ms <= $2', [shop, work.nowMs]);
    await work.query('insert into pairing_code values ($1, $2, $3)', [
      shop,
      hashOf(`pair\0${code}`),
      work.nowMs + CODE_MS,
    ]);
  });
  return code;
}

/** @throws ShopError `pairing-refused` */
export async function pairTill(around: Surroundings, { code, name }: PairRequest): Promise<Paired> {
  const hash = hashOf(`pair\0${code.toUpperCase()}`);
  const [found] = await around.database.query('select shop_id from pairing_code where code_hash = $1', [hash]);
  const refused = new ShopError(
    'pairing-refused',
    'This code is wrong, used, or older than ten minutes: ask for a new one.',
  );
  if (found === undefined) throw refused;
  return change(around, String(found['shop_id']), async (work) => {
    const [code] = await work.query(
      'delete from pairing_code where shop_id = $1 and code_hash = $2 returning expires_ms',
      [work.shop.shop_id, hash],
    );
    if (code === undefined || Number(code['expires_ms']) <= work.nowMs) throw refused;
    return addTill(work, name);
  });
}

/** A till without a code: for whoever runs the server. */
export async function addTill(work: Work, name: string): Promise<Paired> {
  const till = draw(work.random, 8);
  const key = draw(work.random, 32);
  await work.query('insert into till values ($1, $2, $3, $4, $5)', [
    work.shop.shop_id,
    till,
    name,
    hashOf(`till\0${key}`),
    work.nowMs,
  ]);
  return { till, key, shop: infoOf(work.shop) };
}

/** @returns undefined when no till has this key */
export async function tillOf(
  { database }: Surroundings,
  key: string,
): Promise<{ readonly shop: string; readonly till: string } | undefined> {
  const [row] = await database.query('select shop_id, till_id from till where key_hash = $1', [hashOf(`till\0${key}`)]);
  return row && { shop: String(row['shop_id']), till: String(row['till_id']) };
}

export async function removeTill(around: Surroundings, shop: string, till: string): Promise<void> {
  await change(around, shop, (work) =>
    work.query('delete from till where shop_id = $1 and till_id = $2', [shop, till]),
  );
}
