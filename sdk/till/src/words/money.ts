/** Amounts, times and dates as the language of the page has them.   Floor: till. */
import { currencyOf } from '@comptoir/sdk';
import { settings } from '../settings/settings.js';

const locale = (): string => (settings.value.language === 'fr' ? 'fr-FR' : 'en-IE');

/** @param minor minor units, of either sign */
export function inMoney(minor: number, currency: string): string {
  const exponent = currencyOf(currency)?.exponent ?? 2;
  return new Intl.NumberFormat(locale(), { style: 'currency', currency }).format(minor / 10 ** exponent);
}

export function inTime(ms: number): string {
  return new Intl.DateTimeFormat(locale(), { hour: '2-digit', minute: '2-digit' }).format(ms);
}

export function inDay(ms: number): string {
  return new Intl.DateTimeFormat(locale(), { weekday: 'long', day: 'numeric', month: 'long' }).format(ms);
}

export function inDateTime(ms: number): string {
  return new Intl.DateTimeFormat(locale(), { dateStyle: 'medium', timeStyle: 'short' }).format(ms);
}

/** `12,5` and `12.50` in EUR: 1250. @returns undefined for what is no amount */
export function minorFrom(text: string, currency: string): number | undefined {
  const exponent = currencyOf(currency)?.exponent ?? 2;
  const match = /^\s*(\d{1,9})(?:[.,](\d{0,3}))?\s*$/.exec(text);
  if (match === null || (match[2] ?? '').length > exponent) return undefined;
  return Number(match[1]) * 10 ** exponent + Number((match[2] ?? '').padEnd(exponent, '0') || 0);
}
