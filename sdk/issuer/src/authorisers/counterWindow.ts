/**
 * Which counters of a card were seen: the highest, and the fifteen below it. What a merchant brings late, after an offline day, may
 * come out of order; nothing comes twice.
 * Source: DCA-1, 9F36.   Floor: issuer; imports nothing.
 */
export const COUNTER_WINDOW = 16;

const ALL_SEEN = 2 ** COUNTER_WINDOW - 1;

export interface CounterWindow {
  /** 9F36, 0..FFFF. */
  readonly highest: number;
  /** 16 bits. Bit n: `highest` less n was seen. */
  readonly seen: number;
}

/** Cards count from 1. */
export const NEW_WINDOW: CounterWindow = { highest: 0, seen: ALL_SEEN };

export type CounterResult =
  | { readonly ok: true; readonly window: CounterWindow }
  | { readonly ok: false; readonly reason: 'COUNTER_OLD' | 'COUNTER_USED' };

export function acceptCounter({ highest, seen }: CounterWindow, counter: number): CounterResult {
  const ahead = counter - highest;
  if (ahead > 0) {
    const kept = ahead < COUNTER_WINDOW ? (seen << ahead) & ALL_SEEN : 0;
    return { ok: true, window: { highest: counter, seen: kept | 1 } };
  }
  if (-ahead >= COUNTER_WINDOW) return { ok: false, reason: 'COUNTER_OLD' };
  const bit = 1 << -ahead;
  if ((seen & bit) !== 0) return { ok: false, reason: 'COUNTER_USED' };
  return { ok: true, window: { highest, seen: seen | bit } };
}

/** Nothing up to `counter` is accepted any more. @param counter at most the highest */
export function closeThrough({ highest, seen }: CounterWindow, counter: number): CounterWindow {
  const behind = highest - counter;
  return behind >= COUNTER_WINDOW ? { highest, seen } : { highest, seen: seen | (ALL_SEEN & ~((1 << behind) - 1)) };
}
