import { createHash, createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { concatBytes, fromHex, latin1ToBytes, toHex, unsignedToBytes } from '@comptoir/protocol';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { showsCardNumber, spellingsOf } from '../src/token/egress.js';
import { printIndexToken } from '../src/token/indexToken.js';

const hex = (text: string): Uint8Array => fromHex(text) as Uint8Array;
const NUMBER = '4761739001010119';
const packed = hex(`${NUMBER}FFFF`);
const spellings = spellingsOf(packed);
const noise = fc.uint8Array({ maxLength: 20 });

describe('the last gate', () => {
  const integer = unsignedToBytes(Number(NUMBER) % 2 ** 48, 6);
  const high = Math.floor(Number(NUMBER) / 2 ** 48);
  const encodings: readonly (readonly [string, Uint8Array])[] = [
    ['ASCII', latin1ToBytes(NUMBER)],
    ['packed digits', hex(NUMBER)],
    ['packed digits, half a byte on', hex(`F${NUMBER}F`)],
    ['hexadecimal text', latin1ToBytes(toHex(hex(NUMBER)))],
    ['an integer, big endian', concatBytes(Uint8Array.of(high), integer)],
    ['an integer, little endian', concatBytes(integer.slice().reverse(), Uint8Array.of(high))],
  ];

  test.each(encodings)('sees the number as %s, anywhere', (_, bytes) => {
    fc.assert(
      fc.property(noise, noise, (before, after) => showsCardNumber(concatBytes(before, bytes, after), spellings)),
    );
  });

  test('finds exactly what the digits of the number spell, however long it is', () => {
    const digits = fc.array(fc.nat({ max: 9 }), { minLength: 1, maxLength: 19 }).map((all) => all.join(''));
    const halfBytes = fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), maxLength: 44 });
    fc.assert(
      fc.property(digits, halfBytes, halfBytes, fc.boolean(), (number, before, after, isIn) => {
        const text = `${before}${isIn ? number : ''}${after}`;
        const bytes = hex(text.slice(0, text.length & ~1));
        const integer = BigInt(number).toString(16);
        const bigEndian = integer.padStart(integer.length + (integer.length % 2), '0');
        const shown = toHex(bytes).toLowerCase();
        const isSpelt = (spelling: string): boolean => spelling !== '' && shown.includes(spelling);
        const isAligned = (spelling: Uint8Array): boolean =>
          spelling.length > 0 && Buffer.from(bytes).indexOf(Buffer.from(spelling)) >= 0;
        const wholeBytes = BigInt(number) === 0n ? new Uint8Array(0) : hex(bigEndian);
        const expected =
          isSpelt(number) ||
          isAligned(latin1ToBytes(number)) ||
          isAligned(wholeBytes) ||
          isAligned(wholeBytes.slice().reverse());
        const padded = hex(number.padEnd(20, 'F'));
        expect(showsCardNumber(bytes, spellingsOf(padded))).toBe(expected);
      }),
    );
  });

  test('lets pass what is not the number: the twin that shows it can', () => {
    for (const [, bytes] of encodings) {
      for (let at = 1; at < bytes.length - 1; at += 1) {
        const changed = bytes.slice();
        changed[at] = (changed[at] as number) ^ 0x11;
        expect(showsCardNumber(changed, spellings)).toBe(false);
      }
    }
    expect(showsCardNumber(latin1ToBytes('476173******0119'), spellings)).toBe(false);
  });
});

describe('index token', () => {
  test('the worked example of docs/reference/tokens.md', () => {
    const key = createHash('sha256').update('comptoir example merchant key').digest();
    const value = createHmac('sha256', key)
      .update(concatBytes(latin1ToBytes('pan\0'), packed))
      .digest()
      .subarray(0, 16);
    const token = printIndexToken({ version: 1, value: new Uint8Array(value) });
    const page = readFileSync(new URL('../../docs/reference/tokens.md', import.meta.url), 'utf8');
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
