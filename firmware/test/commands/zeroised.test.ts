/** A reader whose keys are gone, on a board that was not started again: what it says of payments that were open. */

import { signAnswer } from '@comptoir/acquirer';
import { developmentRoleKey, signObject } from '@comptoir/factory';
import { COMMAND, encodeMessage, type Message, NO_BYTES, OUTCOME, STATUS } from '@comptoir/protocol';
import { expect, test } from 'vitest';
import { createCard } from '../../../simulator/src/index.js';
import { createCatalogueDynamicCard } from '../../../simulator/src/world/cards/dynamic/catalogueDynamicCard.js';
import { answerOf, PAYMENT, questionIn, SECRET } from '../paymentMessages.js';
import { portOf } from '../portOf.js';
import { approveAll, baseDerivationKey, broughtByTill, CheckoutTill, pki } from './checkout/checkoutTill.js';

/** A payment that waits for its acquirer. */
function open(till: CheckoutTill): Message<'authorise' | 'inquire'> {
  till.board.contactless = portOf(createCard('visa-debit', { seed: 1 }), 'contactless');
  return questionIn(till.send({ ...PAYMENT, interfaces: 2 }));
}

const word = (question: Message<'authorise' | 'inquire'>, responseCode: string): Uint8Array =>
  broughtByTill(signAnswer(question, { responseCode }, { bdk: baseDerivationKey }));

test('opened: a session that was there hears why it is over, whatever it says', () => {
  const till = new CheckoutTill();
  const question = open(till);
  till.board.isTampered = () => true;
  till.silence();
  expect(till.answer({ responseCode: '00' }, question)).toBe(STATUS.tampered);
  expect(till.decide('05', { key: 'order-1', transactionToken: question.transactionToken })).toBe(STATUS.tampered);
  expect(till.send({ ...PAYMENT, interfaces: 2 })).toBe(STATUS.tampered);
  // And so does the next one.
  expect(() => till.changeChannel()).toThrow('the handshake was not answered');
});

test('opened in the middle of a basket: no word of the acquirer is believed, and the till may withdraw', () => {
  const till = new CheckoutTill();
  const asked = questionIn(till.begin(createCatalogueDynamicCard(1, pki), [{ quantity: 2, unitAmount: 2500 }]));
  const clear = till.host.initClear();
  const send = (message: Uint8Array): unknown => answerOf(till.host.send(clear, COMMAND.message, message));
  till.board.isTampered = () => true;
  till.silence();
  expect(send(word(asked, '00'))).toBe(STATUS.tampered);
  const { key, transactionToken } = asked;
  const withdrawn = { kind: 'decide', key, paymentSecret: SECRET, responseCode: '05', transactionToken } as const;
  expect(send(encodeMessage(withdrawn))).toMatchObject({ outcome: OUTCOME.declined });
});

test('out of service: what is asked for afterwards is refused with the status for that', () => {
  const till = new CheckoutTill();
  expect(till.tap(createCatalogueDynamicCard(1, pki), [{ quantity: 1, unitAmount: 500 }], approveAll)).toMatchObject({
    outcome: OUTCOME.approved,
  });
  const { serial } = till.board.identity;
  const { privateKey } = developmentRoleKey('decommission');
  const keyObject = signObject({ kind: 'decommission', sequence: 1, serial }, NO_BYTES, privateKey);
  expect(till.send({ kind: 'decommission', keyObject })).toMatchObject({ kind: 'keyReport', refusal: 0 });
  till.host.step();
  expect(till.send({ ...PAYMENT, interfaces: 2 })).toBe(STATUS.keysMissing);
  const clear = till.host.initClear();
  const pay = encodeMessage({ ...PAYMENT, interfaces: 2 });
  expect(answerOf(till.host.send(clear, COMMAND.message, pay))).toBe(STATUS.keysMissing);
});
