/**
 * The key store on a model of NOR flash, with the power cut at every operation while DUKPT advances, while a ticket's keys are loaded, while the
 * reader is zeroised, and while it starts with an image of the other class: the C program keyPowerCuts.c, once fast, once under AddressSanitizer and
 * UndefinedBehaviorSanitizer, and once for each precaution with that one taken away.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { CASES, countPowerCuts, SEED } from '../powerCutCounts.js';

const port = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'comptoir-keys-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A minute of a processor, and it may have others to serve. */
const CASES_MS_MAX = 600_000;
const CASES_SANITIZED = 1_000;
const CASES_SABOTAGED = 20_000;

interface Counts {
  readonly cases: number;
  readonly doubleCuts: number;
  readonly counters: number;
  readonly searches: number;
  readonly otherSets: number;
  readonly dukptCuts: number;
  readonly zeroiseCuts: number;
  readonly loadCuts: number;
  readonly classCuts: number;
  readonly loads: number;
  readonly geometries: number;
}

/** @param store the key store's source; what it needs is in the library of the twin of that kind */
function compile(
  name: string,
  kind: string,
  options: readonly string[],
  store = join(port, 'secure/keys/keyStore.c'),
): string {
  const program = join(folder, name);
  const tests = ['store/recordStore.c', 'store/crc32.c', 'test/c/flashModel.c', 'test/c/keyPowerCuts.c'].map((path) =>
    join(port, path),
  );
  const folders = [
    'store',
    'secure',
    'secure/keys',
    'secure/publicKey',
    'include',
    'test/c',
    'build/sources/mbedtls/include',
  ].map((path) => `-I${join(port, path)}`);
  const config = `-DMBEDTLS_CONFIG_FILE="${join(port, 'secure/mbedtlsConfig.h')}"`;
  const library = join(port, `build/${kind}/libcomptoir_secure.a`);
  execFileSync(
    'cc',
    ['-std=gnu11', '-D_GNU_SOURCE', ...options, config, ...folders, store, ...tests, library, '-o', program],
    {
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  return program;
}

function run(program: string, cases: number, seed = '1'): { readonly status: number | null; readonly said: string } {
  const { status, stdout, stderr } = spawnSync(program, [`${cases}`, seed], { encoding: 'utf8' });
  return { status, said: status === 0 ? stdout : stderr };
}

const SANITIZERS = ['-O1', '-g', '-fsanitize=address,undefined', '-fno-sanitize-recover=all'];

test.each([
  ['as it is', 'host', ['-O2', '-Wall', '-Wextra'], CASES],
  ['under sanitizers', 'host-sanitized', SANITIZERS, CASES_SANITIZED],
] as const)(
  'no counter twice and no used key in the flash, whenever the power fails [%s]',
  (name, kind, options, cases) => {
    const { status, said } = run(compile(name.replaceAll(' ', '-'), kind, options), cases, SEED);
    expect(status, said).toBe(0);
    const counts = JSON.parse(said) as Counts;
    console.log(`keys, ${name}: ${said.trim()}`);
    expect(counts.cases).toBeGreaterThanOrEqual(cases);
    expect(counts.doubleCuts).toBeGreaterThan(cases / 10);
    expect(Math.min(counts.counters, counts.searches, counts.otherSets, counts.loads)).toBeGreaterThan(0);
    const { dukptCuts, loadCuts, zeroiseCuts, classCuts, geometries } = counts;
    expect(Math.min(dukptCuts, loadCuts, zeroiseCuts, classCuts)).toBeGreaterThan(cases / 50);
    expect(geometries).toBe(3);
    if (kind !== 'host') return;
    countPowerCuts({ what: 'DUKPT advances', cuts: dukptCuts, geometries });
    countPowerCuts({ what: "a ticket's keys are loaded", cuts: loadCuts, geometries });
    countPowerCuts({ what: 'the reader is zeroised', cuts: zeroiseCuts, geometries });
    countPowerCuts({ what: 'keys of the other class of images are destroyed', cuts: classCuts, geometries });
  },
  CASES_MS_MAX,
);

test('without it the test fails: what is in the flash is ahead', () => {
  const { status, said } = run(compile('not-ahead', 'host', ['-O2', '-w', '-DCHECKPOINT_NOT_AHEAD']), CASES_SABOTAGED);
  expect(status).toBe(1);
  expect(said).toMatch(/comes twice|used key is in the flash/);
});

test('without it the test fails: a ticket is used up before its keys are stored', () => {
  const options = ['-O2', '-w', '-DTICKET_USED_UP_LAST'];
  const { status, said } = run(compile('used-up-last', 'host', options), CASES_SABOTAGED);
  expect(status).toBe(1);
  expect(said).toContain('their ticket may come again');
});

/** What the store does against power cuts, and what is there instead in the sabotaged one. */
const precautions: readonly (readonly [name: string, from: string, to: string, said: RegExp])[] = [
  ['the old record is erased', 'return old == NO_SECTOR || clear(old);', 'return true;', /used key/],
  [
    'what a cut left of the old record is erased',
    'if (sector != found[set].sector) clear(sector);',
    ';',
    /two records/,
  ],
  [
    'the new record is written before the old one goes',
    'if (!clear(sector) || !random_fill',
    'if ((old != NO_SECTOR && !clear(old)) || !clear(sector) || !random_fill',
    /lost|twice/,
  ],
  [
    'what comes after a set is not read',
    'offsetof(key_set, places) + places * sizeof(key_place)',
    'sizeof buffer',
    /an empty place has a key/,
  ],
  ['the tag is checked', 'if (fault != 0) wipe_buffer();\n  return fault == 0;', 'return true;', /lost|twice/],
  [
    'the storage key is there before its mark',
    'program(0, STORAGE_KEY_AT, key, STORAGE_KEY_BYTES + CHECK_BYTES) && program(0, 0, mark, sizeof mark);',
    'program(0, 0, mark, sizeof mark) && program(0, STORAGE_KEY_AT, key, STORAGE_KEY_BYTES + CHECK_BYTES);',
    /the flash failed/,
  ],
  [
    'a zeroisation that was cut goes on',
    'else if (is_being_zeroised()) zeroise(true);',
    ';',
    /left after the zeroisation/,
  ],
  [
    'its last step that was cut is seen',
    'gone |= mark[i] & (uint8_t)~at(0, 0)[i];',
    'gone |= 0;',
    /zeroised reader takes keys/,
  ],
  [
    'keys of the other class of images are destroyed',
    'if (is_of_other_class()) zeroise(false);',
    'if (false) ;',
    /of the other class/,
  ],
  [
    'the storage key is the first to go',
    '  program(0, STORAGE_KEY_AT, zeros, sizeof zeros);\n  clear_sets();',
    '  clear_sets();\n  program(0, STORAGE_KEY_AT, zeros, sizeof zeros);',
    /the first to go/,
  ],
  [
    'a zeroised reader forgets what it came with',
    '  if (is_zeroised()) key_table_clear();\n  else name_key();',
    '  name_key();',
    /what it came with/,
  ],
];

test.each(precautions)('without it the test fails: %s', (name, from, to, expected) => {
  const source = readFileSync(join(port, 'secure/keys/keyStore.c'), 'utf8');
  expect(source.split(from).length).toBe(2);
  const sabotaged = join(folder, `${name.replaceAll(' ', '-')}.c`);
  writeFileSync(sabotaged, source.replace(from, to));
  const { status, said } = run(compile(name.replaceAll(' ', '-'), 'host', ['-O2', '-w'], sabotaged), CASES_SABOTAGED);
  expect(status).not.toBe(0);
  expect(said).toMatch(expected);
});
