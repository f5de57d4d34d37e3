/**
 * Names that are drawn, hashes that are kept instead of secrets, and days in a shop's own time.
 * Floor: shop; imports nothing of it.
 */
import { createHash, createHmac } from 'node:crypto';
import type { RandomBytes } from '@comptoir/sdk';

/** Nothing that is misread: no i, l, o, u. */
const LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** Five bits a character. */
export function draw(random: RandomBytes, characters: number): string {
  return Array.from(random(characters), (byte) => LETTERS.charAt(byte % LETTERS.length)).join('');
}

/** What is kept of a secret that is long enough not to be guessed. */
export function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

export function macOf(key: Uint8Array, text: string): string {
  return createHmac('sha256', key).update(text).digest('hex');
}

/** `2026-11-27` and 0..23 at the shop. */
export function localTime(ms: number, timeZone: string): { readonly day: string; readonly hour: number } {
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(ms);
  const part = (type: string): string => parts.find((one) => one.type === type)?.value ?? '';
  return { day: `${part('year')}-${part('month')}-${part('day')}`, hour: Number(part('hour')) };
}

/** JSON with the fields of objects in order: the same text for the same data, whatever kept it meanwhile. */
export function canonical(value: unknown): string {
  const text = JSON.stringify(value, (_, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([one], [other]) => (one < other ? -1 : 1)))
      : inner,
  );
  return text ?? '';
}
