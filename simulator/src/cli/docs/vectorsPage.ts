/**
 * docs/reference/vectors.md: which kinds of vectors there are, where they run, and how many.
 * Floor: simulator cli.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryFile } from '../../machine/repositoryFile.js';
import { isHostKind } from '../../trials/replay/kinds/hostKinds.js';
import { isObject } from '../../trials/replay/vectorFiles.js';

const FOLDER: string = repositoryFile('test-vectors') ?? 'test-vectors';

const HEAD = `# Test vectors by kind

Printed by \`npm run docs\` from the files in [test-vectors](../../test-vectors/README.md), which tells where each comes from. \`comptoir-sim vectors explain ID\` shows one record and runs it.
A kind of the firmware runs on node, on quickjs and on the emulated chip; a kind of the acquirer's side runs in Node.

| kind | runs on | records | files |
| --- | --- | --- | --- |`;

export function vectorsPage(): string {
  const kinds = new Map<string, { count: number; readonly files: Set<string> }>();
  for (const file of readdirSync(FOLDER).filter((name) => name.endsWith('.json'))) {
    for (const kind of kindsIn(file)) {
      const known = kinds.get(kind) ?? { count: 0, files: new Set<string>() };
      known.count += 1;
      known.files.add(file);
      kinds.set(kind, known);
    }
  }
  const rows = [...kinds].sort().map(([kind, { count, files }]) => {
    const links = [...files].map((file) => `[${file}](../../test-vectors/${file})`).join(', ');
    return `| \`${kind}\` | ${isHostKind(kind) ? 'Node' : 'node, quickjs, pico'} | ${count} | ${links} |`;
  });
  const all = [...kinds.values()].reduce((sum, { count }) => sum + count, 0);
  return `${[HEAD, ...rows, '', `${all} records of ${kinds.size} kinds.`].join('\n')}\n`;
}

function kindsIn(file: string): readonly string[] {
  const content: unknown = JSON.parse(readFileSync(join(FOLDER, file), 'utf8'));
  if (isObject(content)) return Array.isArray(content['scenarios']) ? content['scenarios'].map(() => 'selection') : [];
  if (!Array.isArray(content)) return [];
  return content.flatMap((record: unknown) =>
    isObject(record) && typeof record['kind'] === 'string' ? [record['kind']] : [],
  );
}
