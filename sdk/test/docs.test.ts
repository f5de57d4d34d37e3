/** The reference of the SDK beside the tables and types that it tells of. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { CARD_WORDS, ERRORS } from '@comptoir/sdk';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

test('docs/reference/errors.md shows the table of errors', () => {
  const page = readFileSync(`${root}docs/reference/errors.md`, 'utf8');
  const table = page.split('\n\n').find((paragraph) => paragraph.startsWith('| code |')) ?? '';
  const rows = table.split('\n').slice(2);
  expect(rows).toEqual(
    Object.entries(ERRORS).map(([code, row]) => {
      return `| \`${code}\` | ${row.sentence}${row.reserved ? ' *Reserved.*' : ''} | \`${row.do}\` | ${row.next} |`;
    }),
  );
});

test('docs/reference/sdk.md shows the table of card words', () => {
  const page = readFileSync(`${root}docs/reference/sdk.md`, 'utf8');
  const table = page.split('\n\n').find((paragraph) => paragraph.startsWith('| word |')) ?? '';
  expect(table.split('\n').slice(2)).toEqual(
    Object.entries(CARD_WORDS).map(([word, { says, reasons }]) => {
      return `| \`${word}\` | ${says} | ${reasons.replaceAll(/\S+/g, '`$&`')} |`;
    }),
  );
});

test('docs/reference/sdk.md names every field of a policy', () => {
  const [, policy = ''] = readFileSync(`${root}sdk/src/checkout/policy.ts`, 'utf8').split(
    'export interface MerchantPolicy {',
  );
  const fields = [...(policy.split('\n}')[0] ?? '').matchAll(/^ {2}readonly (\w+)\?:/gm)].map(([, name]) => name);
  const page = readFileSync(`${root}docs/reference/sdk.md`, 'utf8');
  const table = page.split('### The policy\n')[1]?.split('\n###')[0] ?? '';
  const named = table.split('\n').flatMap((row) => [...(row.split(' | ')[0] ?? '').matchAll(/`(\w+)`/g)]);
  expect(fields.length).toBeGreaterThan(10);
  expect(named.map(([, name]) => name).sort()).toEqual(fields.sort());
});
