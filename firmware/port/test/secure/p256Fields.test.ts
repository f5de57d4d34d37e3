/** The arithmetic below the check of signatures at its edges, and the curve's numbers against another library's. */
import { readFileSync } from 'node:fs';
import { p256 } from '@noble/curves/nist.js';
import { expect, test } from 'vitest';
import { fieldProgram } from './fieldProgram.js';

const { p: P, n: N, b: B } = p256.Point.CURVE();
const MULTIPLES = 16;

const field = fieldProgram({
  source: 'curves.c',
  program: 'p256Fields.c',
  prime: P,
  near: [N, 2n ** 96n, 2n ** 192n, 2n ** 224n],
  by: [0n, 1n, 2n, 2n ** 16n, 2n ** 96n, 2n ** 192n, 2n ** 224n],
  operations: {
    '+': { is: (a, b) => a + b },
    '-': { is: (a, b) => a - b },
    '*': { is: (a, b) => a * b },
    '2': { is: (a) => a * a, seconds: [0n] },
    // What a sum, a difference or a reduction leaves above 2^256, from -7.
    f: { is: (a, b) => a + 2n ** 256n * (b - 7n), seconds: Array.from({ length: 15 }, (_, carry) => BigInt(carry)) },
    z: { is: (a) => a, seconds: [0n], isLeast: true },
  },
});

test('sums, differences, products and the least of each class', () => {
  expect(field.wrongOnes()).toEqual([]);
});

test.each([
  ['the carry of a carry', 'while (carry != 0) carry', 'if (carry != 0) carry'],
  ['the 2^192 of the prime', 'add_at(to, 12, 14, left - carry)', 'add_at(to, 12, 14, left)'],
  ['a word of the reduction', '- A(14) - A(15))\n  WORD(2', '- A(14))\n  WORD(2'],
])('without it the test fails: %s', (_, from, to) => {
  expect(field.wrongWhen(from, to).length).toBeGreaterThan(0);
});

test('the numbers of the curve, and the odd multiples of its base point', () => {
  const text = readFileSync(new URL('../../secure/publicKey/p256Numbers.h', import.meta.url), 'utf8');
  const numbers = [...text.matchAll(/\{((?:0x[0-9a-f]{4}(?:, )?){16})\}/g)].map(([, digits]) =>
    (digits ?? '').split(', ').reduceRight((sum, digit) => (sum << 16n) | BigInt(digit), 0n),
  );
  const multiples = Array.from({ length: MULTIPLES }, (_, at) =>
    p256.Point.BASE.multiply(BigInt(2 * at + 1)).toAffine(),
  );
  expect(numbers).toEqual([P, N, B, ...multiples.flatMap(({ x, y }) => [x, y])]);
});
