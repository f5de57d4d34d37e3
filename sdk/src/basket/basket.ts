/**
 * What is bought: net lines, in minor units of one currency. The reader adds them up itself.
 * Source: docs/reference/sdk.md, `checkout`; docs/reference/protocol.md, `basket`.   Floor: sdk basket.
 */
import { currencyOf, type Money } from '../values/money.js';
import { isObject } from '../values/shape.js';

export interface BasketLine {
  /** The shop's own name of the item. It stays at the till. */
  readonly sku: string;
  /** Number of items, from 1 on. */
  readonly qty: number;
  /** Net price of one, in minor units. */
  readonly unit: number;
  readonly gtin?: string;
  readonly category?: string;
  /** A gift card is bought: coupons and gift cards never pay it. */
  readonly giftCardItem?: boolean;
}

export interface Basket {
  /** ISO 4217, three capital letters. */
  readonly currency: string;
  /** 1 to 255. */
  readonly lines: readonly BasketLine[];
}

/** `line` counts from 1 and is missing when the basket itself is wrong. */
export interface BasketFault {
  readonly line?: number;
  readonly field: string;
  /** A sentence without line and field: `is a whole number of minor units`. */
  readonly must: string;
}

export type BasketResult =
  | { readonly ok: true; readonly basket: Basket; readonly total: Money }
  | { readonly ok: false; readonly fault: BasketFault };

const LINES_MAX = 255;
/** Three bytes on the wire. */
const QTY_MAX = 0xffffff;
/** Twelve digits: n 12. */
const MINOR_MAX = 999_999_999_999;
/** 1..32 printable ASCII characters. */
const CODE_FORM = /^[\x20-\x7e]{1,32}$/;

interface FieldRule {
  readonly must: string;
  readonly isRight: (value: unknown) => boolean;
}

const isCode = (value: unknown): boolean => value === undefined || (typeof value === 'string' && CODE_FORM.test(value));
const isWhole = (value: unknown, least: number, most: number): boolean =>
  Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most;

const LINE_FIELDS: Readonly<Record<keyof BasketLine, FieldRule>> = {
  sku: { must: 'is a text', isRight: (value) => typeof value === 'string' && value !== '' },
  qty: { must: `is a whole number from 1 to ${QTY_MAX}`, isRight: (value) => isWhole(value, 1, QTY_MAX) },
  unit: { must: 'is a whole number of minor units, from 0 on', isRight: (value) => isWhole(value, 0, MINOR_MAX) },
  gtin: { must: 'is a text of 1 to 32 printable ASCII characters, or left out', isRight: isCode },
  category: { must: 'is a text of 1 to 32 printable ASCII characters, or left out', isRight: isCode },
  giftCardItem: {
    must: 'is true or false, or left out',
    isRight: (value) => value === undefined || typeof value === 'boolean',
  },
};

/** Reads a basket as it comes out of a JSON file, or from a program without types. @param value untrusted; not modified */
export function readBasket(value: unknown): BasketResult {
  const refused = (field: string, must: string, line?: number): BasketResult => ({
    ok: false,
    fault: { ...(line !== undefined && { line }), field, must },
  });
  if (!isObject(value)) return refused('basket', 'is an object with `currency` and `lines`');
  const { currency, lines, ...others } = value as Record<string, unknown>;
  const [stranger] = Object.keys(others);
  if (stranger !== undefined) return refused(stranger, 'is no field of a basket');
  if (typeof currency !== 'string' || currencyOf(currency) === undefined)
    return refused('currency', 'is the ISO 4217 letters of a currency');
  if (!Array.isArray(lines) || lines.length === 0 || lines.length > LINES_MAX)
    return refused('lines', `is a list of 1 to ${LINES_MAX} lines`);
  for (const [at, line] of lines.entries()) {
    const fault = faultOfLine(line);
    if (fault !== undefined) return refused(fault.field, fault.must, at + 1);
  }
  const basket: Basket = { currency, lines: lines.map((line: BasketLine) => ({ ...line })) };
  const minor = basket.lines.reduce((sum, { qty, unit }) => sum + qty * unit, 0);
  if (minor === 0 || minor > MINOR_MAX) return refused('lines', 'come to more than 0, and to twelve digits at most');
  return { ok: true, basket, total: { minor, currency } };
}

function faultOfLine(line: unknown): BasketFault | undefined {
  if (!isObject(line)) return { field: 'line', must: 'is an object' };
  const values = line as Record<string, unknown>;
  const stranger = Object.keys(values).find((name) => !Object.hasOwn(LINE_FIELDS, name));
  if (stranger !== undefined) return { field: stranger, must: 'is no field of a line' };
  for (const [field, { isRight, must }] of Object.entries(LINE_FIELDS))
    if (!isRight(values[field])) return { field, must };
  return undefined;
}

/** `Line 3, unit: is a whole number of minor units, from 0 on.` */
export function basketFaultText({ line, field, must }: BasketFault): string {
  return `${line === undefined ? 'The basket' : `Line ${line}`}, ${field}: ${must}.`;
}
