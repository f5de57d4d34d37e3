/**
 * The floors on the page of the architecture: a table for each house of .config/floors.json, which the rules are made of too. The rest
 * of the page is written by hand.
 * Floor: simulator cli.
 */
import { readFileSync } from 'node:fs';
import { repositoryFile } from '../../machine/repositoryFile.js';

export const ARCHITECTURE = 'docs/explanation/architecture.md';
const MARKS = ['<!-- floors: printed by npm run docs -->\n', '<!-- /floors -->\n'] as const;

/** From the lowest floor up: what each of its folders holds, and what is added there. */
type Floors = readonly Readonly<Record<string, readonly [holds: string, addition?: string]>>[];

export function architecturePage(): string {
  const [before = '', rest = ''] = read(ARCHITECTURE).split(MARKS[0]);
  const [, after = ''] = rest.split(MARKS[1]);
  const houses = JSON.parse(read('.config/floors.json')) as Record<string, Floors>;
  const tables = Object.entries(houses).map(([house, floors]) => houseTable(house, floors));
  return [before, MARKS[0], ...tables, '\n', MARKS[1], after].join('');
}

/** The highest floor first, as in a house. */
function houseTable(house: string, floors: Floors): string {
  const rows = floors.flatMap((floor, level) =>
    Object.entries(floor).map(
      ([folder, [holds, addition = '']]) =>
        `| ${level + 1} | ${folder === '.' ? 'its own files' : `\`${folder}\``} | ${holds} | ${addition} |\n`,
    ),
  );
  return `\n### \`${house}\`\n\n| floor | folder | holds | add here |\n| --- | --- | --- | --- |\n${rows.reverse().join('')}`;
}

function read(path: string): string {
  return readFileSync(repositoryFile(path) ?? path, 'utf8');
}
