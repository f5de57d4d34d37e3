/**
 * `npm run fuzz`: any bytes for all that takes bytes of a card or a host apart, led by the branches that they reach (libFuzzer, by Jazzer.js).
 *
 *   fuzz [--seconds 60] [--target NAME] [--seed 1]     the seconds are shared out among the targets
 *   fuzz --target NAME --input FILE                    one input again
 *
 * Exit code 1 when something was found: its input is a file then, and a line says how to repeat it.
 * What the fuzzer prints stays here: an input holds what a card says, and that may be a number.
 * Floor: fuzz.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Target } from './target.js';

const require = createRequire(import.meta.url);
const TARGETS = fileURLToPath(new URL('targets/', import.meta.url));
/** Of this package, in the sources: what was found is there to be looked at and kept. */
const FOUND = fileURLToPath(new URL('../found/', import.meta.url));
const JAZZER = join(require.resolve('@jazzer.js/core'), '../cli.js');
/** For one input. */
const TIMEOUT_MS = 5000;
const INPUT_BYTES_MAX = 4096;
const FINDING = /^(crash|timeout|oom|slow-unit)-/;

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string', default: '1' },
    target: { type: 'string' },
    input: { type: 'string' },
  },
});
const names = readdirSync(TARGETS).flatMap((name) => (name.endsWith('.cjs') ? [name.slice(0, -'.cjs'.length)] : []));
const asked = values.target === undefined ? names : names.filter((name) => name === values.target);
const seconds = Math.floor(Number(values.seconds) / asked.length);

if (asked.length === 0) fail(`there is no target ${values.target}; there are: ${names.join(', ')}`);
else if (values.input !== undefined && asked.length > 1) fail('an input is for one target: --target NAME');
else if (values.input !== undefined) again(asked[0] as string, values.input);
else if (!(seconds >= 1)) fail(`${asked.length} targets take ${asked.length} seconds at least`);
else for (const name of asked) await fuzzOne(name);

function fail(sentence: string): void {
  console.error(sentence);
  process.exitCode = 2;
}

/** Its error is shown whole: who repeats an input wants to see it. */
function again(name: string, file: string): void {
  process.setSourceMapsEnabled(true);
  load(name).fuzz(readFileSync(file));
  console.log(`${name}: nothing is wrong with this input`);
}

function load(name: string): Target {
  return require(join(TARGETS, `${name}.cjs`)) as Target;
}

async function fuzzOne(name: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'comptoir-fuzz-'));
  try {
    const corpus = join(folder, 'corpus');
    mkdirSync(corpus);
    for (const [at, seed] of [...load(name).seeds(), ...foundBefore(name)].entries())
      writeFileSync(join(corpus, `seed-${at}`), seed);
    const log = await run(name, corpus, `${folder}/`);
    const finding = readdirSync(folder).find((file) => FINDING.test(file));
    if (finding === undefined && log.code === 0) console.log(`${name}: ${figuresIn(log.text)}`);
    else report(name, finding === undefined ? undefined : readFileSync(join(folder, finding)), log.text);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

interface Log {
  readonly code: number;
  readonly text: string;
}

function run(name: string, corpus: string, artefacts: string): Promise<Log> {
  const options = [
    `-max_total_time=${seconds}`,
    `-seed=${values.seed}`,
    `-max_len=${INPUT_BYTES_MAX}`,
    `-artifact_prefix=${artefacts}`,
    '-print_final_stats=1',
  ];
  const script = join(TARGETS, `${name}.cjs`);
  const args = [JAZZER, script, corpus, '--sync', '-i', TARGETS, '--timeout', String(TIMEOUT_MS), '--', ...options];
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let text = '';
    const listen = (chunk: Buffer): void => {
      // The end counts: there the fuzzer says what was found, and its figures.
      text = (text + chunk.toString('latin1')).slice(-100_000);
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? 1, text }));
  });
}

function figuresIn(text: string): string {
  const runs = /stat::number_of_executed_units:\s*(\d+)/.exec(text)?.[1] ?? '?';
  const rate = /stat::average_exec_per_sec:\s*(\d+)/.exec(text)?.[1] ?? '?';
  const branches = [...text.matchAll(/cov: (\d+)/g)].at(-1)?.[1] ?? '?';
  return `${runs} inputs in ${seconds} s (${rate}/s), ${branches} branches, nothing found`;
}

/** Only what our own code says: what broke, and where. */
function report(name: string, input: Uint8Array | undefined, text: string): void {
  process.exitCode = 1;
  const why = /^(?:==\d+== )?(?:Uncaught Exception: |ERROR: libFuzzer: )(.*)$/m.exec(text)?.[1] ?? 'the fuzzer ended';
  const where = text
    .split('\n')
    .filter((line) => /^\s+at .*\.ts:/.test(line))
    .slice(0, 6);
  console.log([`${name}: ${why}`, ...where].join('\n'));
  if (input === undefined) return;
  const path = `simulator/fuzz/found/${name}-${createHash('sha256').update(input).digest('hex').slice(0, 8)}.bin`;
  writeFileSync(path, input);
  console.log(`npm run fuzz -- --target ${name} --input ${path}`);
}

/** Inputs that were found once, one a line in hexadecimal: each run begins with them, and `npm test` takes each. */
function foundBefore(name: string): readonly Uint8Array[] {
  const file = join(FOUND, `${name}.txt`);
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => Buffer.from(line, 'hex'));
}
