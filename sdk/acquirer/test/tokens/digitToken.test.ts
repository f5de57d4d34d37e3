import { createDigitTokens, digitsOfPacked, packDigits } from '@comptoir/acquirer/tokens';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyNumber, numberAt, passesLuhn } from './cardNumbers.js';

const KEY = new Uint8Array(32).fill(7);
const shop = createDigitTokens(KEY, 'SHOP');

test('any number: as many digits, never a card number, and back', () => {
  fc.assert(
    fc.property(anyNumber, (number) => {
      const digits = digitsOfPacked(number) ?? new Uint8Array(0);
      const token = shop.make(number) ?? '';
      expect(token).toHaveLength(digits.length);
      expect(passesLuhn(Array.from(token, Number))).toBe(false);
      expect(shop.open(token)).toEqual({ ok: true, number });
    }),
    { numRuns: 500 },
  );
});

test('10,000 numbers of one issuer: as many tokens, none a card number, none with the first digits of its card', () => {
  const tokens = Array.from({ length: 10_000 }, (_, n) => shop.make(numberAt(n)) ?? '');
  expect(new Set(tokens).size).toBe(10_000);
  expect(tokens.filter((token) => passesLuhn(Array.from(token, Number)))).toEqual([]);
  // One in a million by chance.
  expect(tokens.filter((token) => token.startsWith('444444')).length).toBeLessThan(3);
});

test('another merchant, another token, under the same key', () => {
  const other = createDigitTokens(KEY, 'CAFE');
  expect(other.make(numberAt(1))).not.toBe(shop.make(numberAt(1)));
});

const TOKEN = shop.make(numberAt(1)) ?? '';
test.each([
  ['a wrong digit', TOKEN.slice(0, 5) + ((Number(TOKEN[5]) + 1) % 10) + TOKEN.slice(6), 'TOKEN_CHECK', 15],
  ['a letter', `${TOKEN.slice(0, 3)}x${TOKEN.slice(4)}`, 'TOKEN_CHARACTER', 3],
  ['too few digits', '1234567', 'TOKEN_LENGTH', 7],
  ['too many digits', '1'.repeat(20), 'TOKEN_LENGTH', 19],
  ['nothing', '', 'TOKEN_LENGTH', 0],
])('%s is refused', (_, token, fault, at) => expect(shop.open(token)).toEqual({ ok: false, fault, at }));

test('a number whose check digit is wrong, and what is no number, have no token', () => {
  const digits = digitsOfPacked(numberAt(1)) ?? new Uint8Array(0);
  digits[15] = ((digits[15] ?? 0) + 1) % 10;
  expect(shop.make(packDigits(digits))).toBeUndefined();
  expect(shop.make(new Uint8Array(10))).toBeUndefined();
  expect(shop.make(packDigits(Uint8Array.of(1, 2, 3, 4, 5, 6, 6)))).toBeUndefined();
});
