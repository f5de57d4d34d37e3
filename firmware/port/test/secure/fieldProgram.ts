/** The arithmetic of a field in C against BigInt's, with the numbers whose carries run furthest, each with each; random points meet none of these. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect } from 'vitest';

const port = fileURLToPath(new URL('../..', import.meta.url));
const TOP = 2n ** 256n;

interface Field {
  /** Below secure/publicKey. */
  readonly source: string;
  /** Below test/c: it compiles the source in by the name FIELD. */
  readonly program: string;
  readonly prime: bigint;
  /** Beside 0, p and 2^256. */
  readonly near: readonly bigint[];
  /** From those. */
  readonly by: readonly bigint[];
  /** By the letter that the program takes. */
  readonly operations: Readonly<Record<string, Operation>>;
}

export interface Operation {
  readonly is: (a: bigint, b: bigint) => bigint;
  /** Default: all of the numbers. */
  readonly seconds?: readonly bigint[];
  /** The answer is the least of its class. */
  readonly isLeast?: boolean;
}

interface FieldProgram {
  /** @returns what came out wrong of the source as it is */
  wrongOnes(): readonly string[];
  /** @returns what came out wrong when one piece of the source is another */
  wrongWhen(from: string, to: string): readonly string[];
}

export function fieldProgram(field: Field): FieldProgram {
  const folder = mkdtempSync(join(tmpdir(), 'comptoir-fields-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const source = join(port, 'secure/publicKey', field.source);
  return {
    wrongOnes: () => wrongOnes(field, join(folder, 'as-it-is'), source),
    wrongWhen(from, to) {
      const text = readFileSync(source, 'utf8');
      expect(text.split(from)).toHaveLength(2);
      const broken = join(folder, 'broken.c');
      writeFileSync(broken, text.replace(from, to));
      return wrongOnes(field, join(folder, 'broken'), broken);
    },
  };
}

function wrongOnes(field: Field, program: string, source: string): readonly string[] {
  const folders = ['secure', 'secure/publicKey', 'build/sources/mbedtls/include'].map(
    (path) => `-I${join(port, path)}`,
  );
  const checked = ['-std=gnu11', '-O1', '-w', '-fsanitize=address,undefined', '-fno-sanitize-recover=all'];
  const sources = [join(port, 'test/c', field.program), join(port, 'secure/publicKey/digits.c')];
  execFileSync('gcc', [...checked, ...folders, `-DFIELD="${source}"`, '-o', program, ...sources]);
  const numbers = extremes(field);
  const asked = Object.entries(field.operations).flatMap(([letter, operation]) =>
    numbers.flatMap((a) => (operation.seconds ?? numbers).map((b) => ({ letter, operation, a, b }))),
  );
  const input = asked.map(({ letter, a, b }) => `${letter} ${hex(a)} ${hex(b)}`).join('\n');
  const answers = execFileSync(program, { input, encoding: 'utf8', maxBuffer: 2 ** 26 })
    .trim()
    .split('\n');
  expect(answers).toHaveLength(asked.length);
  return asked.flatMap(({ letter, operation, a, b }, at) => {
    const answer = numberIn(answers[at] ?? '');
    const difference = (answer - operation.is(a, b)) % field.prime;
    const isRight = difference === 0n && (operation.isLeast !== true || answer < field.prime);
    return isRight ? [] : [`${letter} ${a.toString(16)} ${b.toString(16)}`];
  });
}

/** Numbers below 2^256. */
function extremes({ prime, near, by }: Field): readonly bigint[] {
  const all = new Set<bigint>();
  for (const place of [0n, prime, ...near, TOP]) for (const step of by) all.add(place + step).add(place - step);
  for (const [from, to] of [
    [0, 16],
    [0, 240],
    [16, 256],
    [128, 256],
    [240, 256],
    [16, 240],
  ] as const)
    all.add(2n ** BigInt(to) - 2n ** BigInt(from));
  for (const digit of [0x7fffn, 0x8000n, 0xffdan, 0xaaaan]) all.add((digit * (TOP - 1n)) / 0xffffn);
  return [...all].filter((number) => number >= 0n && number < TOP);
}

/** The lowest byte first. */
function hex(number: bigint): string {
  return Buffer.from(number.toString(16).padStart(64, '0'), 'hex').reverse().toString('hex');
}

function numberIn(text: string): bigint {
  return BigInt(`0x${Buffer.from(text, 'hex').reverse().toString('hex')}`);
}
