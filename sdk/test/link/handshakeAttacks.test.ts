/**
 * Who is in the middle of a handshake, and changes, swaps, leaves out or repeats its messages, or passes on another reader's: nothing of
 * it opens a session, and the till names it. Each check has a twin in which it's taken away.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { releaseKey } from '@comptoir/factory';
import { encodeReaderWord, linkPrologue } from '@comptoir/protocol/link';
import { build } from 'tsup';
import { describe, expect, test } from 'vitest';
import { createNoiseResponder } from '../../../simulator/src/trials/transcripts/noiseResponder.js';
import { NoiseInitiator } from '../../src/link/session/noiseInitiator.js';
import { type BegunSession, beginSession } from '../../src/link/session/sessionWork.js';
import {
  answerOf,
  BROKEN,
  flipped,
  greeting,
  readerEnd,
  say,
  type TestReader,
  testReader,
  tillEnd,
  verdict,
} from './handshakes.js';

type Begin = typeof beginSession;

const READER = testReader('S-0001', 0x51);
const OTHER = testReader('S-0002', 0x52);
const OF_OTHER_FACTORY = testReader('S-0001', 0x53, releaseKey(new Uint8Array(32).fill(7)));
const HERE = greeting();

/** Message 2 of that reader to a till that greeted in this way. */
function secondOf(reader: TestReader, first: Uint8Array, greeted = HERE): Uint8Array {
  return answerOf(readerEnd(reader, greeted), first);
}

/** Bits of message 2 that can be changed on the way, and the till doesn't see it. */
function bitsNotSeen(begin: Begin, bits: Iterable<number>): readonly number[] {
  const second = secondOf(READER, tillEnd(begin, READER.serial, HERE).first);
  return [...bits].filter((bit) => {
    const till = tillEnd(begin, READER.serial, HERE);
    return verdict(till, flipped(second, bit)) === 'taken';
  });
}

const SECOND_BYTES = secondOf(READER, tillEnd(beginSession, READER.serial, HERE).first).length;
const EVERY_BIT = Array.from({ length: 8 * SECOND_BYTES }, (_, bit) => bit);

describe('a message changed on the way', () => {
  test('as it is, it opens a session', () => {
    const end = readerEnd(READER, HERE);
    const till = tillEnd(beginSession, READER.serial, HERE);
    const { third, session } = till.answer(answerOf(end, till.first));
    expect(say(end, third)).toEqual({ kind: 'taken' });
    expect(say(end, session.seal(Uint8Array.of(1, 2, 3)))).toEqual({
      kind: 'message',
      message: Uint8Array.of(1, 2, 3),
    });
  });

  test('every bit of message 2: it is no answer to message 1', () => {
    const begun = new NoiseInitiator(linkPrologue(HERE.init, HERE.initAnswer), (length) =>
      new Uint8Array(length).fill(0x21),
    );
    const second = secondOf(READER, begun.first());
    // A copy for each: a handshake goes on after a wrong message, and making message 1 takes as long as all the rest.
    const answered = (bytes: Uint8Array): object | undefined =>
      Object.assign(Object.create(NoiseInitiator.prototype) as NoiseInitiator, begun).second(bytes);
    expect(answered(second)).toBeDefined();
    for (const bit of EVERY_BIT) expect(answered(flipped(second, bit)), `bit ${bit}`).toBeUndefined();
  });

  test('a bit of every byte of message 2: the till says that it was tampered with', () => {
    const till = (): BegunSession => tillEnd(beginSession, READER.serial, HERE);
    const second = secondOf(READER, till().first);
    for (let at = 0; at < second.length; at += 1)
      expect(verdict(till(), flipped(second, 8 * at + (at & 7))), `byte ${at}`).toBe('link/tampered');
  });

  test('message 2 cut off anywhere, or longer', () => {
    const second = secondOf(READER, tillEnd(beginSession, READER.serial, HERE).first);
    for (let length = 0; length <= second.length + 40; length += 1) {
      const bytes = new Uint8Array(length);
      bytes.set(second.subarray(0, length));
      const expected = length === second.length ? 'taken' : 'link/tampered';
      expect(verdict(tillEnd(beginSession, READER.serial, HERE), bytes), `${length} bytes`).toBe(expected);
    }
  });

  test('every bit of message 1: the till refuses what the reader makes of it', () => {
    for (let bit = 0; bit < 256; bit += 1) {
      const till = tillEnd(beginSession, READER.serial, HERE);
      const step = say(readerEnd(READER, HERE), flipped(till.first, bit));
      if (step.kind === 'answer') expect(verdict(till, step.bytes), `bit ${bit}`).toBe('link/tampered');
      else expect(step).toEqual(BROKEN);
    }
  });

  test('every byte of message 3: the reader refuses it', () => {
    const till = tillEnd(beginSession, READER.serial, HERE);
    const { third } = till.answer(secondOf(READER, till.first));
    for (let at = 0; at < third.length; at += 1) {
      const end = readerEnd(READER, HERE);
      answerOf(end, till.first);
      expect(say(end, flipped(third, 8 * at + (at & 7))), `byte ${at}`).toEqual(BROKEN);
      expect(end.seal(Uint8Array.of(1))).toBeUndefined();
    }
  });

  test('INIT or its answer, any bit: the handshake does not agree', () => {
    const { init, initAnswer } = HERE;
    for (let bit = 0; bit < 8 * (init.length + initAnswer.length); bit += 1) {
      const isAnswer = bit >= 8 * init.length;
      const seen = isAnswer
        ? { init, initAnswer: flipped(initAnswer, bit - 8 * init.length) }
        : { init: flipped(init, bit), initAnswer };
      const till = tillEnd(beginSession, READER.serial, HERE);
      expect(verdict(till, secondOf(READER, till.first, seen)), `bit ${bit}`).toBe('link/tampered');
    }
  });
});

