/**
 * The acquirer's word: only it ends a payment, in each place where one may wait for it. Forged, altered, crossed and early answers are
 * refused and logged, and the true one is believed afterwards.
 */

import {
  type AcquirerAnswer,
  type AcquirerQuestion,
  deriveInitialKey,
  deriveTransactionKey,
  deriveWorkingKey,
  KEY_USAGE,
  signAnswer,
} from '@comptoir/acquirer';
import {
  answerToSign,
  dataObject,
  decodeMessage,
  decodeTlv,
  EVENT,
  EVENT_BYTES,
  encodeMessage,
  encodeTlv,
  FIELDS,
  fromHex,
  MESSAGES,
  type Message,
  NO_BYTES,
  OUTCOME,
  STATUS,
  template,
  unsignedFromBytes,
} from '@comptoir/protocol';
import { cmac } from '@noble/ciphers/aes.js';
import { describe, expect, test } from 'vitest';
import { createCard } from '../../../../simulator/src/index.js';
import { createCatalogueDynamicCard } from '../../../../simulator/src/world/cards/dynamic/catalogueDynamicCard.js';
import { PAYMENT, questionIn, SECRET } from '../../paymentMessages.js';
import { portOf } from '../../portOf.js';
import { approveAll, baseDerivationKey, CheckoutTill, pki } from './checkoutTill.js';

type Complete = Message<'complete'>;
type Question = Message<'authorise' | 'inquire'>;

const KEY = PAYMENT.key;
const basket = [{ quantity: 1, unitAmount: PAYMENT.amount }];

/** Every field that an answer may have. */
const SAID: AcquirerAnswer = {
  responseCode: '00',
  authorisationCode: 'A1B2C3',
  approvedAmount: PAYMENT.amount,
  issuerAuthenticationData: fromHex('1122334455667788') ?? NO_BYTES,
  issuerScripts: fromHex('7209860784DA9F580301AA') ?? NO_BYTES,
};

function completeIn(bytes: Uint8Array): Complete {
  const decoded = decodeMessage(bytes);
  if (!decoded.ok || decoded.message.kind !== 'complete') throw new Error('no answer');
  return decoded.message;
}

/** @param bdk another acquirer's */
function trueAnswer(question: AcquirerQuestion, said: AcquirerAnswer = SAID, bdk = baseDerivationKey): Complete {
  return { ...completeIn(signAnswer(question, said, { bdk })), paymentSecret: SECRET };
}

/** As a stranger would bring it. */
function withoutSecret({ paymentSecret: _secret, ...answer }: Complete): Complete {
  return answer;
}

/** The acquirer's keys, used for what they aren't for. */
function underUsage(
  question: Question,
  usage: (typeof KEY_USAGE)['macGenerate' | 'dataEncrypt' | 'dataDecrypt'],
): Complete {
  const ksn = question.kind === 'authorise' ? question.envelope.slice(0, 12) : question.keySerialNumber;
  const transactionKey = deriveTransactionKey(deriveInitialKey(baseDerivationKey, ksn.subarray(0, 8)), ksn);
  const answer = trueAnswer(question);
  return { ...answer, answerMac: cmac(answerToSign(answer), deriveWorkingKey(transactionKey, usage, ksn, 32)) };
}

const flipped = (bytes: Uint8Array = NO_BYTES, at = 0): Uint8Array =>
  bytes.map((byte, index) => (index === at ? byte ^ 1 : byte));

function without(answer: Complete, field: keyof AcquirerAnswer): Complete {
  const { [field]: _, ...rest } = answer;
  return rest as Complete;
}

const FORGERIES: readonly (readonly [string, (question: Question) => Complete])[] = [
  ['a MAC of zeros', (question) => ({ ...trueAnswer(question), answerMac: new Uint8Array(16) })],
  ['a bit of the MAC', (question) => ({ ...trueAnswer(question), answerMac: flipped(trueAnswer(question).answerMac) })],
  ['its last bit', (question) => ({ ...trueAnswer(question), answerMac: flipped(trueAnswer(question).answerMac, 15) })],
  ['the token for a MAC', (question) => ({ ...trueAnswer(question), answerMac: question.transactionToken })],
  ['another acquirer', (question) => trueAnswer(question, SAID, new Uint8Array(32).fill(1))],
  ['the key of the request', (question) => underUsage(question, KEY_USAGE.macGenerate)],
  ['the key of the envelope', (question) => underUsage(question, KEY_USAGE.dataEncrypt)],
  ['the key of encrypted answers', (question) => underUsage(question, KEY_USAGE.dataDecrypt)],
  ['a no made a yes', (question) => ({ ...trueAnswer(question, { ...SAID, responseCode: '05' }), responseCode: '00' })],
  ['a yes made a no', (question) => ({ ...trueAnswer(question), responseCode: '05' })],
  ['a smaller amount', (question) => ({ ...trueAnswer(question), approvedAmount: PAYMENT.amount - 1 })],
  ['no amount', (question) => without(trueAnswer(question), 'approvedAmount')],
  ['another authorisation code', (question) => ({ ...trueAnswer(question), authorisationCode: 'A1B2C4' })],
  ['no authorisation code', (question) => without(trueAnswer(question), 'authorisationCode')],
  [
    'other issuer data',
    (question) => ({ ...trueAnswer(question), issuerAuthenticationData: flipped(SAID.issuerAuthenticationData) }),
  ],
  ['no issuer data', (question) => without(trueAnswer(question), 'issuerAuthenticationData')],
  ['other scripts', (question) => ({ ...trueAnswer(question), issuerScripts: flipped(SAID.issuerScripts, 8) })],
  ['no scripts', (question) => without(trueAnswer(question), 'issuerScripts')],
  ['scripts that were not there', (question) => ({ ...trueAnswer(question, { responseCode: '00' }), ...SAID })],
  ['another token', (question) => ({ ...trueAnswer(question), transactionToken: flipped(question.transactionToken) })],
  ['more than was asked', (question) => trueAnswer(question, { ...SAID, approvedAmount: PAYMENT.amount + 1 })],
];

