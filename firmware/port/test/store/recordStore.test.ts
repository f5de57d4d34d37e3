/**
 * The record store on a model of NOR flash, with the power cut at every operation: the C program storePowerCuts.c, once fast,
 * once under AddressSanitizer and UndefinedBehaviorSanitizer, and once for each of the store's precautions with that one taken away.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { ALL_CASES, countPowerCuts, SEED } from '../powerCutCounts.js';

const port = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'comptoir-store-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Some seconds of a processor, and it may have others to serve. */
const CASES_MS_MAX = 600_000;
const CASES_SANITIZED = 5_000;
const CASES_SABOTAGED = 25_000;

interface Counts {
  readonly cases: number;
  readonly doubleFaults: number;
  readonly refused: number;
  readonly stuckWords: number;
  readonly ignored: number;
  readonly limiterCuts: number;
  readonly geometries: number;
}

function compile(name: string, options: readonly string[], store = join(port, 'store/recordStore.c')): string {
  const program = join(folder, name);
  const others = ['store/crc32.c', 'test/c/flashModel.c', 'test/c/storePowerCuts.c'].map((path) => join(port, path));
  const folders = ['store', 'test/c'].map((path) => `-I${join(port, path)}`);
  execFileSync('cc', ['-std=gnu11', '-Wall', '-Wextra', ...options, ...folders, store, ...others, '-o', program], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  return program;
}

function run(program: string, cases: number, seed = '1'): { readonly status: number | null; readonly said: string } {
  const { status, stdout, stderr } = spawnSync(program, [`${cases}`, seed], { encoding: 'utf8' });
  return { status, said: status === 0 ? stdout : stderr };
}

test.each([
  ['as it is', ['-O2'], ALL_CASES],
  ['under sanitizers', ['-O1', '-g', '-fsanitize=address,undefined', '-fno-sanitize-recover=all'], CASES_SANITIZED],
] as const)(
  'after every power cut each name has its old value or its new one [%s]',
  { timeout: CASES_MS_MAX },
  (name, options, cases) => {
    const { status, said } = run(compile(name.replaceAll(' ', '-'), options), cases, SEED);
    expect(status, said).toBe(0);
    const counts = JSON.parse(said) as Counts;
    console.log(`record store, ${name}: ${said.trim()}`);
    expect(counts.cases).toBeGreaterThanOrEqual(cases);
    expect(counts.doubleFaults).toBeGreaterThan(cases / 10);
    expect(Math.min(counts.refused, counts.stuckWords, counts.ignored)).toBeGreaterThan(0);
    const { limiterCuts, geometries } = counts;
    expect(limiterCuts).toBeGreaterThan(cases / 50);
    if (cases !== ALL_CASES) return;
    expect(geometries).toBe(3);
    countPowerCuts({ what: 'a result, or another record, is written', cuts: counts.cases - limiterCuts, geometries });
    countPowerCuts({ what: 'the limit of index tokens is written', cuts: limiterCuts, geometries });
  },
);

test('without it the test fails: tokens are written off before they are given', () => {
  const { status, said } = run(compile('limit-not-ahead', ['-O2', '-w', '-DLIMIT_NOT_AHEAD']), CASES_SABOTAGED);
  expect([status, said]).toEqual([1, expect.stringContaining('a cut brought tokens back')]);
});

/** What the store does against power cuts and failing flash, and what is there instead in the sabotaged one. */
const precautions: readonly (readonly [name: string, from: string, to: string])[] = [
  [
    'the value is checked',
    'return crc32(0, at(store, place + UNIT), length) == load32(at(store, place + 4));',
    'return (void)store, (void)place, (void)length, true;',
  ],
  ['the head is checked', 'return load32(head + CHECKED) == crc32(0, head, CHECKED);', 'return (void)head, true;'],
  [
    'copied before given up',
    'copy_live(store, before.oldest) && give_up(store, before.oldest)',
    'give_up(store, before.oldest) && copy_live(store, before.oldest)',
  ],
  [
    'a spare with something in it is not ready',
    'store->spare_is_ready = is_all(at(store, start_of(spare) + UNIT), FLASH_SECTOR_BYTES - UNIT, 0xff);',
    'store->spare_is_ready = spare == spare;',
  ],
  ['an unfinished copy is forgotten', 'if (store->used == store->sectors) {', 'if (false) {'],
  [
    'no record behind a torn one',
    'const bool is_clean = is_all(at(store, place), end - place, 0xff);',
    'const bool is_clean = true;',
  ],
  ['what was programmed is read', 'return memcmp(at(store, place), bytes, length) == 0;', 'return true;'],
  [
    'what was erased is read',
    'return is_all(at(store, start_of(sector)), FLASH_SECTOR_BYTES, 0xff) && program',
    'return program',
  ],
  ['a failed copy leaves things as they were', '*store = before;', ';'],
  ['giving up is read', 'return !read_sequence(store, sector, &unused);', 'return true;'],
  ['sequences wrap', '(int32_t)(sequence - store->sequence) <= 0', 'sequence < store->sequence'],
  [
    'no erasure for what has no room',
    '+ room <= FLASH_SECTOR_BYTES) return true;\n  return false;',
    '+ room <= 2 * FLASH_SECTOR_BYTES) return true;\n  return false;',
  ],
];

test.each(precautions)('without it the test fails: %s', (name, from, to) => {
  const source = readFileSync(join(port, 'store/recordStore.c'), 'utf8');
  expect(source.split(from).length).toBe(2);
  const sabotaged = join(folder, `${name.replaceAll(' ', '-')}.c`);
  writeFileSync(sabotaged, source.replace(from, to));
  expect(run(compile(`${name.replaceAll(' ', '-')}`, ['-O2', '-w'], sabotaged), CASES_SABOTAGED).status).not.toBe(0);
});
