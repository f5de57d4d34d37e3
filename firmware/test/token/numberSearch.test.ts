/** The search behind the door: every coding that clear-fields.md names is found, and what is left out of each isn't. */
import { concatBytes, fromHex, latin1ToBytes, NO_BYTES } from '@comptoir/protocol';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NumberSearch as Search } from '../../src/token/numberSearch.js';

const hex = (text: string): Uint8Array => fromHex(text.toUpperCase()) ?? NO_BYTES;
/** As the door looks: the values joined, and each that may be base64. */
class NumberSearch extends Search {
  isFoundIn(bytes: Uint8Array): boolean {
    return this.isShownIn(bytes) || this.isInBase64(bytes);
  }
}
const searchFor = (number: string): NumberSearch => new NumberSearch(hex(number.padEnd(20, 'F')));
const bytesOf = (digits: string, zero: number): Uint8Array => Uint8Array.from(digits, (digit) => zero + Number(digit));
const evenly = (digits: string, fill: string): Uint8Array => hex(digits.length % 2 === 0 ? digits : digits + fill);
const swapped = (bytes: Uint8Array): Uint8Array => bytes.map((byte) => (byte << 4) | (byte >> 4));
/** A run has a small letter: else one is put before, which is a group of its own. */
const base64 = (bytes: Uint8Array): Uint8Array => {
  const text = Buffer.from(bytes).toString('base64').replace(/=/g, '');
  return latin1ToBytes(/[a-z]/.test(text) ? text : `mmmm${text}`);
};
const integer = (digits: string): Uint8Array => {
  const text = BigInt(digits).toString(16);
  return hex(text.padStart(text.length + (text.length % 2), '0'));
};

/** Ways to write digits, each with the least digits of which it's found. */
const CODINGS: readonly (readonly [name: string, write: (digits: string) => Uint8Array, least: number])[] = [
  ['packed', (digits) => evenly(digits, 'f'), 6],
  ['packed, half a byte on', (digits) => evenly(`a${digits}`, 'f'), 6],
  ['packed, halves swapped', (digits) => swapped(evenly(digits, 'f')), 6],
  ['packed, halves swapped, half a byte on', (digits) => swapped(evenly(`a${digits}`, 'f')), 6],
  ['unpacked', (digits) => bytesOf(digits, 0), 4],
  ['ASCII', latin1ToBytes, 4],
  ['EBCDIC', (digits) => bytesOf(digits, 0xf0), 4],
  ['UTF-16, little endian', (digits) => new Uint8Array(Buffer.from(digits, 'utf16le')), 4],
  ['UTF-16, big endian', (digits) => new Uint8Array(Buffer.from(digits, 'utf16le').swap16()), 4],
  ['ASCII with spaces', (digits) => latin1ToBytes([...digits].join(' ')), 4],
  ['ASCII in groups', (digits) => latin1ToBytes(digits.replace(/(.{4})/g, '$1-')), 4],
  ['ASCII with stars and dots', (digits) => latin1ToBytes([...digits].join('*.')), 4],
  ['EBCDIC with dashes', (digits) => new Uint8Array([...digits].flatMap((digit) => [0xf0 + Number(digit), 0x60])), 4],
  ['base64 of ASCII', (digits) => base64(latin1ToBytes(digits)), 5],
  ['base64 of packed', (digits) => base64(evenly(digits, 'f')), 9],
  ['base64 of packed, one byte on', (digits) => base64(concatBytes(Uint8Array.of(0xfe), evenly(digits, 'f'))), 9],
];
const reversed = (text: string): string => [...text].reverse().join('');

const digits = fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 8, maxLength: 19 });
/** What hides zeros alone isn't looked for. */
const number = digits.filter((text) => /[1-9]/.test(hiddenOf(text)));
const noise = fc.uint8Array({ maxLength: 12 });

const longEnough = (least: number): fc.Arbitrary<string> => number.filter((text) => text.length >= Math.max(least, 9));

function hiddenFrom(text: string): number {
  return text.length < 13 ? 0 : 6;
}
function hiddenOf(text: string): string {
  return text.slice(hiddenFrom(text), text.length - 4);
}

