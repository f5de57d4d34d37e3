/** How long a card may work and how much it may say, on the real session. */
import {
  COMMAND,
  concatBytes,
  dataObject,
  decodeMessage,
  encodeMessage,
  encodeTlv,
  fromHex,
  NO_BYTES,
  OUTCOME,
  template,
} from '@comptoir/protocol';
import { expect, test } from 'vitest';
import { createCard, createTestPki, developmentConfiguration } from '../../../simulator/src/index.js';
import { CARDS, type CardPort } from '../../src/board/board.js';
import { FakeBoard, FakeHost } from '../fakeBoard.js';
import { PAYMENT } from '../paymentMessages.js';
import { portOf } from '../portOf.js';

const configuration = developmentConfiguration(createTestPki());
const payment = encodeMessage(PAYMENT);

/** Pays with what is in the slot, a millisecond a step. @returns the result */
function payWith(port: (board: FakeBoard) => CardPort, stepMs = 1): unknown {
  const board = new FakeBoard();
  board.configurationBytes = configuration;
  board.contact = port(board);
  const host = new FakeHost(board);
  let frames = host.send(host.init(), COMMAND.message, payment);
  for (let steps = 0; steps < 200_000; steps += 1) {
    const answer = frames.find(({ command }) => command === COMMAND.message);
    const decoded = decodeMessage(answer?.payload ?? NO_BYTES);
    if (decoded.ok) return decoded.message;
    board.nowMs += stepMs;
    frames = host.step();
  }
  throw new Error('the payment never ended');
}

/** A card that takes its time with each answer. */
function slowly(port: CardPort, board: FakeBoard, answerMs: number): CardPort {
  let sinceMs = 0;
  return {
    ...port,
    transmit(command) {
      sinceMs = board.nowMs;
      port.transmit(command);
    },
    receive: () => (board.nowMs - sinceMs < answerMs ? undefined : port.receive()),
  };
}

test.each([
  [1000, 'authorise', undefined],
  [4900, 'result', 'CARD_TIMEOUT'],
  [5001, 'result', undefined],
])('a card that takes %i ms for each answer', (answerMs, kind, reason) => {
  const result = payWith(
    (board) => slowly(portOf(createCard('visa-debit', { seed: 1 }), 'contact'), board, answerMs),
    50,
  );
  expect(result).toMatchObject({ kind, ...(reason === undefined ? {} : { reason }) });
  if (answerMs > 5000) expect(result).toMatchObject({ outcome: OUTCOME.cardRemoved });
});

test('a card that never stops naming applications, a thousand bytes each', () => {
  const name = fromHex('A0000000031010FF') ?? NO_BYTES;
  const fci = encodeTlv(template(0x6f, dataObject(0x84, name), dataObject(0xdf20, new Uint8Array(980))));
  let sent = 0;
  let answer: Uint8Array | undefined;
  const port: CardPort = {
    poll: () => CARDS.one,
    transmit(command) {
      if (command[1] === 0xa4) sent = 0;
      const part = fci.subarray(sent, sent + 250);
      sent += part.length;
      const isDirectory = command[1] === 0xa4 && command[5] === 0x31;
      answer = isDirectory
        ? fromHex('6A82')
        : concatBytes(part, Uint8Array.of(...(sent < fci.length ? [0x61, 0xff] : [0x90, 0])));
    },
    receive() {
      const taken = answer;
      answer = undefined;
      return taken;
    },
    release: () => {},
  };
  expect(payWith(() => port)).toMatchObject({ outcome: OUTCOME.cardError, reason: 'TOO_MUCH_DATA' });
});
