import { connect, newKey } from '@comptoir/sdk';
import { tipChoices, withTip } from '@comptoir/sdk/checkout';
import { RECEIPT_WORDS, receipt, receiptText } from '@comptoir/sdk/receipt';
import { simulate } from '@comptoir/simulator';
import { expect, test } from 'vitest';

const eur = (minor: number) => ({ minor, currency: 'EUR' });
const shop = { name: 'Le Comptoir', address: ['1 rue du Port'] };

test('one tap with a tip: each tender with its EMV fields and its reason; no gift card pays the tip', async () => {
  await using simulation = await simulate({ seed: 1, target: 'node' });
  await using reader = await connect(simulation, simulation);
  simulation.tap('dynamic');
  const bought = { currency: 'EUR', lines: [{ sku: 'beans', qty: 1, unit: 1000 }] };
  expect(tipChoices({ base: eur(1005), percents: [5, 10] }).map(({ amount }) => amount.minor)).toEqual([50, 101]);
  const result = await reader.pay({ basket: withTip(bought, eur(150)), key: newKey('tip') });
  const made = receipt([result], { shop, number: '2026-000001', tip: eur(150) });
  const bank = made?.tenders.find(({ kind }) => kind === 'bank');
  expect(made).toMatchObject({ status: 'paid' });
  expect(bank?.amount.minor).toBeGreaterThanOrEqual(150);
  expect(bank?.tvr).toMatch(/^[0-9A-F]{10}$/);
  expect(bank?.rules.length).toBeGreaterThan(0);
  for (const [columns, words] of [
    [40, RECEIPT_WORDS.en],
    [32, RECEIPT_WORDS.fr],
    [24, RECEIPT_WORDS.fr],
  ] as const) {
    const text = receiptText(made ?? never(), { columns, words });
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(columns);
    expect(text).toContain(bank?.authorisationCode);
    expect(text).toContain(words.tip);
    for (const { rules } of made?.tenders ?? [])
      for (const rule of rules) expect(Object.keys(words.rules)).toContain(rule);
  }
});

test('a printer that is too narrow is refused, and so is none', () => {
  const made = receipt([], { shop, cash: { taken: eur(300) } }) ?? never();
  for (const columns of [23, 0, -1, 32.5, Number.NaN, 1e9])
    expect(() => receiptText(made, { columns })).toThrow('A receipt has 24 to 255 columns.');
});

test('there is no receipt without a sale, and a stored payment never reads as approved', async () => {
  await using simulation = await simulate({ seed: 1, target: 'node' });
  await using reader = await connect(simulation, simulation);
  expect(receipt([{ status: 'never-seen' }], { shop })).toBeUndefined();
  expect(receipt([{ status: 'cancelled', by: 'clerk' }], { shop })).toBeUndefined();
  simulation.tap('visa-debit');
  const paid = await reader.pay({ amount: eur(500), key: newKey('a') });
  if (paid.status !== 'approved') return never();
  const text = receiptText(receipt([{ ...paid, status: 'stored' }], { shop }) ?? never());
  expect(text).toContain('STORED');
  expect(text.toLowerCase()).not.toContain('approved');
  const split = receipt([paid], { shop, cash: { taken: eur(300), change: eur(200) } });
  expect(split).toMatchObject({ paid: eur(800), tenders: [{ kind: 'bank' }, { kind: 'cash' }] });
});

function never(): never {
  throw new Error('this does not happen');
}
