import { createHash, createHmac } from 'node:crypto';
import { computeIndexToken, formatIndexToken, parseIndexToken } from '@comptoir/acquirer';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TRACK_2 } from './sealEnvelope.js';

const MERCHANT_KEY = new Uint8Array(createHash('sha256').update('comptoir example merchant key').digest());
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const tokens = fc.record({
  version: fc.integer({ min: 0, max: 31 }),
  token: fc.uint8Array({ minLength: 16, maxLength: 16 }),
});

/** The printed form, computed in another way: as one big number. */
function print(version: number, token: Uint8Array): string {
  const body = BigInt(`0x${Buffer.from(token).toString('hex')}`) << 2n;
  const number = (BigInt(version) << 130n) | body;
  const digits = (value: bigint, count: number): string =>
    Array.from({ length: count }, (_, i) => ALPHABET[Number((value >> BigInt(5 * (count - 1 - i))) & 31n)]).join('');
  return `ri${digits(number, 27)}${digits(number % 1021n, 2)}`;
}

test('the worked example of docs/reference/tokens.md', () => {
  const digits = Buffer.from('4761739001010119FFFF', 'hex');
  const expected = createHmac('sha256', MERCHANT_KEY).update('pan\0').update(digits).digest().subarray(0, 16);
  const computed = computeIndexToken(MERCHANT_KEY, 1, [{ tag: 0x57, value: TRACK_2 }]);
  expect(computed).toEqual({ version: 1, token: new Uint8Array(expected) });
  expect(formatIndexToken({ version: 1, token: new Uint8Array(expected) })).toBe(print(1, expected));
  expect(print(1, expected)).toBe('ri1951y2ynxk0nwz4pcefgbxtax9w05');
});

test('57 and 5A give the same token; 13 to 19 digits', () => {
  const number = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'));
  for (const [tag57, tag5a] of [
    ['4000000000006D3012', '4000000000006F'],
    ['4761739001010119D3012201', '4761739001010119'],
    ['6799998900000060018D3012', '6799998900000060018F'],
  ] as const) {
    const a = computeIndexToken(MERCHANT_KEY, 0, [{ tag: 0x57, value: number(tag57) }]);
    expect(a).toEqual(computeIndexToken(MERCHANT_KEY, 0, [{ tag: 0x5a, value: number(tag5a) }]));
    expect(a).toBeDefined();
  }
  expect(computeIndexToken(MERCHANT_KEY, 0, [])).toBeUndefined();
  expect(computeIndexToken(MERCHANT_KEY, 0, [{ tag: 0x5a, value: number('12345678901234567890') }])).toBeUndefined();
});

test('what is printed is parsed back, and is what the big number says', () => {
  fc.assert(
    fc.property(tokens, (indexToken) => {
      const printed = formatIndexToken(indexToken);
      expect(printed).toBe(print(indexToken.version, indexToken.token));
      expect(parseIndexToken(printed)).toEqual({ ok: true, indexToken });
    }),
  );
});

test('one wrong character, or two neighbours exchanged: refused', () => {
  fc.assert(
    fc.property(tokens, fc.integer({ min: 2, max: 30 }), fc.constantFrom(...ALPHABET), (indexToken, at, character) => {
      const printed = formatIndexToken(indexToken);
      const swapped = printed.slice(0, at) + (printed[at + 1] ?? '') + printed[at] + printed.slice(at + 2);
      for (const changed of [printed.slice(0, at) + character + printed.slice(at + 1), swapped]) {
        if (changed !== printed) expect(parseIndexToken(changed).ok).toBe(false);
      }
    }),
  );
});

test('any other text is refused', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 40 }), (text) => {
      expect(parseIndexToken(text).ok).toBe(false);
    }),
  );
});
