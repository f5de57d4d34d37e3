/**
 * What a soak has done so far, so that it can be stopped and go on: a line of JSON about the soak, then one for each reader that is
 * through. A line that was cut off is left out, and its reader lives again.
 */
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { LifeReport } from './soakReader.js';

export interface DoneLife {
  /** Its place in `livesOf`. */
  readonly life: number;
  readonly report: LifeReport;
  /** Which process it was in, and what memory that had afterwards. */
  readonly process: string;
  readonly heapBytes: number;
}

export interface SoakFile {
  readonly done: readonly DoneLife[];
  add(done: DoneLife): void;
}

/** @param about what makes it the same soak @throws Error when the file is of another one */
export function openSoakFile(path: string, about: object): SoakFile {
  const head = JSON.stringify(about);
  if (!existsSync(path)) writeFileSync(path, `${head}\n`);
  const [first, ...lines] = readFileSync(path, 'utf8').split('\n');
  if (first !== head) throw new Error(`${path} is of another soak: ${first}`);
  const whole = lines.slice(0, -1);
  writeFileSync(path, [head, ...whole, ''].join('\n'));
  return {
    done: whole.map((line) => JSON.parse(line) as DoneLife),
    add: (done) => appendFileSync(path, `${JSON.stringify(done)}\n`),
  };
}
