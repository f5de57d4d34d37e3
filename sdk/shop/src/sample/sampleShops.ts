/**
 * Shops to try things with: `npm run counter` and the tests open them. Nothing of them is real.
 * Floor: shop sample.
 */
import type { Promotion, SharedField, Texts } from '../api.js';
import { change, type Surroundings } from '../database/work.js';
import { type ItemDescription, publishPromotion, putItem } from '../goods/catalogue.js';
import { setSharing } from '../market/sharing.js';
import { openSlots } from '../orders/orders.js';
import { openShop, type ShopDescription } from '../shops.js';

const COMMON = { jurisdiction: 'FR', currency: 'EUR', timeZone: 'Europe/Paris', couponPolicy: 'perSource' } as const;

// biome-ignore-start format: tables are read by their rows
export const SAMPLE_SHOPS: readonly (ShopDescription & { readonly merchant: string })[] = [
  {
    ...COMMON,
    shop: 'halles',
    name: 'Le Comptoir des Halles',
    address: ['1 rue de l’Exemple', '75001 Paris', 'France'],
    contact: 'halles@example.org',
    latitude: 48.8622,
    longitude: 2.3445,
    merchant: 'COMPTOIR-DEV-01',
    vatNumber: 'FR00000000000',
  },
  {
    ...COMMON,
    shop: 'canal',
    name: 'L’Épicerie du Canal',
    address: ['2 quai de l’Exemple', '75010 Paris', 'France'],
    contact: 'canal@example.org',
    latitude: 48.8717,
    longitude: 2.3635,
    merchant: 'OTHER-SHOP-02',
    couponPolicy: 'single',
  },
];

type Line = readonly [
  sku: string,
  en: string,
  fr: string,
  category: string,
  price: number,
  vat: number,
  stock: number,
  gtin: string,
];
const ITEMS: readonly Line[] = [
  ['coffee-beans', 'Coffee beans, 250 g', 'Café en grains, 250 g', 'coffee', 1450, 550, 24, '2000000000015'],
  ['coffee-ground', 'Ground coffee, 250 g', 'Café moulu, 250 g', 'coffee', 1250, 550, 18, '2000000000022'],
  ['espresso-cup', 'Espresso cup', 'Tasse à espresso', 'tableware', 890, 2000, 12, '2000000000039'],
  ['tea-green', 'Green tea, 100 g', 'Thé vert, 100 g', 'tea', 990, 550, 20, '2000000000046'],
  ['tea-earl-grey', 'Earl Grey, 100 g', 'Thé Earl Grey, 100 g', 'tea', 1090, 550, 16, '2000000000053'],
  ['teapot', 'Teapot, one litre', 'Théière, un litre', 'tableware', 3900, 2000, 4, '2000000000060'],
  ['honey', 'Lavender honey, 500 g', 'Miel de lavande, 500 g', 'grocery', 1190, 550, 10, '2000000000077'],
  ['jam-fig', 'Fig jam', 'Confiture de figues', 'grocery', 590, 550, 15, '2000000000084'],
  ['olive-oil', 'Olive oil, 75 cl', 'Huile d’olive, 75 cl', 'grocery', 1690, 550, 9, '2000000000091'],
  ['chocolate', 'Dark chocolate, 70 %', 'Chocolat noir, 70 %', 'sweets', 480, 550, 40, '2000000000107'],
  ['biscuits', 'Butter biscuits', 'Biscuits au beurre', 'sweets', 520, 550, 30, '2000000000114'],
  ['baguette', 'Baguette', 'Baguette', 'bakery', 130, 550, 60, '2000000000121'],
];
const OTHERS: Readonly<Record<string, Texts>> = {
  coffee: { en: 'Roasted in small batches.', fr: 'Torréfié en petites quantités.' },
  tea: { en: 'Whole leaves.', fr: 'Feuilles entières.' },
  tableware: { en: 'Porcelain, made to last.', fr: 'Porcelaine, faite pour durer.' },
  grocery: { en: 'From the south.', fr: 'Du Midi.' },
  sweets: { en: 'For the afternoon.', fr: 'Pour le goûter.' },
  bakery: { en: 'Baked this morning.', fr: 'Cuite ce matin.' },
};
const PROMOTIONS: readonly Promotion[] = [
  {
    id: 'tea-time',
    name: { en: 'Tea time: 10 % off tea', fr: 'L’heure du thé : 10 % sur le thé' },
    rule: { percent: 10, categories: ['tea'] },
  },
  {
    id: 'three-chocolates',
    name: { en: '2.00 off three chocolates', fr: '2,00 sur trois chocolats' },
    rule: { amountOff: 200, minimumQuantity: 3, gtins: ['2000000000107'] },
  },
  {
    id: 'welcome',
    name: { en: 'Welcome: 5.00 off from 30.00', fr: 'Bienvenue : 5,00 dès 30,00' },
    rule: { amountOff: 500, minimumSpend: 3000 },
    code: 'BIENVENUE',
  },
];
// biome-ignore-end format: tables are read by their rows

const SHARED: readonly SharedField[] = ['name', 'address', 'place', 'items', 'prices', 'availability', 'promotions'];

const HOUR_MS = 3_600_000;
const SLOTS = 16;

/** @param isShared whether the marketplace gets what its page shows @returns the shops that are new */
export async function openSampleShops(around: Surroundings, isShared = true): Promise<readonly string[]> {
  const opened: string[] = [];
  for (const [at, shop] of SAMPLE_SHOPS.entries()) {
    if (!(await openShop(around, shop))) continue;
    opened.push(shop.shop);
    await change(around, shop.shop, async (work) => {
      for (const line of ITEMS.slice(at * 3)) await putItem(work, itemOf(line), Math.max(1, line[6] >> at));
      if (at === 0) await putItem(work, GIFT_CARD, 50);
      for (const promotion of PROMOTIONS.slice(at)) await publishPromotion(work, promotion);
      if (isShared) for (const field of SHARED) await setSharing(work, field, true);
      const first = Math.ceil(work.nowMs / HOUR_MS) * HOUR_MS;
      await openSlots(
        work,
        Array.from({ length: SLOTS }, (_, hour) => ({
          fromMs: first + hour * HOUR_MS,
          untilMs: first + (hour + 1) * HOUR_MS,
          capacity: 6,
        })),
      );
    });
  }
  return opened;
}

const GIFT_CARD: ItemDescription = {
  sku: 'gift-card-20',
  name: { en: 'Gift card, 20.00', fr: 'Carte cadeau, 20,00' },
  description: { en: 'Pays here and on the web.', fr: 'Valable ici et en ligne.' },
  category: 'gift',
  price: 2000,
  vat: 0,
  isGiftCard: true,
};

function itemOf([sku, en, fr, category, price, vat, , gtin]: Line): ItemDescription {
  const description = OTHERS[category] ?? { en: '', fr: '' };
  return { sku, name: { en, fr }, description, category, gtin, price, vat, isGiftCard: false };
}
