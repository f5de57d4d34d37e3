/** Rules of a checkout about money and memory, each by itself. */
import { encodeMessage, INTERFACE, latin1ToBytes, type Message, OUTCOME, STATUS } from '@comptoir/protocol';
import { ACTIVATED, KIND_GIFT, planOf } from '@comptoir/protocol/wallet';
import { describe, expect, test } from 'vitest';
import {
  type Card,
  createCard,
  createCardIssuer,
  createDynamicCard,
  issuedCard,
  makeCard,
} from '../../../../simulator/src/index.js';
import { accountKeys } from '../../../../simulator/src/world/cards/dynamic/accountKeys.js';
import { ISSUERS } from '../../../../simulator/src/world/cards/dynamic/cardMaking.js';
import { createCatalogueDynamicCard } from '../../../../simulator/src/world/cards/dynamic/catalogueDynamicCard.js';
import { DEBITS_MAX } from '../../../src/commands/checkout/readWallet.js';
import { RECORD_BYTES_MAX } from '../../../src/dynamicCard/profiles/profileStore.js';
import { PAYMENT } from '../../paymentMessages.js';
import { portOf } from '../../portOf.js';
import { type Answers, approveAll, CheckoutTill, order, pki, tendersOf } from './checkoutTill.js';

const newCard = (): Card => createCatalogueDynamicCard(1, pki);
const basket = [{ quantity: 2, unitAmount: 2500 }];
const CHAIN = 8;
const PAYMENTS_MAX = 8;
const INS_REDEEM = 0xd4;
const never: Answers = () => undefined;

/** Coupon and gift card are reserved; the bank never answers. */
const bankSilent: Answers = (question) =>
  question.kind === 'authorise' && question.profileKind === 1 ? undefined : approveAll(question);

test('a gift card that is reserved for less is left out, and the bank pays what it would have', () => {
  const till = new CheckoutTill();
  const answer = till.tap(newCard(), basket, (question) =>
    question.kind === 'authorise' && question.profileKind === 3
      ? { responseCode: '10', approvedAmount: question.amount - 1 }
      : approveAll(question),
  );
  expect(answer).toMatchObject({ outcome: OUTCOME.approved, due: 0, cardUpdated: 1 });
  expect(tendersOf(answer)).toEqual([
    ['10 PERCENT OFF', 500],
    ['CB', 4500],
  ]);
  // The coupon is asked for anew, under the key of the next plan; the gift card isn't.
  expect(till.questions()).toEqual([
    'reserve 10 PERCENT OFF 500',
    'reserve GIFT CARD 2500',
    'reserve 10 PERCENT OFF 500',
    'authorise CB 4500',
  ]);
  expect(till.asked.map(({ planId }) => planId && planOf(planId))).toEqual([0, 0, 1, 1]);
});

test('of two tills at one reader none takes the basket of the other', () => {
  const till = new CheckoutTill();
  till.board.contactless = portOf(newCard(), 'contactless');
  till.send({ kind: 'basket', firstLine: 0, lines: basket });
  const first = till.changeChannel();
  expect(till.send({ ...order, amount: 5000, lineCount: 1 })).toBe(STATUS.busy);
  expect(till.send({ kind: 'basket', firstLine: 1, lines: basket })).toBe(STATUS.busy);
  till.send({ kind: 'basket', firstLine: 0, lines: [{ quantity: 1, unitAmount: 3000 }] });
  const second = till.changeChannel(first);
  expect(till.send({ ...order, amount: 3000, lineCount: 1 })).toBe(STATUS.messageRefused);
  expect(till.asked).toEqual([]);
  expect(till.send({ ...order, amount: 5000, lineCount: 1 })).toMatchObject({ kind: 'authorise' });
  till.silence();
  till.changeChannel(second);
  till.board.contactless = portOf(newCard(), 'contactless');
  expect(till.send({ ...order, amount: 3000, lineCount: 1, key: 'sale-2' })).toMatchObject({ kind: 'authorise' });
});

test('together the baskets of all tills have no more lines than one: the older one gives way, and its till hears of it', () => {
  const till = new CheckoutTill();
  const lines = (count: number) => Array.from({ length: count }, () => ({ quantity: 1, unitAmount: 10 }));
  const fill = (count: number): unknown => till.send({ kind: 'basket', firstLine: 0, lines: lines(count) });
  fill(100);
  const first = till.changeChannel();
  fill(100);
  const second = till.changeChannel();
  expect(fill(100)).toMatchObject({ lineCount: 100 });
  till.changeChannel(first);
  expect(till.send({ ...order, amount: 1000 })).toBe(STATUS.busy);
  expect(till.send({ kind: 'basket', firstLine: 100, lines: lines(1) })).toBe(STATUS.busy);
  till.changeChannel(second);
  expect(till.send({ kind: 'basket', firstLine: 100, lines: lines(1) })).toMatchObject({ lineCount: 101 });
});

