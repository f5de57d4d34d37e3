/** After the acquirer's question, on the real session: what the card says last, what the result says, and what is remembered. EMV 4.4 Book 3 §10.9 to §10.11. */

import type { AcquirerAnswer } from '@comptoir/acquirer';
import {
  COMMAND,
  concatBytes,
  dataObject,
  decodeMessage,
  encodeMessage,
  encodeTlv,
  fromHex,
  type Message,
  NO_BYTES,
  OUTCOME,
  STATUS,
  template,
  toHex,
} from '@comptoir/protocol';
import { describe, expect, test } from 'vitest';
import { type Change, configuration, Slot } from '../payingSlot.js';
import { acquirersWord, answerOf, PAYMENT, SECRET, tenderOf, valueIn } from '../paymentMessages.js';

const { key: KEY } = PAYMENT;
const hex = (text: string): Uint8Array => fromHex(text) ?? NO_BYTES;

const yes: AcquirerAnswer = { responseCode: '00', authorisationCode: 'A1B2C3' };
const no: AcquirerAnswer = { responseCode: '51' };

/** The card's second GENERATE AC is answered in another way. */
const secondly = (answer: (response: Uint8Array) => Uint8Array | undefined): Change => {
  let count = 0;
  return (command, response) => {
    if (command[1] === 0xae) count += 1;
    return command[1] === 0xae && count === 2 ? answer(response) : response;
  };
};
const AAC = encodeTlv(
  template(
    0x77,
    dataObject(0x9f27, hex('00')),
    dataObject(0x9f36, hex('0001')),
    dataObject(0x9f26, hex('1122334455667788')),
  ),
);

describe('the acquirer says yes', () => {
  test.each([
    ['a TC', (response: Uint8Array) => response, { outcome: OUTCOME.approved, due: 0 }],
    [
      'an AAC',
      () => concatBytes(AAC, hex('9000')),
      { outcome: OUTCOME.declined, reason: 'DECLINED_BY_CARD', reversalDue: 1 },
    ],
    ['nothing: it is gone', () => undefined, { outcome: OUTCOME.declined, reason: 'CARD_REMOVED', reversalDue: 1 }],
    ['a status', () => hex('6985'), { outcome: OUTCOME.declined, reason: 'GENERATE_AC_STATUS', reversalDue: 1 }],
    ['no TLV', () => hex('7705019000'), { outcome: OUTCOME.declined, reason: 'GENERATE_AC_FORMAT', reversalDue: 1 }],
    ['an ARQC again', () => hex('770B9F2701809F360200019F26019000'), { outcome: OUTCOME.declined, reversalDue: 1 }],
    [
      'a TC with a byte of its signature changed',
      (response: Uint8Array) => response.map((byte, at) => (at === response.length - 60 ? byte ^ 1 : byte)),
      { outcome: OUTCOME.declined, reason: 'CDA_FAILED', reversalDue: 1 },
    ],
  ] as const)('and the card %s', (_, answer, expected) => {
    const slot = new Slot('mastercard', secondly(answer));
    slot.pay();
    const result = slot.answer(yes);
    const amount = expected.outcome === OUTCOME.approved ? 1250 : 0;
    const tenders = [{ amount, responseCode: '00' }];
    expect(result).toMatchObject({ kind: 'result', key: KEY, due: 1250 - amount, tenders, ...expected });
    // It stays so: for whoever asks later, and for whoever says something else later.
    expect(slot.lookup()).toEqual(result);
    expect(slot.answer(no)).toEqual(result);
    expect(slot.decide('05')).toEqual(result);
    slot.restart();
    expect(slot.lookup()).toEqual(result);
  });

  test('for less: the card gives its TC, and the result is for less', () => {
    for (const responseCode of ['00', '10']) {
      const slot = new Slot('mastercard');
      slot.pay(undefined, { partial: 1 });
      expect(slot.answer({ ...yes, responseCode, approvedAmount: 1000 })).toMatchObject({
        outcome: OUTCOME.partlyApproved,
        due: 250,
        tenders: [{ amount: 1000 }],
      });
      expect(slot.last).toEqual(['80AE90', '80AE50']);
    }
  });

  test('for less, and nobody asked for a part: the card is refused, and the part is to be taken back', () => {
    const slot = new Slot('mastercard');
    slot.pay();
    const refused = { outcome: OUTCOME.declined, reason: 'PARTIAL_NOT_ASKED', reversalDue: 1 };
    expect(slot.answer({ ...yes, approvedAmount: 1000 })).toMatchObject(refused);
    expect(slot.last).toEqual(['80AE90', '80AE00']);
  });

  test('for nothing, or for an amount that 10 does not tell: that is a no', () => {
    for (const more of [{ approvedAmount: 0 }, { responseCode: '10' }]) {
      const slot = new Slot('mastercard');
      slot.pay();
      const result = slot.answer({ ...yes, ...more });
      expect(result).toMatchObject({ outcome: OUTCOME.declined });
      expect(result).not.toHaveProperty('reversalDue');
      expect(slot.last).toEqual(['80AE90', '80AE00']);
    }
  });

  test('the result has the data of the end, the question those of the first cryptogram', () => {
    const slot = new Slot('mastercard');
    const { emvData } = slot.pay();
    expect([0x9f27, 0x8a, 0x9b].map((tag) => valueIn(emvData, tag))).toEqual(['80', undefined, 'E800']);
    const result = slot.answer(yes) as Message<'result'>;
    expect([0x9f27, 0x8a, 0x9b].map((tag) => valueIn(tenderOf(result).emvData, tag))).toEqual(['40', '3030', 'E800']);
    expect(valueIn(tenderOf(result).emvData, 0x9f26)).not.toBe(valueIn(emvData, 0x9f26));
    expect(valueIn(tenderOf(result).emvData, 0x95)).toBe(valueIn(emvData, 0x95));
  });
});