interface Waiting {
  readonly till: CheckoutTill;
  readonly question: Question;
  readonly ends: object;
}

function pay(till: CheckoutTill, interfaces: 1 | 2, key = KEY): Message<'authorise' | 'inquire'> {
  till.board.contact = portOf(createCard('mastercard', { seed: 1 }), 'contact');
  till.board.contactless = portOf(createCard('visa-debit', { seed: 1 }), 'contactless');
  return questionIn(till.send({ ...PAYMENT, key, interfaces }));
}

function checkout(till: CheckoutTill): Message<'authorise' | 'inquire'> {
  till.board.contactless = portOf(createCard('visa-debit', { seed: 1 }), 'contactless');
  till.send({ kind: 'basket', firstLine: 0, lines: basket });
  return questionIn(till.begin(createCard('visa-debit', { seed: 1 }), basket, { key: KEY }));
}

/** The reader lost its power with a payment open, and somebody brought the answer. */
function inquired(before: CheckoutTill, question: Question): Waiting {
  const till = new CheckoutTill(before.records, 1);
  const inquiry = questionIn(till.answer(SAID, question));
  expect(inquiry).toMatchObject({ kind: 'inquire', key: KEY, inquiredToken: question.transactionToken });
  return { till, question: inquiry, ends: { outcome: OUTCOME.approved } };
}

const WAITING: readonly (readonly [string, () => Waiting])[] = [
  [
    'a payment by tap',
    () => {
      const till = new CheckoutTill();
      return {
        till,
        question: pay(till, 2),
        ends: { outcome: OUTCOME.approved, tenders: [{ authorisationCode: 'A1B2C3' }] },
      };
    },
  ],
  [
    'a payment whose card waits',
    // The card hears it, and sees that no issuer of its own made the data for it.
    () => {
      const till = new CheckoutTill();
      return {
        till,
        question: pay(till, 1),
        ends: { outcome: OUTCOME.declined, tenders: [{ responseCode: '00' }], reversalDue: 1 },
      };
    },
  ],
  [
    'a checkout whose card waits',
    () => {
      const till = new CheckoutTill();
      return { till, question: checkout(till), ends: { kind: 'result', outcome: OUTCOME.approved, due: 0 } };
    },
  ],
  [
    'a checkout whose card is gone',
    () => {
      const till = new CheckoutTill();
      const question = checkout(till);
      till.silence();
      return { till, question, ends: { kind: 'result', outcome: OUTCOME.approved, due: 0 } };
    },
  ],
  [
    'a payment after a power cut',
    () => {
      const before = new CheckoutTill();
      return inquired(before, pay(before, 2));
    },
  ],
  [
    'a checkout after a power cut',
    () => {
      const before = new CheckoutTill();
      return inquired(before, checkout(before));
    },
  ],
];

/** How often the reader noted that an answer was none. */
function refusedAnswers(till: CheckoutTill): number {
  const told = till.send({ kind: 'events' });
  if (typeof told !== 'object' || told.kind !== 'eventsTold') throw new Error('no event log');
  let count = 0;
  for (let at = 0; at < told.eventList.length; at += EVENT_BYTES) {
    const entry = told.eventList.subarray(at, at + EVENT_BYTES);
    if (entry[4] === EVENT.answerRefused) count += unsignedFromBytes(entry.subarray(6));
  }
  return count;
}

