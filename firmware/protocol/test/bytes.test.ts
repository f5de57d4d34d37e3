import {
  concatBytes,
  equalBytes,
  fromHex,
  latin1FromBytes,
  latin1ToBytes,
  startsWithBytes,
  toHex,
  unsignedFromBcd,
  unsignedFromBytes,
  unsignedToBcd,
  unsignedToBytes,
} from '@comptoir/protocol';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

const anyBytes = fc.uint8Array({ maxLength: 300 });

describe('bytes', () => {
  test('joining keeps order and copies', () => {
    const part = Uint8Array.of(1, 2);
    const joined = concatBytes(part, Uint8Array.of(), Uint8Array.of(3));
    part[0] = 9;
    expect(joined).toEqual(Uint8Array.of(1, 2, 3));
    expect(concatBytes()).toEqual(new Uint8Array(0));
  });

  test('equal means: same length, same bytes', () =>
    fc.assert(
      fc.property(anyBytes, anyBytes, (a, b) => {
        expect(equalBytes(a, b)).toBe(toHex(a) === toHex(b));
        expect(equalBytes(a, a.slice())).toBe(true);
      }),
    ));

  test('bytes start with each of their beginnings, and with nothing longer', () =>
    fc.assert(
      fc.property(anyBytes, anyBytes, (start, rest) => {
        const whole = concatBytes(start, rest);
        expect(startsWithBytes(whole, start)).toBe(true);
        expect(startsWithBytes(start, whole)).toBe(rest.length === 0);
      }),
    ));

  test('one changed byte makes a difference', () =>
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 40 }),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (bytes, where, change) => {
          const changed = bytes.slice();
          const at = where % bytes.length;
          changed[at] = (changed[at] ?? 0) ^ change;
          expect(equalBytes(bytes, changed)).toBe(false);
        },
      ),
    ));

  test.each([
    [0, 1, '00'],
    [0x1_0000, 3, '010000'],
    [0xffff_ffff, 4, 'FFFFFFFF'],
    [2 ** 48 - 1, 6, 'FFFFFFFFFFFF'],
  ])('%d in %d bytes is %s', (value, length, hex) => {
    expect(toHex(unsignedToBytes(value, length))).toBe(hex);
    expect(unsignedFromBytes(unsignedToBytes(value, length))).toBe(value);
  });

  test('integers of up to six bytes come back', () =>
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 6 }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (length, part) => {
          const value = Math.floor(part * 256 ** length);
          expect(unsignedFromBytes(unsignedToBytes(value, length))).toBe(value);
        },
      ),
    ));

  test('Latin-1 comes back; what is outside becomes a question mark', () => {
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        expect(latin1ToBytes(latin1FromBytes(bytes))).toEqual(bytes);
      }),
    );
    expect(toHex(latin1ToBytes('é€'))).toBe('E93F');
  });
});

describe('hex', () => {
  test('comes back, in either case', () =>
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        const text = toHex(bytes);
        expect(text).toBe(text.toUpperCase());
        expect(fromHex(text)).toEqual(bytes);
        expect(fromHex(text.toLowerCase())).toEqual(bytes);
      }),
    ));

  test.each(['0', '0G', 'G0', '0x', ' 0', '/0', ':0', '@0', '`0', '10 ', '١٠'])('refuses "%s"', (text) =>
    expect(fromHex(text)).toBeUndefined(),
  );

  test('reads any text without a throw, and only what it would write itself', () =>
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const bytes = fromHex(text);
        expect(bytes === undefined || toHex(bytes) === text.toUpperCase()).toBe(true);
      }),
    ));
});

describe('bcd', () => {
  test.each([
    [0, 1, '00'],
    [1250, 6, '000000001250'],
    [978, 2, '0978'],
    [99_999_999_999_999, 7, '99999999999999'],
  ])('%d in %d bytes is %s', (value, length, hex) => expect(toHex(unsignedToBcd(value, length))).toBe(hex));

  test('comes back', () =>
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 999_999_999_999 }), (value) => {
        expect(unsignedFromBcd(unsignedToBcd(value, 6))).toBe(value);
      }),
    ));

  test('refuses a half byte above nine, and more than fourteen digits', () => {
    for (const hex of ['0A', 'A0', 'FF', '120F'])
      expect(unsignedFromBcd(fromHex(hex) ?? Uint8Array.of())).toBeUndefined();
    expect(unsignedFromBcd(new Uint8Array(7))).toBe(0);
    expect(unsignedFromBcd(new Uint8Array(8))).toBeUndefined();
  });
});
