/** The session of a channel on the real reader: hosts that are good, wrong, late, and those in the middle. */
import {
  BROADCAST_CHANNEL,
  COMMAND,
  encodeFrame,
  encodeInitRequest,
  encodeMessage,
  type Frame,
  NO_BYTES,
  OUTCOME,
  STATUS,
  splitMessage,
} from '@comptoir/protocol';
import { decodeReaderWord, linkPrologue, SESSION_MS_MAX } from '@comptoir/protocol/link';
import { expect, test } from 'vitest';
import { developmentConfiguration } from '../../../simulator/src/world/configuration.js';
import { createTestPki } from '../../../simulator/src/world/pki/testPki.js';
import { KEY } from '../../src/board/board.js';
import { SessionKeys } from '../../src/link/sessionKeys.js';
import { FakeBoard, FakeHost, HANDSHAKE_STEPS } from '../fakeBoard.js';
import type { NodeInitiator } from '../nodeNoise.js';
import { answerOf, PAYMENT, SECRET } from '../paymentMessages.js';
import { imageOf, newMemory, UpdatableReader } from '../updatableReader.js';

const configuration = developmentConfiguration(createTestPki());
const LOOKUP = encodeMessage({ kind: 'lookup', key: PAYMENT.key, paymentSecret: SECRET });
const PAY = encodeMessage({ ...PAYMENT, interfaces: 3, timeoutMs: 30_000 });
const NEVER_SEEN = { kind: 'neverSeen', key: PAYMENT.key };
const CANCELLED = { kind: 'result', key: PAYMENT.key, outcome: OUTCOME.cancelled };
const VERSION_2 = encodeInitRequest({ nonce: new Uint8Array(8).fill(9), lowestVersion: 2, highestVersion: 2 });

function newHost(): FakeHost {
  const board = new FakeBoard();
  board.configurationBytes = configuration;
  return new FakeHost(board);
}

/** A channel after INIT, and the host's part of a handshake that may go wrong. */
function greeted(host: FakeHost, on?: number): { channel: number; noise: NodeInitiator } {
  const { channel, answer } = host.greet(VERSION_2, on);
  return { channel, noise: host.initiator(linkPrologue(VERSION_2, answer)) };
}

/** Sends it, and waits for as long as an answer of the handshake takes. */
function message(host: FakeHost, channel: number, bytes: Uint8Array): readonly Frame[] {
  const frames = splitMessage(bytes).flatMap(({ command, payload }) => host.sendFrame(channel, command, payload));
  return frames.length > 0 ? frames : host.steps(HANDSHAKE_STEPS);
}

function payloadOf(frames: readonly Frame[]): Uint8Array {
  const frame = frames.find(({ command }) => command === COMMAND.message);
  if (frame === undefined) throw new Error('no message came');
  return frame.payload;
}

function statusOf(frames: readonly Frame[]): number | undefined {
  return frames.find(({ command }) => command === COMMAND.error)?.payload[0];
}

function opened(host: FakeHost): { channel: number } & ReturnType<NodeInitiator['keys']> {
  const { channel, noise } = greeted(host);
  noise.second(payloadOf(message(host, channel, noise.first())));
  expect(message(host, channel, noise.third())).toEqual([]);
  return { channel, ...noise.keys() };
}

/** INIT is answered, a session is opened, and nothing was acted upon. */
function expectReady(host: FakeHost, known: object = NEVER_SEEN): void {
  const channel = host.init();
  expect(answerOf(host.send(channel, COMMAND.message, LOOKUP))).toMatchObject(known);
}

function flipped(bytes: Uint8Array, bit: number): Uint8Array {
  const copy = bytes.slice();
  copy[bit >> 3] = (copy[bit >> 3] as number) ^ (1 << (bit & 7));
  return copy;
}

test('a session: the reader says who it is and what it runs, then messages go both ways', () => {
  const host = newHost();
  const { channel, noise } = greeted(host);
  const { payload, fixed } = noise.second(payloadOf(message(host, channel, noise.first())));
  expect(decodeReaderWord(new Uint8Array(payload))).toMatchObject({
    certificate: Uint8Array.of(1, 2, 3),
    firmwareVersion: 0,
  });
  expect(new Uint8Array(fixed)).toEqual(host.board.secure.publicKey(host.board.secure.findKey(KEY.identity)));
  message(host, channel, noise.third());
  const { sending, receiving } = noise.keys();
  const answer = receiving.open(payloadOf(message(host, channel, sending.seal(LOOKUP))));
  expect(answer[0]).toBe(0xeb);
});

