/** Each self-test is broken by itself, on the board: the reader says which it is, and takes no card. */
import { COMMAND, decodeMessage, EVENT, encodeMessage, type Message, SELF_TESTS, STATUS } from '@comptoir/protocol';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createTestPki, developmentConfiguration } from '../../../simulator/src/index.js';
import type { Secure } from '../../src/board/board.js';
import { SelfTests } from '../../src/commands/selfTest.js';
import { EventLog } from '../../src/commands/shared/eventLog.js';
import { FakeBoard, FakeHost } from '../fakeBoard.js';

const HOUR_MS = 3_600_000;
const READ: Message<'read'> = {
  kind: 'read',
  interfaces: 3,
  timeoutMs: 1000,
  date: new Uint8Array(3),
  time: new Uint8Array(3),
};
const wrong = (bytes: Uint8Array): Uint8Array => bytes.map((byte) => byte ^ 1);

/** @param broken what is wrong with the cryptography */
function reader(broken: (secure: Secure) => Partial<Secure> = () => ({})): { board: FakeBoard; host: FakeHost } {
  const board = new FakeBoard();
  board.configurationBytes = developmentConfiguration(createTestPki());
  board.secure = { ...board.secure, ...broken(board.secure) };
  return { board, host: new FakeHost(board) };
}

function selfTestOf(host: FakeHost): number {
  const [frame] = host.send(host.init(), COMMAND.info);
  const decoded = decodeMessage(frame?.payload ?? new Uint8Array(0));
  if (!decoded.ok || decoded.message.kind !== 'info') throw new Error('no info');
  return decoded.message.selfTest;
}

function readCard(host: FakeHost): number | undefined {
  const answer = host.send(host.init(), COMMAND.message, encodeMessage(READ)).at(-1);
  return answer?.command === COMMAND.error ? answer.payload[0] : undefined;
}

function eventsOf(host: FakeHost): readonly (readonly number[])[] {
  const channel = host.init();
  let frames = host.send(channel, COMMAND.message, encodeMessage({ kind: 'events' }));
  for (let turn = 0; turn < 9 && frames.length === 0; turn += 1) frames = host.step();
  const decoded = decodeMessage(frames.at(-1)?.payload ?? new Uint8Array(0));
  if (!decoded.ok || decoded.message.kind !== 'eventsTold') throw new Error('no events');
  const { eventList } = decoded.message;
  return Array.from({ length: eventList.length / 8 }, (_, at) => [...eventList.subarray(at * 8 + 4, at * 8 + 6)]);
}

afterEach(() => vi.restoreAllMocks());

test('all pass: cards are taken', () => {
  const { host } = reader();
  expect(selfTestOf(host)).toBe(0);
  expect(readCard(host)).toBeUndefined();
});

const BROKEN: Readonly<Record<(typeof SELF_TESTS)[number], (secure: Secure) => Partial<Secure>>> = {
  'SHA-1': ({ sha1 }) => ({ sha1: (data) => wrong(sha1(data)) }),
  'SHA-256': ({ sha256 }) => ({ sha256: (data) => wrong(sha256(data)) }),
  'RSA recovery': () => ({ rsaRecover: () => undefined }),
  'AES-GCM': ({ openGcm }) => ({ openGcm: (key, nonce, data, sealed) => openGcm(key, nonce, data, sealed) ?? sealed }),
  'HMAC-SHA-256': ({ hmacSha256 }) => ({ hmacSha256: (key, data) => wrong(hmacSha256(key, data)) }),
  'AES-CMAC': ({ cmac }) => ({ cmac: (key, data) => wrong(cmac(key, data)) }),
  'AES-CBC': ({ encryptCbc }) => ({ encryptCbc: (key, iv, plain) => encryptCbc(key, wrong(iv), plain) }),
  'DUKPT derivation': ({ deriveKey }) => ({ deriveKey: (parent, data) => deriveKey(parent, wrong(data)) }),
  'HKDF-SHA-256': ({ deriveHkdf }) => ({ deriveHkdf: (chain, secret) => deriveHkdf(chain, secret, 1) }),
  engine: () => {
    vi.spyOn(BigInt.prototype, 'toString').mockReturnValue('0ffffffffffffffff');
    return {};
  },
  randomness: () => ({ random: (length) => new Uint8Array(length).fill(7) }),
  X25519: ({ knownKey }) => ({ agree: () => knownKey(new Uint8Array(32)) }),
  'ECDSA P-256': () => ({ verifySignature: () => true }),
};

