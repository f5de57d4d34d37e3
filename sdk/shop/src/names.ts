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

/** `2026-11-27`, 0..23 and 0..59 at the shop. */
export function localTime(
  ms: number,
  timeZone: string,
): { readonly day: string; readonly hour: number; readonly minute: number } {
  const parts = clockOf(timeZone).formatToParts(ms);
  const part = (type: string): string => parts.find((one) => one.type === type)?.value ?? '';
  const day = `${part('year')}-${part('month')}-${part('day')}`;
  return { day, hour: Number(part('hour')), minute: Number(part('minute')) };
}

/** Making one takes ten times as long as asking it; there are as many as time zones. */
const clocks = new Map<string, Intl.DateTimeFormat>();
function clockOf(timeZone: string): Intl.DateTimeFormat {
  const known = clocks.get(timeZone);
  if (known !== undefined) return known;
  const [year, two] = ['numeric', '2-digit'] as const;
  const clock = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    year,
    month: two,
    day: two,
    hour: two,
    minute: two,
    hourCycle: 'h23',
  });
  clocks.set(timeZone, clock);
  return clock;
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
