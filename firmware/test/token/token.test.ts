import { createHash, createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { concatBytes, fromHex, latin1ToBytes, toHex } from '@comptoir/protocol';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { printIndexToken } from '../../src/token/indexToken.js';

const hex = (text: string): Uint8Array => fromHex(text) as Uint8Array;
const NUMBER = '4761739001010119';
const packed = hex(`${NUMBER}FFFF`);

describe('index token', () => {
  test('the worked example of docs/reference/tokens.md', () => {
    const key = createHash('sha256').update('comptoir example merchant key').digest();
    const value = createHmac('sha256', key)
      .update(concatBytes(latin1ToBytes('pan\0'), packed))
      .digest()
      .subarray(0, 16);
    const token = printIndexToken({ version: 1, value: new Uint8Array(value) });
    const page = readFileSync(new URL('../../../docs/reference/tokens.md', import.meta.url), 'utf8');
    for (const printed of [toHex(new Uint8Array(key)), toHex(new Uint8Array(value)), token]) {
      expect(page).toContain(`\`${printed}\``);
    }
  });

  test('two values never print alike, and one changed character breaks the check', () => {
    const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';
    const check = (body: string): number =>
      [...body].reduce((sum, digit) => (sum * 32 + alphabet.indexOf(digit)) % 1021, 0);
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 16, maxLength: 16 }),
        fc.nat({ max: 31 }),
        fc.nat({ max: 26 }),
        fc.integer({ min: 1, max: 31 }),
        (value, version, at, by) => {
          const token = printIndexToken({ version, value });
          const body = token.slice(2, 29);
          const printed = alphabet.indexOf(token.charAt(29)) * 32 + alphabet.indexOf(token.charAt(30));
          expect(token).toHaveLength(31);
          expect(check(body)).toBe(printed);
          const other = alphabet.charAt((alphabet.indexOf(body.charAt(at)) + by) % 32);
          expect(check(body.slice(0, at) + other + body.slice(at + 1))).not.toBe(printed);
        },
      ),
    );
  });
});
