/** A payment of 12.50 EUR on the real session, with a card in the slot or at the antenna. */
import { COMMAND, decodeMessage, encodeMessage, type Message, NO_BYTES } from '@comptoir/protocol';
import type { Card, CardInterface } from '../../simulator/src/index.js';
import { FakeBoard, FakeHost } from './fakeBoard.js';
import { PAYMENT, sealedIn } from './paymentMessages.js';
import { portOf } from './portOf.js';

/** @returns the reader's first message */
export function payAt(card: Card, usedInterface: CardInterface, configuration: Uint8Array): Message {
  return askedAt(card, usedInterface, configuration).message;
}

/** @returns the reader's first message, and what is in its envelope */
export function askedAt(
  card: Card,
  usedInterface: CardInterface,
  configuration: Uint8Array,
): { readonly message: Message; readonly sealed: Uint8Array } {
  const board = new FakeBoard();
  board.configurationBytes = configuration;
  board[usedInterface] = portOf(card, usedInterface);
  const host = new FakeHost(board);
  const payment = encodeMessage({ ...PAYMENT, interfaces: usedInterface === 'contact' ? 1 : 2 });
  const frames = host.send(host.init(), COMMAND.message, payment);
  const answer = decodeMessage(frames.find(({ command }) => command === COMMAND.message)?.payload ?? NO_BYTES);
  if (!answer.ok) throw new Error('the reader gave no message');
  return { message: answer.message, sealed: sealedIn(board) };
}