test('every bit of message 1: the host refuses what the reader makes of it, and the reader goes on', () => {
  const host = newHost();
  const { channel } = greeted(host);
  for (let bit = 0; bit < 256; bit += 1) {
    const { noise } = greeted(host, channel);
    const frames = message(host, channel, flipped(noise.first(), bit));
    // The highest bit of a coordinate means nothing to X25519, but the hash has it.
    expect(() => noise.second(payloadOf(frames)), `bit ${bit}`).toThrow();
  }
  expectReady(host);
});

test('every bit of message 3: the reader refuses it, and goes on', () => {
  const host = newHost();
  const { channel } = greeted(host);
  for (let bit = 0; bit < 512; bit += 1) {
    const { noise } = greeted(host, channel);
    noise.second(payloadOf(message(host, channel, noise.first())));
    expect(statusOf(message(host, channel, flipped(noise.third(), bit))), `bit ${bit}`).toBe(STATUS.sessionBroken);
    expect(statusOf(message(host, channel, LOOKUP))).toBe(STATUS.noSession);
  }
  expectReady(host);
});

test.each([
  ['nothing', NO_BYTES],
  ['a byte too few', new Uint8Array(31).fill(9)],
  ['a byte too many', new Uint8Array(33).fill(9)],
  ['a point that agrees with nobody', new Uint8Array(32)],
  ['a message in clear', PAY],
  ['the longest message', new Uint8Array(4112)],
])('message 1 that is %s is refused', (_, bytes) => {
  const host = newHost();
  const { channel } = greeted(host);
  expect(statusOf(message(host, channel, bytes))).toBe(STATUS.sessionBroken);
  expectReady(host);
});

test('while message 2 is being made, other frames are answered after each of its steps', () => {
  const host = newHost();
  const { channel, noise } = greeted(host);
  expect(host.sendFrame(channel, COMMAND.message, noise.first())).toEqual([]);
  const cancelled = host.sendFrame(channel, COMMAND.cancel, NO_BYTES);
  expect(cancelled.map(({ command }) => command)).toEqual([COMMAND.cancel]);
  const greetedMeanwhile = host.sendFrame(BROADCAST_CHANNEL, COMMAND.init, VERSION_2);
  expect(greetedMeanwhile.map(({ command }) => command)).toEqual([COMMAND.init, COMMAND.message]);
  noise.second(payloadOf(greetedMeanwhile));
  expect(message(host, channel, noise.third())).toEqual([]);
  const { sending, receiving } = noise.keys();
  expect(receiving.open(payloadOf(message(host, channel, sending.seal(LOOKUP))))[0]).toBe(0xeb);
});

test('a message while message 2 is being made breaks the session, INIT begins another', () => {
  const host = newHost();
  const { channel, noise } = greeted(host);
  expect(host.sendFrame(channel, COMMAND.message, noise.first())).toEqual([]);
  expect(statusOf(host.sendFrame(channel, COMMAND.message, noise.first()))).toBe(STATUS.sessionBroken);
  const again = greeted(host, channel);
  expect(host.sendFrame(channel, COMMAND.message, again.noise.first())).toEqual([]);
  const third = greeted(host, channel);
  third.noise.second(payloadOf(message(host, channel, third.noise.first())));
  expect(message(host, channel, third.noise.third())).toEqual([]);
});

test('message 1 again in place of message 3, and message 3 of another handshake', () => {
  const host = newHost();
  const { channel, noise } = greeted(host);
  const first = noise.first();
  noise.second(payloadOf(message(host, channel, first)));
  expect(statusOf(message(host, channel, first))).toBe(STATUS.sessionBroken);
  const other = greeted(host);
  other.noise.second(payloadOf(message(host, other.channel, other.noise.first())));
  const again = greeted(host);
  again.noise.second(payloadOf(message(host, again.channel, again.noise.first())));
  expect(statusOf(message(host, again.channel, other.noise.third()))).toBe(STATUS.sessionBroken);
  expectReady(host);
});

