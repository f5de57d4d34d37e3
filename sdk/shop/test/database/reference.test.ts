/** docs/reference/shop.md tells everything that is there. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { MIGRATIONS } from '../../src/database/migrate.js';

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');
const schema = MIGRATIONS.flat().join('');
const page = read('../../../../docs/reference/shop.md');

test('each table', () => {
  const tables = [...schema.matchAll(/^create table (\w+)/gm)].map(([, name]) => name);
  expect(tables.length).toBeGreaterThan(25);
  expect(tables.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
});

test('each call and each fault', () => {
  const calls = [...read('../../src/api.ts').matchAll(/readonly '((?:GET|POST) [^']+)'/g)].map(([, call]) => call);
  const faults = [...read('../../src/api/faults.ts').matchAll(/^ {2}\| '([a-z-]+)'/gm)].map(([, fault]) => fault);
  expect([calls.length > 25, faults.length > 10]).toEqual([true, true]);
  expect([...calls, ...faults].filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
});

test('each primary key begins with the shop, but that of the marketplace’s figures', () => {
  const keys = [...schema.matchAll(/primary key \(([^)]*)\)/g)].map(([, columns]) => columns ?? '');
  expect(keys.filter((columns) => !columns.startsWith('shop_id'))).toEqual(['day']);
});
