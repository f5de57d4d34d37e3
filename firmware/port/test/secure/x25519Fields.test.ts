/** The arithmetic below X25519 at its edges. */
import { expect, test } from 'vitest';
import { fieldProgram } from './fieldProgram.js';

const P = 2n ** 255n - 19n;
const CURVE = 121665n;
/** What `fold` may be given: -1 to 40. */
const CARRIES = 42;

const field = fieldProgram({
  source: 'x25519.c',
  program: 'x25519Fields.c',
  prime: P,
  near: [2n ** 255n, 2n * P],
  by: [0n, 1n, 18n, 19n, 37n, 38n, 39n, 1443n, 1444n, 1482n],
  operations: {
    '+': { is: (a, b) => a + b },
    '-': { is: (a, b) => a - b },
    '*': { is: (a, b) => a * b },
    '2': { is: (a) => a * a, seconds: [0n] },
    c: { is: (a) => a * CURVE, seconds: [0n] },
    f: { is: (a, b) => a + 38n * (b - 1n), seconds: Array.from({ length: CARRIES }, (_, carry) => BigInt(carry)) },
    w: { is: (a) => a, seconds: [0n], isLeast: true },
  },
});

test('sums, differences, products and the least of each class', () => {
  expect(field.wrongOnes()).toEqual([]);
});

test.each([
  ['the carry of a carry', '  to[0] = (uint16_t)(to[0] + 38 * carry);\n', ''],
  ['the highest bit is 19', 'round < 2', 'round < 0'],
  ['the highest digit times the 65536 of the curve', '(int32_t)(carry + below)', '(int32_t)carry'],
])('without it the test fails: %s', (_, from, to) => {
  expect(field.wrongWhen(from, to).length).toBeGreaterThan(0);
});
