import { COMMAND, decodeMessage, encodeMessage, NO_BYTES } from '@comptoir/protocol';
import { expect, test } from 'vitest';
import { type CardInterface, createCard, createTestPki, developmentConfiguration } from '../../simulator/src/index.js';
import { CARDS, type CardPort } from '../src/board/board.js';
import { FakeBoard, FakeHost } from './fakeBoard.js';

/** A port that keeps the very bytes that it handed to the firmware. */
function keepingPort(name: string, usedInterface: CardInterface, kept: Uint8Array[]): CardPort {
  const card = createCard(name, { seed: 1 });
  let answer: Uint8Array | undefined;
  card.powerOn(usedInterface);
  return {
    poll: () => CARDS.one,
    transmit(command) {
      answer = card.transmit(command) ?? NO_BYTES;
      kept.push(answer);
    },
    receive() {
      const taken = answer;
      answer = undefined;
      return taken;
    },
    release: () => {},
  };
}

const fields = { interfaces: 2, timeoutMs: 1000, date: Uint8Array.of(0x26, 0x11, 0x24), time: new Uint8Array(3) };
const payment = { kind: 'pay', key: 'order-1', amount: 1250, currency: 978, transactionType: 0, ...fields } as const;

test.each([
  ['visa-debit', encodeMessage(payment), 'authorise'],
  ['mastercard', encodeMessage(payment), 'authorise'],
  ['declined-offline', encodeMessage(payment), 'result'],
  ['brand-mixup', encodeMessage(payment), 'result'],
  ['visa-debit', encodeMessage({ kind: 'read', ...fields }), 'presented'],
])('after a tap with %s the answers of the card hold zeros', (name, message, kind) => {
  const kept: Uint8Array[] = [];
  const board = new FakeBoard();
  board.configurationBytes = developmentConfiguration(createTestPki());
  board.contactless = keepingPort(name, 'contactless', kept);
  const host = new FakeHost(board);
  const answer = host.send(host.init(), COMMAND.message, message).find(({ command }) => command === COMMAND.message);
  const decoded = decodeMessage(answer?.payload ?? NO_BYTES);
  expect(decoded.ok && decoded.message.kind).toBe(kind);
  expect(kept.length).toBeGreaterThan(1);
  for (const response of kept) expect(response.every((byte) => byte === 0)).toBe(true);
});
