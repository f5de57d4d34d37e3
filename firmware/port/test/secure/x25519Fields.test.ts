/**
 * The arithmetic below X25519 against BigInt's, with the numbers whose carries run furthest, each with each: above p, below 2^256, long runs of ones and zeros.
 * Random points meet none of these.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';

const port = fileURLToPath(new URL('../..', import.meta.url));
const LADDER = join(port, 'secure/publicKey/x25519.c');
const folder = mkdtempSync(join(tmpdir(), 'comptoir-fields-'));
afterAll(() => rmSync(folder, { recursive: true }));

const P = 2n ** 255n - 19n;
const TOP = 2n ** 256n;
const CURVE = 121665n;
/** What `fold` may be given: -1 to 40. */
const CARRIES = 42;

const wanted: Readonly<Record<string, (a: bigint, b: bigint) => bigint>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '2': (a) => a * a,
  c: (a) => a * CURVE,
  f: (a, b) => a + 38n * (b - 1n),
  w: (a) => a,
};

/** Numbers below 2^256. */
function extremes(): readonly bigint[] {
  const all = new Set<bigint>();
  for (const near of [0n, P, 2n ** 255n, 2n * P, TOP])
    for (const by of [0n, 1n, 18n, 19n, 37n, 38n, 39n, 1443n, 1444n, 1482n]) all.add(near + by).add(near - by);
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

const hex = (number: bigint): string =>
  Buffer.from(number.toString(16).padStart(64, '0'), 'hex').reverse().toString('hex');
const numberIn = (text: string): bigint => BigInt(`0x${Buffer.from(text, 'hex').reverse().toString('hex')}`);

function wrongOnes(name: string, ladder: string): readonly string[] {
  const program = join(folder, name);
  const folders = ['secure', 'secure/publicKey', 'build/sources/mbedtls/include'].map(
    (path) => `-I${join(port, path)}`,
  );
  const checked = ['-std=gnu11', '-O1', '-w', '-fsanitize=address,undefined', '-fno-sanitize-recover=all'];
  execFileSync('gcc', [
    ...checked,
    ...folders,
    `-DLADDER="${ladder}"`,
    '-o',
    program,
    join(port, 'test/c/x25519Fields.c'),
  ]);
  const numbers = extremes();
  const asked = numbers.flatMap((a) => [
    ...numbers.flatMap((b) => (['+', '-', '*'] as const).map((operation) => ({ operation, a, b }))),
    ...(['2', 'c', 'w'] as const).map((operation) => ({ operation, a, b: 0n })),
    ...Array.from({ length: CARRIES }, (_, b) => ({ operation: 'f' as const, a, b: BigInt(b) })),
  ]);
  const input = asked.map(({ operation, a, b }) => `${operation} ${hex(a)} ${hex(b)}`).join('\n');
  const answers = execFileSync(program, { input, encoding: 'utf8', maxBuffer: 2 ** 26 })
    .trim()
    .split('\n');
  expect(answers).toHaveLength(asked.length);
  return asked.flatMap(({ operation, a, b }, at) => {
    const answer = numberIn(answers[at] ?? '');
    const is = (wanted[operation] as (a: bigint, b: bigint) => bigint)(a, b);
    const isRight = operation === 'w' ? answer === is % P : (answer - is) % P === 0n;
    return isRight ? [] : [`${operation} ${a.toString(16)} ${b.toString(16)}`];
  });
}

test('sums, differences, products and the least of each class', () => {
  expect(wrongOnes('as-it-is', LADDER)).toEqual([]);
});

test.each([
  ['the carry of a carry', '  to[0] = (uint16_t)(to[0] + 38 * carry);\n', ''],
  ['the highest bit is 19', 'round < 2', 'round < 0'],
  ['the highest digit times the 65536 of the curve', '(int32_t)(carry + below)', '(int32_t)carry'],
])('without it the test fails: %s', (name, from, to) => {
  const source = readFileSync(LADDER, 'utf8');
  expect(source.split(from)).toHaveLength(2);
  const broken = join(folder, 'broken.c');
  writeFileSync(broken, source.replace(from, to));
  expect(wrongOnes(name.replaceAll(' ', '-'), broken).length).toBeGreaterThan(0);
});
