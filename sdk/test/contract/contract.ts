/**
 * The contract of a transport: what each of them has to do the same way. Every case has a bench of its own, and throws when it's broken;
 * it doesn't know which runner calls it, since it runs where the real devices are, too.
 */
import type { Bench, BenchKind } from './bench.js';
import { listedAndWatched, phases, pulledAt, pulledIdle } from './cable.js';
import { framesOfEveryLength, fullWindows, strayReports } from './framing.js';
import { manySales } from './leak.js';
import { aLongMessage, aSale, cancelled, frozen, slow, twoTills } from './sales.js';

export interface ContractCase {
  readonly name: string;
  readonly run: (bench: Bench, kind: BenchKind) => Promise<void>;
}

/** @param sales of one till in a row, for memory that is held; 0: without that case, which measures the whole process */
export function contract(sales: number): readonly ContractCase[] {
  const many: ContractCase = { name: `${sales} sales leave nothing behind`, run: (bench) => manySales(bench, sales) };
  return [
    { name: 'frames of every length, whole and in order', run: framesOfEveryLength },
    { name: 'windows of 32 reports, both ways', run: fullWindows },
    { name: 'stray reports are in nobody’s way', run: strayReports },
    { name: 'a sale, by the reader that it says', run: aSale },
    { name: 'a message of several parts', run: aLongMessage },
    { name: 'a payment is cancelled, and the next one pays', run: cancelled },
    { name: 'two tills at one reader', run: twoTills },
    { name: 'a slow card: the reader says that it works', run: slow },
    { name: 'a frozen reader: calls end, and it is used again', run: frozen },
    { name: 'pulled while nothing runs, and plugged in again', run: pulledIdle },
    { name: 'listed, and watched as it comes and goes', run: listedAndWatched },
    ...phases.map((phase) => ({
      name: `pulled in the sale, at ${phase}: charged once, found by its key`,
      run: (bench: Bench): Promise<void> => pulledAt(bench, phase),
    })),
    ...(sales > 0 ? [many] : []),
  ];
}
