/** `read` with `listsCards`: what the antenna tells goes to the host, and no card is spoken to. */
import {
  COMMAND,
  decodeMessage,
  encodeMessage,
  fromHex,
  INTERFACE,
  type Message,
  NO_BYTES,
  OUTCOME,
  PROMPT,
  STATUS,
} from '@comptoir/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { developmentConfiguration } from '../../../simulator/src/world/configuration.js';
import { createTestPki } from '../../../simulator/src/world/pki/testPki.js';
import { CARDS } from '../../src/board/board.js';
import { FakeBoard, FakeHost } from '../fakeBoard.js';

const bytes = (hex: string): Uint8Array => fromHex(hex.replaceAll(' ', '')) ?? NO_BYTES;
const LIST: Message<'read'> = {
  kind: 'read',
  interfaces: INTERFACE.contactless,
  timeoutMs: 1000,
  date: bytes('261124'),
  time: bytes('120000'),
  listsCards: 1,
};
const configuration = developmentConfiguration(createTestPki());

function list(poll: () => number, inField: Uint8Array, request: Partial<Message<'read'>> = {}) {
  const board = new FakeBoard();
  board.configurationBytes = configuration;
  const shown = new Set<number>();
  board.display.show = (prompt) => void shown.add(prompt);
  const released: true[] = [];
  const transmit = (): never => {
    throw new Error('a card was spoken to');
  };
  board.contactless = { poll, transmit, receive: () => undefined, release: () => void released.push(true) };
  board.inField = inField;
  const host = new FakeHost(board);
  const channel = host.init();
  let frames = host.send(channel, COMMAND.message, encodeMessage({ ...LIST, ...request }));
  for (let ms = 0; ms < 2000; ms += 1) {
    const answer = frames.find(({ command }) => command === COMMAND.message || command === COMMAND.error);
    if (answer !== undefined) {
      const decoded = answer.command === COMMAND.message ? decodeMessage(answer.payload) : undefined;
      return {
        message: decoded?.ok ? decoded.message : undefined,
        status: answer.payload[0],
        shown,
        released: released.length,
        ms,
      };
    }
    board.nowMs += 1;
    frames = host.step();
  }
  throw new Error('no answer');
}

test.each([
  ['one', CARDS.one, '01 04 08A1B2C3', [[1, '08A1B2C3']]],
  [
    'two',
    CARDS.several,
    '01 07 04112233445566 02 04 50515253',
    [
      [1, '04112233445566'],
      [2, '50515253'],
    ],
  ],
] as const)('%s: type and identifier of each, and the field is switched off', (_, cards, inField, expected) => {
  const { message, shown, released } = list(() => cards, bytes(inField));
  expect(message).toEqual({
    kind: 'presented',
    outcome: OUTCOME.read,
    cards: expected.map(([cardType, uid]) => ({ cardType, cardIdentifier: bytes(uid) })),
  });
  expect([shown.has(PROMPT.presentCard), shown.has(PROMPT.presentOneCard)]).toEqual([true, false]);
  expect(released).toBeGreaterThan(0);
});

test('it waits for a card, and not for ever', () => {
  const looks = [CARDS.none, CARDS.none, CARDS.none, CARDS.several];
  const late = list(() => looks.shift() ?? CARDS.none, bytes('01 04 08A1B2C3'));
  expect(late.message).toMatchObject({ outcome: OUTCOME.read });
  const none = list(() => CARDS.none, NO_BYTES);
  expect(none.message).toEqual({ kind: 'presented', outcome: OUTCOME.noCard });
  expect(none.ms).toBeGreaterThan(990);
});

test('a slot has no identifiers', () => {
  expect(list(() => CARDS.one, NO_BYTES, { interfaces: INTERFACE.contact }).status).toBe(STATUS.messageRefused);
});

test('whatever the antenna says, the reader answers with a message', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 48, size: 'max' }), (inField) => {
      const { message, status } = list(() => CARDS.several, inField);
      expect(message?.kind ?? status).toSatisfy((what) => what === 'presented' || what === STATUS.internalFault);
      expect(message?.kind).toBe('presented');
    }),
  );
});
