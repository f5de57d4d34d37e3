/** Rules of a checkout about money and memory, each by itself. */
import { type Message, OUTCOME, STATUS } from '@comptoir/protocol';
import { describe, expect, test } from 'vitest';
import { createCatalogueDynamicCard } from '../../simulator/src/cards/dynamic/catalogueDynamicCard.js';
import { type Card, createCard } from '../../simulator/src/index.js';
import { type Answers, approveAll, CheckoutTill, pki, tendersOf } from './checkoutTill.js';

const newCard = (): Card => createCatalogueDynamicCard(1, pki);
const basket = [{ quantity: 2, unitAmount: 2500 }];
const CHAIN = 8;
const PAYMENTS_MAX = 8;
const INS_REDEEM = 0xd4;
const never: Answers = () => undefined;

/** Coupon and gift card are reserved; the bank never answers. */
const bankSilent: Answers = (question) =>
  question.kind === 'authorise' && question.profileKind === 1 ? undefined : approveAll(question);

test('a gift card that is reserved for less makes the sale void', () => {
  const answer = new CheckoutTill().tap(newCard(), basket, (question) =>
    question.kind === 'authorise' && question.profileKind === 3
      ? { responseCode: '10', approvedAmount: question.amount - 1 }
      : approveAll(question),
  );
  expect(answer).toMatchObject({ outcome: OUTCOME.declined, due: 5000, tenders: [], cardUpdated: 1 });
});

describe('a late answer', () => {
  const late = (approvedAmount: number): Message | number | undefined => {
    const till = new CheckoutTill();
    till.tap(newCard(), basket, bankSilent);
    const { token: transactionToken } = till;
    return till.send({ kind: 'complete', key: 'sale-1', responseCode: '00', approvedAmount, transactionToken });
  };

  test('for all that was left: the sale stands', () => {
    expect(late(2000)).toMatchObject({ outcome: OUTCOME.approved, due: 0 });
  });

  test('for less: nothing was taken', () => {
    expect(late(1999)).toMatchObject({ outcome: OUTCOME.declined, due: 5000, tenders: [] });
  });

  test('for more is none', () => {
    expect(late(2001)).toBe(STATUS.messageRefused);
  });
});

test('a sale that nobody knows stays reserved on the card, and is asked for again', () => {
  const card = newCard();
  new CheckoutTill().tap(card, basket, bankSilent);
  const nobodyKnows: Answers = (question) =>
    question.kind === 'unsettled' ? { responseCode: '96' } : approveAll(question);
  const other = new CheckoutTill(undefined, 1);
  expect(tendersOf(other.tap(card, basket, nobodyKnows, { key: 'sale-2' }))).toEqual([['CB', 5000]]);
  const third = new CheckoutTill(undefined, 2);
  expect(tendersOf(third.tap(card, basket, approveAll, { key: 'sale-3' }))).toHaveLength(3);
  expect(third.questions()[0]).toBe('unsettled');
});

test('with eight answers owed there is no ninth sale', () => {
  const till = new CheckoutTill();
  for (let sale = 0; sale < PAYMENTS_MAX; sale += 1)
    till.tap(createCard('visa-debit', { seed: 1 }), basket, never, { key: `open-${sale}` });
  till.asked.length = 0;
  expect(till.tap(createCard('visa-debit', { seed: 1 }), basket)).toBe(STATUS.paymentsUndecided);
  expect(till.asked).toEqual([]);
});

test('a selection record that the chain can not take does not leave', () => {
  const till = new CheckoutTill();
  const { records } = till.board;
  till.board.records = { ...records, write: (name, value) => name !== CHAIN && records.write(name, value) };
  const answer = till.tap(newCard(), basket) as Message<'tenders'>;
  expect(answer).toMatchObject({ outcome: OUTCOME.approved, due: 0 });
  expect(answer.selectionRecord).toBeUndefined();
});

test('a card that goes with the first thing it reserved is set right without a question', () => {
  const till = new CheckoutTill();
  const card = newCard();
  let isGone = false;
  const going: Card = {
    ...card,
    transmit(command) {
      if (isGone) return undefined;
      isGone = command[1] === INS_REDEEM;
      const response = card.transmit(command);
      return isGone ? undefined : response;
    },
  };
  expect(till.tap(going, basket)).toMatchObject({ tenders: [], due: 5000 });
  expect(till.asked).toEqual([]);
  expect(tendersOf(till.tap(card, basket, approveAll, { key: 'sale-2' }))).toHaveLength(3);
  expect(till.questions()[0]).toBe('reserve 10 PERCENT OFF 500');
});
