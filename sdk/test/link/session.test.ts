/** Who is at the other end of the link, and who is in the middle: each is told by its name, and the next call works. */

import { developmentFactoryKey, releaseKey } from '@comptoir/factory';
import { COMMAND, STATUS } from '@comptoir/protocol';
import { connect, type ErrorCode, ReaderError } from '@comptoir/sdk';
import { memory } from '@comptoir/sdk/transports/memory';
import { expect, test } from 'vitest';
import { beginSession } from '../../src/link/session/sessionWork.js';
import { createManualClock } from '../manualClock.js';
import { APPROVED, AUTHORISE, COMPLETE, createAcquirer, createCounter, KEY, openTill, PAY } from '../sale.js';
import { createScriptedReader, type ScriptOptions, type Step } from '../scriptedReader.js';

const OTHER_FACTORY = releaseKey(new Uint8Array(32).fill(7));
const AMOUNT = { minor: 1250, currency: 'EUR' } as const;
const LOOKUP: Step = { expect: 'lookup', act: (say) => say.answer({ kind: 'neverSeen', key: KEY }) };

async function codeOf(script: ScriptOptions, trust: 'development' | readonly Uint8Array[] = 'development') {
  const scripted = createScriptedReader(script);
  const clock = createManualClock();
  const error: unknown = await connect(memory(scripted.port), { clock, trust, random: createCounter() }).catch(
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ReaderError);
  expect(scripted.isOpen()).toBe(false);
  expect(clock.sleepers).toBe(0);
  const { code, charged, recovery } = error as ReaderError;
  expect(charged).toBe('no');
  return [code, recovery.do];
}

/** Changes the message of that number, counted from 0, in one direction. */
function changing(direction: 'toReader' | 'toHost', number: number, change: (bytes: Uint8Array) => Uint8Array) {
  let seen = 0;
  const inTheMiddle: ScriptOptions['inTheMiddle'] = (way, bytes) => {
    if (way !== direction) return bytes;
    seen += 1;
    return seen === number + 1 ? change(bytes) : bytes;
  };
  return inTheMiddle;
}
const flip =
  (at: number) =>
  (bytes: Uint8Array): Uint8Array => {
    const copy = bytes.slice();
    copy[at] = (copy[at] as number) ^ 0x10;
    return copy;
  };

test('a reader of a factory that is trusted: the certificate is told', async () => {
  const { reader } = await openTill({ certificate: { serial: 'S-0001', validFrom: 19700101 } });
  expect(reader.link).toMatchObject({
    protocolVersion: 2,
    certificate: { model: 'scripted', serial: 'S-0001', validFrom: 19700101, isDevelopment: true },
    firmware: { version: '0.0.0' },
  });
  await reader.close();
});

test.each<[string, ScriptOptions['certificate'], ErrorCode, string]>([
  ['another factory signed it', { factory: OTHER_FACTORY }, 'link/untrusted', 'call-support'],
  ['it is of tomorrow', { validFrom: 20991231 }, 'link/expired', 'call-support'],
  ['it is of yesterday', { validThrough: 19700102 }, 'link/expired', 'call-support'],
  ['it is of another serial number', { serial: 'S-0002' }, 'link/impostor', 'call-support'],
  ['it is of another model', { model: 'another' }, 'link/impostor', 'call-support'],
  ['it was copied, without its key', { staticKey: new Uint8Array(32).fill(9) }, 'link/tampered', 'reconnect'],
])('a certificate is refused when %s', async (_, certificate, code, recovery) => {
  expect(await codeOf({ certificate: certificate ?? {} })).toEqual([code, recovery]);
});

test('the development factory is trusted only when the till says so', async () => {
  expect(await codeOf({}, [OTHER_FACTORY.publicKey])).toEqual(['link/untrusted', 'call-support']);
  const pinned = createScriptedReader({ certificate: { factory: OTHER_FACTORY } });
  const reader = await connect(memory(pinned.port), {
    clock: createManualClock(),
    trust: [developmentFactoryKey().publicKey, OTHER_FACTORY.publicKey],
  });
  expect(reader.link).toMatchObject({ certificate: { isDevelopment: false } });
});

test('somebody in the middle with a key of its own has no certificate for it', async () => {
  // A whole second reader behind the first one: its handshake is right, and its certificate is nobody's.
  const own = { factory: OTHER_FACTORY, serial: 'S-0001' };
  expect(await codeOf({ certificate: own })).toEqual(['link/untrusted', 'call-support']);
});

test.each([0, 31, 32, 79, 80, 200, 230])('a bit of message 2 changed on the way, at byte %i', async (at) => {
  expect(await codeOf({ inTheMiddle: changing('toHost', 0, flip(at)) })).toEqual(['link/tampered', 'reconnect']);
});

test.each([0, 31])('a bit of message 1 changed on the way, at byte %i', async (at) => {
  expect(await codeOf({ inTheMiddle: changing('toReader', 0, flip(at)) })).toEqual(['link/tampered', 'reconnect']);
});

test('message 2 cut off, made longer, or empty', async () => {
  for (const change of [
    (bytes: Uint8Array) => bytes.subarray(0, 100),
    (bytes: Uint8Array) => bytes.subarray(0, 40),
    (bytes: Uint8Array) => Uint8Array.of(...bytes, 0),
    () => new Uint8Array(0),
  ])
    expect(await codeOf({ inTheMiddle: changing('toHost', 0, change) })).toEqual(['link/tampered', 'reconnect']);
});