test.each([
  ['in clear', () => PAY],
  ['changed', ({ sending }: ReturnType<typeof opened>) => flipped(sending.seal(PAY), 100)],
  ['without its tag', ({ sending }: ReturnType<typeof opened>) => sending.seal(PAY).subarray(0, PAY.length)],
  [
    'after one that was left out',
    ({ sending }: ReturnType<typeof opened>) => [sending.seal(LOOKUP), sending.seal(PAY)][1] as Uint8Array,
  ],
  ['of the other direction', ({ receiving }: ReturnType<typeof opened>) => receiving.seal(PAY)],
])('a message %s ends the session, and is not acted upon', (_, make) => {
  const host = newHost();
  const session = opened(host);
  expect(statusOf(message(host, session.channel, make(session)))).toBe(STATUS.sessionBroken);
  expect(statusOf(message(host, session.channel, session.sending.seal(PAY)))).toBe(STATUS.noSession);
  expectReady(host);
});

test('a message twice: the second time it ends the session, and what began with the first', () => {
  const host = newHost();
  const { channel, sending } = opened(host);
  const sealed = sending.seal(PAY);
  expect(message(host, channel, sealed).map(({ command }) => command)).toEqual([COMMAND.keepalive]);
  expect(statusOf(message(host, channel, sealed))).toBe(STATUS.sessionBroken);
  expectReady(host, CANCELLED);
});

test('a session does not open what was sealed for another channel', () => {
  const host = newHost();
  const [first, second] = [opened(host), opened(host)];
  expect(statusOf(message(host, second.channel, first.sending.seal(PAY)))).toBe(STATUS.sessionBroken);
  expect(statusOf(message(host, first.channel, first.sending.seal(LOOKUP)))).toBe(STATUS.sessionBroken);
  expectReady(host);
});

test('half a message: it is given up, and the same one may come whole', () => {
  const host = newHost();
  const { channel, sending, receiving } = opened(host);
  const sealed = sending.seal(LOOKUP);
  const part = new Uint8Array(60);
  part.set(sealed.subarray(0, 59), 1);
  host.sendFrame(channel, COMMAND.part, part);
  host.board.nowMs += 1000;
  expect(receiving.open(payloadOf(message(host, channel, sealed)))[0]).toBe(0xeb);
});

test('a handshake that is given up before its first step leaves no key behind', () => {
  const host = newHost();
  const { channel } = greeted(host);
  // More than the table has places; INIT comes in the same step as message 1.
  for (let round = 0; round < 80; round += 1) {
    const first = encodeFrame({ channel, command: COMMAND.message, payload: new Uint8Array(32).fill(9) });
    const init = encodeFrame({ channel, command: COMMAND.init, payload: VERSION_2 });
    host.board.toReader.push(...first, ...init);
    expect(host.step().map(({ command }) => command)).toEqual([COMMAND.init]);
  }
  expectReady(host);
});

test('sessions of channels that gave way, broke or ended leave no key behind', () => {
  const host = newHost();
  for (let round = 0; round < 40; round += 1) {
    const { channel, sending } = opened(host);
    if (round % 3 === 1) message(host, channel, flipped(sending.seal(LOOKUP), round));
    if (round % 3 === 2) message(host, channel, sending.seal(NO_BYTES));
    const half = greeted(host);
    message(host, half.channel, half.noise.first());
  }
  expectReady(host);
});

test('an empty message ends the session; the reader says the same, and nothing more', () => {
  const host = newHost();
  const { channel, sending, receiving } = opened(host);
  expect(receiving.open(payloadOf(message(host, channel, sending.seal(NO_BYTES))))).toHaveLength(0);
  expect(statusOf(message(host, channel, sending.seal(LOOKUP)))).toBe(STATUS.noSession);
});

test('CANCEL is answered at every moment of a handshake', () => {
  const host = newHost();
  const { channel, noise } = greeted(host);
  const cancelled = (): void => expect(host.send(channel, COMMAND.cancel)).toMatchObject([{ command: COMMAND.cancel }]);
  cancelled();
  const frames = message(host, channel, noise.first());
  cancelled();
  noise.second(payloadOf(frames));
  message(host, channel, noise.third());
  cancelled();
});