test.each([
  ['hears it', (response: Uint8Array) => response],
  ['is gone', () => undefined],
  ['gives a TC all the same', () => hex('77149F2701409F360200019F260811223344556677889000')],
])('the acquirer says no, and the card %s: no reversal', (_, answer) => {
  const slot = new Slot('mastercard', secondly(answer));
  slot.pay();
  const result = slot.answer(no);
  expect(result).toMatchObject({ outcome: OUTCOME.declined, tenders: [{ amount: 0, responseCode: '51' }] });
  expect(result).not.toHaveProperty('reversalDue');
});

describe('nobody answers', () => {
  test('the card is asked for an AAC, and what may have been approved is to be reversed', () => {
    const slot = new Slot('mastercard');
    slot.pay();
    expect(slot.wait(59_999)).toBeUndefined();
    expect(slot.last).toEqual(['80AE90']);
    slot.wait(1);
    slot.wait(0);
    expect(slot.last).toEqual(['80AE90', '80AE00']);
    const expected = { outcome: OUTCOME.declined, reason: 'ACQUIRER_SILENT', reversalDue: 1 };
    expect(slot.lookup()).toMatchObject(expected);
    expect(valueIn(tenderOf(slot.lookup() as Message<'result'>).emvData, 0x8a)).toBe('5A33');
    // The acquirer's word comes too late, and the reader is free for the next.
    expect(slot.answer(yes)).toMatchObject(expected);
    expect(slot.lookup()).toMatchObject(expected);
    expect(slot.pay('order-2')).toMatchObject({ kind: 'authorise' });
  });

  test('action codes that allow it: the card gives a TC, and the acquirer has the word without the card', () => {
    const lenient = { actionCodeDefault: new Uint8Array(5) };
    const stored = decodeMessage(configuration);
    if (!stored.ok || stored.message.kind !== 'configuration') throw new Error('no configuration');
    const { message } = stored;
    const slot = new Slot(
      'mastercard',
      (_, response) => hex(toHex(response).replace('9F0D05F050ACA000', '9F0D050000000000')),
      encodeMessage({ ...message, applications: message.applications?.map((one) => ({ ...one, ...lenient })) ?? [] }),
    );
    slot.pay();
    slot.wait(60_000);
    slot.wait(0);
    expect(slot.last).toEqual(['80AE80', '80AE40']);
    expect(slot.lookup()).toMatchObject({ outcome: OUTCOME.waitingForAcquirer });
    slot.restart();
    expect(slot.lookup()).toMatchObject({ outcome: OUTCOME.waitingForAcquirer });
    expect(slot.answerAgain(yes)).toMatchObject({ outcome: OUTCOME.approved, due: 0 });
  });

  test('the reader lost its power: an approval that comes later is reversed, a refusal is none', () => {
    for (const [answer, expected] of [
      [
        yes,
        {
          outcome: OUTCOME.declined,
          reason: 'CARD_REMOVED',
          reversalDue: 1,
          tenders: [{ amount: 0, responseCode: '00' }],
        },
      ],
      [no, { outcome: OUTCOME.declined, tenders: [{ amount: 0, responseCode: '51' }] }],
    ] as const) {
      const slot = new Slot('mastercard');
      slot.pay();
      slot.restart();
      expect(slot.lookup()).toMatchObject({ outcome: OUTCOME.waitingForAcquirer });
      const result = slot.answerAgain(answer);
      expect(result).toMatchObject(expected);
      expect('reversalDue' in (result as object)).toBe(answer === yes);
    }
  });

  test('the till cancels', () => {
    const slot = new Slot('mastercard');
    slot.pay();
    const frames = slot.host.send(slot.channel, COMMAND.cancel);
    expect(answerOf(frames)).toMatchObject({ outcome: OUTCOME.declined, reason: 'CANCELLED', reversalDue: 1 });
    expect(frames.find(({ command }) => command === COMMAND.cancel)?.payload).toEqual(Uint8Array.of(1));
    expect(slot.lookup()).toMatchObject({ reason: 'CANCELLED', reversalDue: 1 });
  });
});

