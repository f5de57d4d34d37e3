/** Rules of the card in a tap: signed by its operator, listed by the card, kept by the reader. */
import { latin1ToBytes, type Message, OUTCOME } from '@comptoir/protocol';
import { type CardRule, REJECT_CANDIDATE_LIST_EMPTY, SELECTION_REASONS } from '@comptoir/protocol/wallet';
import { expect, test } from 'vitest';
import { type Card, createCardIssuer, makeCard } from '../../../../simulator/src/index.js';
import { ISSUERS } from '../../../../simulator/src/world/cards/dynamic/cardMaking.js';
import { createCatalogueDynamicCard } from '../../../../simulator/src/world/cards/dynamic/catalogueDynamicCard.js';
import { deliver } from '../../../../simulator/src/world/cards/dynamic/issuedCard.js';
import { approveAll, CheckoutTill, pki, tendersOf } from './checkoutTill.js';

const GROCER: Message<'policy'> = {
  kind: 'policy',
  region: 'EEA',
  merchantCategory: 5411,
  merchantFlags: 0x00bb,
  couponPolicy: 1,
};
const never = (group: string, more: CardRule = {}): CardRule => ({ ...more, never: latin1ToBytes(group) });

function cardWith(...rules: readonly CardRule[]): Card {
  const made = makeCard(1);
  const operator = createCardIssuer(made, made.issuerKeys(ISSUERS.operator), 10);
  const card = createCatalogueDynamicCard(1, pki);
  card.powerOn('contactless');
  expect(deliver(card, operator.setPreferences({ rules }))).toBe(0x9000);
  return card;
}

/** Coupon and gift card take 3000 of it. */
function pay(card: Card, more: Partial<Message<'pay'>> = {}): Message<'result'> {
  const till = new CheckoutTill();
  till.send(GROCER);
  const answer = till.tap(card, [{ quantity: 2, unitAmount: 2500 }], approveAll, more);
  if (typeof answer !== 'object' || answer.kind !== 'result') throw new Error('no tenders');
  return answer;
}

const fundedBy = (answer: Message<'result'>): unknown => tendersOf(answer).at(-1);
const forbidden = ({ notUsed = [] }: Message<'result'>): readonly string[] =>
  notUsed.filter(({ reasonCode }) => SELECTION_REASONS[reasonCode] === 'CARD_RULE_FORBIDS').map(({ label }) => label);

test('the account that a rule forbids does not pay, and the till hears why', () => {
  const answer = pay(cardWith(never('main', { categories: [5411], leastAmount: 2000 })));
  expect(fundedBy(answer)).toEqual(['ACCOUNT', 2000]);
  expect(forbidden(answer)).toEqual(['CB', 'VISA DEBIT']);
});

test('another category, or less than the rule says, and it pays', () => {
  const answer = pay(cardWith(never('main', { categories: [5812] }), never('main', { leastAmount: 2001 })));
  expect([fundedBy(answer), forbidden(answer)]).toEqual([['CB', 2000], []]);
});

test('the payer named it: it pays, and what else is forbidden stays so', () => {
  const answer = pay(cardWith(never('main'), never('account')), { brand: 'VISA' });
  expect([fundedBy(answer), forbidden(answer)]).toEqual([['VISA DEBIT', 2000], ['ACCOUNT']]);
});

test('all that could pay is forbidden: nothing is taken', () => {
  const answer = pay(cardWith(never('main'), never('account'), never('second')));
  expect(answer).toMatchObject({
    outcome: OUTCOME.declined,
    rejection: REJECT_CANDIDATE_LIST_EMPTY,
    due: 5000,
    tenders: [],
  });
  expect(forbidden(answer)).toEqual(['CB', 'VISA DEBIT', 'ACCOUNT', 'MASTERCARD']);
});
