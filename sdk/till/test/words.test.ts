import './page.js';

import { currencyOf } from '@comptoir/sdk';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { set } from '../src/settings/settings.js';
import { inMoney, minorFrom } from '../src/words/money.js';
import { say, WORDS, type Word } from '../src/words/words.js';

const names = (sentence: string): readonly string[] => (sentence.match(/\{\w*\}?/g) ?? []).sort();

test('every word is there in both languages, with the same values in it, and each value has a name that is replaced', () => {
  expect(Object.keys(WORDS.fr).sort()).toEqual(Object.keys(WORDS.en).sort());
  for (const word of Object.keys(WORDS.en) as Word[]) {
    expect(WORDS.fr[word].trim(), word).not.toBe('');
    expect(names(WORDS.fr[word]), word).toEqual(names(WORDS.en[word]));
    for (const language of ['en', 'fr'] as const) {
      set({ language });
      expect(say(word), word).not.toMatch(/[{}]/);
    }
  }
});

test('what is stored is not called approved', () => {
  const stored = [WORDS.en.storedTitle, WORDS.en.storedHint, WORDS.en.stored].join(' ');
  expect(stored.replace('not approved yet', '')).not.toMatch(/approved|paid/i);
  expect([WORDS.fr.storedHint, WORDS.fr.stored].join(' ')).not.toMatch(/accept|pay/i);
});

for (const [language, minor, currency, expected] of [
  ['en', 123_456, 'EUR', '€1,234.56'],
  ['fr', 123_456, 'EUR', '1 234,56 €'],
  ['en', -5, 'EUR', '-€0.05'],
  ['en', 1250, 'JPY', 'JP¥1,250'],
  ['en', 1250, 'KWD', 'KWD 1.250'],
] as const)
  test(`${minor} ${currency} [${language}] is ${expected}`, () => {
    set({ language });
    expect(inMoney(minor, currency).replace(/\s/g, ' ')).toBe(expected);
  });

test('what is typed is the amount that is shown', () => {
  set({ language: 'fr' });
  fc.assert(
    fc.property(fc.nat(99_999_999), fc.constantFrom('EUR', 'JPY', 'KWD'), (minor, currency) => {
      const shown = inMoney(minor, currency).replace(/[^\d,]/g, '');
      expect(minorFrom(shown, currency)).toBe(minor);
      expect(shown.split(',')[1]?.length ?? 0).toBe(currencyOf(currency)?.exponent);
    }),
  );
  for (const text of ['', '-1', '1,234', '1.2.3', '1e3', 'x', ',5'])
    expect(minorFrom(text, 'EUR'), text).toBeUndefined();
  expect(minorFrom('12,5', 'EUR')).toBe(1250);
});
