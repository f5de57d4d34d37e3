/**
 * The power goes at every moment of a sale: within any call of the board, and at each write of a record, before and after it.
 * Whatever the host had heard by then is still true afterwards, and nobody is charged twice.
 */
import { COMMAND, decodeMessage, encodeMessage, type Frame, type Message, NO_BYTES, OUTCOME } from '@comptoir/protocol';
import { describe, expect, test } from 'vitest';
import { type Card, createCard, createTestPki, developmentConfiguration } from '../../../simulator/src/index.js';
import { createRecordsInMemory, type RecordsInMemory } from '../../../simulator/src/machine/board/recordsInMemory.js';
import type { Board } from '../../src/board/board.js';
import { Reader } from '../../src/commands/reader.js';
import { FakeBoard, FakeHost } from '../fakeBoard.js';
import { acquirersWord, PAYMENT, questionIn, SECRET } from '../paymentMessages.js';
import { portOf } from '../portOf.js';

const configuration = developmentConfiguration(createTestPki());
const KEY = 'order-1';
const pay: Message<'pay'> = { ...PAYMENT, interfaces: 2 };
const lookup: Message<'lookup'> = { kind: 'lookup', key: KEY, paymentSecret: SECRET };

class PowerLost extends Error {}

/** A board whose power goes within its nth call, counted from 1. */
function untilCall(board: Board, last: number): { readonly board: Board; calls(): number } {
  let calls = 0;
  function powered<T extends object>(part: T): T {
    return new Proxy(part, {
      get(target, name) {
        const member: unknown = Reflect.get(target, name);
        if (typeof member === 'function') {
          return (...values: unknown[]): unknown => {
            calls += 1;
            if (calls >= last) throw new PowerLost();
            return Reflect.apply(member, target, values);
          };
        }
        return typeof member === 'object' && member !== null && !(member instanceof Uint8Array)
          ? powered(member)
          : member;
      },
    });
  }
  return { board: powered(board), calls: () => calls };
}

/** One time of power: what the host hears of the reader, until it's gone. */
class PowerOn {
  readonly heard: Message[] = [];
  isOn = true;
  private readonly host: FakeHost | undefined;
  private channel = 0;

  constructor(records: RecordsInMemory, card: Card, lastCall = Number.POSITIVE_INFINITY) {
    const board = new FakeBoard();
    board.configurationBytes = configuration;
    board.contactless = portOf(card, 'contactless');
    board.records = records.powerOn(() => {
      this.isOn = false;
    });
    const powered = untilCall(board, lastCall);
    this.calls = powered.calls;
    this.host = this.whilePowered(() => new FakeHost(board, new Reader(powered.board)));
    this.channel = this.whilePowered(() => this.host?.init()) ?? 0;
  }

  readonly calls: () => number;

  send(message: Message): Message | undefined {
    const frames = this.whilePowered(() => this.host?.send(this.channel, COMMAND.message, encodeMessage(message)));
    const answer = messageIn(frames ?? []);
    if (answer !== undefined) this.heard.push(answer);
    return answer;
  }

  /** What the reader still says after its power went isn't heard. */
  private whilePowered<T>(work: () => T): T | undefined {
    if (!this.isOn) return undefined;
    try {
      const done = work();
      return this.isOn ? done : undefined;
    } catch (thrown) {
      if (!(thrown instanceof PowerLost) && this.isOn) throw thrown;
      this.isOn = false;
      return undefined;
    }
  }
}

function messageIn(frames: readonly Frame[]): Message | undefined {
  const decoded = decodeMessage(frames.find(({ command }) => command === COMMAND.message)?.payload ?? NO_BYTES);
  return decoded.ok ? decoded.message : undefined;
}

/** A sale, as far as it gets. @returns true when the acquirer was asked */
function sell(power: PowerOn): boolean {
  const question = power.send(pay);
  if (question?.kind !== 'authorise') return false;
  approve(power, question);
  return true;
}

/** The acquirer is asked once more by a reader that lost its power meanwhile. */
function approve(power: PowerOn, question: Message): Message | undefined {
  const answer = power.send(acquirersWord(questionIn(question), { responseCode: '00' }));
  return answer?.kind === 'inquire' ? approve(power, answer) : answer;
}

/** The truth: neither less than what the host heard, nor more than what it did. */
function checkTruth(known: Message | undefined, heard: readonly Message[], wasCompleted: boolean): void {
  const authorise = heard.find(({ kind }) => kind === 'authorise') as Message<'authorise'> | undefined;
  const result = heard.find(({ kind }) => kind === 'result');
  if (result !== undefined) {
    expect(known).toEqual(result);
  } else if (authorise !== undefined) {
    const outcomes: readonly number[] = wasCompleted
      ? [OUTCOME.waitingForAcquirer, OUTCOME.approved]
      : [OUTCOME.waitingForAcquirer];
    expect(known).toMatchObject({ kind: 'result', key: KEY, amount: 1250, tenders: [{ emvData: authorise.emvData }] });
    expect(outcomes).toContain((known as Message<'result'>).outcome);
  } else {
    expect([OUTCOME.waitingForAcquirer, undefined]).toContain(known?.kind === 'result' ? known.outcome : undefined);
  }
}

