/** A sale is recorded, written, read, and said again by a reader that isn't there. */
import { readFileSync } from 'node:fs';
import { seededBytes } from '@comptoir/crypto/seed';
import { COMMAND, encodeFrame, fromHex, toHex } from '@comptoir/protocol';
import { type ConnectOptions, connect, keyFrom, type Reader, type Transport } from '@comptoir/sdk';
import { memory } from '@comptoir/sdk/transports/memory';
import { describe, expect, test } from 'vitest';
import { createVirtualClock } from '../../src/machine/clock.js';
import { type Simulation, simulate } from '../../src/simulation/simulate.js';
import { createNoiseResponder } from '../../src/trials/transcripts/noiseResponder.js';
import { record } from '../../src/trials/transcripts/record.js';
import { type Replay, replay } from '../../src/trials/transcripts/replay.js';
import { readTranscript, type Transcript, writeTranscript } from '../../src/trials/transcripts/transcript.js';

const amount = { minor: 1250, currency: 'EUR' };
const key = keyFrom('order-1');
const stored = new URL('../../../test-vectors/transcripts/', import.meta.url);

/** A sale, a lookup, and a payment that the clerk cancels. */
async function till(reader: Reader, card?: Pick<Simulation, 'tap' | 'lift'>): Promise<readonly unknown[]> {
  card?.tap('visa-debit');
  const paid = await reader.pay({ amount, key });
  card?.lift();
  const known = await reader.lookup(key);
  const stop = new AbortController();
  const cancelled = reader.pay({ amount, key: keyFrom('order-2') }, { signal: stop.signal });
  for await (const { show } of cancelled) if (show === 'tap') stop.abort();
  return [paid, known, await cancelled];
}

async function recorded(): Promise<{
  readonly results: readonly unknown[];
  readonly transcript: Transcript;
  simulation: Simulation;
}> {
  const simulation = await simulate({ target: 'node' });
  const recorder = record(simulation, simulation);
  await using reader = await connect(recorder.transport, { ...simulation, traced: recorder.traced });
  const results = await till(reader, simulation);
  return { results, transcript: recorder.transcript(), simulation };
}

function optionsAt(
  { trust }: Pick<Replay, 'trust'>,
  acquirer: NonNullable<ConnectOptions['acquirer']>,
  clock = createVirtualClock(),
): ConnectOptions {
  return { clock, acquirer, trust, random: seededBytes('another') };
}

function read(text: string): Transcript {
  const result = readTranscript(text);
  if (!result.ok) throw new Error(`line ${result.line}: ${result.problem}`);
  return result.transcript;
}

async function replayed(
  played: Replay,
  simulation: Simulation,
  change: (reader: Reader) => Promise<unknown>,
): Promise<unknown> {
  await using reader = await connect(played, optionsAt(played, simulation.acquirer));
  return await change(reader);
}

test('a clock with fractions, and one that is set back: the transcript can be read', async () => {
  const simulation = await simulate({ target: 'node' });
  let asked = 0;
  const clock = { now: () => 1000.25 - (asked++ % 2) * 500.5 };
  const recorder = record(simulation, { clock });
  await using reader = await connect(recorder.transport, { ...simulation, traced: recorder.traced });
  await till(reader, simulation);
  const { lines } = read(writeTranscript(recorder.transcript()));
  expect(lines.every(({ atMs }, at) => atMs >= (lines[at - 1]?.atMs ?? 0))).toBe(true);
});

test('what was recorded is said again, with the same results', async () => {
  const { results, transcript, simulation } = await recorded();
  const kinds = transcript.lines.map(({ kind }) => kind);
  expect(kinds.join(' ')).toBe('host reader host reader host reader host prompt cancel reader');
  expect(transcript.frames.toReader.count).toBeGreaterThan(4);
  const text = writeTranscript(transcript);
  expect(writeTranscript(read(text))).toBe(text);
  expect(text).not.toContain('4761739001010119');
  const played = replay(read(text));
  const again = await replayed(played, simulation, (reader) => till(reader));
  played.assertDrained();
  expect(again).toEqual(results);
});

test('a prompt of another version leaves a transcript that can be read', async () => {
  const device = { id: 'other', serial: '', model: '', firmware: '', transport: 'memory' };
  let say: (report: Uint8Array) => void = () => undefined;
  const port = memory({
    device,
    open({ report }) {
      say = report;
      return { send: () => undefined, close: () => undefined };
    },
  });
  const recorder = record(port, { clock: createVirtualClock() });
  const connection = await recorder.transport.open(device, { report: () => undefined, closed: () => undefined });
  const frame = (command: number, ...bytes: number[]): Uint8Array =>
    encodeFrame({ channel: 1, command, payload: Uint8Array.from(bytes) })[0] as Uint8Array;
  await connection.send(frame(COMMAND.info));
  say(frame(COMMAND.info, 1));
  for (const prompt of [200, 2, 201, 2]) say(frame(COMMAND.keepalive, prompt));
  const { lines } = read(writeTranscript(recorder.transcript()));
  expect(lines).toEqual([{ kind: 'prompt', atMs: 0, prompt: 2 }]);
});

