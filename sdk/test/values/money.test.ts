import { currencyOf, currencyOfNumeric, formatMoney, money, parseMoney } from '@comptoir/sdk';
import fc from 'fast-check';
import { expect, test } from 'vitest';

const CODES = ['EUR', 'USD', 'GBP', 'JPY', 'KRW', 'BHD', 'TND', 'CHF'];
const amounts = fc.record({ minor: fc.integer({ min: 0, max: 999_999_999_999 }), currency: fc.constantFrom(...CODES) });

test('what is formatted is parsed back, to the unit', () => {
  fc.assert(
    fc.property(amounts, (amount) => {
      const [text = '', code = ''] = formatMoney(amount).split(' ');
      expect(parseMoney(text, code)).toEqual(amount);
    }),
  );
});

test('any text is an exact amount or none', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string(), fc.stringMatching(/^[-+0-9.,eE ]{1,16}$/)),
      fc.constantFrom(...CODES),
      (text, code) => {
        const amount = parseMoney(text, code);
        if (amount !== undefined) expect(money(amount.minor, code)).toEqual(amount);
      },
    ),
  );
});

test.each([
  ['12.50', 'EUR', 1250],
  ['12.5', 'EUR', 1250],
  ['12', 'EUR', 1200],
  ['0.07', 'EUR', 7],
  ['1250', 'JPY', 1250],
  ['1.250', 'BHD', 1250],
  ['9999999999.99', 'EUR', 999_999_999_999],
])('%s %s is %i minor units', (text, code, minor) => expect(parseMoney(text, code)).toEqual({ minor, currency: code }));

test.each([
  ['12.505', 'EUR'],
  ['1.5', 'JPY'],
  ['-1', 'EUR'],
  ['+1', 'EUR'],
  ['1,50', 'EUR'],
  ['1e2', 'EUR'],
  ['', 'EUR'],
  ['.5', 'EUR'],
  ['5.', 'EUR'],
  ['012', 'EUR'],
  [' 1', 'EUR'],
  ['10000000000.00', 'EUR'],
  ['1', 'eur'],
  ['1', 'XXX'],
  ['١', 'EUR'],
])('%j %s is no amount', (text, code) => expect(parseMoney(text, code)).toBeUndefined());

test('currencies by letters and by number are the same', () => {
  expect(currencyOf('EUR')).toEqual({ code: 'EUR', numeric: 978, exponent: 2 });
  expect(currencyOfNumeric(36)).toEqual({ code: 'AUD', numeric: 36, exponent: 2 });
  expect(currencyOfNumeric(0)).toBeUndefined();
});

test.each([-1, 1.5, Number.NaN, 10 ** 12])('%d is no money', (minor) =>
  expect(() => money(minor, 'EUR')).toThrow(expect.objectContaining({ code: 'usage/invalid' })),
);
