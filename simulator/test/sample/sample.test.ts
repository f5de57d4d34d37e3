import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { repositoryFile } from '../../src/machine/repositoryFile.js';
import { sampleOf } from './sample.js';

const measured = JSON.parse(
  readFileSync(repositoryFile('simulator/test/sample/testSeconds.json') ?? '', 'utf8'),
) as Readonly<Record<'chip' | 'usb', Readonly<Record<string, number>>>>;
const SECONDS = 300;
const DRAWS = Array.from({ length: 200 }, (_, seed) => sampleOf(measured.chip, SECONDS, `${seed}`));

test('a sample takes as long as it may, and is the same for the same seed', () => {
  const sums = DRAWS.map((names) => [...names].reduce((sum, name) => sum + (measured.chip[name] ?? 0), 0));
  expect(Math.max(...sums)).toBeLessThanOrEqual(SECONDS);
  expect(Math.min(...sums)).toBeGreaterThan(SECONDS * 0.9);
  expect(sampleOf(measured.chip, SECONDS, '7')).toEqual(DRAWS[7]);
});

test('seeds leave no test out for ever', () => {
  expect(Object.keys(measured.chip).filter((name) => !DRAWS.some((names) => names.has(name)))).toEqual([]);
});

test('each file that was measured is there', () => {
  const files = new Set(Object.keys(measured.chip).map((name) => name.split(' > ')[0] ?? ''));
  expect([...files].filter((file) => !existsSync(repositoryFile(file) ?? ''))).toEqual([]);
});
