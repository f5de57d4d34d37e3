/** Every fuzz target takes its seeds, and what was found once. The fuzzer itself: `npm run fuzz`. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Target } from '../../fuzz/target.js';

const FOLDER = new URL('../../fuzz/', import.meta.url);
const names = readdirSync(new URL('targets/', FOLDER)).map((file) => file.replace(/\.ts$/, ''));

function linesOf(name: string): readonly string[] {
  const file = new URL(`found/${name}.txt`, FOLDER);
  return existsSync(file)
    ? readFileSync(file, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
    : [];
}

test('what was found has a target', () => {
  const found = readdirSync(new URL('found/', FOLDER)).filter((file) => file.endsWith('.txt'));
  expect(found.map((file) => file.replace(/\.txt$/, '')).filter((name) => !names.includes(name))).toEqual([]);
});

describe.each(names)('%s', (name) => {
  test('its seeds, and each input that was found once', async () => {
    const target = (await import(`../../fuzz/targets/${name}.ts`)) as Target;
    const seeds = target.seeds();
    expect(seeds.length).toBeGreaterThan(3);
    for (const seed of seeds) target.fuzz(seed);
    for (const line of linesOf(name)) target.fuzz(Buffer.from(line, 'hex'));
  });
});
