/** Payments by their key, on the real session: what is repeated, refused, forgotten and never forgotten. */

import type { AcquirerAnswer } from '@comptoir/acquirer';
import { COMMAND, encodeMessage, type Message, OUTCOME, STATUS } from '@comptoir/protocol';
import { expect, test } from 'vitest';
import { createCard, createTestPki, developmentConfiguration } from '../../../simulator/src/index.js';
import { FakeBoard, FakeHost } from '../fakeBoard.js';
import { acquirersWord, answerOf, PAYMENT, questionIn, SECRET } from '../paymentMessages.js';
import { portOf } from '../portOf.js';

const configuration = developmentConfiguration(createTestPki());

class Till {
  readonly board = new FakeBoard();
  readonly host: FakeHost;
  readonly channel: number;
  taps = 0;
  /** By key. */
  readonly asked = new Map<string, Message<'authorise'>>();

  constructor() {
    this.board.configurationBytes = configuration;
    this.host = new FakeHost(this.board);
    this.channel = this.host.init();
  }

  send(message: Message): Message | number | undefined {
    const frames = this.host.send(this.channel, COMMAND.message, encodeMessage(message));
    return answerOf(frames);
  }

  /** A payment with a card in the field. */
  pay(key: string, more: Partial<Message<'pay'>> = {}, card = 'visa-debit'): Message | number | undefined {
    this.board.contactless = portOf(createCard(card, { seed: 1 }), 'contactless', () => {
      this.taps += 1;
    });
    const answer = this.send({ ...PAYMENT, interfaces: 2, key, ...more });
    if (typeof answer === 'object' && answer.kind === 'authorise') this.asked.set(key, answer);
    return answer;
  }

  /** The acquirer says so. */
  answer(answer: AcquirerAnswer, key = 'order-1'): Message | number | undefined {
    return this.send(acquirersWord(questionIn(this.asked.get(key)), answer));
  }

  lookup(key = 'order-1'): Message | number | undefined {
    return this.send({ kind: 'lookup', key, paymentSecret: SECRET });
  }
}

const approval: AcquirerAnswer = { responseCode: '00', authorisationCode: 'A1B2C3' };

test('an open payment is given again, without a second tap and with the same envelope', () => {
  const till = new Till();
  const first = till.pay('order-1');
  expect(first).toMatchObject({ kind: 'authorise', key: 'order-1', amount: 1250 });
  expect(till.pay('order-1')).toEqual(first);
  expect(till.taps).toBe(1);
  expect(till.lookup()).toMatchObject({ outcome: OUTCOME.waitingForAcquirer });
});

test('a finished payment keeps its first result, whatever is said afterwards', () => {
  const till = new Till();
  till.pay('order-1');
  const result = till.answer(approval);
  expect(result).toMatchObject({
    kind: 'result',
    outcome: OUTCOME.approved,
    due: 0,
    tenders: [{ amount: 1250, responseCode: '00', transactionSequence: 1 }],
  });
  expect(till.answer({ ...approval, responseCode: '05' })).toEqual(result);
  expect(till.lookup()).toEqual(result);
  expect(till.pay('order-1')).toEqual(result);
  expect(till.taps).toBe(1);
});

test.each([
  'wrong-signature',
  'wrong-signature-mastercard',
  'wrong-issuer-certificate',
  'wrong-card-certificate',
  'altered-data',
  'other-amount',
  'other-amount-mastercard',
  'expired-certificate',
  'unknown-authority',
  'no-oda',
  'brand-mixup',
])('no index token for %s', (card) => {
  const answer = new Till().pay('order-1', {}, card);
  expect(answer).toMatchObject({ key: 'order-1' });
  expect(answer).not.toHaveProperty('indexToken');
  // The twin: the same till gives one to a card that proves itself.
  expect(new Till().pay('order-1')).toHaveProperty('indexToken');
});