describe('while the acquirer is asked', () => {
  test('a host that was restarted asks how it stands, has the question again, and answers it', () => {
    const slot = new Slot('mastercard');
    const question = slot.pay();
    const other = slot.host.init();
    expect(slot.send({ kind: 'lookup', key: KEY, paymentSecret: SECRET }, other)).toMatchObject({
      outcome: OUTCOME.waitingForAcquirer,
    });
    expect(slot.send(PAYMENT, other)).toEqual(question);
    expect(slot.send({ ...PAYMENT, amount: 1 }, other)).toBe(STATUS.keyReused);
    expect(slot.answer(yes, other)).toMatchObject({ outcome: OUTCOME.approved });
    expect(slot.last).toEqual(['80AE90', '80AE50']);
  });

  test('other payments wait, and the answer to another tap is refused', () => {
    const slot = new Slot('mastercard');
    const question = slot.pay();
    expect(slot.send({ ...PAYMENT, key: 'order-2' })).toBe(STATUS.busy);
    for (const other of [{ key: 'order-2' }, { transactionToken: new Uint8Array(16) }])
      expect(slot.send(acquirersWord({ ...question, ...other }, yes))).toBe(STATUS.messageRefused);
    expect(slot.answer({ ...yes, approvedAmount: 1251 })).toBe(STATUS.messageRefused);
    expect(slot.answer(yes)).toMatchObject({ outcome: OUTCOME.approved });
  });
});

test('INIT in the middle, and a flash that takes nothing: the card is let go, the reader answers, and the payment is open', () => {
  const slot = new Slot('mastercard');
  const { key } = slot.pay();
  const { records, contact } = slot.board;
  let released = 0;
  const { write } = records;
  const release = contact.release.bind(contact);
  contact.release = () => {
    released += 1;
    release();
  };
  records.write = () => false;
  slot.host.init(slot.channel);
  records.write = write;
  expect(released).toBe(1);
  expect(slot.send({ kind: 'lookup', key, paymentSecret: SECRET })).toMatchObject({
    outcome: OUTCOME.waitingForAcquirer,
  });
});

test('a wrong signature on the first cryptogram: the card is told that it ends', () => {
  const slot = new Slot('wrong-signature-mastercard');
  expect(slot.send(PAYMENT)).toMatchObject({ kind: 'result', outcome: OUTCOME.declined, reason: 'CDA_FAILED' });
  expect(slot.last).toEqual(['80AE90', '80AE00']);
});

test('no signature at all where one was asked for: CDA was performed, and failed', () => {
  const unsigned = hex('77149F2701809F360200019F260811223344556677889000');
  const slot = new Slot('mastercard', (command, response) => (command[1] === 0xae ? unsigned : response));
  const result = slot.send(PAYMENT) as Message<'result'>;
  expect(result).toMatchObject({ outcome: OUTCOME.declined, reason: 'CDA_FAILED' });
  expect(valueIn(tenderOf(result).emvData, 0x95)?.slice(0, 2)).toBe('04');
  expect(valueIn(tenderOf(result).emvData, 0x9b)).toBe('E800');
});

describe('a card that wants its application confirmed', () => {
  /** Bit 8 of the priority indicator. */
  const confirming: Change = (_, response) => hex(toHex(response).replaceAll('870101', '870181'));

  test('the host is asked, says yes, and the payment goes on', () => {
    const slot = new Slot('mastercard', confirming);
    expect(slot.send(PAYMENT)).toEqual({
      kind: 'confirm',
      key: KEY,
      label: 'MASTERCARD',
      applicationIdentifier: hex('A0000000041010'),
      languagePreference: 'enfr',
    });
    expect(slot.last).toEqual([]);
    expect(slot.decide('00')).toMatchObject({ kind: 'authorise' });
    expect(slot.answer(yes)).toMatchObject({ outcome: OUTCOME.approved });
  });

  test('the host says no: there is no other application, and nothing was asked of this one', () => {
    const slot = new Slot('mastercard', confirming);
    slot.send(PAYMENT);
    expect(slot.decide('05')).toMatchObject({
      outcome: OUTCOME.notAccepted,
      reason: 'NO_CANDIDATE_USABLE',
    });
    expect(slot.last).toEqual([]);
  });

  test('nobody says anything: cancelled, and the key may be used again', () => {
    const slot = new Slot('mastercard', confirming);
    slot.send(PAYMENT);
    slot.wait(60_000);
    expect(slot.lookup()).toMatchObject({ outcome: OUTCOME.cancelled });
  });

  test('a label that is the number stays in the reader', () => {
    const slot = new Slot('mastercard', (command, response) => {
      const confirmed = confirming(command, response) ?? NO_BYTES;
      return hex(
        toHex(confirmed).replaceAll(toHex(Uint8Array.from(Buffer.from('MASTERCARD'))), '54133300896010342020'),
      );
    });
    expect(slot.send(PAYMENT)).toMatchObject({ kind: 'confirm', label: '' });
  });

  test('a read is not worth a question', () => {
    const slot = new Slot('mastercard', confirming);
    const { interfaces, timeoutMs, date, time } = PAYMENT;
    expect(slot.send({ kind: 'read', interfaces, timeoutMs, date, time })).toMatchObject({
      outcome: OUTCOME.notAccepted,
    });
  });
});