describe('a till that says something else is told where', () => {
  test('another amount', async () => {
    const { transcript, simulation } = await recorded();
    const played = replay(transcript);
    const other = replayed(played, simulation, (reader) => reader.pay({ amount: { ...amount, minor: 900 }, key }));
    await expect(other).rejects.toMatchObject({ charged: 'no' });
    expect(played.difference()).toBe('line 2: pay: amount: expected 1250, seen 900');
    expect(() => played.assertDrained()).toThrow('the till said something else: line 2: pay: amount');
  });

  test('another message, and less than all', async () => {
    const { transcript, simulation } = await recorded();
    const played = replay(transcript);
    await expect(replayed(played, simulation, (reader) => reader.lookup(key))).rejects.toBeDefined();
    expect(played.difference()).toBe('line 2: expected the message pay, seen lookup');
    const silent = replay(transcript);
    await replayed(silent, simulation, async () => undefined);
    expect(() => silent.assertDrained()).toThrow('line 2 was not said, nor what is after it');
  });

  test('another time: a difference when strict, none when lenient', async () => {
    const { transcript, simulation } = await recorded();
    const later = createVirtualClock(1_900_000_000_000);
    const strict = replay(transcript);
    await using reader = await connect(strict, optionsAt(strict, simulation.acquirer, later));
    await expect(reader.pay({ amount, key })).rejects.toBeDefined();
    expect(strict.difference()).toMatch(/^line 2: pay: date: expected 261124, seen 3003/);
    const lenient = replay(transcript, { isStrict: false });
    await using other = await connect(lenient, optionsAt(lenient, simulation.acquirer, later));
    expect(await other.pay({ amount, key })).toMatchObject({ status: 'approved' });
    expect(lenient.difference()).toBeUndefined();
  });
});

test.each([
  ['', 1, 'it is no JSON'],
  ['{"comptoirTranscript":9,"info":"00"}', 1, 'comptoirTranscript must be one of 1'],
  ['{"comptoirTranscript":1,"info":"00"}', 1, 'the frames are missing'],
  ['{"comptoirTranscript":1,"info":"00"}\n{"atMs":0}\n{}', 2, 'it must be an object with one of host, reader'],
  ['{"comptoirTranscript":1,"info":"00"}\n{"frames":{}}', 2, 'frames.toReader must be there'],
])('%j is no transcript', (text, line, problem) => {
  expect(readTranscript(text)).toMatchObject({ ok: false, line, problem: expect.stringContaining(problem) });
});

describe('a transcript of version 1 stays readable, and is still said', () => {
  test.each([
    ['under a link of its own', {}],
    ['in clear', { protocolVersion: 1 as const }],
  ])('%s', async (_, spoken) => {
    const transcript = read(readFileSync(new URL('version-1.jsonl', stored), 'utf8'));
    const [, complete] = transcript.lines.filter(({ kind }) => kind === 'host');
    if (complete?.kind !== 'host') throw new Error('the transcript holds no answer of an acquirer');
    const acquirer = { authorise: async () => complete.message, status: async () => null };
    const played = replay(transcript);
    await using reader = await connect(played, { ...optionsAt(played, acquirer), ...spoken });
    const [paid, known, cancelled] = await till(reader);
    expect(paid).toMatchObject({ status: 'approved', payment: { tenders: [{ masked: '476173******0119' }] } });
    expect(known).toEqual(paid);
    expect(cancelled).toEqual({ status: 'cancelled', by: 'clerk' });
    played.assertDrained();
  });
});

describe('the link of a replay', () => {
  test('is under a test root, and is no development reader', async () => {
    const { transcript, simulation } = await recorded();
    const played = replay(transcript);
    await using reader = await connect(played, optionsAt(played, simulation.acquirer));
    expect(reader.link).toMatchObject({ protocolVersion: 2, certificate: { serial: simulation.serial } });
    const trusting = connect(replay(transcript), { ...optionsAt(played, simulation.acquirer), trust: 'development' });
    await expect(trusting).rejects.toMatchObject({ code: 'link/untrusted' });
  });

  test('is sealed: what is changed on its way ends it', async () => {
    const { transcript, simulation } = await recorded();
    const played = replay(transcript);
    let isChanged = false;
    const changing: Transport = {
      request: (options) => played.request(options),
      async open(device, handlers, options) {
        const connection = await played.open(device, handlers, options);
        const send = (report: Uint8Array): Promise<void> => {
          const changed = report.slice();
          if (isChanged && report[4] === (COMMAND.message | 0x80)) changed[7] = (changed[7] ?? 0) ^ 1;
          return connection.send(changed);
        };
        return { send, close: () => connection.close() };
      },
    };
    await using reader = await connect(changing, optionsAt(played, simulation.acquirer));
    isChanged = true;
    await expect(reader.lookup(key)).rejects.toMatchObject({ code: 'link/tampered' });
    expect(played.difference()).toBeUndefined();
  });

  test('keeps to the published handshake', () => {
    const { input, expected } = vectors('noise').find(({ kind }) => kind === 'noise.handshake') as HandshakeVector;
    const bytes = (hex: string): Uint8Array => fromHex(hex) ?? new Uint8Array(0);
    const responder = createNoiseResponder({
      prologue: bytes(input.prologue),
      payload: bytes(input.payload),
      staticKey: bytes(input.static),
      ephemeralKey: bytes(input.ephemeral),
    });
    expect(toHex(responder.respond(bytes(input.first)) ?? new Uint8Array(0))).toBe(expected.second);
    const sealing = responder.finish(bytes(input.third));
    const said = input.messages.map(({ plain, sealed }) =>
      toHex((plain === undefined ? sealing?.open(bytes(sealed ?? '')) : sealing?.seal(bytes(plain))) ?? bytes('')),
    );
    expect(said).toEqual(expected.messages);
  });
});

interface HandshakeVector {
  readonly kind: string;
  readonly input: Readonly<Record<'prologue' | 'static' | 'ephemeral' | 'payload' | 'first' | 'third', string>> & {
    readonly messages: readonly { readonly plain?: string; readonly sealed?: string }[];
  };
  readonly expected: { readonly second: string; readonly messages: readonly string[] };
}

function vectors(name: string): readonly HandshakeVector[] {
  return JSON.parse(readFileSync(new URL(`../../../test-vectors/${name}.json`, import.meta.url), 'utf8'));
}
