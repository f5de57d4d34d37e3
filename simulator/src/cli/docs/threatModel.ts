/**
 * docs/explanation/threat-model.md: each test that it names is there, and each threat has one or says that it's open.
 * Floor: simulator cli.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const THREAT_MODEL = 'docs/explanation/threat-model.md';

/** A row of a table of threats: its number, then cells. */
const ROW = /^\| (\d+) \|(.*)\|$/gm;
/** A file, and the names of tests behind it. */
const CITATION = /`([\w./]+\.(?:test|chip|port)\.ts)`: ("[^"]+"(?:, "[^"]+")*)/g;
const NAME = /"([^"]+)"/g;
const OPEN = '*open*';

/** @param page text of the page @param top top of the repository @returns sentences; none when all is there */
export function threatModelFaults(page: string, top: string): readonly string[] {
  const faults: string[] = [];
  const numbers: number[] = [];
  for (const [, number, cells = ''] of page.matchAll(ROW)) {
    numbers.push(Number(number));
    const citations = [...cells.matchAll(CITATION)];
    if (citations.length === 0 && !cells.includes(OPEN))
      faults.push(`threat ${number} names no test, and isn't ${OPEN}`);
    for (const [, path = '', names = ''] of citations) faults.push(...missing(number ?? '', top, path, names));
  }
  if (numbers.length === 0 || numbers.some((number, at) => number !== at + 1))
    faults.push('the threats are not numbered from 1, one after another');
  return faults;
}

function missing(number: string, top: string, path: string, names: string): readonly string[] {
  const file = join(top, path);
  if (!existsSync(file)) return [`threat ${number}: ${path} is not there`];
  const text = readFileSync(file, 'utf8');
  return [...names.matchAll(NAME)]
    .filter(([, name = '']) => !["'", '"', '`'].some((quote) => text.includes(quote + escaped(name, quote))))
    .map(([, name]) => `threat ${number}: ${path} has no test "${name}"`);
}

/** As the name stands in the source: at least its beginning in quotes. */
function escaped(name: string, quote: string): string {
  return name.replaceAll(quote, `\\${quote}`) + quote;
}
