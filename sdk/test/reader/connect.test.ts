import { BROADCAST_CHANNEL, channelOf, encodeFrame } from '@comptoir/protocol';
import { connect, ReaderError, type Transport } from '@comptoir/sdk';
import { memory, type ReportPort } from '@comptoir/sdk/transports/memory';
import { expect, test } from 'vitest';
import { createManualClock, idle } from '../manualClock.js';
import { createCounter, openTill } from '../sale.js';
import { createScriptedReader, type ScriptOptions } from '../scriptedReader.js';

async function refused(options: ScriptOptions, advanceMs = 0): Promise<ReaderError> {
  const clock = createManualClock();
  const script = createScriptedReader(options);
  const outcome = connect(memory(script.port), { clock, random: createCounter(), trust: 'development' }).catch(
    (error: unknown) => error,
  );
  await clock.advance(advanceMs);
  const error = await outcome;
  expect(error).toBeInstanceOf(ReaderError);
  expect(script.isOpen()).toBe(false);
  expect(clock.sleepers).toBe(0);
  return error as ReaderError;
}

test('connect asks for a channel and tells what the reader says about itself', async () => {
  const { reader, script, clock } = await openTill({});
  expect(reader.info).toEqual({
    id: 'scripted',
    transport: 'memory',
    serial: 'S-0001',
    model: 'scripted',
    firmware: '0.1.0',
  });
  expect(reader.state).toBe('ready');
  expect(script.heard).toEqual(['INIT']);
  expect(clock.sleepers).toBe(0);
});

test('connect repeats INIT until it is answered, more and more slowly, and asks for the same channel', async () => {
  const clock = createManualClock();
  const startMs = clock.now();
  const script = createScriptedReader({ deafInits: 5 });
  const asked: { readonly atMs: number; readonly report: Uint8Array }[] = [];
  const listening: ReportPort = {
    ...script.port,
    open(handlers) {
      const opened = script.port.open(handlers);
      return {
        ...opened,
        send(report) {
          if (channelOf(report) === BROADCAST_CHANNEL)
            asked.push({ atMs: clock.now() - startMs, report: report.slice() });
          opened.send(report);
        },
      };
    },
  };
  const connecting = connect(memory(listening), { clock, trust: 'development' });
  await clock.advance(5000);
  const reader = await connecting;
  expect(asked.map(({ atMs }) => atMs)).toEqual([0, 250, 750, 1750, 2750, 3750]);
  for (const { report } of asked) expect(report).toEqual(asked[0]?.report);
  await reader.close();
});

test('connect gives up a reader that never answers, at its deadline', async () => {
  const error = await refused({ deafInits: 1000 }, 10_000);
  expect([error.code, error.charged, error.recovery.do]).toEqual(['timeout', 'no', 'retry-same-key']);
});

test('connect does not take an answer with another nonce for its own', async () => {
  const error = await refused({ initAnswer: (answer) => ({ ...answer, nonce: new Uint8Array(8) }) }, 10_000);
  expect(error.code).toBe('timeout');
});

test.each([0, 0xffffffff])('connect refuses the channel %i', async (channel) => {
  expect((await refused({ initAnswer: (answer) => ({ ...answer, channel }) })).code).toBe('protocol/corrupt');
});

test('connect refuses a reader without a protocol version in common', async () => {
  const error = await refused({ initAnswer: (answer) => ({ ...answer, lowestVersion: 3, highestVersion: 4 }) });
  expect([error.code, error.recovery.do]).toEqual(['update/required', 'update-firmware']);
});

test('connect refuses a reader whose self-test failed', async () => {
  const error = await refused({ selfTest: 3 });
  expect([error.code, error.recovery.do]).toEqual(['reader/fault', 'call-support']);
});

test('connect passes over frames of other channels', async () => {
  const other = encodeFrame({ channel: 0x55555555, command: 0x10, payload: new Uint8Array(900) });
  const { reader } = await openTill({ onInit: (say) => other.forEach(say.report) });
  expect(reader.state).toBe('ready');
});

test('connect ends at its deadline when the transport never opens, and closes what opens too late', async () => {
  const clock = createManualClock();
  let closed = 0;
  let open = (): void => {};
  const close = async (): Promise<void> => {
    closed += 1;
  };
  const slow: Transport = {
    ...memory(createScriptedReader().port),
    open: () =>
      new Promise((resolve) => {
        open = () => resolve({ send: async () => {}, close });
      }),
  };
  const outcome = connect(slow, { clock, timeoutMs: 500, trust: 'development' }).catch((error: unknown) => error);
  await clock.advance(500);
  expect(await outcome).toMatchObject({ code: 'timeout', charged: 'no' });
  open();
  await idle();
  expect(closed).toBe(1);
});

test('connect tells a transport that cannot open', async () => {
  const broken: Transport = {
    ...memory(createScriptedReader().port),
    open: async () => {
      throw new ReaderError('link/denied', { charged: 'no' });
    },
  };
  await expect(connect(broken, { trust: 'development' })).rejects.toMatchObject({ code: 'link/denied', charged: 'no' });
});

test('connect stops when its signal is aborted', async () => {
  const script = createScriptedReader({ deafInits: 1000 });
  const abort = new AbortController();
  const outcome = connect(memory(script.port), {
    clock: createManualClock(),
    signal: abort.signal,
    trust: 'development',
  }).catch((error: unknown) => error);
  await idle();
  abort.abort();
  expect(await outcome).toMatchObject({ code: 'aborted', charged: 'no' });
  expect(script.isOpen()).toBe(false);
});

test('close ends the events, and later calls are refused', async () => {
  const { reader, script } = await openTill({});
  const events: unknown[] = [];
  const loop = (async () => {
    for await (const event of reader.events()) events.push(event);
  })();
  await reader.close();
  await reader.close();
  await loop;
  expect(events).toEqual([
    { type: 'link', state: 'ready' },
    { type: 'link', state: 'gone', reason: 'closed' },
  ]);
  expect(script.isOpen()).toBe(false);
  await expect(reader.lookup('k' as never)).rejects.toMatchObject({ code: 'link/lost', charged: 'maybe' });
});