/** After the power went: the same key leads to one result, with one approval by the acquirer. */
function goOn(records: RecordsInMemory, card: Card, before: PowerOn, wasCompleted: boolean): void {
  const after = new PowerOn(records, card);
  const known = after.send(lookup);
  checkTruth(known, before.heard, wasCompleted);
  const authorise = before.heard.find(({ kind }) => kind === 'authorise');
  const again = after.send(pay);
  if (known?.kind === 'result' && known.outcome === OUTCOME.approved) {
    expect(again).toEqual(known);
    if (authorise !== undefined) expect(approve(after, authorise)).toEqual(known);
    return;
  }
  if (authorise !== undefined) expect(again).toEqual(authorise);
  else expect(again).toMatchObject({ kind: 'authorise', key: KEY });
  expect(approve(after, again as Message)).toMatchObject({ outcome: OUTCOME.approved, tenders: [{ amount: 1250 }] });
  expect(after.send(lookup)).toMatchObject({ outcome: OUTCOME.approved });
}

const newCard = (): Card => createCard('visa-debit', { seed: 1 });

test('within any call of the board', () => {
  const whole = new PowerOn(createRecordsInMemory(), newCard());
  sell(whole);
  expect(whole.heard.map(({ kind }) => kind)).toEqual(['authorise', 'result']);
  const calls = whole.calls();
  expect(calls).toBeGreaterThan(50);
  for (let last = 1; last <= calls; last += 1) {
    const [records, card] = [createRecordsInMemory(), newCard()];
    const before = new PowerOn(records, card, last);
    const wasCompleted = sell(before);
    expect(before.isOn).toBe(false);
    goOn(records, card, before, wasCompleted);
  }
});

describe.each(['torn', 'clean'] as const)('%s', (kind) => {
  test.each([
    [1, 'the sequence of the configuration that is in force', 0],
    [2, 'the limit of index tokens', 0],
    [3, 'the payment', 0],
    [4, 'its result', 1],
  ])('at write %i of a first sale, %s', (operation, _, heard) => {
    const [records, card] = [createRecordsInMemory(), newCard()];
    records.cutPower({ operation, kind });
    const before = new PowerOn(records, card);
    const wasCompleted = sell(before);
    expect(before.isOn).toBe(false);
    expect(before.heard.length).toBe(heard);
    goOn(records, card, before, wasCompleted);
  });
});

test('no record holds the card number', () => {
  const records = createRecordsInMemory();
  const power = new PowerOn(records, newCard());
  expect(power.send(pay)).toMatchObject({ kind: 'authorise' });
  const [packed, text] = ['4761739001010119', Buffer.from('4761739001010119').toString('hex')];
  const flash = records.powerOn(() => {});
  const record = Buffer.from(flash.read(0)).toString('hex');
  expect(record.length).toBeGreaterThan(1000);
  expect(record).toContain(Buffer.from('0119').toString('hex'));
  expect(record).not.toContain(packed);
  expect(record).not.toContain(text);
});

test('a sale writes twice, the first also the limit of index tokens, the first start once, and what decided nothing not at all', () => {
  const records = createRecordsInMemory();
  const power = new PowerOn(records, newCard());
  expect(power.send({ ...pay, key: 'nothing', interfaces: 1, timeoutMs: 0 })).toMatchObject({
    outcome: OUTCOME.noCard,
  });
  expect(records.writes).toBe(1);
  sell(power);
  expect(records.writes).toBe(4);
  expect(power.send({ ...lookup, key: 'nothing' })).toMatchObject({ outcome: OUTCOME.noCard });
  const after = new PowerOn(records, newCard());
  expect(after.send({ ...lookup, key: 'nothing' })).toEqual({ kind: 'neverSeen', key: 'nothing' });
  expect(after.send(lookup)).toMatchObject({ outcome: OUTCOME.approved });
});

test('a reader that can not write asks no acquirer', () => {
  const records = createRecordsInMemory();
  const power = new PowerOn(
    { ...records, powerOn: (lost) => ({ ...records.powerOn(lost), write: () => false }) },
    newCard(),
  );
  expect(power.send(pay)).toBeUndefined();
  expect(power.isOn).toBe(true);
  expect(power.send(lookup)).toEqual({ kind: 'neverSeen', key: KEY });
});
