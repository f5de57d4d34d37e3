/**
 * The keys that answers are checked with: what their MAC is, by a second hand; how many there are, and when they go; and the inquiry that takes
 * the place of one that went.
 */

import { signAnswer } from '@comptoir/acquirer';
import {
  answerToSign,
  COMMAND,
  encodeMessage,
  fromHex,
  type Message,
  NO_BYTES,
  OUTCOME,
  STATUS,
  toHex,
  unsignedFromBytes,
} from '@comptoir/protocol';
import { describe, expect, test } from 'vitest';
import { createCard, seededBytes } from '../../../simulator/src/index.js';
import { SoftwareKeys } from '../../../simulator/src/machine/board/keys/softwareKeys.js';
import { secureOf } from '../../../simulator/src/machine/board/keys/softwareSecure.js';
import { isProblem, readVectorFolder } from '../../../simulator/src/trials/replay/vectorFiles.js';
import { createCatalogueDynamicCard } from '../../../simulator/src/world/cards/dynamic/catalogueDynamicCard.js';
import type { Secure } from '../../src/board/board.js';
import { Reader } from '../../src/commands/reader.js';
import { Answers } from '../../src/commands/shared/answers.js';
import { askHost, type Command, type QuestionName } from '../../src/commands/shared/command.js';
import { CommandRunner } from '../../src/commands/shared/commandRunner.js';
import { type CheckedMessage, Door } from '../../src/token/door.js';
import { approveAll, baseDerivationKey, broughtByTill, CheckoutTill, pki } from '../commands/checkout/checkoutTill.js';
import { FakeBoard, FakeHost } from '../fakeBoard.js';
import { answerOf, PAYMENT, questionIn, SECRET } from '../paymentMessages.js';
import { portOf } from '../portOf.js';
import { answerMacByHand, cmacByHand, workingKey } from './answerJudge.js';

type Question = Message<'authorise' | 'inquire'>;

const yes = { responseCode: '00' };

function pay(till: CheckoutTill, key: string, interfaces: 1 | 2 = 2): Question {
  till.board.contact = portOf(createCard('mastercard', { seed: 1 }), 'contact');
  till.board.contactless = portOf(createCard('visa-debit', { seed: 1 }), 'contactless');
  return questionIn(till.send({ ...PAYMENT, key, interfaces }));
}

const ksnOf = (question: Question): Uint8Array =>
  question.kind === 'authorise' ? question.envelope.slice(0, 12) : question.keySerialNumber;

describe('the MAC, by a second hand', () => {
  const hex = (value: unknown): Buffer => Buffer.from(String(value), 'hex');

  test('which knows the published vectors of CMAC and DUKPT', () => {
    let known = 0;
    for (const entry of readVectorFolder('test-vectors').entries) {
      if (isProblem(entry)) continue;
      const [input, expected] = [entry.input, entry.expected] as Record<string, unknown>[];
      if (entry.kind === 'cmac')
        expect(cmacByHand(hex(input?.['key']), hex(input?.['data']))).toEqual(hex(expected?.['mac']));
      else if (entry.kind === 'dukpt.aes.keys' && input?.['workingKeyType'] === 'AES128')
        expect(workingKey(hex(input['bdk']), hex(input['ksn']), 0x2000, 16)).toEqual(hex(expected?.['macGenerateKey']));
      else continue;
      known += 1;
    }
    expect(known).toBeGreaterThanOrEqual(14);
  });

  test.each([
    ['00', [], { responseCode: '00' }],
    [
      'with all that it may say',
      [
        ['89', '413142324333'],
        ['DF0F', '000000001250'],
        ['91', '1122334455667788'],
        ['DF1E', '7209860784DA9F580301AA'],
      ],
      {
        responseCode: '00',
        authorisationCode: 'A1B2C3',
        approvedAmount: 1250,
        issuerAuthenticationData: fromHex('1122334455667788') ?? NO_BYTES,
        issuerScripts: fromHex('7209860784DA9F580301AA') ?? NO_BYTES,
      },
    ],
  ] as const)('%s: the SDK makes it, and the reader believes it', (_, more, answer) => {
    const till = new CheckoutTill();
    // The counter has more than one bit.
    for (const key of ['a', 'b']) pay(till, key);
    const question = pay(till, 'order-1');
    const { transactionToken } = question;
    const answerMac = answerMacByHand(Buffer.from(baseDerivationKey), Buffer.from(ksnOf(question)), [
      ['DF01', toHex(Uint8Array.from(Buffer.from('order-1')))],
      ['8A', '3030'],
      ['DF0A', toHex(transactionToken)],
      ['DF59', '00'.repeat(16)],
      ...more,
    ]);
    expect(toHex(signAnswer(question, answer, { bdk: baseDerivationKey }))).toContain(toHex(answerMac));
    const brought = { transactionToken, answerMac, paymentSecret: SECRET };
    const signed = { kind: 'complete', key: 'order-1', ...brought, ...answer } as const;
    expect(till.send(signed)).toMatchObject({ outcome: OUTCOME.approved });
  });
});

