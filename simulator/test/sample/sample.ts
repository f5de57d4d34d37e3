/**
 * A part of tests that take long: those that COMPTOIR_SEED draws first, as long as they fit into COMPTOIR_SAMPLE seconds by what they took when
 * they were measured. A test that was never measured is in it. Without COMPTOIR_SAMPLE: all.
 * `npm run test:seconds -- FILE…` writes what they took, from files of JUnit.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { repositoryFile } from '../../src/machine/repositoryFile.js';

export type Slow = 'chip' | 'usb';
type Seconds = Readonly<Record<string, number>>;

const MEASURED = 'simulator/test/sample/testSeconds.json';
const { COMPTOIR_SAMPLE: limit, COMPTOIR_SEED: seed = '1' } = process.env;
const drawn = new Map<Slow, { readonly seconds: Seconds; readonly names: ReadonlySet<string> }>();

/** @param name of the test, with that of its file or its transport before it */
export function isInSample(slow: Slow, name: string): boolean {
  if (limit === undefined) return true;
  const { seconds, names } = drawn.get(slow) ?? draw(slow, Number(limit));
  return names.has(name) || seconds[name] === undefined;
}

function draw(slow: Slow, most: number): { readonly seconds: Seconds; readonly names: ReadonlySet<string> } {
  const measured = JSON.parse(readFileSync(repositoryFile(MEASURED) ?? MEASURED, 'utf8')) as Record<Slow, Seconds>;
  const sample = { seconds: measured[slow], names: sampleOf(measured[slow], most, seed) };
  drawn.set(slow, sample);
  return sample;
}

/** @returns names whose seconds add up to `most` at most; one name where all are longer */
export function sampleOf(seconds: Seconds, most: number, drawnBy: string): ReadonlySet<string> {
  const lot = (name: string): string => createHash('sha256').update(`${drawnBy}\n${name}`).digest('hex');
  const lots = Object.entries(seconds).map(([name, each]) => ({ name, each, lot: lot(name) }));
  const names = new Set<string>();
  let sum = 0;
  for (const { name, each } of lots.toSorted((a, b) => (a.lot < b.lot ? -1 : 1))) {
    if (names.size > 0 && sum + each > most) continue;
    names.add(name);
    sum += each;
  }
  return names;
}
