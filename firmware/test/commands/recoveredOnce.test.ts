/** Nothing of a tap goes through RSA twice: each certificate and each signature is recovered once, from the tap to the end of its payment. */
import { COMMAND, encodeMessage, type Message, toHex } from '@comptoir/protocol';
import { expect, test } from 'vitest';
import { type CardInterface, createCard } from '../../../simulator/src/index.js';
import { FakeBoard, FakeHost } from '../fakeBoard.js';
import { configuration } from '../payingSlot.js';
import { acquirersWord, answerOf, PAYMENT, questionIn } from '../paymentMessages.js';
import { portOf } from '../portOf.js';

/** What went through RSA, in order. */
function recoveredIn(name: string, usedInterface: CardInterface): readonly string[] {
  const board = new FakeBoard();
  board.configurationBytes = configuration;
  const recovered: string[] = [];
  const { secure } = board;
  board.secure = {
    ...secure,
    rsaRecover(modulus, exponent, data) {
      recovered.push(toHex(data));
      return secure.rsaRecover(modulus, exponent, data);
    },
  };
  board[usedInterface] = portOf(createCard(name, { seed: 1 }), usedInterface);
  const host = new FakeHost(board);
  const channel = host.init();
  // The self-test of the start.
  recovered.length = 0;
  const send = (message: Message) => answerOf(host.send(channel, COMMAND.message, encodeMessage(message)));
  const question = send({ ...PAYMENT, interfaces: usedInterface === 'contact' ? 1 : 2 });
  expect(question).toMatchObject({ kind: 'authorise', authenticationResult: 'ok' });
  expect(send(acquirersWord(questionIn(question), { responseCode: '00' }))).toMatchObject({ outcome: 1 });
  return recovered;
}

// Issuer and card, or issuer and static data; then what the card signed: on contact with CDA, two cryptograms.
test.each([
  ['mastercard', 'contact', 4],
  ['mastercard', 'contactless', 3],
  ['relay-resistant', 'contactless', 3],
  ['visa-credit', 'contact', 3],
  ['visa-debit', 'contactless', 3],
  ['cb-visa', 'contactless', 3],
  ['sda-only', 'contact', 2],
] as const)('%s, %s: %i times', (name, usedInterface, times) => {
  const recovered = recoveredIn(name, usedInterface);
  expect(recovered).toHaveLength(times);
  expect(new Set(recovered).size).toBe(times);
});
