/**
 * docs/reference/emv-coverage.md: which part of the books is done where, and what shows it. Clauses come from the files themselves.
 * Source: emvFeatures.ts.   Floor: simulator cli.
 */
import { existsSync, readFileSync } from 'node:fs';
import { repositoryFile } from '../../machine/repositoryFile.js';
import { EMV_FEATURES, type EmvFeature } from './emvFeatures.js';

const OF_THE_TOP: readonly string[] = ['test-vectors/', 'simulator/', 'sdk/'];
/** A book and what of it is cited in a row. */
const CITATION = /(?:Book ([1-4A-E])|C-([2-8]))((?:[:,]? (?:and |to )?(?:§[\d.]*\d|Annex [A-Z]\d*(?:\.\d+)*))+)/g;
const SECTION = /§[\d.]*\d|Annex [A-Z]\d*(?:\.\d+)*/g;
/** So far behind a citation its file may say that nobody looked it up. */
const REMARK_CHARACTERS = 160;

const HEAD = `# What of EMV the reader does

Printed by \`npm run docs\`; the rows are in \`simulator/src/cli/docs/emvFeatures.ts\`, the clauses are those that the files cite. Nobody who wrote this
had the books at hand: clauses come from other projects and from general knowledge. A clause with a question mark is one whose file says that its
number is not verified.

*must* is part of the first whole release, *should* is planned, *out* is not offered. A *must* without a test fails \`npm run check\`.
`;

/** @param features the rows of the table */
export function emvCoverage(features: readonly EmvFeature[] = EMV_FEATURES): string {
  const lines = features.map((one) => {
    const { feature, level, code, tests, note } = one;
    const text = note === undefined ? feature : `${feature}: ${note}`;
    const state = code.length > 0 || level === 'out' ? text : `${text} (not there)`;
    return `| ${state} | ${level} | ${clausesOf(one).join('; ')} | ${links(code)} | ${links(tests)} |`;
  });
  return [HEAD, '| feature | level | clauses | code | tests |', '| --- | --- | --- | --- | --- |', ...lines, ''].join(
    '\n',
  );
}

/** What is wrong with the table: files that aren't there, and what must be tested and isn't. */
export function emvCoverageFaults(features: readonly EmvFeature[] = EMV_FEATURES): readonly string[] {
  return features.flatMap(({ feature, level, code, tests }) => [
    ...[...code, ...tests]
      .filter((path) => !existsSync(fileOf(path)))
      .map((path) => `${feature}: ${path} is not there`),
    ...(level === 'must' && (code.length === 0 || tests.length === 0) ? [`${feature} must be there, with a test`] : []),
  ]);
}

/** What the files cite, each once. */
function clausesOf({ code, tests }: EmvFeature): readonly string[] {
  const clauses = new Set<string>();
  for (const path of [...code, ...tests]) {
    if (!path.endsWith('.ts') || !existsSync(fileOf(path))) continue;
    const text = readFileSync(fileOf(path), 'utf8');
    for (const { 0: cited, 1: book, 2: kernel, 3: sections = '', index } of text.matchAll(CITATION)) {
      const title = book === undefined ? `C-${kernel}` : `Book ${book}`;
      const [remark = ''] = text.slice(index + cited.length, index + cited.length + REMARK_CHARACTERS).split('*/');
      const isVerified = !remark.includes('not verified');
      for (const [section] of sections.matchAll(SECTION)) clauses.add(`${title} ${section}${isVerified ? '' : '?'}`);
    }
  }
  // One doubt is enough.
  const once = [...clauses].filter((clause) => !clauses.has(`${clause}?`));
  return once.sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
}

function links(paths: readonly string[]): string {
  return paths.map((path) => `[${path.replace(/^.*\//, '')}](../../${pathOf(path)})`).join(', ');
}

/** From the top of the repository. */
function pathOf(path: string): string {
  return OF_THE_TOP.some((folder) => path.startsWith(folder)) ? path : `firmware/${path}`;
}

function fileOf(path: string): string {
  return repositoryFile(pathOf(path)) ?? pathOf(path);
}
