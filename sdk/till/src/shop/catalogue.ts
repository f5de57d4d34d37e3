/**
 * What the shop sells, as it was last told: kept for when the shop can't be reached.
 * Floor: till.
 */
import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { Catalogue, Item, ShopInfo, Texts } from '../../../shop/src/api.js';
import { settings } from '../settings/settings.js';
import { readJson, writeJson } from '../store/records.js';
import { get } from './shopClient.js';

export const shopInfo: Signal<ShopInfo | undefined> = signal(undefined);
export const catalogue: Signal<Catalogue | undefined> = signal(undefined);
export const categories: ReadonlySignal<readonly string[]> = computed(() => [
  ...new Set(catalogue.value?.items.map(({ category }) => category)),
]);

/** The shop's currency, and the euro until it's known. */
export const currency: ReadonlySignal<string> = computed(() => shopInfo.value?.currency ?? 'EUR');

/** What was kept, at once; the rest comes when the shop is asked. */
export async function openCatalogue(): Promise<void> {
  shopInfo.value ??= await readJson<ShopInfo>('shop');
  catalogue.value ??= await readJson<Catalogue>('catalogue');
}

/** @throws ShopUnreachable, ShopRefusal */
export async function refreshCatalogue(): Promise<void> {
  const info = await get('/shop');
  shopInfo.value = info;
  await writeJson('shop', info);
  const since = catalogue.value?.revision;
  const told = await get('/catalogue', {}, since === undefined ? {} : { since: `${since}` });
  if (told.isUnchanged) return;
  catalogue.value = told;
  await writeJson('catalogue', told);
}

export function inWords(texts: Texts): string {
  return texts[settings.value.language];
}

export function itemOf(sku: string): Item | undefined {
  return catalogue.value?.items.find((item) => item.sku === sku);
}

/** @param code as a scanner types it: GTIN-8 to GTIN-14, leading zeros or not */
export function itemOfBarcode(code: string): Item | undefined {
  const digits = code.replace(/^0+/, '');
  return catalogue.value?.items.find(({ gtin, sku }) => sku === code || gtin?.replace(/^0+/, '') === digits);
}

/** By name in either language, category or barcode; accents and case don't count. */
export function itemsFound(text: string, category: string | undefined): readonly Item[] {
  const wanted = plain(text);
  return (catalogue.value?.items ?? []).filter((item) => {
    if (category !== undefined && item.category !== category) return false;
    return plain(`${item.name.en} ${item.name.fr} ${item.category} ${item.gtin ?? ''}`).includes(wanted);
  });
}

function plain(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{Diacritic}/gu, '')
    .toLowerCase();
}
