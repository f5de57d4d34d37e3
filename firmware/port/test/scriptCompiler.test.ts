/**
 * The script compiler runs a script to its entry. What it can't keep in flash, or mustn't, it refuses by name.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';

const compiler = new URL('../build/comptoir-compile', import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), 'comptoir-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** @param before what runs when the firmware is built @param entry what runs at each start, with `board` */
function compile(before: string, entry = 'board.serve(() => 1);'): { readonly said: string; readonly made: string } {
  const [script, output] = [join(folder, 'script.js'), join(folder, 'script.c')];
  writeFileSync(script, `${before}\n// src/entry.ts\n${entry}\n`);
  const { stderr } = spawnSync(compiler, [script, output], { encoding: 'utf8' });
  return { said: stderr, made: readFileSync(output, 'utf8') };
}

test('the same script gives the same C', () => {
  const script = 'const table = new Map([[1, "one"], ["two", 2]]); const bytes = Uint8Array.of(1, 2, 3);';
  const entry = 'board.serve(() => [table, bytes]);';
  const [one, two] = [compile(script, entry), compile(script, entry)];
  expect(one.said).toBe('');
  expect(one.made).toBe(two.made);
  // Sabotage twin: other content is other C.
  expect(compile(script.replace('3', '4'), entry).made).not.toBe(one.made);
});

test.each<readonly [name: string, before: string, entry: string | undefined, said: string]>([
  ['the board before the entry', 'const serial = board.identity;', undefined, "ReferenceError: 'board' is not defined"],
  ['a random number', 'const salt = Math.random();', undefined, 'TypeError: not a function'],
  ['a clock', 'const built = Date.now();', undefined, "ReferenceError: 'Date' is not defined"],
  ['an error', 'throw new Error("as asked");', undefined, 'Error: as asked'],
  ['a name that nothing has', '', 'board.serve(() => missing);', 'missing: nothing has this name at the entry'],
  [
    'a captured variable that changes after the entry',
    'const next = (() => { let count = 0; return function next() { count += 1; return count; }; })();',
    'board.serve(next);',
    'next: this function writes a captured variable of the script',
  ],
  [
    'a map by objects',
    'const keys = new Map([[{}, 1]]);',
    'board.serve(() => keys);',
    "a map's keys are strings and numbers",
  ],
  [
    'a generator that has begun',
    'const steps = (function* () { yield 1; })(); steps.next();',
    'board.serve(() => steps);',
    "an object of a kind that isn't foreseen",
  ],
])('%s is refused', (_, before, entry, said) => {
  expect(compile(before, entry).said).toContain(said);
});
