/**
 * What the customer takes, and what it comes to: priced here, at once and without a network, by the rules that the shop's server has.
 * It's kept at every change, so that a reload loses nothing.
 * Floor: till.
 */

import type { Basket, BasketLine } from '@comptoir/sdk';
import { applyPromotions, netLines } from '@comptoir/sdk/promotions';
import { computed, effect, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { Discount, Item, Promotion, SaleLine } from '../../../shop/src/api.js';
import { catalogue, currency, itemOf, shopInfo } from '../shop/catalogue.js';

interface Picked {
  readonly sku: string;
  readonly qty: number;
}

export interface PricedLine extends SaleLine {
  readonly item: Item;
  readonly gross: number;
  readonly net: number;
}

export interface PricedBasket {
  readonly lines: readonly PricedLine[];
  readonly discounts: readonly Discount[];
  readonly subtotal: number;
  readonly total: number;
  /** As `reader.pay` takes it. */
  readonly basket: Basket;
}

const STORED = 'comptoir-basket';
const STORED_SALE = 'comptoir-basket-sale';
const QTY_MAX = 999;

export const picked: Signal<readonly Picked[]> = signal(load());
/** Codes of promotions that the customer named. */
export const codes: Signal<readonly string[]> = signal([]);
/** Said to who can't see the basket change. */
export const lastPicked: Signal<Item | undefined> = signal(undefined);
/** The pickup order that this basket is of: it's paid here. */
export const ofOrder: Signal<string | undefined> = signal(undefined);

export const priced: ReadonlySignal<PricedBasket> = computed(() => price(picked.value, codes.value, Date.now()));

effect(() => localStorage.setItem(STORED, JSON.stringify(picked.value)));

export function pick(item: Item): void {
  const before = picked.value.find(({ sku }) => sku === item.sku)?.qty ?? 0;
  setQuantity(item.sku, before + 1);
  lastPicked.value = item;
}

/** 0 takes the line away. */
export function setQuantity(sku: string, qty: number): void {
  const isThere = picked.value.some((line) => line.sku === sku);
  const lines = isThere ? picked.value : [...picked.value, { sku, qty: 0 }];
  picked.value = lines
    .map((line) => (line.sku === sku ? { sku, qty: Math.min(qty, QTY_MAX) } : line))
    .filter((line) => line.qty > 0);
}

/** @param sale that this basket is being paid by */
export function payBasketBy(sale: string): void {
  localStorage.setItem(STORED_SALE, sale);
}

/** Once money came in: nobody pays the same basket twice, also when the till died before it was empty. Another customer's basket stays. */
export function emptyBasketOf(sale: string): void {
  if (localStorage.getItem(STORED_SALE) === sale) emptyBasket();
}

export function emptyBasket(): void {
  localStorage.removeItem(STORED_SALE);
  picked.value = [];
  codes.value = [];
  ofOrder.value = undefined;
}

function price(lines: readonly Picked[], named: readonly string[], nowMs: number): PricedBasket {
  const bought = lines.flatMap(({ sku, qty }) => {
    const item = itemOf(sku);
    return item === undefined ? [] : [{ item, sku, qty, unit: item.price }];
  });
  const promotions = (catalogue.value?.promotions ?? []).filter((one) => isInForce(one, named, nowMs));
  const { discounts, net } = applyPromotions(
    bought.map(({ item, qty, unit }) => ({
      qty,
      unit,
      category: item.category,
      isGiftCard: item.isGiftCard,
      ...(item.gtin !== undefined && { gtin: item.gtin }),
    })),
    promotions.map(({ rule }) => rule),
    shopInfo.value?.couponPolicy ?? 'perSource',
  );
  const pricedLines = bought.map((line, at) => {
    const gross = line.qty * line.unit;
    const left = net[at] ?? gross;
    return { ...line, gross, net: left, discount: gross - left };
  });
  return {
    lines: pricedLines,
    discounts: discounts.flatMap(({ promotion, ...rest }) => {
      const of = promotions[promotion];
      return of === undefined ? [] : [{ promotion: of.id, name: of.name, ...rest }];
    }),
    subtotal: pricedLines.reduce((sum, { gross }) => sum + gross, 0),
    total: pricedLines.reduce((sum, line) => sum + line.net, 0),
    basket: { currency: currency.value, lines: pricedLines.flatMap(basketLines) },
  };
}

function isInForce(
  { code, fromMs = 0, untilMs = Number.POSITIVE_INFINITY }: Promotion,
  named: readonly string[],
  nowMs: number,
): boolean {
  return nowMs >= fromMs && nowMs < untilMs && (code === undefined || named.includes(code));
}

function basketLines({ item, qty, net }: PricedLine): readonly BasketLine[] {
  return netLines(qty, net).map((line) => ({
    sku: item.sku,
    ...line,
    category: item.category,
    ...(item.gtin !== undefined && { gtin: item.gtin }),
    ...(item.isGiftCard && { giftCardItem: true }),
  }));
}

function load(): readonly Picked[] {
  try {
    return JSON.parse(localStorage.getItem(STORED) ?? '[]');
  } catch {
    return [];
  }
}
