/** What a checkout that asks for the customer's choice makes of the host's answers. */
import { type Message, OUTCOME, STATUS } from '@comptoir/protocol';
import { expect, test } from 'vitest';
import { type Card, createCard } from '../../../../simulator/src/index.js';
import { createCatalogueDynamicCard } from '../../../../simulator/src/world/cards/dynamic/catalogueDynamicCard.js';
import { approveAll, CheckoutTill, pki, tendersOf } from './checkoutTill.js';

const newCard = (): Card => createCatalogueDynamicCard(1, pki);
const basket = [{ quantity: 2, unitAmount: 2500 }];

function asked(till: CheckoutTill, card: Card): Message<'choose'> {
  const question = till.tap(card, basket, approveAll, { asksChoice: 1 });
  if (typeof question !== 'object' || question.kind !== 'choose') throw new Error('nothing was asked');
  return question;
}

test('it shows what could be used, with references, and no number', () => {
  const { key, instruments } = asked(new CheckoutTill(), newCard());
  expect(key).toBe('sale-1');
  expect(instruments.map(({ label }) => label)).toEqual([
    'CB',
    'VISA DEBIT',
    'ACCOUNT',
    'MASTERCARD',
    'GIFT CARD',
    '10 PERCENT OFF',
    'POINTS',
  ]);
  for (const { maskedNumber, reference } of instruments) expect([maskedNumber, reference?.length]).toEqual(['', 8]);
  expect(asked(new CheckoutTill(), createCard('visa-debit', { seed: 1 })).instruments).toHaveLength(1);
});

test.each<[string, string, Partial<Message<'decide'>>]>([
  ['no', '05', {}],
  ['references that are none', '00', { declinedReferences: new Uint8Array(7) }],
])('%s: nothing was asked of the card, and the key is free', (_, responseCode, more) => {
  const till = new CheckoutTill();
  const card = newCard();
  asked(till, card);
  const ended = till.decide(responseCode, more);
  expect(ended).toMatchObject({ kind: 'result', outcome: OUTCOME.cancelled, due: 5000, tenders: [] });
  expect(till.asked).toEqual([]);
  expect(tendersOf(till.tap(card, basket))).toHaveLength(3);
});

test('an answer for another key is refused, and the question stays open', () => {
  const till = new CheckoutTill();
  asked(till, newCard());
  expect(till.decide('00', { key: 'sale-2' })).toBe(STATUS.messageRefused);
  expect(till.lookup()).toBe(STATUS.busy);
  expect(till.decide('05')).toMatchObject({ outcome: OUTCOME.cancelled });
});

test('the answer counts instead of what the request named', () => {
  const till = new CheckoutTill();
  const { instruments } = asked(till, newCard());
  const named = (label: string): Uint8Array =>
    instruments.find((instrument) => instrument.label === label)?.reference ?? new Uint8Array(8);
  till.decide('05');
  const again = till.tap(newCard(), basket, approveAll, {
    key: 'sale-2',
    asksChoice: 1,
    brand: 'VISA',
    declinedReferences: named('10 PERCENT OFF'),
  });
  expect(again).toMatchObject({ kind: 'choose' });
  const chosenReference = named('MASTERCARD');
  const first = till.decide('00', { key: 'sale-2', chosenReference, declinedReferences: named('GIFT CARD') });
  // The coupon is reserved after all, and then the account pays that was chosen.
  expect(first).toMatchObject({ kind: 'authorise', label: '10 PERCENT OFF' });
  expect(till.answer({ responseCode: '00' })).toMatchObject({
    kind: 'authorise',
    label: 'MASTERCARD',
    amount: 4500,
  });
});