test('INIT changed in the middle: a session is not opened', () => {
  const request = {
    init: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 2, 2),
    initAnswer: new Uint8Array(15),
    trust: 'development',
    nowMs: 0,
    model: 'scripted',
    serial: 'S-0001',
    random: createCounter(),
  } as const;
  expect(() => beginSession(request).answer(new Uint8Array(288).fill(9))).toThrow('changed, repeated or left out');
});

test('message 3 changed on the way: the reader says so', async () => {
  expect(await codeOf({ inTheMiddle: changing('toReader', 1, flip(3)) })).toEqual(['link/tampered', 'reconnect']);
});

const twice: { last?: Uint8Array } = {};
test.each<[string, ScriptOptions['inTheMiddle']]>([
  ['a request changed', changing('toReader', 2, flip(20))],
  ['a request cut off', changing('toReader', 2, (bytes) => bytes.subarray(0, bytes.length - 1))],
  ['an answer changed', changing('toHost', 1, flip(5))],
  ['an answer in clear', changing('toHost', 1, () => Uint8Array.of(0xeb, 0))],
  ['an earlier answer in its place', changing('toHost', 1, () => twice.last ?? new Uint8Array(40))],
])('%s on the way: named, and the next call works', async (_, inTheMiddle) => {
  const { reader } = await openTill({ steps: [LOOKUP, LOOKUP], ...(inTheMiddle && { inTheMiddle }) });
  await expect(reader.lookup(KEY)).rejects.toMatchObject({ code: 'link/tampered', recovery: { do: 'reconnect' } });
  expect(await reader.lookup(KEY)).toEqual({ status: 'never-seen' });
});

test('a payment whose answer was changed is found by its key', async () => {
  const found: Step = { expect: 'lookup', act: (say) => say.answer(APPROVED) };
  const { reader, script } = await openTill({
    steps: [PAY, COMPLETE, found],
    inTheMiddle: changing('toHost', 2, flip(30)),
  });
  expect(await reader.pay({ amount: AMOUNT, key: KEY })).toMatchObject({
    status: 'unknown',
    recovery: { do: 'lookup' },
  });
  expect(await reader.lookup(KEY)).toMatchObject({ status: 'approved' });
  script.assertDrained();
});

test('a session is made anew before it is an hour old, between operations', async () => {
  const { reader, script, clock } = await openTill({ steps: [LOOKUP, LOOKUP, LOOKUP] });
  await reader.lookup(KEY);
  const first = reader.link;
  await clock.advance(54 * 60_000);
  await reader.lookup(KEY);
  expect(reader.link).toBe(first);
  await clock.advance(60_000);
  await reader.lookup(KEY);
  expect(reader.link).not.toBe(first);
  expect(script.heard.filter((heard) => heard === 'INIT')).toHaveLength(2);
});

test('a reader that has forgotten the session says so, and the next call opens another', async () => {
  const forgetful: Step = { expect: 'lookup', act: (say) => say.error(STATUS.noSession) };
  const { reader } = await openTill({ steps: [forgetful, LOOKUP] });
  await expect(reader.lookup(KEY)).rejects.toMatchObject({ code: 'link/lost' });
  expect(await reader.lookup(KEY)).toEqual({ status: 'never-seen' });
});

test('what is changed between the question and the acquirer is not paid', async () => {
  const { reader, acquirer } = await openTill({
    steps: [PAY],
    inTheMiddle: changing('toHost', 1, flip(30)),
  });
  await expect(reader.pay({ amount: AMOUNT, key: KEY })).rejects.toMatchObject({
    code: 'link/tampered',
    charged: 'no',
  });
  expect(acquirer.asked).toEqual([]);
  expect(AUTHORISE.key).toBe(KEY);
});

test('closing ends the session: the last message is empty, and so is the reader’s', async () => {
  const crossed: string[] = [];
  const { reader } = await openTill({
    inTheMiddle(direction, bytes) {
      crossed.push(`${direction} ${bytes.length}`);
      return bytes;
    },
  });
  await reader.close();
  expect(crossed.slice(-2)).toEqual(['toReader 16', 'toHost 16']);
});

test('version 1 is taken only when the till says so', async () => {
  const script = createScriptedReader({ steps: [LOOKUP] });
  const traced: string[] = [];
  const reader = await connect(memory(script.port), {
    clock: createManualClock(),
    protocolVersion: 1,
    acquirer: createAcquirer(),
    traced: (direction) => traced.push(direction),
  });
  expect(reader.link).toEqual({ protocolVersion: 1 });
  expect(await reader.lookup(KEY)).toEqual({ status: 'never-seen' });
  expect(traced).toEqual(['toReader', 'toHost']);
  const onlyClear = (answer: object) => ({ ...answer, lowestVersion: 1, highestVersion: 1 });
  expect(await codeOf({ initAnswer: onlyClear as ScriptOptions['initAnswer'] & object })).toEqual([
    'update/required',
    'update-firmware',
  ]);
});

test('a late answer to a repeated INIT disturbs nothing', async () => {
  const noisy: Step = {
    expect: 'lookup',
    act(say) {
      say.frame(COMMAND.init, new Uint8Array(15));
      say.answer({ kind: 'neverSeen', key: KEY });
    },
  };
  const { reader } = await openTill({ steps: [noisy] });
  expect(await reader.lookup(KEY)).toEqual({ status: 'never-seen' });
});