test('messages left out, repeated, swapped, of another handshake or sent back: of all orders only the right one opens', () => {
  const [here, elsewhere] = [HERE, greeting(2)];
  const messagesOf = (greeted: typeof HERE): readonly [Uint8Array, Uint8Array, Uint8Array] => {
    const till = tillEnd(beginSession, READER.serial, greeted);
    const second = secondOf(READER, till.first, greeted);
    return [till.first, second, till.answer(second).third];
  };
  const [first, second, third] = messagesOf(here);
  const [, , otherThird] = messagesOf(elsewhere);
  const alphabet = { first, second, third, otherThird, half: third.subarray(0, 40) };
  const names = Object.keys(alphabet) as (keyof typeof alphabet)[];
  const orders = [1, 2, 3].reduce<readonly (typeof names)[]>(
    (known) => known.concat(known.flatMap((order) => names.map((name) => [...order, name]))),
    [[]],
  );
  const opened = new Set<string>();
  for (const order of orders) {
    const end = readerEnd(READER, here);
    for (const name of order) say(end, alphabet[name]);
    // What it says when it's asked for an answer is sealed, or nothing.
    if (end.seal(Uint8Array.of(1)) !== undefined) opened.add(order.join(' '));
  }
  expect([...opened]).toEqual(['first third']);

  // The till takes one message, and it's that one.
  for (const [name, bytes] of Object.entries({ first, third, otherThird, half: second.subarray(0, 80) }))
    expect(verdict(tillEnd(beginSession, READER.serial, here), bytes), name).toBe('link/tampered');
  expect(verdict(tillEnd(beginSession, READER.serial, here), messagesOf(elsewhere)[1])).toBe('link/tampered');
});

/** Somebody in the middle with the certificate of one reader and a key of its own, or of another reader. */
function impersonated(begin: Begin, certificate: Uint8Array, scalar: Uint8Array): string {
  const till = tillEnd(begin, READER.serial, HERE);
  const payload = encodeReaderWord({ certificate, firmwareVersion: 0, firmwareSha256: new Uint8Array(32) });
  const prologue = linkPrologue(HERE.init, HERE.initAnswer);
  const ephemeralKey = new Uint8Array(32).fill(0x77);
  const second = createNoiseResponder({ prologue, payload, staticKey: scalar, ephemeralKey }).respond(till.first);
  return verdict(till, second ?? new Uint8Array(0));
}

