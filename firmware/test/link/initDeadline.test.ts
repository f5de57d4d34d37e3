/**
 * Whatever other hosts have begun, left half done or broken, an honest host's INIT is answered within its deadline, a session opens on the
 * channel, and a message on it is answered.
 */

import { developmentRoleKey, signObject } from '@comptoir/factory';
import {
  COMMAND,
  encodeFrame,
  encodeInitRequest,
  encodeMessage,
  MESSAGE_BYTES_MAX,
  STATUS,
  splitMessage,
} from '@comptoir/protocol';
import { linkPrologue } from '@comptoir/protocol/link';
import { expect, test } from 'vitest';
import { developmentConfiguration } from '../../../simulator/src/world/configuration.js';
import { createTestPki } from '../../../simulator/src/world/pki/testPki.js';
import { FakeBoard, FakeHost } from '../fakeBoard.js';
import { answerOf, PAYMENT } from '../paymentMessages.js';

/** Of the board's time: a host repeats INIT after so long. */
const INIT_MS_MAX = 250;
const PAY = encodeMessage({ ...PAYMENT, interfaces: 3, timeoutMs: 30_000 });
const LOOKUP = encodeMessage({ kind: 'lookup', key: 'of-the-honest' });
const VERSION_2 = encodeInitRequest({ nonce: new Uint8Array(8).fill(9), lowestVersion: 2, highestVersion: 2 });
const configuration = developmentConfiguration(createTestPki());

/** The first report of a frame that never gets its others. */
function halfFrame(host: FakeHost, channel: number): void {
  const [first] = encodeFrame({ channel, command: COMMAND.message, payload: new Uint8Array(500) });
  if (first !== undefined) host.board.toReader.push(first);
  host.step();
}

/** The first part of a message that never gets its others. */
function halfMessage(host: FakeHost, channel: number): void {
  const [first] = splitMessage(new Uint8Array(MESSAGE_BYTES_MAX));
  if (first !== undefined) host.sendFrame(channel, first.command, first.payload);
}

/** Message 1 is taken, and the reader is at its answer. */
function handshakeBegun(host: FakeHost): void {
  const { channel, answer } = host.greet(VERSION_2);
  const first = host.initiator(linkPrologue(VERSION_2, answer)).first();
  host.board.toReader.push(...encodeFrame({ channel, command: COMMAND.message, payload: first }));
  host.reader.step();
}

const situations: readonly (readonly [name: string, begin: (host: FakeHost) => void])[] = [
  ['nothing', () => {}],
  ['a frame half sent', (host) => halfFrame(host, host.init())],
  ['a frame half sent on no channel', (host) => halfFrame(host, 0x01020304)],
  ['a message half sent', (host) => halfMessage(host, host.init())],
  [
    'a frame and a message half sent on each of four channels',
    (host) => {
      const channels = [1, 2, 3, 4].map(() => host.init());
      for (const channel of channels) halfMessage(host, channel);
      for (const channel of channels) halfFrame(host, channel);
    },
  ],
  [
    'four channels, and a hundred more that were opened',
    (host) => {
      for (let opened = 0; opened < 104; opened += 1) host.greet(VERSION_2);
    },
  ],
  ['a handshake half done', handshakeBegun],
  [
    'four handshakes half done',
    (host) => {
      for (let begun = 0; begun < 4; begun += 1) handshakeBegun(host);
    },
  ],
  [
    'a session that broke',
    (host) => {
      const channel = host.init();
      host.sendFrame(channel, COMMAND.message, new Uint8Array(40));
    },
  ],
  ['a payment that waits for its card', (host) => void host.send(host.init(), COMMAND.message, PAY)],
  [
    'a payment, and a frame half sent on its channel',
    (host) => {
      const channel = host.init();
      host.send(channel, COMMAND.message, PAY);
      halfFrame(host, channel);
    },
  ],
  [
    'a payment, and three other channels that were taken',
    (host) => {
      host.send(host.init(), COMMAND.message, PAY);
      for (let opened = 0; opened < 20; opened += 1) host.greet(VERSION_2);
    },
  ],
  [
    'a configuration half loaded',
    (host) => {
      const channel = host.init();
      const { privateKey } = developmentRoleKey('configuration');
      const object = signObject({ kind: 'configuration', sequence: 2 }, configuration, privateKey);
      const headBytes = 2 + (object[1] ?? 0) + 64;
      const objectHead = object.slice(0, headBytes);
      host.send(channel, COMMAND.message, encodeMessage({ kind: 'configurationBegin', objectHead }));
      const piece = object.slice(headBytes, headBytes + 100);
      host.send(channel, COMMAND.message, encodeMessage({ kind: 'configurationPiece', offset: 0, piece }));
    },
  ],
  [
    'reports without end on a channel',
    (host) => {
      const channel = host.init();
      const ping = encodeFrame({ channel, command: COMMAND.ping, payload: new Uint8Array(57) });
      for (let sent = 0; sent < 3000; sent += 1) host.board.toReader.push(...ping);
    },
  ],
];

/** @returns of the board's time, until INIT on the broadcast channel was answered; 250: it wasn't */
function msUntilAnswered(host: FakeHost, nonce: Uint8Array): number {
  const { board } = host;
  const startMs = board.nowMs;
  const request = encodeInitRequest({ nonce, lowestVersion: 2, highestVersion: 2 });
  board.toReader.push(...encodeFrame({ channel: 0xffffffff, command: COMMAND.init, payload: request }));
  const isAnswer = (report: Uint8Array): boolean =>
    report[4] === (COMMAND.init | 0x80) && nonce.every((byte, at) => report[7 + at] === byte);
  while (board.nowMs - startMs < INIT_MS_MAX) {
    board.nowMs += 1;
    host.reader.step();
    if (board.toHost.splice(0).some(isAnswer)) break;
  }
  return board.nowMs - startMs;
}

test.each(situations)('INIT is answered, and a session opens: %s', (_, begin) => {
  const board = new FakeBoard();
  board.configurationBytes = configuration;
  const host = new FakeHost(board);
  begin(host);
  expect(msUntilAnswered(host, Uint8Array.of(8, 7, 6, 5, 4, 3, 2, 1))).toBeLessThan(INIT_MS_MAX);
  // What was half sent has had its time; whatever runs, goes on.
  board.nowMs += 1000;
  board.toHost.length = 0;
  for (let step = 0; step < 200; step += 1) host.reader.step();
  board.toHost.length = 0;
  const answer = answerOf(host.send(host.init(), COMMAND.message, LOOKUP));
  // One command at a time, over all channels: of another's payment it says so.
  if (host.reader.busyChannel === 0) expect(answer).toMatchObject({ kind: 'neverSeen' });
  else expect(answer).toBe(STATUS.busy);
});

test('sabotage: a reader that takes no reports while a card is asked for answers no INIT', () => {
  const board = new FakeBoard();
  board.configurationBytes = configuration;
  const host = new FakeHost(board);
  host.send(host.init(), COMMAND.message, PAY);
  board.host.receiveReport = () => undefined;
  expect(msUntilAnswered(host, new Uint8Array(8).fill(1))).toBe(INIT_MS_MAX);
});