/** Handles of answer keys that are in the board's table. */
function watched(live: Set<number>): (secure: Secure) => Secure {
  return (secure) => ({
    ...secure,
    deriveKey(parent, data) {
      const key = secure.deriveKey(parent, data);
      // Usage 2001 of the derivation data.
      if (data[2] === 0x20 && data[3] === 0x01) live.add(key);
      return key;
    },
    eraseKey(key) {
      live.delete(key);
      secure.eraseKey(key);
    },
  });
}

describe('the table of keys', () => {
  const live = new Set<number>();
  const till = new CheckoutTill(undefined, 0, undefined, watched(live));
  const decline = (question: Question): unknown =>
    till.send({
      kind: 'decide',
      key: question.key,
      paymentSecret: SECRET,
      responseCode: '05',
      transactionToken: question.transactionToken,
    });
  const tap = (key: string, answers = approveAll, card = createCatalogueDynamicCard(1, pki)): unknown =>
    till.tap(card, [{ quantity: 2, unitAmount: 2500 }], answers, { key });

  /** How a payment may end, by its key. */
  const endings: readonly (readonly [string, (key: string) => unknown])[] = [
    ['approved, tapped', (key) => till.answer(yes, pay(till, key))],
    ['approved, in the slot', (key) => till.answer(yes, pay(till, key, 1))],
    ['withdrawn', (key) => decline(pay(till, key))],
    ['withdrawn, in the slot', (key) => decline(pay(till, key, 1))],
    ['nobody answers, in the slot', (key) => [pay(till, key, 1), till.silence()]],
    ['a basket', (key) => tap(key)],
    ['a basket, declined', (key) => tap(key, () => ({ responseCode: '05' }))],
    ['a basket, then silence', (key) => [tap(key, () => undefined), till.answer(yes)]],
  ];

  test.each(endings)('has no key of a payment that is over: %s', (name, end) => {
    end(name);
    expect(till.lookup(name)).toMatchObject({ key: name });
    expect(live.size).toBe(0);
  });

  test('does not grow over 200 payments', () => {
    const quick = endings.filter(([name]) => !name.includes('basket'));
    for (let payment = 0; payment < 200; payment += 1) quick[payment % quick.length]?.[1](`order-${payment}`);
    expect(live.size).toBe(0);
  });

  test('has one key of each payment that is open', () => {
    const open = ['one', 'two', 'three'].map((key) => pay(till, key));
    expect(live.size).toBe(3);
    for (const question of open) till.answer(yes, question);
    expect(live.size).toBe(0);
  });

  test('a sale that a card holds open is asked about under a key that goes with the tap', () => {
    const card = createCatalogueDynamicCard(1, pki);
    new CheckoutTill(undefined, 1).tap(card, [{ quantity: 2, unitAmount: 2500 }], (question) =>
      question.kind === 'authorise' && question.profileKind === 1 ? undefined : yes,
    );
    till.asked.length = 0;
    tap('silent', () => undefined, card);
    expect(till.questions()).toEqual(['inquire']);
    expect(live.size).toBe(0);
  });
});