test('a card that left a checkout with its cryptogram does not have the next one asked for twice', () => {
  const till = new CheckoutTill();
  let left = 0;
  const leaving = (name: string, instruction: number): Card => {
    const card = createCard(name, { seed: 1 });
    const transmit: Card['transmit'] = (command) => {
      if (command[1] !== instruction) return card.transmit(command);
      left += 1;
      return undefined;
    };
    return { ...card, transmit };
  };
  expect(till.tap(leaving('recoverable', 0xae), basket)).toMatchObject({ outcome: OUTCOME.cardRemoved });
  till.board.contactless = portOf(leaving('mastercard', 0xb2), 'contactless');
  expect(till.send({ ...PAYMENT, interfaces: INTERFACE.contactless })).toMatchObject({ outcome: OUTCOME.cardRemoved });
  expect(left).toBe(2);
});

describe('a late answer', () => {
  const late = (approvedAmount: number): Message | number | undefined => {
    const till = new CheckoutTill();
    till.tap(newCard(), basket, bankSilent);
    return till.answer({ responseCode: '00', approvedAmount });
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
    question.kind === 'inquire' ? { responseCode: '96' } : approveAll(question);
  const other = new CheckoutTill(undefined, 1);
  expect(tendersOf(other.tap(card, basket, nobodyKnows, { key: 'sale-2' }))).toEqual([['CB', 5000]]);
  const third = new CheckoutTill(undefined, 2);
  expect(tendersOf(third.tap(card, basket, approveAll, { key: 'sale-3' }))).toHaveLength(3);
  expect(third.questions()[0]).toBe('inquire');
});

test('the word about an earlier sale is to its own question: no other answer is taken for it', () => {
  const card = newCard();
  new CheckoutTill().tap(card, basket, bankSilent);
  const till = new CheckoutTill(undefined, 1);
  const heard: (Message | number | undefined)[] = [];
  const answer = till.tap(
    card,
    basket,
    (question) => {
      if (question.kind === 'inquire') {
        const other = { ...question, transactionToken: new Uint8Array(16) };
        heard.push(till.answer({ responseCode: '00' }, other), till.decide('00', { key: 'sale-2' }));
      }
      return approveAll(question);
    },
    { key: 'sale-2' },
  );
  expect(heard).toEqual([STATUS.messageRefused, STATUS.messageRefused]);
  expect(tendersOf(answer)).toHaveLength(3);
});

test('a reader whose self-tests failed takes no basket', () => {
  const broken = new CheckoutTill(undefined, 0, undefined, (secure) => ({ ...secure, sha1: () => new Uint8Array(20) }));
  expect(broken.tap(newCard(), basket)).toBe(STATUS.internalFault);
  expect(broken.asked).toEqual([]);
});

test('more debits than a card holds are refused before the first is prepared', () => {
  const made = makeCard('nine gift cards');
  const bare = createDynamicCard({ name: 'nine', made, seed: 1 });
  const shop = createCardIssuer(made, made.issuerKeys(ISSUERS.shop));
  const ids = Array.from({ length: 9 }, (_, at) => `gift-${at}`);
  const gifts = ids.map((id) => ({
    id: latin1ToBytes(id),
    kind: KIND_GIFT,
    activation: ACTIVATED,
    label: latin1ToBytes(id.toUpperCase()),
    currency: 'EUR',
    balance: 100,
  }));
  const card = issuedCard(bare, () =>
    gifts.map((gift, at) => shop.putProfile(gift, accountKeys(`nine ${at}`, at + 1))),
  );
  const till = new CheckoutTill();
  const prepared: number[] = [];
  const counted: Card = {
    ...card,
    transmit(command) {
      if (command[1] === INS_REDEEM) prepared.push(command[2] ?? 0);
      return card.transmit(command);
    },
  };
  expect(till.tap(counted, [{ quantity: 1, unitAmount: 900 }])).toMatchObject({
    outcome: OUTCOME.declined,
    tenders: [],
  });
  expect([till.asked, prepared]).toEqual([[], []]);
  const eight = till.tap(counted, [{ quantity: 1, unitAmount: 800 }], approveAll, { key: 'sale-2' });
  expect(tendersOf(eight)).toHaveLength(8);
});

test('the longest record of a sale fits where the reader keeps it', () => {
  const text = (length: number): string => 'X'.repeat(length);
  const debit = {
    profileKind: 3,
    label: text(16),
    amount: 999_999_999_999,
    rules: new Uint8Array(8),
    reference: new Uint8Array(8),
    responseCode: '00',
    authorisationCode: text(6),
  };
  const paying = { ...debit, applicationIdentifier: new Uint8Array(16), maskedNumber: text(19) };
  const record = encodeMessage({
    kind: 'result',
    key: text(64),
    amount: debit.amount,
    currency: 978,
    outcome: OUTCOME.waitingForAcquirer,
    due: 0,
    rejection: 0,
    tenders: [...new Array(DEBITS_MAX).fill(debit), paying, paying],
    reason: text(40),
    planId: new Uint8Array(16),
    transactionToken: new Uint8Array(16),
    cardUpdated: 1,
  });
  // State, number, secret and key stand before it.
  expect(1 + 4 + 16 + 1 + 64 + record.length).toBeLessThanOrEqual(RECORD_BYTES_MAX);
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
  const answer = till.tap(newCard(), basket) as Message<'result'>;
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