describe('broken', () => {
  test.each(SELF_TESTS.map((name, at) => [name, at + 1] as const))('%s: self-test %i fails', (name, number) => {
    // Without its session a host hears nothing; what the reader would tell is asked here.
    const { board } = reader(BROKEN[name]);
    let told = 0;
    const selfTests = new SelfTests(board, (failed) => {
      told = failed;
    });
    expect([selfTests.result, told]).toEqual([number, number]);
  });

  test('a primitive that throws is a self-test that fails', () => {
    const { host } = reader(() => ({
      cmac: () => {
        throw new Error('no hardware');
      },
    }));
    expect(selfTestOf(host)).toBe(SELF_TESTS.indexOf('AES-CMAC') + 1);
    expect(readCard(host)).toBe(STATUS.internalFault);
    expect(eventsOf(host)).toContainEqual([EVENT.selfTest, SELF_TESTS.indexOf('AES-CMAC') + 1]);
  });

  test.each<[string, (secure: Secure) => Partial<Secure>]>([
    ['no signature verifies', () => ({ verifySignature: () => false })],
    [
      'randomness that repeats four bytes',
      () => ({ random: (length) => new Uint8Array(length).map((_, at) => at & 3) }),
    ],
    [
      'X25519 that takes the point 0',
      ({ agree, knownKey }) => ({ agree: (pair, key) => agree(pair, key) || knownKey(key) }),
    ],
    [
      'GCM that seals with nothing',
      () => ({ sealGcm: (_key, _nonce, _data, plain) => new Uint8Array(plain.length + 16) }),
    ],
  ])('%s', (_, broken) => expect(new SelfTests(reader(broken).board, () => {}).result).not.toBe(0));
});

describe('every 23 hours', () => {
  test('they run again, and one that fails then shuts the reader until it is restarted', () => {
    let isBroken = false;
    const { board, host } = reader(({ cmac }) => ({
      cmac: (key, data) => (isBroken ? wrong(cmac(key, data)) : cmac(key, data)),
    }));
    expect(selfTestOf(host)).toBe(0);
    isBroken = true;
    board.nowMs = 23 * HOUR_MS - 1;
    for (let step = 0; step < 20; step += 1) host.step();
    expect(selfTestOf(host)).toBe(0);
    board.nowMs += 2;
    for (let step = 0; step < 20; step += 1) host.step();
    expect(selfTestOf(host)).toBe(SELF_TESTS.indexOf('AES-CMAC') + 1);
    expect(readCard(host)).toBe(STATUS.internalFault);
    isBroken = false;
    board.nowMs += 24 * HOUR_MS;
    for (let step = 0; step < 20; step += 1) host.step();
    expect(selfTestOf(host)).toBe(SELF_TESTS.indexOf('AES-CMAC') + 1);
    expect(selfTestOf(new FakeHost(board))).toBe(0);
  });

  test('never while a command runs: they wait for its end', () => {
    let hashes = 0;
    const { board, host } = reader(({ sha1 }) => ({
      sha1: (data) => {
        hashes += 1;
        return sha1(data);
      },
    }));
    for (let step = 0; step < 20; step += 1) host.step();
    const before = hashes;
    board.nowMs = 23 * HOUR_MS - 100;
    const channel = host.init();
    host.send(channel, COMMAND.message, encodeMessage(READ));
    board.nowMs = 23 * HOUR_MS + 100;
    for (let step = 0; step < 20; step += 1) host.step();
    expect(hashes).toBe(before);
    host.send(channel, COMMAND.cancel);
    for (let step = 0; step < 20; step += 1) host.step();
    expect(hashes).toBe(before + 1);
  });

  test('the reader sleeps until they are due, and no longer', () => {
    const { board, host } = reader();
    for (const _ of SELF_TESTS.slice(1)) expect(host.reader.step()).toBe(0);
    expect(host.reader.step()).toBe(23 * HOUR_MS);
    board.nowMs = HOUR_MS;
    expect(host.reader.step()).toBe(22 * HOUR_MS);
  });
});

describe('the event log', () => {
  test('it tells what happened, in order, and the same again as a number of times', () => {
    const { host } = reader();
    const channel = host.init();
    expect(selfTestOf(host)).toBe(0);
    for (let time = 0; time < 3; time += 1) host.send(channel, COMMAND.message, Uint8Array.of(1));
    host.send(channel, COMMAND.message, encodeMessage(READ));
    host.send(channel, COMMAND.cancel);
    expect(eventsOf(host)).toEqual([
      [EVENT.started, 0],
      [EVENT.selfTest, 0],
      [EVENT.refused, STATUS.malformed],
      [EVENT.cancelled, 0],
      [EVENT.ended, 3],
    ]);
  });

  test('256 entries, then the oldest goes; times and counts are right at any length', () => {
    let nowMs = 0;
    const log = new EventLog(() => nowMs);
    for (let number = 0; number < 600; number += 1) {
      nowMs = number * 1000;
      log.add(3, number % 200);
      if (number % 3 === 0) log.add(3, number % 200);
      const entries = log.entries();
      const length = Math.min(number + 1, 256);
      expect(entries.length).toBe(length * 8);
      const view = new DataView(entries.buffer, entries.byteOffset);
      for (const at of [0, length - 1]) {
        const expected = number + 1 - length + at;
        expect([view.getUint32(at * 8), view.getUint8(at * 8 + 5), view.getUint16(at * 8 + 6)]).toEqual([
          expected,
          expected % 200,
          expected % 3 === 0 ? 2 : 1,
        ]);
      }
    }
    expect(log.count).toBe(600);
    for (let time = 0; time < 70_000; time += 1) log.add(9);
    expect([...log.entries().slice(-2)]).toEqual([0xff, 0xff]);
  });
});