test('of more than twelve questions the oldest key is erased, and its answer is not believed any more', () => {
  const table = new SoftwareKeys([]);
  const secure = secureOf(table, seededBytes('answers'));
  const answers = new Answers(secure);
  const keys = Array.from({ length: 13 }, (_, at) => secure.knownKey(new Uint8Array(32).fill(at + 1)));
  const tokens = keys.map((_, at) => new Uint8Array(16).fill(at + 1));
  for (const [at, key] of keys.entries()) answers.expect(tokens[at] ?? NO_BYTES, key);
  const check = (at: number): string => {
    const transactionToken = tokens[at] ?? NO_BYTES;
    return answers.check({
      kind: 'complete',
      key: 'k',
      responseCode: '00',
      transactionToken,
      answerMac: new Uint8Array(16),
    });
  };
  expect(tokens.map((_, at) => check(at))).toEqual(['lost', ...new Array(12).fill('forged')]);
  expect(() => table.tableKey(keys[0] ?? 0)).toThrow();
  expect(() => table.tableKey(keys[1] ?? 0)).not.toThrow();
});

describe('after a power cut', () => {
  const live = new Set<number>();
  /** Two payments open, and the keys of their answers gone. */
  function cut(): { readonly till: CheckoutTill; readonly one: Question; readonly two: Question } {
    const before = new CheckoutTill();
    const [one, two] = [pay(before, 'one'), pay(before, 'two')];
    live.clear();
    return { till: new CheckoutTill(before.records, 1, undefined, watched(live)), one, two };
  }
  const inquiryOf = (till: CheckoutTill, question: Question): Message<'inquire'> => {
    const inquiry = questionIn(till.answer(yes, question));
    if (inquiry.kind !== 'inquire') throw new Error('no inquiry');
    return inquiry;
  };

  test('an answer is asked for again, and the answer to that ends the payment', () => {
    const { till, one } = cut();
    const inquiry = inquiryOf(till, one);
    expect(live.size).toBe(1);
    expect(inquiry).toMatchObject({ key: 'one', inquiredToken: one.transactionToken });
    expect(inquiry.planId).toBeUndefined();
    expect(till.lookup('one')).toMatchObject({ outcome: OUTCOME.waitingForAcquirer });
    expect(till.answer({ responseCode: '05' }, inquiry)).toMatchObject({ outcome: OUTCOME.declined });
    expect(till.lookup('one')).toMatchObject({ outcome: OUTCOME.declined, tenders: [{ responseCode: '05' }] });
    expect(live.size).toBe(0);
  });

  test('while an inquiry is not answered the same answer gives the same inquiry, and no second counter goes', () => {
    const { till, one } = cut();
    const inquiry = inquiryOf(till, one);
    for (let again = 0; again < 70; again += 1) expect(inquiryOf(till, one)).toEqual(inquiry);
    const counterOf = (question: Question): number => unsignedFromBytes(ksnOf(question).subarray(8));
    expect(counterOf(pay(till, 'three'))).toBe(counterOf(inquiry) + 1);
  });

  test('the answer to the inquiry about one payment does not end another', () => {
    const { till, one, two } = cut();
    const inquiries = [inquiryOf(till, one), inquiryOf(till, two)] as const;
    expect(till.answer(yes, { ...inquiries[0], key: 'two' })).toBe(STATUS.messageRefused);
    expect(till.answer(yes, { ...inquiries[0], transactionToken: inquiries[1].transactionToken })).toBe(
      STATUS.messageRefused,
    );
    expect(till.answer(yes, inquiries[0])).toMatchObject({ key: 'one', outcome: OUTCOME.approved });
    expect(till.lookup('two')).toMatchObject({ outcome: OUTCOME.waitingForAcquirer });
    expect(till.answer(yes, inquiries[1])).toMatchObject({ key: 'two', outcome: OUTCOME.approved });
  });

  test('who does not know the token of the question makes the reader ask nothing', () => {
    const { till, one, two } = cut();
    for (const token of [two.transactionToken, new Uint8Array(16)])
      expect(till.answer(yes, { ...one, transactionToken: token })).toBe(STATUS.messageRefused);
    expect(till.asked).toEqual([]);
  });

  test('and a second one: the inquiry that was lost is made anew, and its answer is none any more', () => {
    const { till, one } = cut();
    const lost = inquiryOf(till, one);
    const after = new CheckoutTill(till.records, 2);
    expect(after.answer(yes, lost)).toBe(STATUS.messageRefused);
    expect(after.answer(yes, inquiryOf(after, one))).toMatchObject({ outcome: OUTCOME.approved });
  });
});

