import { openToken, packDigits, type SealingKey, sealToken } from '@comptoir/acquirer/tokens';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyNumber, numberAt } from './cardNumbers.js';

const SHOP: SealingKey = { key: new Uint8Array(64).fill(3), merchant: 'SHOP', version: 4 };
const EXPIRY = Uint8Array.of(0x30, 0x12);

test('any number, with its expiry date and without: 28 or 26 bytes, the same each time, and back', () => {
  fc.assert(
    fc.property(anyNumber, fc.option(fc.uint8Array({ minLength: 2, maxLength: 2 })), (number, expiry) => {
      const token = sealToken(SHOP, number, expiry ?? undefined) ?? new Uint8Array(0);
      expect(token).toHaveLength(expiry === null ? 26 : 28);
      expect(sealToken(SHOP, number, expiry ?? undefined)).toEqual(token);
      expect(openToken(SHOP, token)).toEqual({ ok: true, number, expiry: expiry ?? undefined });
    }),
    { numRuns: 300 },
  );
});

test.each([
  [8, 0],
  [19, 9],
  [19, 0],
  [13, 1],
])('%i digits of %i', (count, digit) => {
  const number = packDigits(new Uint8Array(count).fill(digit));
  expect(openToken(SHOP, sealToken(SHOP, number) ?? new Uint8Array(0))).toMatchObject({ ok: true, number });
});

const token = sealToken(SHOP, numberAt(1)) ?? new Uint8Array(0);
test.each([
  ["another merchant's", { ...SHOP, merchant: 'CAFE' }, 'TOKEN_WRONG', 1],
  ['another key', { ...SHOP, key: new Uint8Array(64) }, 'TOKEN_WRONG', 1],
  ['another version', { ...SHOP, version: 5 }, 'VERSION_NOT_ACCEPTED', 0],
])('%s is refused', (_, other, fault, at) => expect(openToken(other, token)).toEqual({ ok: false, fault, at }));

test('a token whose version byte was changed does not open under the key of that version', () => {
  const changed = token.slice();
  changed[0] = 5;
  expect(openToken({ ...SHOP, version: 5 }, changed)).toEqual({ ok: false, fault: 'TOKEN_WRONG', at: 1 });
});

test('every bit of a token changed, one at a time: refused', () => {
  for (const whole of [token, sealToken(SHOP, numberAt(1), EXPIRY) ?? token]) {
    for (let bit = 0; bit < whole.length * 8; bit += 1) {
      const changed = whole.slice();
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(openToken(SHOP, changed).ok).toBe(false);
    }
  }
});

test('any bytes, and any length: refused', () => {
  for (let length = 0; length < 40; length += 1) expect(openToken(SHOP, new Uint8Array(length)).ok).toBe(false);
  fc.assert(fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => !openToken(SHOP, bytes).ok));
});

test('what is no card number has no token', () => {
  expect(sealToken(SHOP, new Uint8Array(10))).toBeUndefined();
  expect(sealToken(SHOP, new Uint8Array(9).fill(0x11))).toBeUndefined();
  expect(sealToken(SHOP, numberAt(1), Uint8Array.of(1))).toBeUndefined();
});
