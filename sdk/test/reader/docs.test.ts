/** The reference of the SDK beside the tables and types that it tells of. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { CARD_WORDS, ERRORS } from '@comptoir/sdk';
import { expect, test } from 'vitest';
import { policyMessage } from '../../src/basket/policy.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));

test('docs/reference/errors.md shows the table of errors', () => {
  const page = readFileSync(`${root}docs/reference/errors.md`, 'utf8');
  const table = page.split('\n\n').find((paragraph) => paragraph.startsWith('| code |')) ?? '';
  const rows = table.split('\n').slice(2);
  expect(rows).toEqual(
    Object.entries(ERRORS).map(([code, row]) => {
      return `| \`${code}\` | ${row.sentence} | \`${row.do}\` | ${row.next} |`;
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

const policyTable = (): readonly (readonly string[])[] => {
  const page = readFileSync(`${root}docs/reference/sdk.md`, 'utf8');
  const table = page.split('### The policy\n')[1]?.split('\n##')[0] ?? '';
  const rows = table.split('\n').filter((row) => row.startsWith('| `'));
  return rows.map((row) => row.slice(2).split(' | '));
};
const namesIn = (cell = ''): readonly string[] => [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name ?? '');

test('docs/reference/sdk.md names every field of a policy', () => {
  const [, policy = ''] = readFileSync(`${root}sdk/src/basket/policy.ts`, 'utf8').split(
    'export interface MerchantPolicy {',
  );
  const fields = [...(policy.split('\n}')[0] ?? '').matchAll(/^ {2}readonly (\w+)\?:/gm)].map(([, name]) => name);
  expect(fields.length).toBeGreaterThan(10);
  expect(
    policyTable()
      .flatMap(([names]) => namesIn(names))
      .sort(),
  ).toEqual(fields.sort());
});

test('docs/reference/sdk.md gives the defaults of a policy: with them said, it is the message of one that says nothing', () => {
  const said: Record<string, unknown> = {};
  /** Of each default that can be said, another value. */
  const others: [name: string, value: unknown][] = [];
  for (const [names, given = ''] of policyTable()) {
    const word = namesIn(given)[0];
    for (const name of namesIn(names)) {
      if (given === 'true' || given === 'false') said[name] = given === 'true';
      else if (/^\d+$/.test(given)) said[name] = Number(given);
      else if (word !== undefined) said[name] = word;
      else continue;
      const value = said[name];
      others.push([name, typeof value === 'boolean' ? !value : typeof value === 'number' ? value + 1 : 'single']);
    }
  }
  const silent = policyMessage({});
  expect(policyMessage(said)).toEqual(silent);
  expect(others).toHaveLength(11);
  for (const [name, value] of others) expect(policyMessage({ [name]: value })).not.toEqual(silent);
});