test.each([1, 2] as const)('a reader that destroyed its keys believes no answer, and says why: interface %i', (on) => {
  const till = new CheckoutTill();
  const question = pay(till, 'order-1', on);
  const { board, host } = till;
  const clear = host.initClear();
  board.isTampered = () => true;
  till.silence();
  const answer = broughtByTill(signAnswer(question, yes, { bdk: baseDerivationKey }));
  const ofKey = { key: 'order-1', paymentSecret: SECRET };
  const lookup = encodeMessage({ kind: 'lookup', ...ofKey });
  const restarted = new FakeHost(board, new Reader(board));
  const sendTo = (at: FakeHost, channel: number, message: Uint8Array): unknown =>
    answerOf(at.send(channel, COMMAND.message, message));
  const { tampered } = STATUS;
  const again = encodeMessage({ ...PAYMENT, key: 'order-1', interfaces: on });
  const another = encodeMessage({ ...PAYMENT, key: 'order-2', interfaces: on });
  // In the middle of it, and when it starts again; it has no identity for a session either.
  for (const [at, channel] of [
    [host, clear],
    [restarted, restarted.initClear()],
  ] as const) {
    expect([sendTo(at, channel, answer), sendTo(at, channel, answer)]).toEqual([tampered, tampered]);
    expect([sendTo(at, channel, again), sendTo(at, channel, another)]).toEqual([tampered, tampered]);
    expect(sendTo(at, channel, lookup)).toMatchObject({ outcome: OUTCOME.waitingForAcquirer });
  }
  // The till may still withdraw: that needs no key.
  const { transactionToken } = question;
  const word = encodeMessage({ kind: 'decide', ...ofKey, responseCode: '05', transactionToken });
  expect(sendTo(host, clear, word)).toMatchObject({ outcome: OUTCOME.declined });
});

test('of two questions under one key each has its own answer', () => {
  const asked = questionIn(pay(new CheckoutTill(), 'order-1'));
  const board = new FakeBoard();
  const { secure } = board;
  const answers = new Answers(secure);
  const wordTo = (transactionToken: Uint8Array): Message<'complete'> => {
    const key = secure.knownKey(transactionToken);
    answers.expect(transactionToken, key);
    const unsigned = { kind: 'complete', key: asked.key, transactionToken, answerMac: NO_BYTES, ...yes } as const;
    return { ...unsigned, answerMac: secure.cmac(key, answerToSign(unsigned)), paymentSecret: SECRET };
  };
  const [earlier, mine] = [wordTo(new Uint8Array(16).fill(1)), wordTo(asked.transactionToken)];
  const door = new Door(() => {});
  const runner = new CommandRunner(board, { door, answers }, 1, asking(door.checkOneOf<QuestionName>(asked)), SECRET);
  runner.step();
  expect([answers.check(earlier), runner.hear(earlier, 1)]).toEqual(['genuine', false]);
  expect(runner.hear(mine, 1)).toBe(true);
});

function* asking(question: CheckedMessage<QuestionName>): Command {
  yield* askHost(question);
  return { kind: 'neverSeen', key: question.message.key };
}
