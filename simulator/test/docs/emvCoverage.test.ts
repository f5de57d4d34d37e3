/** The page of coverage is the printed one, and a row that shows nothing is a fault. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { emvCoverage, emvCoverageFaults } from '../../src/cli/docs/emvCoverage.js';
import { EMV_FEATURES } from '../../src/cli/docs/emvFeatures.js';

const row = {
  feature: 'Terminal action analysis',
  level: 'must',
  code: ['src/emv/terminalActionAnalysis.ts'],
  tests: ['test/emv/terminalDecisions.test.ts'],
} as const;

test('every file is there, and what must be is tested', () => expect(emvCoverageFaults()).toEqual([]));

test('the page in the repository is the printed one', () => {
  expect(readFileSync(new URL('../../../docs/reference/emv-coverage.md', import.meta.url), 'utf8')).toBe(emvCoverage());
});

test.each([
  ['no test', { ...row, tests: [] }, 'Terminal action analysis must be there, with a test'],
  ['no code', { ...row, code: [] }, 'Terminal action analysis must be there, with a test'],
  [
    'a file that is gone',
    { ...row, code: ['src/emv/none.ts'] },
    'Terminal action analysis: src/emv/none.ts is not there',
  ],
])('%s is a fault', (_, wrong, fault) => expect(emvCoverageFaults([wrong])).toEqual([fault]));

test('what is only planned may be missing', () => {
  expect(emvCoverageFaults([{ ...row, level: 'should', code: [], tests: [] }])).toEqual([]);
  expect(emvCoverage([{ ...row, level: 'should', code: [], tests: [] }])).toContain(
    'Terminal action analysis (not there)',
  );
});

test('clauses come from the files; one that nobody looked up has a question mark', () => {
  expect(emvCoverage([row])).toContain('| Book 3 §10.7 |');
  const risk = EMV_FEATURES.filter(({ feature }) => feature.startsWith('Floor limit'));
  expect(emvCoverage(risk)).toContain('Book 4 §6.3.5?');
});
