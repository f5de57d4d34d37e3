/** Frames and messages of a host, good, late, cut and hostile, on the real session. */
import {
  COMMAND,
  dataObject,
  decodeMessage,
  encodeFrame,
  encodeMessage,
  encodeTlv,
  type Frame,
  latin1ToBytes,
  MESSAGE_BYTES_MAX,
  NO_BYTES,
  OUTCOME,
  PROMPT,
  REPORT_SIZE_BYTES,
  STATUS,
  splitMessage,
  template,
} from '@comptoir/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { developmentConfiguration } from '../../../simulator/src/world/configuration.js';
import { createTestPki } from '../../../simulator/src/world/pki/testPki.js';
import { FakeBoard, FakeHost } from '../fakeBoard.js';
import { PAYMENT, SECRET } from '../paymentMessages.js';

const configuration = developmentConfiguration(createTestPki());
const payment = encodeMessage({ ...PAYMENT, interfaces: 3, timeoutMs: 30_000, time: Uint8Array.of(0x12, 0, 0) });
const lookup = encodeMessage({ kind: 'lookup', key: 'order-1', paymentSecret: SECRET });

function newHost(): FakeHost {
  const board = new FakeBoard();
  board.configurationBytes = configuration;
  return new FakeHost(board);
}

function summary(frames: readonly Frame[]): readonly (readonly number[])[] {
  return frames.map(({ command, payload }) => [command, payload[0] ?? -1]);
}

function messageOf(frames: readonly Frame[]): unknown {
  const frame = frames.find(({ command }) => command === COMMAND.message);
  const decoded = decodeMessage(frame?.payload ?? NO_BYTES);
  return decoded.ok ? decoded.message : decoded.fault;
}

test('after any garbage, INIT works', () => {
  const host = newHost();
  fc.assert(
    fc.property(
      fc.array(fc.uint8Array({ minLength: 0, maxLength: 80 }), { maxLength: 40 }),
      fc.boolean(),
      (reports, isForChannel) => {
        const channel = host.initClear();
        for (const report of reports) {
          const whole = new Uint8Array(REPORT_SIZE_BYTES);
          whole.set(report.subarray(0, REPORT_SIZE_BYTES));
          // Half of the garbage is meant for an open channel, so that it gets past the first check.
          if (isForChannel) new DataView(whole.buffer).setUint32(0, channel);
          host.board.toReader.push(report.length > REPORT_SIZE_BYTES ? report : whole);
          host.step();
        }
        expect(host.initClear()).not.toBe(0);
      },
    ),
  );
});

test.each([4, 1000])(
  'a burst is answered whole, by a reader that is woken only as it asked: room for %i reports',
  (room) => {
    const host = newHost();
    const init = encodeFrame({ channel: 0xffffffff, command: COMMAND.init, payload: new Uint8Array(8) });
    for (let i = 0; i < 1000; i += 1) host.board.toReader.push(...init);
    let answers = 0;
    let waitMs = 0;
    for (let steps = 0; steps < 5000 && waitMs < 0x7fffffff; steps += 1) {
      host.board.room = room;
      waitMs = host.reader.step();
      answers += host.takeFrames().length;
      host.board.nowMs += waitMs < 0x7fffffff ? waitMs : 0;
    }
    expect(answers).toBe(1000);
  },
);

test('four channels, then the longest idle one gives way, but never the one that works', () => {
  const host = newHost();
  const first = host.initClear();
  host.send(first, COMMAND.message, payment);
  const others = [1, 2, 3, 4].map((nowMs) => {
    host.board.nowMs = nowMs;
    return host.initClear();
  });
  const statusOf = (channel: number) => host.send(channel, COMMAND.ping).map(({ command }) => command);
  expect(statusOf(first)).toContain(COMMAND.ping);
  expect(statusOf(others[0] ?? 0)).toContain(COMMAND.error);
  expect(statusOf(others[3] ?? 0)).toContain(COMMAND.ping);
});

test('commands that need no card', () => {
  const host = newHost();
  const channel = host.initClear();
  expect(host.send(channel, COMMAND.ping, Uint8Array.of(1, 2, 3))[0]?.payload).toEqual(Uint8Array.of(1, 2, 3));
  expect(summary(host.send(channel, COMMAND.wink))).toEqual([[COMMAND.wink, -1]]);
  expect(host.board.winks).toBe(1);
  expect(summary(host.send(channel, COMMAND.cancel))).toEqual([[COMMAND.cancel, 0]]);
  expect(summary(host.send(channel, COMMAND.keepalive))).toEqual([[COMMAND.error, STATUS.unknownCommand]]);
  expect(summary(host.send(0x01020304, COMMAND.ping))).toEqual([[COMMAND.error, STATUS.invalidChannel]]);
  const info = host.send(channel, COMMAND.info)[0]?.payload ?? NO_BYTES;
  expect(decodeMessage(info)).toMatchObject({ ok: true, message: { kind: 'info', serial: 'TEST0001', selfTest: 0 } });
});

test('a payment waits for a card, says so, and ends when none comes', () => {
  const host = newHost();
  const channel = host.initClear();
  expect(summary(host.send(channel, COMMAND.message, payment))).toEqual([[COMMAND.keepalive, PROMPT.presentCard]]);
  host.board.nowMs = 99;
  expect(host.step()).toEqual([]);
  host.board.nowMs = 100;
  expect(summary(host.step())).toEqual([[COMMAND.keepalive, PROMPT.presentCard]]);
  host.board.nowMs = 30_000;
  expect(messageOf(host.step())).toMatchObject({ kind: 'result', key: 'order-1', outcome: OUTCOME.noCard });
});