describe.each(WAITING)('%s', (_, begin) => {
  test('no forgery is believed, and the acquirer still is', () => {
    const { till, question, ends } = begin();
    const believed = FORGERIES.filter(([, forge]) => till.send(forge(question)) !== STATUS.messageRefused);
    expect(believed.map(([name]) => name)).toEqual([]);
    expect(till.send(trueAnswer(question))).toMatchObject(ends);
    expect(till.lookup(KEY)).toMatchObject(ends);
    expect(refusedAnswers(till)).toBe(FORGERIES.length);
  });

  test('of a stranger none is believed, and none tells more than that the payment was seen', () => {
    const { till, question, ends } = begin();
    const heard = FORGERIES.map(([, forge]) => JSON.stringify(till.send(withoutSecret(forge(question)))));
    const nothing = [JSON.stringify({ kind: 'seen', key: KEY }), String(STATUS.messageRefused)];
    expect(heard.filter((one) => !nothing.includes(one))).toEqual([]);
    expect(till.send(trueAnswer(question))).toMatchObject(ends);
    expect(refusedAnswers(till)).toBe(FORGERIES.length);
  });

  test('of an answer that was heard nobody learns more by bringing it again', () => {
    const { till, question, ends } = begin();
    till.send(trueAnswer(question));
    for (const said of [SAID, { responseCode: '05' }])
      expect(till.send(withoutSecret(trueAnswer(question, said)))).toEqual({ kind: 'seen', key: KEY });
    expect(till.send(trueAnswer(question, { responseCode: '05' }))).toEqual(till.lookup(KEY));
    expect(till.lookup(KEY)).toMatchObject(ends);
  });
});

test('an answer without MAC, or without token, is no message', () => {
  const till = new CheckoutTill();
  const question = pay(till, 2);
  const tlv = decodeTlv(encodeMessage(trueAnswer(question)));
  if (!tlv.ok) throw new Error('no TLV');
  for (const field of ['answerMac', 'transactionToken'] as const) {
    const rest = (tlv.objects[0]?.children ?? []).filter(({ tag }) => tag !== FIELDS[field].tag);
    expect(till.sendBytes(encodeTlv(template(MESSAGES.complete.tag, ...rest)))).toBe(STATUS.messageRefused);
    const short = rest.concat(dataObject(FIELDS[field].tag, new Uint8Array(15)));
    expect(till.sendBytes(encodeTlv(template(MESSAGES.complete.tag, ...short)))).toBe(STATUS.messageRefused);
  }
  expect(till.lookup(KEY)).toMatchObject({ outcome: OUTCOME.waitingForAcquirer });
});

describe('answers to something else', () => {
  test('crossed between two payments', () => {
    const till = new CheckoutTill();
    const [one, other] = [pay(till, 2, 'order-1'), pay(till, 2, 'order-2')];
    const answer = trueAnswer(one);
    expect(till.send({ ...answer, key: 'order-2' })).toBe(STATUS.messageRefused);
    expect(till.send({ ...answer, key: 'order-2', transactionToken: other.transactionToken })).toBe(
      STATUS.messageRefused,
    );
    expect(till.send({ ...trueAnswer(other), key: 'order-1' })).toBe(STATUS.messageRefused);
    expect(till.send(answer)).toMatchObject({ outcome: OUTCOME.approved });
    expect(till.lookup('order-2')).toMatchObject({ outcome: OUTCOME.waitingForAcquirer });
  });

  test('of an earlier question under the same key', () => {
    const till = new CheckoutTill();
    const refused: unknown[] = [];
    const answer = till.tap(createCatalogueDynamicCard(1, pki), [{ quantity: 2, unitAmount: 2500 }], (question) => {
      for (const earlier of till.asked.slice(0, -1)) {
        const replayed = trueAnswer(earlier, { responseCode: '00' });
        const relabelled = { ...replayed, transactionToken: question.transactionToken };
        refused.push(till.send(replayed), till.send(relabelled));
      }
      return approveAll(question);
    });
    expect(answer).toMatchObject({ outcome: OUTCOME.approved });
    expect(refused).toEqual(new Array(6).fill(STATUS.messageRefused));
  });

  test('of a payment before the power cut, to the one after it under the same key', () => {
    const before = new CheckoutTill();
    const earlier = trueAnswer(pay(before, 2));
    // The record never got into flash: the till pays again.
    const till = new CheckoutTill(undefined, 1);
    const question = pay(till, 2);
    expect(till.send(earlier)).toBe(STATUS.messageRefused);
    expect(till.send({ ...earlier, transactionToken: question.transactionToken })).toBe(STATUS.messageRefused);
    expect(till.lookup(KEY)).toMatchObject({ outcome: OUTCOME.waitingForAcquirer });
  });

  test('before the question: of a payment that is not there, and while its card is awaited', () => {
    const till = new CheckoutTill();
    const guessed = trueAnswer({ ...pay(till, 2, 'order-2'), key: KEY });
    expect(till.send(guessed)).toEqual({ kind: 'neverSeen', key: KEY });
    till.board.contactless = portOf(undefined, 'contactless');
    till.send({ ...PAYMENT, interfaces: 2 });
    expect(till.send(guessed)).toBe(STATUS.busy);
  });

  test('from a host that nobody asked, while a checkout waits', () => {
    const till = new CheckoutTill();
    const question = checkout(till);
    const mine = till.changeChannel();
    for (const [, forge] of FORGERIES) expect(till.send(forge(question))).toBe(STATUS.busy);
    till.changeChannel(mine);
    expect(till.send(trueAnswer(question))).toMatchObject({ outcome: OUTCOME.approved });
  });
});
