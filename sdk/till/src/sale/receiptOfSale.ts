/** The receipt of a sale, in the language of the page.   Floor: till. */
import type { LookupResult } from '@comptoir/sdk';
import { type Receipt, receipt } from '@comptoir/sdk/receipt';
import { inWords, shopInfo } from '../shop/catalogue.js';
import { inDateTime } from '../words/money.js';
import { remainingOf, type SaleRecord, takenOf } from './saleRecord.js';

/** @returns undefined while nothing is paid: there is no receipt without a sale */
export function receiptOfSale(sale: SaleRecord): Receipt | undefined {
  const taken = sale.parts.filter(({ state }) => state === 'taken');
  if (takenOf(sale) === 0) return undefined;
  const results = taken.flatMap(({ result }): LookupResult[] => (result === undefined ? [] : [result]));
  const money = (minor: number) => ({ minor, currency: sale.currency });
  const cash = taken.filter(({ kind }) => kind === 'cash');
  const cashTaken = cash.reduce((sum, part) => sum + part.taken, 0);
  const change = cash.reduce((sum, part) => sum + (part.received ?? part.taken), 0) - cashTaken;
  const { name = 'Comptoir', address = [], vatNumber } = shopInfo.value ?? {};
  return receipt(results, {
    shop: { name, address, ...(vatNumber !== undefined && { vatNumber }) },
    time: inDateTime(sale.startedMs),
    ...(sale.receiptNumber !== undefined && { number: sale.receiptNumber }),
    lines: sale.lines.map(({ name: texts, qty, unit }) => ({ name: inWords(texts), qty, amount: money(qty * unit) })),
    discounts: sale.discounts.map((one) => ({ name: inWords(one.name), amount: money(one.amount) })),
    vat: vatOf(sale).map(({ rate, amount }) => ({ rate, amount: money(amount) })),
    remaining: money(remainingOf(sale)),
    ...(sale.tip > 0 && { tip: money(sale.tip) }),
    ...(cashTaken > 0 && { cash: { taken: money(cashTaken), ...(change > 0 && { change: money(change) }) } }),
  });
}

/** Tax inside what the lines cost after the shop's discounts, by rate, rounded half up. */
function vatOf({ lines }: SaleRecord): readonly { readonly rate: number; readonly amount: number }[] {
  const nets = new Map<number, number>();
  for (const { vat: rate, qty, unit, discount } of lines) {
    if (rate > 0) nets.set(rate, (nets.get(rate) ?? 0) + qty * unit - discount);
  }
  return [...nets].map(([rate, net]) => ({
    rate,
    amount: Math.floor((net * rate * 2 + 10_000 + rate) / (2 * (10_000 + rate))),
  }));
}
