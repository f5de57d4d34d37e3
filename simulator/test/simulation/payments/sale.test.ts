import { NO_BYTES, toHex } from '@comptoir/protocol';
import { connect, keyFrom } from '@comptoir/sdk';
import { describe, expect, test } from 'vitest';
import { targetNames } from '../../../src/machine/targets/targets.js';
import { makeSale, type SaleReport, type SaleRequest } from '../../../src/simulation/sale/sale.js';
import { saleText } from '../../../src/simulation/sale/saleText.js';
import { simulate } from '../../../src/simulation/simulate.js';
import { createCard, profileOf } from '../../../src/world/cards/catalogue.js';
import { presentedCard } from '../../../src/world/cards/presentedCard.js';

const request: SaleRequest = {
  card: presentedCard('visa-debit'),
  amount: { minor: 1250, currency: 'EUR' },
  interface: 'contactless',
  target: 'node',
  seed: 1,
};

test.each(targetNames)('a sale is shown whole [%s]', async (target) => {
  const report = await makeSale({ ...request, target });
  expect(report.result.status).toBe('approved');
  expect(report.authentication).toEqual({ method: 'fDDA', result: 'ok' });
  expect(report.left).toMatchObject({ label: 'VISA DEBIT', maskedNumber: '476173******0119', responseCode: '00' });
  expect(report.left['indexToken']).toMatch(/^ri1[0-9a-hjkmnp-tv-z]{28}$/);
  expect(report.left['cryptogram']).toMatch(/^[0-9A-F]{16}$/);
  const text = saleText(report, false);
  for (const word of [report.firmware.sha256, 'SELECT PPSE', 'approved  12.50 EUR', 'cryptogram', 'AMOUNT'])
    expect(text).toContain(word);
  for (const line of report.receipt) expect(line.length).toBeLessThanOrEqual(40);
});

test('nothing that is shown holds the card number, not even the trace', async () => {
  const number = toHex(profileOf('visa-debit').number);
  const report = await makeSale({ ...request, interface: 'contact' });
  const shown = saleText(report, true).replaceAll(/\s/g, '');
  expect(shown).toContain('******');
  expect(shown).not.toContain(number);
  // Sabotage twin: without the masking of the trace the same search finds it.
  const bare = await unmasked(report);
  for (const [at, { response }] of report.steps.entries()) {
    const hidden = [...response].map((character) => (character === '*' ? '.' : character)).join('');
    expect(bare.steps[at]?.response).toMatch(new RegExp(`^${hidden}$`));
  }
  expect(saleText(bare, true).replaceAll(/\s/g, '')).toContain(number);
});

/** The report of the same sale, its steps as they went over the contacts. */
async function unmasked(report: SaleReport): Promise<SaleReport> {
  const card = createCard('visa-debit', { seed: `${request.seed}/visa-debit` });
  const exchanges: { readonly command: string; readonly response: string }[] = [];
  await using simulation = await simulate({ seed: request.seed, target: request.target });
  simulation.insert({
    ...card,
    transmit(command) {
      const response = card.transmit(command);
      exchanges.push({ command: toHex(command), response: toHex(response ?? NO_BYTES) });
      return response;
    },
  });
  await using reader = await connect(simulation, simulation);
  await reader.pay({ amount: request.amount, key: keyFrom(`sale-${request.seed}`), interfaces: 'contact' });
  return { ...report, steps: report.steps.map((step, at) => ({ ...step, ...exchanges[at] })) };
}

test('the date on the receipt has its century', async () => {
  const { receipt } = await makeSale(request);
  expect(receipt.find((line) => line.startsWith('date'))).toBe('date                          2026-11-24');
});

describe('each card ends as its name says', () => {
  test.each([
    ['visa-credit', 'approved', 'fDDA', 'ok'],
    ['mastercard', 'approved', 'CDA', 'ok'],
    ['cb-visa', 'approved', 'fDDA', 'ok'],
    ['interac-like', 'approved', 'CDA', 'ok'],
    ['nineteen-digit', 'approved', 'fDDA', 'ok'],
    ['no-oda', 'approved', 'none', 'none'],
    ['declined', 'declined', 'fDDA', 'ok'],
  ])('%s: %s', async (card, status, method, result) => {
    const report = await makeSale({ ...request, card: presentedCard(card) });
    expect(report.result.status).toBe(status);
    expect(report.authentication).toEqual({ method, result });
  });

  test('a card that declines itself has no authorisation, and a receipt that says so', async () => {
    const { result, receipt, left } = await makeSale({ ...request, card: presentedCard('declined-offline') });
    expect(result.status).toBe('declined');
    expect(receipt.join('\n')).toContain('DECLINED');
    expect(left).not.toHaveProperty('envelope');
  });

  test('without offline authentication there is no token, and a reason', async () => {
    const { left } = await makeSale({ ...request, card: presentedCard('no-oda') });
    expect(left).toMatchObject({ tokenReason: 'not-authenticated' });
    expect(left).not.toHaveProperty('indexToken');
  });
});
