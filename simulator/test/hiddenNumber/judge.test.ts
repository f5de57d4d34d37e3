/** The judge sees digits however they are written, wherever they are, and whichever one is missing; and none in ordinary sales. */
import { concatBytes } from '@comptoir/protocol';
import { describe, expect, test } from 'vitest';
import { type Coding, encodeDigits, knownCodings, secretCodings } from './codings.js';
import type { Field, Heard } from './heard.js';
import { digitsOf, type Hiding, type Part, partsOf, plantedOf } from './hiding.js';
import { findDigits } from './judge.js';

const PARTS: readonly Part[] = ['whole', 'one left out', 'one changed', 'hidden only'];
const NUMBERS = ['4761739001010119', '378282246310005', '4761739012345678919', '5413330089607'];
const AROUND = Uint8Array.of(0xaa, 0xaa);

function hidingOf(coding: Coding, rest: Partial<Hiding> = {}): Hiding {
  return {
    base: 'kernel 3',
    sale: 'pay contactless',
    isAuthentic: false,
    number: '4761739001010119',
    part: 'whole',
    odd: 7,
    coding,
    split: 'no',
    places: [],
    fit: 'front',
    ...rest,
  };
}

type Searched = Pick<Heard, 'messages' | 'frames'>;

function heardOf(...values: readonly Uint8Array[]): Searched {
  return { messages: [values.map((value): Field => ({ tag: 0x50, value }))], frames: [] };
}

const isFound = (heard: Searched, hiding: Hiding): boolean => findDigits(heard, hiding).size > 0;

describe.each([...knownCodings, ...secretCodings])('%s', (coding) => {
  test.each(PARTS)('%s', (part) => {
    for (const number of NUMBERS) {
      for (let odd = 0; odd < number.length; odd += 1) {
        const hiding = hidingOf(coding, { number, part, odd });
        const written = concatBytes(AROUND, encodeDigits(coding, digitsOf(hiding)), AROUND);
        expect(isFound(heardOf(written), hiding), `${number.length} digits, ${odd}`).toBe(true);
        expect(isFound({ messages: [], frames: [written] }, hiding)).toBe(true);
      }
    }
  });
});

test.each(knownCodings.filter((coding) => !/base64|integer|backwards|other half/.test(coding)))(
  '%s over two fields',
  (coding) => {
    const hiding = hidingOf(coding, { split: 'neighbours' });
    expect(isFound(heardOf(...partsOf(hiding).map((part) => encodeDigits(coding, part))), hiding)).toBe(true);
  },
);

test('digits in turn, told where they are', () => {
  const hiding = hidingOf('ASCII', { split: 'in turn', places: ['50 label', '9F10 issuer application data'] });
  const fields = plantedOf(hiding).map(({ place: { tag }, value }) => ({ tag, value }));
  expect(isFound({ messages: [fields], frames: [] }, hiding)).toBe(true);
  expect(isFound({ messages: [fields.slice(1)], frames: [] }, hiding)).toBe(false);
});

test('a number of which two hidden digits are missing, and its mask, are not found', () => {
  const hiding = hidingOf('ASCII', { number: '4761731234560119' });
  for (const text of ['476173******0119', '476173123*', '4561', '476173', '0119'])
    expect([...findDigits(heardOf(Buffer.from(text)), hiding)], text).toEqual([]);
});
