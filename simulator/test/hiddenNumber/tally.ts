/**
 * Plays many ways to hide a number, and counts those that get out.
 * Floor: simulator tests.
 */
import fc from 'fast-check';
import type { SimulateOptions } from '../../src/simulation/simulate.js';
import { getsOut } from './getsOut.js';
import { arbitraryHiding, type Hiding, toldAs } from './hiding.js';
import { openCounter } from './play.js';

export interface Tally {
  readonly played: number;
  readonly out: readonly Hiding[];
}

/** A new reader after so many cards: its event log grows. */
const CARDS_A_READER = 50;

/** The same seed plays the same. */
export async function tally(seed: number, count: number, options: SimulateOptions): Promise<Tally> {
  const out: Hiding[] = [];
  const hidings = fc.sample(arbitraryHiding(), { seed, numRuns: count });
  for (let at = 0; at < hidings.length; at += CARDS_A_READER) {
    await using counter = await openCounter({ seed: `${seed}/${at}`, ...options });
    for (const hiding of hidings.slice(at, at + CARDS_A_READER)) {
      if (await getsOut(counter, hiding)) out.push(hiding);
    }
  }
  return { played: hidings.length, out };
}

/** How many got out by each place and coding, the most first, then each of them. */
export function tallyText({ played, out }: Tally): string {
  const counts = (names: readonly string[]): readonly string[] => {
    const count = new Map<string, number>();
    for (const name of names) count.set(name, (count.get(name) ?? 0) + 1);
    return [...count].sort(([, a], [, b]) => b - a).map(([name, times]) => `  ${times} ${name}`);
  };
  return [
    `${out.length} of ${played} got out`,
    ...counts(out.flatMap(({ places }): readonly string[] => (places.length === 0 ? ['UID'] : places))),
    ...counts(out.map(({ coding }) => coding)),
    ...counts(out.map(({ part }) => part)),
    ...counts(out.map(({ split }) => `split: ${split}`)),
    ...counts(out.map(({ sale }) => sale)),
    ...out.slice(0, LISTED_MAX).map(toldAs),
  ].join('\n');
}

const LISTED_MAX = 60;