describe.each(CODINGS)('%s', (name, write, least) => {
  test('the number, forwards and backwards, anywhere', () => {
    fc.assert(
      fc.property(longEnough(least), noise, noise, fc.boolean(), (text, before, after, isReversed) =>
        searchFor(text).isFoundIn(
          concatBytes(
            before,
            Uint8Array.of(0xfe),
            write(isReversed ? reversed(text) : text),
            Uint8Array.of(0xfe),
            after,
          ),
        ),
      ),
    );
  });

  test('its hidden digits alone', () => {
    const hiding = (digits: number): fc.Arbitrary<string> => number.filter((text) => hiddenOf(text).length >= digits);
    fc.assert(fc.property(hiding(least), (text) => searchFor(text).isFoundIn(write(hiddenOf(text)))));
    // Swapped and backwards, the bytes are in reverse.
    const back = hiding(name.includes('swapped') ? 9 : least);
    fc.assert(fc.property(back, (text) => searchFor(text).isFoundIn(write(reversed(hiddenOf(text))))));
  });

  test('seven digits of which two are hidden, or nine', () => {
    const count = Math.max(7, least);
    const placed = number
      .filter((text) => text.length >= 13)
      .chain((text) =>
        fc.record({
          text: fc.constant(text),
          from: fc.integer({ min: 1, max: text.length - count }),
        }),
      );
    fc.assert(
      fc.property(placed, ({ text, from }) => {
        const window = text.slice(from, from + count);
        const hidden = Math.min(from + count, text.length - 4) - Math.max(from, 6);
        return hidden < 2 || !/[1-9]/.test(window) || searchFor(text).isFoundIn(write(window));
      }),
    );
  });

  test('all but any one digit', () => {
    const sixteen = fc
      .string({ unit: fc.constantFrom(...'123456789'), minLength: 16, maxLength: 19 })
      .chain((text) => fc.record({ text: fc.constant(text), left: fc.nat({ max: text.length - 1 }) }))
      // Nine on one side of it, where seven aren't enough.
      .filter(({ text, left }) => Math.max(left, text.length - 1 - left) >= least);
    fc.assert(
      fc.property(sixteen, ({ text, left }) =>
        searchFor(text).isFoundIn(write(text.slice(0, left) + text.slice(left + 1))),
      ),
    );
  });

  test("the twin: another number isn't found", () => {
    // No two digits that follow one another are the same in both.
    for (const other of ['5555000055550000', '0000555500005555'])
      expect(searchFor('4761739281416119').isFoundIn(write(other))).toBe(false);
  });
});

describe('integers', () => {
  const forms: readonly (readonly [string, (text: string) => string])[] = [
    ['the number', (text) => text],
    ['without its first digit', (text) => text.slice(1)],
    ['without its last digit', (text) => text.slice(0, -1)],
    ['the hidden digits', hiddenOf],
  ];
  test.each(forms)('%s, of either order', (_, form) => {
    const long = number.filter((text) => integer(form(text)).length >= 3);
    fc.assert(
      fc.property(long, noise, noise, fc.boolean(), (text, before, after, isLittle) => {
        const bytes = integer(form(text));
        return searchFor(text).isFoundIn(concatBytes(before, isLittle ? bytes.reverse() : bytes, after));
      }),
    );
  });

  test("the twin: one more isn't found", () => {
    for (const [, form] of forms)
      expect(searchFor('4761739281416119').isFoundIn(integer(`${BigInt(form('4761739281416119')) + 1n}`))).toBe(false);
  });
});

test('what a mask and a receipt show is nothing: the first six, the last four, zeros', () => {
  const search = searchFor('4761739281416119');
  for (const shown of ['476173******6119', '476173', '6119', '476173X6119', '0000000000000000', 'VISA 6119'])
    expect(search.isFoundIn(latin1ToBytes(shown))).toBe(false);
  expect(searchFor('4970100000000154').isFoundIn(hex('A0000000031010'))).toBe(false);
  expect(Buffer.from(search.mask).toString()).toBe('476173******6119');
});

test('a number of up to four digits hides nothing, and nothing is found', () => {
  for (const text of ['1', '12', '1234'])
    expect(searchFor(text).isFoundIn(latin1ToBytes('1234123412341234'))).toBe(false);
});

test('what was made of the number is erased', () => {
  const search = searchFor('4761739281416119');
  search.erase();
  expect(search.isFoundIn(latin1ToBytes('4761739281416119'))).toBe(false);
  const kept = Object.values(search as unknown as { readonly [name: string]: unknown }).flat();
  const arrays = kept.filter((value) => value instanceof Uint8Array);
  expect(arrays.length).toBeGreaterThan(5);
  expect(arrays.filter((bytes) => bytes.some((byte) => byte !== 0))).toEqual([]);
});