/** Message 2 of another reader, to which the same INIT and message 1 were passed on. */
function relayed(begin: Begin, reader: TestReader): string {
  const till = tillEnd(begin, READER.serial, HERE);
  return verdict(till, secondOf(reader, till.first));
}

const own = new Uint8Array(32).fill(0x66);

describe('somebody in the middle', () => {
  test('who passes on a second, genuine reader is named: it is not the one that INFO told of', () => {
    expect(relayed(beginSession, OTHER)).toBe('link/impostor');
    expect(relayed(beginSession, OF_OTHER_FACTORY)).toBe('link/untrusted');
  });

  test('who opens another channel at that reader for it gets nowhere', () => {
    const till = tillEnd(beginSession, READER.serial, HERE);
    expect(verdict(till, secondOf(READER, till.first, greeting(3)))).toBe('link/tampered');
  });

  test('who has a key of its own has no certificate for it', () => {
    expect(impersonated(beginSession, READER.certificate, own)).toBe('link/impostor');
    expect(impersonated(beginSession, testReader('S-0001', 0x66, releaseKey(own)).certificate, own)).toBe(
      'link/untrusted',
    );
    expect(impersonated(beginSession, new Uint8Array(0), own)).toBe('link/untrusted');
  });

  test("who is a reader itself can't be another one by its certificate", () => {
    expect(impersonated(beginSession, READER.certificate, OTHER.scalar)).toBe('link/impostor');
    expect(impersonated(beginSession, OTHER.certificate, READER.scalar)).toBe('link/impostor');
  });
});

/** The SDK's side with something taken away. */
async function sabotaged(name: string, file: string, from: string, to: string): Promise<Begin> {
  const folder = fileURLToPath(new URL('../..', import.meta.url));
  const source = readFileSync(`${folder}src/${file}`, 'utf8');
  expect(source.split(from).length, from).toBe(2);
  const outDir = `${folder}test/dist/${name}`;
  await build({
    config: false,
    silent: true,
    entry: { sessionWork: `${folder}src/link/session/sessionWork.ts` },
    outDir,
    format: 'esm',
    target: 'es2022',
    platform: 'node',
    noExternal: [/^@comptoir/],
    external: [/^@noble/],
    esbuildPlugins: [
      {
        name: 'sabotage',
        setup: ({ onLoad }) =>
          onLoad({ filter: new RegExp(`${file}$`) }, () => ({ contents: source.replace(from, to), loader: 'ts' })),
      },
    ],
    esbuildOptions: (options) => {
      options.conditions = ['comptoir-source'];
    },
  });
  const { beginSession: begin } = (await import(/* @vite-ignore */ `${outDir}/sessionWork.js`)) as {
    readonly beginSession: Begin;
  };
  return begin;
}

describe('sabotage', () => {
  test('a tag that is not checked: changed bits are not seen', async () => {
    const unchecked =
      "return new Uint8Array(process.getBuiltinModule('node:crypto').createDecipheriv('aes-256-gcm', this.key, noiseNonce(this.number - 1)).update(sealed.subarray(0, -16)))";
    const begin = await sabotaged(
      'noTag',
      'link/session/noiseInitiator.ts',
      'return cipher.decrypt(sealed)',
      unchecked,
    );
    // The firmware's version and hash, and the tag: nothing else looks at them.
    expect(bitsNotSeen(begin, EVERY_BIT.slice(-8 * 20)).length).toBeGreaterThan(100);
  });

  test('a key, a model or a serial number that is not compared: another reader is taken', async () => {
    const begin = await sabotaged(
      'noName',
      'link/session/sessionWork.ts',
      'if (fault !== undefined)',
      "if (fault !== undefined && fault !== 'other')",
    );
    expect(relayed(begin, OTHER)).toBe('taken');
    expect(impersonated(begin, READER.certificate, own)).toBe('taken');
  });

  test('a factory that is not asked for: anybody is a reader', async () => {
    const begin = await sabotaged(
      'noFactory',
      'link/session/sessionWork.ts',
      'if (fault !== undefined)',
      "if (fault !== undefined && fault !== 'untrusted')",
    );
    expect(relayed(begin, OF_OTHER_FACTORY)).toBe('taken');
  });
});
