/**
 * Payments at a reader of which nothing is known but its cards, if any: what a till relies on.
 * Source: docs/reference/sdk.md.   Floor: simulator trials.
 */
import { type Clock, newKey, type PayResult, type RandomBytes, type Reader, ReaderError } from '@comptoir/sdk';

/** Who brings a card, and takes it away: a person, or a program. */
export interface Hands {
  present(card: string): Promise<void>;
  take(card: string): Promise<void>;
}

export interface SaleParts {
  /** Another session each time. */
  readonly open: () => Promise<Reader>;
  readonly clock: Clock;
  readonly hands: Hands;
  /** Unique: a reader remembers its payments. */
  readonly orders: string;
  readonly random: RandomBytes;
}

interface SaleCase {
  readonly name: string;
  /** @returns what doesn't hold, in a sentence; undefined: it holds */
  run(parts: SaleParts): Promise<string | undefined>;
}

const amount = { minor: 1250, currency: 'EUR' } as const;
const CALL_MS = 10_000;
const ENDED: readonly PayResult['status'][] = ['approved', 'partial', 'declined'];
/** So many digits that stand alone: a token or a cryptogram is hexadecimal, a date is shorter. */
const CARD_NUMBER = /(?<![0-9A-Za-z])\d{13,19}(?![0-9A-Za-z])/;

async function codeOf(call: Promise<unknown>): Promise<string> {
  return call.then(
    (result) => `the result ${JSON.stringify(result)}`,
    (error: unknown) => (error instanceof ReaderError ? error.code : String(error)),
  );
}

/** Pays until the first prompt, then gives up. */
async function cancelled(reader: Reader, order: string, random: RandomBytes): Promise<PayResult> {
  const stop = new AbortController();
  const paying = reader.pay({ amount, key: newKey(order, 1, random) }, { signal: stop.signal, timeoutMs: CALL_MS });
  for await (const _ of paying) stop.abort();
  return paying;
}

export const PLAIN_SALE_CASES: readonly SaleCase[] = [
  {
    name: 'a key that nobody used was never seen',
    async run({ open, orders, random }) {
      await using reader = await open();
      const { status } = await reader.lookup(newKey(`${orders}never`, 1, random), { timeoutMs: CALL_MS });
      return status === 'never-seen' ? undefined : `expected never-seen, seen ${status}`;
    },
  },
  {
    name: 'a payment that the clerk cancels charges nothing, and the reader goes on',
    async run({ open, orders, random }) {
      await using reader = await open();
      const result = await cancelled(reader, `${orders}cancel`, random);
      if (result.status !== 'cancelled' || result.by !== 'clerk')
        return `expected cancelled by clerk, seen ${result.status}`;
      const again = await cancelled(reader, `${orders}again`, random);
      return again.status === 'cancelled' ? undefined : `the next one was ${again.status}`;
    },
  },
  {
    name: 'a reader that waits for a card is busy for another till, and says so',
    async run({ open, orders, random }) {
      await using one = await open();
      await using other = await open();
      const stop = new AbortController();
      const paying = one.pay(
        { amount, key: newKey(`${orders}busy`, 1, random) },
        { signal: stop.signal, timeoutMs: CALL_MS },
      );
      let seen = '';
      for await (const _ of paying) {
        if (seen === '')
          seen = await codeOf(other.pay({ amount, key: newKey(`${orders}late`, 1, random) }, { timeoutMs: CALL_MS }));
        stop.abort();
      }
      await paying;
      return seen === 'reader/busy' ? undefined : `expected the error reader/busy, seen ${seen}`;
    },
  },
  {
    name: 'a payment that nobody answers ends in its time',
    async run({ open, orders, random, clock }) {
      await using reader = await open();
      const startMs = clock.now();
      const ended = await codeOf(reader.pay({ amount, key: newKey(`${orders}time`, 1, random) }, { timeoutMs: 2000 }));
      const tookMs = clock.now() - startMs;
      if (tookMs > 2000 + CALL_MS / 2) return `it took ${Math.round(tookMs)} ms`;
      return /timeout/.test(ended) ? undefined : `expected a time-out, seen ${ended}`;
    },
  },
];

/** Which may look like a card number by chance. */
function withoutCryptogram(paid: PayResult): string {
  return JSON.stringify(paid, (name, value) => (name === 'ac' ? '' : value));
}

/** A sale with a card that is at hand. */
export function cardCase(card: string): SaleCase {
  return {
    name: `a sale with ${card}: a definite end, the same when it is looked up, and no card number`,
    async run({ open, hands, orders, random }) {
      await using reader = await open();
      const key = newKey(`${orders}${card}`, 1, random);
      await hands.present(card);
      try {
        const paid = await reader.pay({ amount, key });
        if (!ENDED.includes(paid.status)) return `the sale was ${paid.status}`;
        if (CARD_NUMBER.test(withoutCryptogram(paid))) return 'the result holds digits of a card number';
        const known = await reader.lookup(key, { timeoutMs: CALL_MS });
        return known.status === paid.status ? undefined : `it was ${paid.status}, and looked up ${known.status}`;
      } finally {
        await hands.take(card);
      }
    },
  };
}