test('a session lives an hour; a command that runs then is not disturbed', () => {
  const host = newHost();
  const { channel, sending, receiving } = opened(host);
  host.board.nowMs = SESSION_MS_MAX - 1;
  expect(receiving.open(payloadOf(message(host, channel, sending.seal(LOOKUP))))[0]).toBe(0xeb);
  message(host, channel, sending.seal(PAY));
  host.board.nowMs = SESSION_MS_MAX;
  // It's the reader's command that is asked for, not the age: busy, and not gone.
  expect(statusOf(message(host, channel, sending.seal(LOOKUP)))).toBe(STATUS.busy);
  expect(host.send(channel, COMMAND.cancel).map(({ command }) => command)).toContain(COMMAND.cancel);
  expect(statusOf(message(host, channel, sending.seal(LOOKUP)))).toBe(STATUS.noSession);
  expectReady(host, CANCELLED);
});

test('keys are spent after so many messages', () => {
  const { secure } = new FakeBoard();
  const keys = new SessionKeys(secure, secure.knownKey(new Uint8Array(32)), secure.knownKey(new Uint8Array(32)));
  expect(keys.areSpent).toBe(false);
  Object.assign(keys, { sent: 2 ** 20 });
  expect(keys.areSpent).toBe(true);
});

test('INIT in a payment: the host opens another session, and asks what became of its key', () => {
  const host = newHost();
  const channel = host.init();
  host.send(channel, COMMAND.message, PAY);
  host.init(channel);
  expect(answerOf(host.send(channel, COMMAND.message, LOOKUP))).toMatchObject(CANCELLED);
});

test('somebody in the middle who changes versions is seen: the handshake does not agree', () => {
  const host = newHost();
  const { channel, answer } = host.greet(VERSION_2);
  const told = answer.slice();
  told[12] = 2; // lowest version: as if the reader had no other
  const noise = host.initiator(linkPrologue(VERSION_2, told));
  expect(() => noise.second(payloadOf(message(host, channel, noise.first())))).toThrow();
  const asked = encodeInitRequest({ nonce: new Uint8Array(8).fill(9), lowestVersion: 1, highestVersion: 2 });
  const other = host.greet(asked);
  const late = host.initiator(linkPrologue(VERSION_2, other.answer));
  expect(() => late.second(payloadOf(message(host, other.channel, late.first())))).toThrow();
});

test('version 1 is in clear, and only images of development models speak it', () => {
  const host = newHost();
  const clear = host.initClear();
  expect(answerOf(host.send(clear, COMMAND.message, LOOKUP))).toMatchObject(NEVER_SEEN);

  const memory = newMemory();
  const { header } = imageOf();
  const reader = new UpdatableReader(memory);
  const released = new UpdatableReader({
    ...memory,
    read(slot, offset, length) {
      const bytes = memory.read(slot, offset, length).slice();
      if (offset === 0 && length === 256) bytes[6] = 0;
      return bytes;
    },
  });
  expect(header.isDevelopment).toBe(true);
  expect(reader.host.greet(new Uint8Array(8)).answer.slice(12, 14)).toEqual(Uint8Array.of(1, 2));
  const { channel, answer } = released.host.greet(new Uint8Array(8));
  expect(answer.slice(12, 14)).toEqual(Uint8Array.of(2, 2));
  expect(statusOf(message(released.host, channel, LOOKUP))).toBe(STATUS.sessionBroken);
});

test('a reader without an identity opens no session, and says so', () => {
  const host = newHost();
  const { secure } = host.board;
  host.board.secure = { ...secure, findKey: (name) => (name === KEY.identity ? 0 : secure.findKey(name)) };
  const board = Object.assign(new FakeBoard(), { secure: host.board.secure, configurationBytes: configuration });
  const bare = new FakeHost(board);
  const { channel, noise } = greeted(bare);
  expect(statusOf(message(bare, channel, noise.first()))).toBe(STATUS.keysMissing);
});

test('an INIT that is repeated before its answer came takes no other channel, until something was said on it', () => {
  const host = newHost();
  const first = greeted(host);
  expect(greeted(host).channel).toBe(first.channel);
  const { channel, noise } = greeted(host);
  expect(channel).toBe(first.channel);
  const second = payloadOf(message(host, channel, noise.first()));
  expect(greeted(host).channel).not.toBe(channel);
  noise.second(second);
  expect(message(host, channel, noise.third())).toEqual([]);
});
