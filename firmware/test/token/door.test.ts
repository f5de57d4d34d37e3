/** The one door: it looks at whatever leaves, fails closed, says so in the log, and the key still tells how the payment stands. */
import {
  EVENT,
  EVENT_BYTES,
  encodeMessage,
  fromHex,
  latin1ToBytes,
  type Message,
  NO_BYTES,
  OUTCOME,
  PROMPT,
  STATUS,
  toHex,
} from '@comptoir/protocol';
import { describe, expect, test } from 'vitest';
import { profileOf } from '../../../simulator/src/world/cards/catalogue.js';
import { Answers } from '../../src/commands/shared/answers.js';
import type { Command } from '../../src/commands/shared/command.js';
import { CommandRunner } from '../../src/commands/shared/commandRunner.js';
import { noteNumber, noteNumbersIn } from '../../src/emv/data/cardNumber.js';
import { DataStore } from '../../src/emv/data/dataStore.js';
import type { HostLink } from '../../src/link/hostLink.js';
import { type CheckedMessage, Door, type Leaving } from '../../src/token/door.js';
import { Vouched } from '../../src/token/vouched.js';
import { FakeBoard } from '../fakeBoard.js';
import { Slot } from '../payingSlot.js';
import { PAYMENT } from '../paymentMessages.js';

const hex = (text: string): Uint8Array => fromHex(text) ?? NO_BYTES;
const NUMBER = '4761739281416119';
const GENERATE_AC = 0xae;
const GET_RESPONSE = 0xc0;
const MASK = '476173******6119';
const aid = hex('A0000000031010');
const applications = [{ aid, match: 'partial', kernel: 3 } as const];

function doorOf(...numbers: readonly string[]): { readonly door: Door; readonly withheld: number[] } {
  const withheld: number[] = [];
  const door = new Door((tag) => withheld.push(tag));
  noteNumbersIn(door.numbers);
  for (const number of numbers) noteNumber(hex(number.padEnd(20, 'F')));
  noteNumbersIn([]);
  return { door, withheld };
}

type Tender = Leaving<'result'>['tenders'][number];

/** @param more of the one tender */
const result = (more: Partial<Tender> = {}): Leaving<'result'> => ({
  kind: 'result',
  key: 'order-1',
  amount: 1250,
  currency: 978,
  outcome: OUTCOME.approved,
  due: 0,
  tenders: [{ profileKind: 1, label: '', amount: 1250, maskedNumber: MASK, ...more }],
});

describe('what a card wrote', () => {
  test.each<[string, Partial<Tender>]>([
    ['the number in a label', { label: NUMBER }],
    ['hidden digits in a label', { label: 'A 92-81-41' }],
    ['packed, in the name of an application', { applicationIdentifier: hex('A000000003928141') }],
    [
      'behind the name of an application',
      { applicationIdentifier: Vouched.acceptedName(applications, hex('A0000000031010928141')) ?? NO_BYTES },
    ],
    ['in a PAR', { paymentAccountReference: 'V001928141AAAAAAAAAAAAAAAAAAA' }],
    [
      'over two fields',
      { label: 'A92', applicationIdentifier: hex('2D'), paymentAccountReference: '8141AAAAAAAAAAAAAAAAAAAAAAAAA' },
    ],
    ['in the cryptogram', { emvData: hex('9F26081122928141334455') }],
    ['in EMV data of a tag that nobody named', { emvData: hex('9F100447392814') }],
    ['in EMV data that is none', { emvData: hex('5F928141') }],
    ['in place of the mask', { maskedNumber: NUMBER }],
    ['a mask with one digit too many', { maskedNumber: '4761739*****6119'.replace('9*', '92') }],
    ['in place of the token', { indexToken: `ri${NUMBER}` }],
  ])('%s', (_, more) => {
    const { door, withheld } = doorOf(NUMBER);
    expect(door.check<'result'>(result(more))).toBeUndefined();
    expect(withheld).toEqual([0xea]);
    // The twins: of another card, or of none.
    const mask = more.maskedNumber ?? '512345******6119';
    expect(doorOf('5123450000056119').door.check<'result'>(result({ ...more, maskedNumber: mask }))).toBeDefined();
    expect(doorOf().door.check<'result'>(result(more))).toBeDefined();
  });

  test('in a list, and as a balance', () => {
    const { door } = doorOf(NUMBER);
    const row = { label: 'GIFT', applicationIdentifier: NO_BYTES, maskedNumber: '', usedInterface: 2 };
    const rowOf = (more: object) => ({ ...row, authenticationMethod: 'none', authenticationResult: 'none', ...more });
    const shown = (...rows: readonly object[]) =>
      door.check<'presented'>({ kind: 'presented', outcome: OUTCOME.read, instruments: rows.map(rowOf) });
    expect(shown({}, { balance: 2500 })).toBeDefined();
    expect(shown({}, { balance: 739_281_416 })).toBeUndefined();
    expect(shown({ label: 'A 9281' }, { label: '41' })).toBeUndefined();
  });

  test('each number of the tap, those that a card only calls one with them', () => {
    const door = new Door(() => {});
    noteNumbersIn(door.numbers);
    const store = new DataStore();
    store.addAll(hex(`5A08${NUMBER}`));
    store.addAll(hex('9F6B0A5413330089601034D000'));
    store.addAll(hex(`561142${toHex(latin1ToBytes('4970109876543210')).slice(0, 32)}`));
    store.addAll(hex('570A6011000990139424D000'));
    noteNumbersIn([]);
    expect(door.numbers.map((number) => toHex(number).slice(0, 16))).toEqual([
      NUMBER,
      '5413330089601034',
      '4970109876543210',
      '6011000990139424',
    ]);
    for (const label of ['C 00 89 60', 'D 98 76 54', 'E 00 09 90 1'])
      expect(door.check<'result'>(result({ label }))).toBeUndefined();
    const { searches } = door as unknown as { readonly searches: readonly { readonly mask: Uint8Array }[] };
    const masks = searches.map(({ mask }) => mask);
    expect(masks.map((mask) => mask.length)).toEqual([16, 16, 16, 16]);
    door.forget();
    expect(door.check<'result'>(result({ label: NUMBER }))).toBeDefined();
    expect(masks.some((mask) => mask.some((byte) => byte !== 0))).toBe(false);
  });
});

