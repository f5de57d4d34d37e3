/**
 * The configuration store on a model of NOR flash, with the power cut at every operation: the C program configurationPowerCuts.c, fast,
 * under AddressSanitizer and UndefinedBehaviorSanitizer, and once for each of the store's precautions with that one taken away.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { CASES, countPowerCuts, SEED } from '../powerCutCounts.js';

const port = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'comptoir-configuration-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Some seconds of a processor, and it may have others to serve. */
const CASES_MS_MAX = 600_000;
const CASES_SANITIZED = 5_000;
const CASES_SABOTAGED = 20_000;

function compile(name: string, options: readonly string[], store = join(port, 'store/configurationStore.c')): string {
  const program = join(folder, name);
  const others = ['store/crc32.c', 'test/c/flashModel.c', 'test/c/configurationPowerCuts.c'];
  const folders = ['store', 'test/c'].map((path) => `-I${join(port, path)}`);
  const sources = [store, ...others.map((path) => join(port, path))];
  execFileSync('cc', ['-std=gnu11', '-Wall', '-Wextra', ...options, ...folders, ...sources, '-o', program], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  return program;
}

function run(program: string, cases: number, seed = '1'): { readonly status: number | null; readonly said: string } {
  const { status, stdout, stderr } = spawnSync(program, [`${cases}`, seed], { encoding: 'utf8' });
  return { status, said: status === 0 ? stdout : stderr };
}

test.each([
  ['as it is', ['-O2'], CASES],
  ['under sanitizers', ['-O1', '-g', '-fsanitize=address,undefined', '-fno-sanitize-recover=all'], CASES_SANITIZED],
] as const)(
  'after every power cut the old one is in force or the new one [%s]',
  { timeout: CASES_MS_MAX },
  (name, options, cases) => {
    const { status, said } = run(compile(name.replaceAll(' ', '-'), options), cases, SEED);
    expect(status, said).toBe(0);
    const counts = JSON.parse(said) as Readonly<Record<string, number>>;
    console.log(`configuration store, ${name}: ${said.trim()}`);
    expect(counts['cases']).toBeGreaterThanOrEqual(cases);
    expect(counts['doubleFaults']).toBeGreaterThan(cases / 10);
    expect(Math.min(counts['newCame'] ?? 0, counts['refused'] ?? 0, counts['ignored'] ?? 0)).toBeGreaterThan(0);
    expect(counts['geometries']).toBe(3);
    if (cases === CASES)
      countPowerCuts({ what: 'a configuration is loaded', cuts: counts['cases'] ?? 0, geometries: 3 });
  },
);

/** What the store does against power cuts and failing flash, and what is there instead in the sabotaged one. */
const precautions: readonly (readonly [name: string, from: string, to: string])[] = [
  ['the head is checked', 'memcmp(head, expected, HEAD_BYTES)', 'memcmp(head, expected, CHECKED)'],
  [
    'the other place is filled',
    'return find(store, number, &length) == 0 ? 1 : 0;',
    'return find(store, number, &length), 0;',
  ],
  ['the later number is in force', '(int32_t)(own - *number) <= 0', '(int32_t)(own - *number) > 0'],
  ['what was programmed is read', '  return memcmp(there, bytes, length) == 0;\n}', '  return true;\n}'],
  [
    'the head that was programmed is read',
    'return memcmp(at(store, place, 0), head, HEAD_BYTES) == 0;',
    'return true;',
  ],
  [
    'the head comes last',
    '  store->coming = length;\n  return true;',
    '  store->coming = length;\n  configuration_store_finish(store);\n  store->coming = length;\n  return true;',
  ],
  ['what is there stays', 'if (!is_erased(there, length)) return false;', ''],
  ['nothing is there before a begin', 'store->coming = 0;\n  store->flash->program', 'store->flash->program'],
];

test.each(precautions)('without it the test fails: %s', (name, from, to) => {
  const source = readFileSync(join(port, 'store/configurationStore.c'), 'utf8');
  expect(source.split(from).length).toBe(2);
  const sabotaged = join(folder, `${name.replaceAll(' ', '-')}.c`);
  writeFileSync(sabotaged, source.replace(from, to));
  expect(run(compile(name.replaceAll(' ', '-'), ['-O2', '-w'], sabotaged), CASES_SABOTAGED).status).not.toBe(0);
});
