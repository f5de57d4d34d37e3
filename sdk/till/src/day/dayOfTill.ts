/** The report of this till alone, from what it wrote down.   Floor: till. */
import type { DayReport } from '../../../shop/src/api.js';
import { isStoredPart, owedOf, type Part, type SaleRecord, takenOf, tendersOf } from '../sale/saleRecord.js';

type Row<T> = { -readonly [Name in keyof T]: T[Name] };

export function dayOfTill(sales: readonly SaleRecord[], currency: string): DayReport {
  const today = new Date().toDateString();
  const paid = sales.filter(({ state, startedMs }) => state === 'paid' && new Date(startedMs).toDateString() === today);
  const sum = (of: (sale: SaleRecord) => number): number => paid.reduce((total, sale) => total + of(sale), 0);
  const tips = sum(({ tip }) => tip);
  const gross = sum(takenOf) - tips;
  const owed = sum(({ parts }) => owedOf(parts));
  const isOpen = (part: Part): boolean => isStoredPart(part) && part.forwarded === undefined;
  const byHour = Array.from({ length: 24 }, (_, hour) => {
    const then = paid.filter(({ startedMs }) => new Date(startedMs).getHours() === hour);
    return { hour, count: then.length, amount: then.reduce((total, sale) => total + takenOf(sale) - sale.tip, 0) };
  });
  return {
    day: new Date().toISOString().slice(0, 10),
    currency,
    sales: paid.length,
    gross,
    discounts: sum(({ discounts }) => discounts.reduce((total, { amount }) => total + amount, 0)),
    refunds: 0,
    tips,
    net: gross - owed,
    stored: sum(({ parts }) => parts.filter(isOpen).reduce((total, { taken }) => total + taken, 0)),
    owed,
    byTender: byTenderOf(paid),
    byChannel: [{ channel: 'counter', count: paid.length, amount: gross }],
    byHour,
    byItem: byItemOf(paid),
    vat: [],
    orders: { placed: 0, paid: 0, ready: 0, 'handed-over': 0, cancelled: 0, expired: 0 },
    oversold: [],
  };
}

function byTenderOf(paid: readonly SaleRecord[]): DayReport['byTender'] {
  const rows = new Map<string, Row<DayReport['byTender'][number]>>();
  for (const part of paid.flatMap(({ parts }) => parts.filter(({ state }) => state === 'taken')))
    for (const { kind, label, amount } of tendersOf(part)) {
      const row = rows.get(kind + label) ?? { kind, label, count: 0, amount: 0, refunded: 0, owed: 0 };
      row.count += 1;
      row.amount += amount;
      row.owed += owedOf([part]);
      rows.set(kind + label, row);
    }
  return [...rows.values()].sort((a, b) => b.amount - a.amount);
}

function byItemOf(paid: readonly SaleRecord[]): DayReport['byItem'] {
  const rows = new Map<string, Row<DayReport['byItem'][number]>>();
  for (const { sku, name, qty, unit, discount } of paid.flatMap(({ lines }) => lines)) {
    const row = rows.get(sku) ?? { sku, name, qty: 0, amount: 0 };
    row.qty += qty;
    row.amount += qty * unit - discount;
    rows.set(sku, row);
  }
  return [...rows.values()].sort((a, b) => b.amount - a.amount);
}