test('CANCEL ends it: first the result, then the answer', () => {
  const host = newHost();
  const channel = host.initClear();
  host.send(channel, COMMAND.message, payment);
  const frames = host.send(channel, COMMAND.cancel);
  expect(messageOf(frames)).toMatchObject({ outcome: OUTCOME.cancelled });
  expect(summary(frames).map(([command]) => command)).toEqual([COMMAND.message, COMMAND.cancel]);
  expect(frames[1]?.payload).toEqual(Uint8Array.of(1));
});

test('INIT on the own channel ends it, which whoever has it is told; the result is known by its key', () => {
  const host = newHost();
  const channel = host.initClear();
  host.send(channel, COMMAND.message, payment);
  const frames = host.send(channel, COMMAND.init, new Uint8Array(8));
  expect(summary(frames).map(([command]) => command)).toEqual([COMMAND.error, COMMAND.init]);
  expect(frames[0]).toMatchObject({ channel, payload: Uint8Array.of(STATUS.noSession) });
  expect(messageOf(host.send(channel, COMMAND.message, lookup))).toMatchObject({ outcome: OUTCOME.cancelled });
});

test('one command at a time, over all channels', () => {
  const host = newHost();
  const [one, other] = [host.initClear(), host.initClear()];
  host.send(one, COMMAND.message, payment);
  for (const channel of [one, other]) {
    expect(summary(host.send(channel, COMMAND.message, lookup))).toContainEqual([COMMAND.error, STATUS.busy]);
  }
  expect(summary(host.send(other, COMMAND.cancel))).toContainEqual([COMMAND.cancel, 0]);
  expect(messageOf(host.send(one, COMMAND.cancel))).toMatchObject({ outcome: OUTCOME.cancelled });
});

test('what can not be taken is refused with its status', () => {
  const host = newHost();
  const channel = host.initClear();
  const refusal = (message: Uint8Array) => summary(host.send(channel, COMMAND.message, message));
  expect(refusal(Uint8Array.of(0x9f))).toEqual([[COMMAND.error, STATUS.malformed]]);
  expect(refusal(Uint8Array.of(0xfe, 0))).toEqual([[COMMAND.error, STATUS.unknownMessage]]);
  expect(refusal(Uint8Array.of(0xe3, 0))).toEqual([[COMMAND.error, STATUS.messageRefused]]);
  expect(refusal(encodeMessage({ kind: 'neverSeen', key: 'k' }))).toEqual([[COMMAND.error, STATUS.unknownMessage]]);
});

test('a message of 4,096 bytes comes in parts, each taken before the next', () => {
  const host = newHost();
  const channel = host.initClear();
  const filler = dataObject(0xdf7f, new Uint8Array(4077));
  const message = encodeTlv(template(0xe3, dataObject(0xdf01, latin1ToBytes('order-1')), filler));
  expect(message).toHaveLength(MESSAGE_BYTES_MAX);
  const frames = splitMessage(message);
  const answers = frames.map(({ command, payload }) => host.send(channel, command, payload));
  expect(frames.map(({ command }) => command)).toEqual([COMMAND.part, COMMAND.part, COMMAND.message]);
  expect(answers.slice(0, 2).map((answer) => summary(answer))).toEqual([[[COMMAND.taken, 0]], [[COMMAND.taken, 1]]]);
  expect(messageOf(answers[2] ?? [])).toEqual({ kind: 'neverSeen', key: 'order-1' });
  expect(summary(host.send(channel, COMMAND.taken, Uint8Array.of(0)))).toEqual([
    [COMMAND.error, STATUS.invalidSequence],
  ]);
  expect(summary(host.send(channel, COMMAND.part, Uint8Array.of(3, 1)))).toEqual([
    [COMMAND.error, STATUS.invalidSequence],
  ]);
});

test('a host that does not read is not listened to: nothing grows', () => {
  const host = newHost();
  const channel = host.initClear();
  host.board.room = 0;
  const ping = encodeFrame({ channel, command: COMMAND.ping, payload: new Uint8Array(1800) });
  for (let i = 0; i < 50; i += 1) host.board.toReader.push(...ping);
  host.reader.step();
  expect(host.board.toReader.length).toBeGreaterThan(40 * ping.length);
  host.board.room = Number.POSITIVE_INFINITY;
  let answered = 0;
  for (let i = 0; i < 60; i += 1) answered += host.step().length;
  expect(answered).toBe(50);
});

test('a host that never stops sending does not keep a payment from its end', () => {
  const host = newHost();
  const channel = host.initClear();
  host.send(channel, COMMAND.message, payment);
  const ping = encodeFrame({ channel, command: COMMAND.ping, payload: NO_BYTES });
  for (let i = 0; i < 10_000; i += 1) host.board.toReader.push(...ping);
  host.board.nowMs = 30_000;
  expect(messageOf(host.step())).toMatchObject({ outcome: OUTCOME.noCard });
  expect(host.board.toReader.length).toBeGreaterThan(9_000);
});

test('a message left half sent is forgotten: by CANCEL, and by time', () => {
  const host = newHost();
  const channel = host.initClear();
  const part = Uint8Array.of(0, 0xe3, 0x0b);
  host.send(channel, COMMAND.part, part);
  host.send(channel, COMMAND.cancel);
  expect(messageOf(host.send(channel, COMMAND.message, lookup))).toMatchObject({ kind: 'neverSeen' });
  host.send(channel, COMMAND.part, part);
  host.board.nowMs += 1000;
  expect(messageOf(host.send(channel, COMMAND.message, lookup))).toMatchObject({ kind: 'neverSeen' });
  // The twin: without either, the part counts.
  host.send(channel, COMMAND.part, part);
  expect(summary(host.send(channel, COMMAND.message, lookup))).toEqual([[COMMAND.error, STATUS.malformed]]);
});
