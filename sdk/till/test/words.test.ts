import './page.js';

import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { currencyOf, ReaderError } from '@comptoir/sdk';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { set } from '../src/settings/settings.js';
import { FAULT_WORDS, sayEnd, sayFault } from '../src/words/faultWords.js';
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

const SOURCES = fileURLToPath(new URL('../src', import.meta.url));
const sources = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.tsx?$/.test(name))
  .map((name) => [name, readFileSync(`${SOURCES}/${name}`, 'utf8')] as const);

test('no page says anything that is not among the words', () => {
  const said = sources.flatMap(([name, source]) => {
    if (!name.endsWith('.tsx')) return [];
    const code = source.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');
    // Between tags, and in what a screen reader or a field shows.
    const texts = code.match(/(?<=[^=]>)[^<>{}()=;]*\p{L}{2}[^<>{}()=;]*(?=<\/)/gu) ?? [];
    const labels = code.match(/(?<=(?:aria-label|placeholder|title|alt)=")[^"]+(?=")/g) ?? [];
    return [...texts, ...labels].map((text) => `${name}: ${text.trim()}`);
  });
  // The name of the product.
  expect(said).toEqual(['shell/App.tsx: Comptoir']);
});

test('every word is said somewhere', () => {
  const code = sources.flatMap(([name, source]) => (name === 'words/words.ts' ? [] : source)).join('\n');
  // What a reader, the queue, or the shop names.
  const named = ['tap', 'hold', 'remove', 'try-again', 'one-card', 'insert', 'see-phone'];
  named.push('account', 'bank', 'gift', 'coupon', 'loyalty', 'other', 'stored', 'forwarding', 'settled', 'expired');
  const unused = Object.keys(WORDS.en).filter(
    (word) => !named.includes(word) && !code.includes(`'${word}'`) && !code.includes(`"${word}"`),
  );
  expect(unused).toEqual([]);
});

test('every fault has its sentence in both languages, and none of them speaks to programmers', () => {
  const leaves = (words: object): string[] =>
    Object.values(words).flatMap((one: string | object) => (typeof one === 'string' ? [one] : leaves(one)));
  const keys = (words: object): string[] =>
    Object.entries(words).flatMap(([key, one]: [string, string | object]) =>
      typeof one === 'string' ? [key] : keys(one),
    );
  expect(keys(FAULT_WORDS.fr)).toEqual(keys(FAULT_WORDS.en));
  for (const language of ['en', 'fr'] as const)
    for (const sentence of leaves(FAULT_WORDS[language])) expect(sentence).toMatch(/^\p{Lu}[^`_]+[.?]$/u);
  set({ language: 'fr' });
  expect(sayFault(new ReaderError('link/lost', { charged: 'maybe' }))).toBe(
    'Le lecteur n’est plus là. Vérifiez son câble ou son adresse, puis réessayez.',
  );
  const recovery = { do: 'ask-other-card', message: 'for programmers' } as const;
  expect(sayEnd({ recovery, code: '51' })).toBe('Demandez une autre carte, ou un autre moyen de payer.');
  expect(sayEnd({ recovery, code: 'constructor' })).toBe('Demandez une autre carte, ou un autre moyen de payer.');
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
