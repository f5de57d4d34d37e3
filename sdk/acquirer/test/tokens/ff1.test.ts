/** FF1 beside the samples of NIST and beside another implementation. */

import { createFf1 } from '@comptoir/acquirer/tokens';
import { fromHex } from '@comptoir/protocol';
import { unsafe } from '@noble/ciphers/aes.js';
import { FF1 } from '@noble/ciphers/ff1.js';
import fc from 'fast-check';
import { expect, test } from 'vitest';

const digitsOf = (text: string): Uint8Array => Uint8Array.from(text, Number);
const textOf = (digits: Uint8Array): string => digits.join('');

function ff1(key: Uint8Array, tweak: Uint8Array, length: number): ReturnType<typeof createFf1> {
  const expanded = unsafe.expandKeyLE(key.slice());
  return createFf1((block) => void unsafe.encryptBlock(expanded, block), tweak, length);
}

const KEY = '2B7E151628AED2A6ABF7158809CF4F3CEF4359D8D580AA4F7F036D6F04FC6A94';
const TWEAK = '39383736353433323130';
/** NIST, FF1 samples 1, 2, 4, 5, 7 and 8: those of decimal digits. */
test.each([
  ['AES-128', 32, '', '2433477484'],
  ['AES-128 with a tweak', 32, TWEAK, '6124200773'],
  ['AES-192', 48, '', '2830668132'],
  ['AES-192 with a tweak', 48, TWEAK, '2496655549'],
  ['AES-256', 64, '', '6657667009'],
  ['AES-256 with a tweak', 64, TWEAK, '1001623463'],
])("NIST's sample, %s", (_, keyDigits, tweak, expected) => {
  const cipher = ff1(fromHex(KEY.slice(0, keyDigits)) as Uint8Array, fromHex(tweak) as Uint8Array, 10);
  const digits = digitsOf('0123456789');
  cipher.encrypt(digits);
  expect(textOf(digits)).toBe(expected);
  cipher.decrypt(digits);
  expect(textOf(digits)).toBe('0123456789');
});

test('any digits, key and tweak: the same as @noble/ciphers, and back', () => {
  const bytes = (minLength: number, maxLength: number): fc.Arbitrary<Uint8Array> =>
    fc.uint8Array({ minLength, maxLength });
  const digits = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 6, maxLength: 18 });
  fc.assert(
    fc.property(bytes(32, 32), bytes(0, 40), digits, (key, tweak, plain) => {
      const cipher = ff1(key, tweak, plain.length);
      const changed = Uint8Array.from(plain);
      cipher.encrypt(changed);
      expect([...changed]).toEqual(FF1(10, key, tweak).encrypt(plain));
      cipher.decrypt(changed);
      expect([...changed]).toEqual(plain);
    }),
    { numRuns: 500 },
  );
});

test.each([5, 19, 0, Number.NaN])('%d digits are no domain', (length) => {
  expect(() => ff1(new Uint8Array(32), new Uint8Array(0), length)).toThrow(RangeError);
});
