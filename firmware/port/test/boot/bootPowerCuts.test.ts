/**
 * Boot stage and updates with the power cut at every flash operation, and again at every operation of what follows: the C
 * program bootPowerCuts.c, fast, under sanitizers, and once for each precaution with that one taken away.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { twinProgram } from '../hostTarget.js';
import { ALL_CASES, countPowerCuts, SEED } from '../powerCutCounts.js';
import { madeImage } from './releaseImages.js';

const port = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'comptoir-boot-'));
afterAll(() => rmSync(folder, { recursive: true }));

const CASES_SANITIZED = 200;
/** Two signatures for each check, each of them checked: one in so many cuts. */
const STRIDE_SANITIZED = 12;
const CASES_SABOTAGED = 30_000;
/** Half a minute on a machine that has nothing else to do. */
const TIMEOUT_MS = 600_000;

/** Offsets as in bootPowerCuts.c. A body of a part of a chunk, and one of a chunk and a bit. */
beforeAll(() => {
  for (const slot of ['A', 'B'] as const) {
    for (const [major, securityVersion, length] of [
      [1, 1, 700],
      [2, 2, 4_300],
      [3, 2, 1_100],
      [4, 1, 300],
    ] as const) {
      const slotOffset = slot === 'A' ? 0x1000 : 0x6000;
      writeFileSync(
        join(folder, `${slot}${major}`),
        madeImage({ in: slot, major, securityVersion, length, slotOffset }),
      );
    }
  }
});

function run(
  program: string,
  cases: number,
  stride = 1,
  seed = '1',
): { readonly status: number | null; readonly said: string } {
  const { status, stdout, stderr } = spawnSync(program, [folder, `${cases}`, seed, `${stride}`], { encoding: 'utf8' });
  return { status, said: status === 0 ? stdout : stderr };
}

test.each([
  ['host', ALL_CASES, 1],
  ['host-sanitized', CASES_SANITIZED, STRIDE_SANITIZED],
] as const)(
  'no power cut makes a brick, a downgrade, or an unsigned byte run [%s]',
  (kind, cases, stride) => {
    const { status, said } = run(twinProgram(kind, 'bootPowerCuts'), cases, stride, SEED);
    expect(status, said).toBe(0);
    const counts = JSON.parse(said) as Readonly<Record<string, number>>;
    console.log(`boot, ${kind}: ${said.trim()}`);
    expect(counts['cases']).toBeGreaterThanOrEqual(cases);
    expect(counts['doubleFaults']).toBeGreaterThan(cases * 0.7);
    if (kind === 'host')
      countPowerCuts({ what: 'an update comes, and is tried', cuts: counts['cases'] ?? 0, geometries: 1 });
    if (kind === 'host')
      expect(Math.min(counts['cutsAtStart'] ?? 0, counts['rollBacks'] ?? 0, counts['fallBacks'] ?? 0)).toBeGreaterThan(
        cases / 100,
      );
    else expect(counts['checks']).toBe(counts['checksAsked']);
  },
  TIMEOUT_MS,
);

/** What boot stage and slots do against power cuts and roll-backs, and what is there instead in the sabotaged ones. */
const precautions: readonly (readonly [name: string, file: string, from: string, to: string])[] = [
  [
    'a start is counted before it is made',
    'chooseSlot.c',
    'choice.verdict == IMAGE_GOOD && slot_record_write(store, &record)',
    'choice.verdict == IMAGE_GOOD',
  ],
  ['a trial ends', 'chooseSlot.c', 'starts - 1', 'starts'],
  ['least security version', 'image.c', ' || facts.security_version < least', ''],
  ['the body is hashed', 'image.c', 'if (!has_body) return 0;', 'has_body = true;'],
  [
    'no fall-back to the other slot',
    'chooseSlot.c',
    'confirmed.verdict == IMAGE_GOOD ? confirmed : judged(setting, other, &record)',
    'confirmed',
  ],
  [
    'roll-back is refused at once',
    'firmwareStore.c',
    'facts->security_version < record.least_security_version',
    'false',
  ],
  [
    'the least version rises with confirm',
    'firmwareStore.c',
    'store->facts.security_version > least ? store->facts.security_version : least',
    'least',
  ],
  [
    'a slot that is written to is no candidate',
    'firmwareStore.c',
    'record.confirmed = store->running;\n  if (!slot_record_write(&store->records, &record)) return REFUSAL_FLASH_FAILED;',
    '(void)record;',
  ],
  ['no update while on trial', 'firmwareStore.c', 'if (is_on_trial(store, &record)) return REFUSAL_NOT_NOW;', ''],
  [
    'a chunk is erased before it is programmed',
    'firmwareStore.c',
    'store->setting->flash->erase(offset);\n  return program',
    'return program',
  ],
  [
    'the table has sectors that were erased',
    'firmwareStore.c',
    'store->setting->flash->erase(offset + sector * FLASH_SECTOR_BYTES);',
    '(void)sector;',
  ],
  [
    'a torn table is found',
    'firmwareStore.c',
    'if (has_table(&facts, table)) {\n    bits[0] = 1;',
    'if (has_table(&facts, table) || true) {\n    bits[0] = 1;',
  ],
  [
    'what is written is hashed in flash',
    'firmwareStore.c',
    'if (has_chunk(store, &facts, table, index)) bits',
    'if (flash_at(store, chunk_offset(store, index))[0] != 0xff) bits',
  ],
  [
    'the trial ends with confirm',
    'firmwareStore.c',
    '.confirmed = store->running,\n      .least',
    '.confirmed = boot_other_slot(store->running),\n      .least',
  ],
];

test.each(precautions)('without it the test fails: %s', (name, file, from, to) => {
  const source = readFileSync(join(port, 'boot', file), 'utf8');
  expect(source.split(from).length).toBe(2);
  const sabotaged = join(folder, file);
  writeFileSync(sabotaged, source.replace(from, to));
  const program = join(folder, name.replaceAll(' ', '-'));
  const built = join(port, 'build/host');
  const folders = [
    'boot',
    'store',
    'secure',
    'secure/publicKey',
    'test/c',
    'build/sources/mbedtls/include',
    'build/host/generated',
  ];
  const sources = ['bootPowerCuts.c', 'flashModel.c'].map((each) => join(port, 'test/c', each));
  execFileSync(
    'cc',
    ['-std=gnu11', '-w', '-O2', `-DMBEDTLS_CONFIG_FILE="${join(port, 'boot/mbedtlsConfig.h')}"`].concat(
      folders.map((each) => `-I${join(port, each)}`),
      [
        sabotaged,
        ...sources,
        join(built, 'libcomptoir_boot.a'),
        join(built, 'libcomptoir_store.a'),
        '-Wl,--gc-sections,--wrap=curves_verify',
        '-o',
        program,
      ],
    ),
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  expect(run(program, CASES_SABOTAGED).status).not.toBe(0);
});