test('the key of another payment is refused', () => {
  const till = new Till();
  till.pay('order-1');
  expect(till.pay('order-1', { amount: 1251 })).toBe(STATUS.keyReused);
  expect(till.pay('order-1', { currency: 840 })).toBe(STATUS.keyReused);
});

test.each([
  [{ responseCode: '05' }, { outcome: OUTCOME.declined, tenders: [{ amount: 0, responseCode: '05' }] }],
  [{ approvedAmount: 1000 }, { outcome: OUTCOME.partlyApproved, due: 250, tenders: [{ amount: 1000 }] }],
  [{ approvedAmount: 0 }, { outcome: OUTCOME.declined }],
])('the acquirer says %o', (answer, result) => {
  const till = new Till();
  till.pay('order-1', { partial: 1 });
  expect(till.answer({ responseCode: '00', ...answer })).toMatchObject(result);
});

test('a part that nobody asked for is a no, and is to be taken back', () => {
  const till = new Till();
  till.pay('order-1');
  const refused = { outcome: OUTCOME.declined, reason: 'PARTIAL_NOT_ASKED', reversalDue: 1, tenders: [{ amount: 0 }] };
  const result = till.answer({ ...approval, approvedAmount: 1000 });
  expect(result).toMatchObject(refused);
  expect(till.lookup()).toMatchObject(refused);
});

test('more than was asked for, and a key that was never seen, approve nothing', () => {
  const till = new Till();
  till.pay('order-2');
  const unknown = { ...questionIn(till.asked.get('order-2')), key: 'order-1' };
  expect(till.send(acquirersWord(unknown, approval))).toEqual({ kind: 'neverSeen', key: 'order-1' });
  till.pay('order-1');
  expect(till.answer({ ...approval, approvedAmount: 1251 })).toBe(STATUS.messageRefused);
  expect(till.lookup()).toMatchObject({ outcome: OUTCOME.waitingForAcquirer });
});

test('an answer to an earlier tap under this key approves nothing', () => {
  const till = new Till();
  const first = questionIn(till.pay('order-1'));
  const other = { ...first, transactionToken: first.transactionToken.map((byte) => byte ^ 1) };
  expect(till.send(acquirersWord(other, approval))).toBe(STATUS.messageRefused);
  expect(till.lookup()).toMatchObject({ outcome: OUTCOME.waitingForAcquirer });
  expect(till.answer(approval)).toMatchObject({ outcome: OUTCOME.approved });
});

test.each([
  { amount: 0 },
  { interfaces: 0 },
  { interfaces: 4 },
  { timeoutMs: 60_001 },
  { date: Uint8Array.of(0x26, 0x1a, 0x24) },
])('a request with %o is refused before a card is asked for', (more) => {
  const till = new Till();
  expect(till.pay('order-1', more)).toBe(STATUS.messageRefused);
  expect(till.taps).toBe(0);
});

test('eight open payments are kept; the ninth must wait', () => {
  const till = new Till();
  for (let i = 1; i <= 8; i += 1) expect(till.pay(`order-${i}`)).toMatchObject({ kind: 'authorise' });
  expect(till.pay('order-9')).toBe(STATUS.paymentsUndecided);
  expect(till.lookup()).toMatchObject({ outcome: OUTCOME.waitingForAcquirer });
  till.answer(approval);
  expect(till.pay('order-9')).toMatchObject({ kind: 'authorise' });
  expect(till.lookup('order-2')).toMatchObject({ outcome: OUTCOME.waitingForAcquirer });
});

test('what may be tried again is forgotten before what was approved', () => {
  const till = new Till();
  till.pay('order-1');
  till.answer(approval);
  till.board.contactless = portOf(undefined, 'contactless');
  for (let i = 2; i <= 20; i += 1) {
    till.send({ ...PAYMENT, interfaces: 2, key: `order-${i}` });
    till.host.send(till.channel, COMMAND.cancel);
  }
  expect(till.lookup()).toMatchObject({ outcome: OUTCOME.approved });
});
