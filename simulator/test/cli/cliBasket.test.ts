/** `npm start -- --card dynamic --basket FILE`. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { explainSelection } from '@comptoir/sdk/selection';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ran } from './ran.js';

const SAMPLE = fileURLToPath(new URL('../../../docs/tutorials/basket.json', import.meta.url));
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'basket-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function written(text: string): string {
  const file = join(folder, 'basket.json');
  writeFileSync(file, text);
  return file;
}

test.each(['node', 'quickjs'])('the sample basket, as a page for people [%s]', async (target) => {
  const record = join(folder, 'record');
  const sale = ['sale', '--card', 'dynamic', '--basket', SAMPLE, '--target', target];
  const { code, out, err } = await ran(...sale, '--record', record);
  expect([code, err]).toEqual([0, '']);
  for (const line of [
    '     10.00 EUR  1 gift-card-10, a gift card',
    '  GIFT CARD                  gift  25.00 EUR',
    '  9000   COMMIT',
    '      4.10 EUR  coupon 10 PERCENT OFF: it belongs to the coupons that take off most together',
    '     25.00 EUR  gift GIFT CARD: gift cards pay in the order of their expiry, then their balance',
    '     21.90 EUR  bank CB 497010******0204: the card puts it first',
    '  coupon: the coupon is for another merchant',
    '  GIFT CARD                  0.00 EUR, was 25.00 EUR',
    '  approved  51.00 EUR',
    `  comptoir explain ${record}`,
  ])
    expect(out.split('\n')).toContain(line);
  const kept = readFileSync(record, 'utf8').trim();
  expect(explainSelection(Buffer.from(kept, 'hex'))?.[0]).toBe('Everything is paid.');
  expect((await ran(...sale, '--trace')).out).toContain('00A40400');
});

test('as one JSON object, the same in each run', async () => {
  const sale = ['sale', '--card', 'dynamic', '--basket', SAMPLE, '--json', '--seed', '4'];
  const { code, out } = await ran(...sale);
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({
    result: { status: 'approved', payment: { total: { minor: 5100, currency: 'EUR' }, settled: true } },
    onCard: [{ kind: 'bank' }, {}, { kind: 'account' }, {}, { kind: 'gift' }, { kind: 'coupon' }, { kind: 'loyalty' }],
    giftCards: [{ label: 'GIFT CARD', before: { minor: 2500 }, left: { minor: 0 } }],
    card: { name: 'dynamic' },
    seed: 4,
  });
  expect((await ran(...sale)).out).toBe(out);
});

test('an ordinary card pays it whole; one that is declined takes nothing', async () => {
  const paid = await ran('sale', '--card', 'visa-debit', '--basket', SAMPLE, '--json');
  expect(JSON.parse(paid.out)).toMatchObject({
    result: { status: 'approved', payment: { tenders: [{ kind: 'bank' }] } },
    giftCards: [],
  });
  const declined = await ran('sale', '--card', 'declined', '--basket', SAMPLE);
  expect([declined.code, declined.out.includes('declined  DECLINED.')]).toEqual([1, true]);
});

const line = (fields: string): string => `{"currency":"EUR","lines":[{"sku":"a","qty":1,"unit":1},${fields}]}`;

test.each([
  ['', 'is no JSON: Unexpected end'],
  ['{"currency": EUR}', "Unexpected token 'E'"],
  ['{\n"currency": "EUR"\n"lines": []}', 'is no JSON from line 3 on'],
  ['[]', 'The basket, currency'],
  ['7', 'The basket, basket: is an object'],
  ['{"currency":"XQQ","lines":[]}', 'The basket, currency: is the ISO 4217 letters'],
  ['{"currency":"EUR","lines":[]}', 'The basket, lines: is a list of 1 to 255'],
  ['{"currency":"EUR","lines":[],"tax":1}', 'The basket, tax: is no field of a basket'],
  [line('5'), 'Line 2, line: is an object'],
  [line('{"sku":"","qty":1,"unit":1}'), 'Line 2, sku: is a text'],
  [line('{"sku":"b","qty":0,"unit":1}'), 'Line 2, qty: is a whole number from 1'],
  [line('{"sku":"b","qty":1,"unit":1.5}'), 'Line 2, unit: is a whole number of minor units'],
  [line('{"sku":"b","qty":1,"unit":"1"}'), 'Line 2, unit: is a whole number of minor units'],
  [line('{"sku":"b","qty":1,"unit":1,"gtin":7}'), 'Line 2, gtin: is a text of 1 to 32'],
  [line('{"sku":"b","qty":1,"unit":1,"category":"é"}'), 'Line 2, category: is a text of 1 to 32'],
  [line('{"sku":"b","qty":1,"unit":1,"giftCardItem":1}'), 'Line 2, giftCardItem: is true or false'],
  [line('{"sku":"b","qty":1,"unit":1,"giftcarditem":true}'), 'Line 2, giftcarditem: is no field of a line'],
  [line('{"sku":"b","qty":16777215,"unit":999999999999}'), 'The basket, lines: come to more than 0'],
])('a wrong file says where: %j', async (text, told) => {
  const { code, out, err } = await ran('sale', '--card', 'dynamic', '--basket', written(text));
  expect([code, out]).toEqual([2, '']);
  expect(err).toContain(told);
});

test.each([
  [['--basket', 'nowhere.json'], 'nowhere.json can not be read'],
  [['--basket', SAMPLE, '--amount', '1'], 'leave --amount and --currency out'],
  [['--basket', SAMPLE, '--interface', 'contact'], 'by a contactless card'],
  [['--basket', SAMPLE, '--card', 'sda-only'], 'by a contactless card'],
  [['--basket', SAMPLE, '--record', '/'], 'can not be written'],
  [['--record', 'file'], 'of a sale with a --basket'],
])('wrong use ends with 2: %j', async (args, told) => {
  const { code, err } = await ran('sale', ...args);
  expect(code).toBe(2);
  expect(err).toContain(told);
});
