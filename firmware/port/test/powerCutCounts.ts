/**
 * How often the power was cut in this run, and while what: each test of power cuts adds its counts, and they are printed at the end.
 * The first run of a program counts, not those under sanitizers or with something taken away.
 */
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Of each store. */
export const ALL_CASES = 100_000;
/** `npm run powercuts` tries all of them, any other run a tenth where that reaches all that is counted. */
export const CASES: number = process.env['POWER_CUTS'] === 'all' ? ALL_CASES : ALL_CASES / 10;
/** Not the sample's of each commit: another one must first be seen to reach all that is counted. */
export const SEED: string = process.env['POWER_CUTS_SEED'] ?? '1';

const folder = fileURLToPath(new URL('../build', import.meta.url));
const file = `${folder}/powerCuts.jsonl`;

interface Counted {
  readonly what: string;
  readonly cuts: number;
  /** Of flash: places and units of programming. */
  readonly geometries: number;
}

export function countPowerCuts(counted: Counted): void {
  appendFileSync(file, `${JSON.stringify(counted)}\n`);
}

/** Global set-up of vitest. @returns what prints them */
export default function countFromZero(): () => void {
  mkdirSync(folder, { recursive: true });
  rmSync(file, { force: true });
  return () => {
    if (!existsSync(file)) return;
    const all = readFileSync(file, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Counted);
    const sum = all.reduce((cuts, counted) => cuts + counted.cuts, 0);
    console.log(`\nThe power was cut ${sum.toLocaleString('en')} times:`);
    for (const { what, cuts, geometries } of all)
      console.log(
        `  ${cuts.toLocaleString('en').padStart(9)}  ${what}, flash of ${geometries} kind${geometries === 1 ? '' : 's'}`,
      );
  };
}
