/**
 * Money: an integer in minor units, with its currency.
 * Source: ISO 4217 (currencies.ts).   Floor: sdk values.
 */
import { CURRENCIES, type CurrencyDefinition } from './currencies.js';
import { usageError } from './errors.js';

export interface Money {
  /** Minor units: cents of a euro, whole yen. */
  readonly minor: number;
  /** ISO 4217, three capital letters. */
  readonly currency: string;
}

/** Tag 9F02 has twelve digits. */
const MINOR_MAX = 999_999_999_999;

/** @throws ReaderError `usage/invalid` when `minor` isn't an integer in 0..999,999,999,999 or the currency isn't known */
export function money(minor: number, currency: string): Money {
  if (!Number.isSafeInteger(minor) || minor < 0 || minor > MINOR_MAX)
    throw usageError('Money is a whole number of minor units.');
  if (currencyOf(currency) === undefined) throw usageError(`The currency ${String(currency)} is not known.`);
  return { minor, currency };
}

/**
 * Reads an amount as people write it: `12`, `12.5` and `12.50` are the same in EUR. No sign, no separators, no exponent.
 * @returns undefined when it has another form, more decimals than the currency, or more than twelve digits in all
 */
export function parseMoney(text: string, currency: string): Money | undefined {
  const exponent = currencyOf(currency)?.exponent;
  const match = /^(0|[1-9][0-9]{0,11})(?:\.([0-9]{1,4}))?$/.exec(text);
  if (exponent === undefined || match === null) return undefined;
  const [, whole = '', decimals = ''] = match;
  if (decimals.length > exponent) return undefined;
  const minor = Number(whole + decimals.padEnd(exponent, '0'));
  return minor > MINOR_MAX ? undefined : { minor, currency };
}

/** `12.50 EUR`, `1250 JPY`: all decimals of the currency, a point, no separators. */
export function formatMoney({ minor, currency }: Money): string {
  const exponent = currencyOf(currency)?.exponent ?? 0;
  const digits = String(minor).padStart(exponent + 1, '0');
  const at = digits.length - exponent;
  return `${digits.slice(0, at)}${exponent === 0 ? '' : '.'}${digits.slice(at)} ${currency}`;
}

export function currencyOf(code: string): CurrencyDefinition | undefined {
  return CURRENCIES.get(code);
}

/** @param numeric ISO 4217 numeric code, as in tag 5F2A */
export function currencyOfNumeric(numeric: number): CurrencyDefinition | undefined {
  for (const currency of CURRENCIES.values()) if (currency.numeric === numeric) return currency;
  return undefined;
}
