/** What `comptoir` prints of a sale with a basket and of a card that was read. */
import type { Payment, PayResult } from '@comptoir/sdk';
import { expect, test } from 'vitest';
import { KEY } from '../../test/sale.js';
import { describeLookup, describePresented } from '../src/describe.js';

const euro = (minor: number): { readonly minor: number; readonly currency: string } => ({ minor, currency: 'EUR' });
const recovery = { do: 'ask-other-card', message: 'Ask for another card.' } as const;
const paid: Payment = {
  id: `SHOP/TILL/${KEY}`,
  key: KEY,
  total: euro(5000),
  taken: euro(5000),
  tenders: [
    { kind: 'gift', label: 'GIFT CARD', amount: euro(2500), rules: ['GIFT_CARD_ORDER'] },
    { kind: 'bank', label: 'CB', masked: '497010******0204', amount: euro(2500), rules: ['CARD_PRIORITY'] },
  ],
  notUsed: [{ kind: 'coupon', label: '10 PERCENT OFF', reason: 'COUPON_EXPIRED' }],
  settled: true,
};
const payment: Payment = { ...paid, taken: euro(0), tenders: [], notUsed: [] };

test.each<[string, PayResult, readonly string[]]>([
  [
    'approved',
    { status: 'approved', payment: paid },
    [
      'approved 50.00 EUR',
      '  25.00 EUR by gift GIFT CARD (GIFT_CARD_ORDER)',
      '  25.00 EUR by bank CB 497010******0204 (CARD_PRIORITY)',
      '  not by coupon 10 PERCENT OFF: COUPON_EXPIRED',
    ],
  ],
  [
    'partial',
    { status: 'partial', remaining: euro(10), payment: { ...payment, taken: euro(4990) } },
    ['approved in part 49.90 EUR, remaining 0.10 EUR'],
  ],
  [
    'declined, and not settled',
    { status: 'declined', code: 'DECLINED', recovery, payment: { ...payment, settled: false } },
    ['declined DECLINED', 'The authorisers do not know it yet: look the key up again.', 'Ask for another card.'],
  ],
  ['cancelled', { status: 'cancelled', by: 'clerk', payment }, ['cancelled by clerk']],
])('a sale with a basket: %s', (_, result, lines) => expect(describeLookup(result)).toEqual(lines));

test('what a tap showed', () => {
  const listed = { token: null, tokenReason: 'not-read' };
  const instruments = [
    {
      id: 'a#0',
      kind: 'bank',
      label: 'CB',
      masked: '497010******0204',
      token: 'ri1',
      authentication: { method: 'fDDA', result: 'ok' },
    },
    { id: 'b#1', kind: 'gift', label: 'GIFT CARD', balance: euro(2500), ...listed },
    { id: 'b#2', kind: 'coupon', label: '10 PERCENT OFF', ...listed },
  ] as const;
  expect(describePresented({ instruments, choose: async () => {} })).toEqual([
    'CB 497010******0204, token ri1, authentication fDDA ok',
    'gift GIFT CARD, 25.00 EUR',
    'coupon 10 PERCENT OFF',
  ]);
});