describe('what nobody could read a number in passes', () => {
  test('what the reader and the till wrote', () => {
    const { door, withheld } = doorOf('4970100000000154');
    expect(
      door.check<'result'>({
        ...result({ maskedNumber: '497010******0154', amount: 10_000_000_154 }),
        key: '4970100000000154',
      }),
    ).toBeDefined();
    expect(withheld).toEqual([]);
  });

  test('what a key made, though it has the digits by chance; and not the same bytes once they were cut', () => {
    const { secure } = new FakeBoard();
    const digits = hex(`${NUMBER}${NUMBER}`);
    const vouched = Vouched.mac({ ...secure, cmac: () => digits }, 1, NO_BYTES);
    const { door } = doorOf(NUMBER);
    const row = { profileKind: 3, label: '', amount: 1, rules: NO_BYTES };
    const tenders = (reference: Vouched | Uint8Array): Leaving<'result'> => ({
      kind: 'result',
      key: 'order-1',
      outcome: OUTCOME.approved,
      amount: 1,
      currency: 978,
      due: 0,
      rejection: 0,
      tenders: [row],
      transactionToken: reference,
    });
    expect(door.check<'result'>(tenders(vouched))).toBeDefined();
    for (const cut of [vouched.value.slice(), vouched.value.subarray(0)])
      expect(door.check<'result'>(tenders(cut))).toBeUndefined();
  });
});

test('types: only the door makes a message that leaves, and only a key a value that passes', () => {
  const send = (link: Pick<HostLink, 'sendMessage'>): void => {
    // @ts-expect-error bytes are no checked message
    link.sendMessage(1, encodeMessage({ kind: 'neverSeen', key: 'k' }));
    // @ts-expect-error nor is what looks like one
    link.sendMessage(1, {
      message: { kind: 'neverSeen', key: 'k' },
      leaving: { kind: 'neverSeen', key: 'k' },
      bytes: NO_BYTES,
    });
  };
  // @ts-expect-error nobody else makes one
  const make = (): Vouched => new Vouched(NO_BYTES, []);
  // @ts-expect-error what looks like one isn't one
  const like: Vouched = { value: NO_BYTES, searched: [] };
  const checked: CheckedMessage | undefined = doorOf().door.check<'neverSeen'>({ kind: 'neverSeen', key: 'k' });
  expect([send, make, like, checked].length).toBe(4);
});

describe('a message that may not leave', () => {
  const told = (slot: Slot): readonly (readonly [number, number])[] => {
    const events = slot.send({ kind: 'events' }) as Message<'eventsTold'>;
    const count = events.eventList.length / EVENT_BYTES;
    return Array.from({ length: count }, (_, at) => {
      const entry = events.eventList.subarray(at * EVENT_BYTES);
      return [entry[4] ?? 0, entry[5] ?? 0] as const;
    });
  };

  test('a cryptogram with the hidden digits: nothing is asked, nothing is in flash, and the log says why', () => {
    const hidden = toHex(profileOf('sda-only').number).slice(6, 12);
    let isCryptogram = false;
    const slot = new Slot('sda-only', (command, response) => {
      if (command[1] !== GET_RESPONSE) isCryptogram = command[1] === GENERATE_AC;
      if (!isCryptogram || response.length < 13) return response;
      const changed = response.slice();
      // Format 1: CID, counter, cryptogram; or an object of its own.
      changed.set(hex(hidden), changed[0] === 0x80 ? 5 : toHex(changed).indexOf('9F2608') / 2 + 3);
      return changed;
    });
    const answer = slot.send(PAYMENT);
    expect(answer).toMatchObject({ kind: 'result', outcome: OUTCOME.cardError, reason: 'NUMBER_WOULD_SHOW' });
    expect(slot.lookup()).toEqual(answer);
    expect(Array.from({ length: 8 }, (_, place) => slot.board.records.read(place).length)).toEqual(
      new Array(8).fill(0),
    );
    expect(told(slot)).toContainEqual([EVENT.numberWithheld, 0xe9]);
  });
});

describe('a command that forgets all other rules', () => {
  function* leaking(): Command {
    yield { kind: 'prompt', prompt: PROMPT.processing };
    noteNumber(hex(NUMBER));
    return result({ label: NUMBER });
  }

  test('is stopped at the door: the host gets the status of a fault, and the number is forgotten', () => {
    const { door, withheld } = doorOf();
    const board = new FakeBoard();
    const answers = new Answers(board.secure);
    const runner = new CommandRunner(board, { door, answers }, 1, leaking());
    expect(runner.step()).toEqual({ kind: 'refused', status: STATUS.internalFault });
    expect([withheld, door.numbers]).toEqual([[0xea], []]);
  });

  test('when nothing of it may leave, it ends as a broken invariant', () => {
    const { door, withheld } = doorOf(NUMBER);
    expect(() => door.checkOneOf<'result'>(result({ label: NUMBER }), result({ maskedNumber: NUMBER }))).toThrow();
    expect(withheld).toEqual([0xea, 0xea]);
  });
});
