/** `sale --card FILE` with the reader on the emulated chip: a described card, what it said, and a dynamic card. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { at, card, GIFT, put, says, signed, sim } from './cardWorkshop.js';
import { ran } from './ran.js';

const TIMEOUT_MS = 600_000;
const page = readFileSync(new URL('../../../docs/how-to/write-a-card.md', import.meta.url), 'utf8');
const example = page.split('```json\n')[1]?.split('```')[0] ?? '';
const sale = (...args: readonly string[]) => ran('sale', '--target', 'pico', '--json', ...args);

test('a described card pays, and what it said is played back', { timeout: TIMEOUT_MS }, async () => {
  const said = at('said.json');
  const first = await sale('--card', put('described.json', example), '--card-transcript', said);
  expect(first).toMatchObject({ code: 0, err: '' });
  const again = await sale('--card', said, '--interface', 'contact');
  expect(again).toMatchObject({ code: 0, err: '' });
  const [{ left }, { left: leftAgain }] = [JSON.parse(first.out), JSON.parse(again.out)];
  expect(leftAgain.cryptogram).toBe(left.cryptogram);
});

test('a dynamic card pays a basket by its rules, and its file remembers', { timeout: TIMEOUT_MS }, async () => {
  await sim('bank', 'cb-visa', '--aid', 'A000000003', '--out', at('visa.bank'));
  await sim('bank', 'mastercard', '--out', at('mastercard.bank'));
  const banks = ['visa', 'mastercard'].map((id) => put(`${id}.json`, { kind: 'bank', id, application: `${id}.bank` }));
  const rules = put('rules.json', { rules: [{ never: 'visa', leastAmount: 1000 }] });
  const delivered = await sim(
    'put',
    card,
    await signed('banks', 'bank', 'profile', ...banks),
    await signed('gift', 'shop', 'profile', put('gift.json', GIFT)),
    await signed('rules', 'bank', 'preferences', rules),
  );
  expect(delivered.code).toBe(0);
  const basket = put('basket.json', { currency: 'EUR', lines: [{ sku: 'bread', qty: 1, unit: 4000 }] });
  const { code, out, err } = await sale('--card', card, '--basket', basket);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  const { result } = JSON.parse(out);
  expect(
    result.payment.tenders.map(({ label, amount }: { label: string; amount: { minor: number } }) => [
      label,
      amount.minor,
    ]),
  ).toEqual([
    ['GIFT CARD', 2500],
    ['MASTERCARD', 1500],
  ]);
  expect(result.payment.notUsed).toMatchObject([{ reason: 'CARD_RULE_FORBIDS' }]);
  expect(await says()).toContain('balance: 0.00 EUR');
});
