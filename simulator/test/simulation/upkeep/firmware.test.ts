/** Updates from the SDK to a reader that runs the firmware's own text, on both engines, and what they end with. */

import { releaseKey } from '@comptoir/factory';
import { CHUNK_BYTES } from '@comptoir/protocol/image';
import { connect, type InstallProgress, newKey, type Reader, type ReaderError, type ReaderEvent } from '@comptoir/sdk';
import { webSocket } from '@comptoir/sdk/transports/webSocket';
import { describe, expect, test } from 'vitest';
import { realClock } from '../../../src/machine/clock.js';
import { type SimulateOptions, type Simulation, simulate } from '../../../src/simulation/simulate.js';
import { serveReader } from '../../../src/wires/webSocketServer.js';
import { brokenFirmware } from '../../machine/brokenFirmware.js';
import { packageOf, text } from './updates.js';

const NEWER = 0x00020000;
const newer = packageOf(text.script, NEWER);
const bytes = new TextEncoder().encode(text.script).length;
const chunks = Math.ceil(bytes / CHUNK_BYTES);

async function start(options: SimulateOptions = {}): Promise<{ simulation: Simulation; reader: Reader }> {
  const simulation = await simulate(options);
  return { simulation, reader: await connect(simulation, simulation) };
}

async function rejected(promise: Promise<unknown>): Promise<ReaderError> {
  return promise.then(
    () => expect.fail('it went through'),
    (error: ReaderError) => error,
  );
}

describe.each(['node', 'quickjs'] as const)('on %s', (target) => {
  test('an update is checked, installed and confirmed, and the same reader goes on selling', async () => {
    const { simulation, reader } = await start({ target });
    const running = { version: '0.1.0', slot: 'A', securityVersion: 0, minSecurityVersion: 0, isDevelopment: true };
    expect(await reader.firmware.running()).toEqual(running);
    expect(await reader.firmware.check(newer)).toEqual({
      status: 'installable',
      running,
      offered: { version: '0.2.0', securityVersion: 0, slot: 'B', bytes: bytes + chunks * 32 },
    });
    const told: InstallProgress[] = [];
    const events: ReaderEvent[] = [];
    const watching = (async () => {
      for await (const event of reader.events()) events.push(event);
    })();
    const result = await reader.firmware.install(newer, { onProgress: (progress) => told.push(progress) });
    expect(result).toEqual({ status: 'installed', running: { ...running, version: '0.2.0', slot: 'B' } });
    expect(told).toHaveLength(chunks + 4);
    expect(told.slice(-3).map(({ phase }) => phase)).toEqual(['write', 'restart', 'confirm']);
    expect(told.map(({ bytes }) => bytes)).toEqual(told.map(({ bytes }) => bytes).sort((a, b) => a - b));
    expect(reader.info.firmware).toBe('0.2.0');

    simulation.tap('visa-debit');
    const key = newKey('order-1');
    expect(await reader.pay({ amount: { minor: 1250, currency: 'EUR' }, key })).toMatchObject({ status: 'approved' });
    expect(await reader.firmware.check(newer)).toMatchObject({ status: 'current' });
    const third = await reader.firmware.install(packageOf(text.script, NEWER + 1));
    expect(third).toMatchObject({ status: 'installed', running: { version: '0.2.1', slot: 'A' } });
    await reader.close();
    await watching;
    expect(events.map((event) => event.type === 'link' && event.state).filter((state) => state !== false)).toContain(
      'reconnecting',
    );
    await simulation.close();
  });

  test.each<[string, readonly (readonly [string, string])[]]>([
    ['is no script', [['"use strict";', '"use strict"; {']]],
    ['does not start', [['board.start(', 'void (']]],
    ['fails at its first step', [['(this.link.receive(this), ', '(null.x, ']]],
    ['fails a self-test', [['474509234371BCB2', '474509234371BCB3']]],
  ])('firmware that %s does not stay', async (_, broken) => {
    const { simulation, reader } = await start({ target });
    const { script } = await brokenFirmware(broken);
    expect(await reader.firmware.install(packageOf(script, NEWER))).toMatchObject({
      status: 'returned',
      running: { version: '0.1.0', slot: 'A' },
    });
    expect(simulation.fault()).toBeUndefined();
    expect(await reader.firmware.install(newer)).toMatchObject({ status: 'installed' });
    await simulation.close();
  });
});

test('firmware that is deaf does not stay, once the reader was replugged three times', async () => {
  const { simulation, reader } = await start();
  const { script } = await brokenFirmware([['(this.link.receive(this), ', '(']]);
  let replugs = 0;
  const clock = { ...simulation.clock };
  const result = reader.firmware.install(packageOf(script, NEWER), {
    onProgress: ({ phase }) => {
      if (phase === 'restart') void replug();
    },
  });
  async function replug(): Promise<void> {
    while (replugs < 3) {
      await clock.sleep(10_000);
      replugs += 1;
      await simulation.restart();
    }
  }
  expect(await result).toMatchObject({ status: 'returned', running: { version: '0.1.0' } });
  expect(replugs).toBe(3);
  await simulation.close();
});

describe('a package is refused', () => {
  const stranger = releaseKey(new Uint8Array(32).fill(9));
  const { script } = text;
  const damaged = newer.slice();
  damaged[damaged.length - 1] = (damaged[damaged.length - 1] as number) ^ 1;

  test.each<[string, Uint8Array, string]>([
    ['that is none', new Uint8Array(100), 'NOT_A_PACKAGE'],
    ['that is empty', new Uint8Array(0), 'NOT_A_PACKAGE'],
    ['that is cut', newer.subarray(0, -1), 'TRUNCATED'],
    ['that is damaged', damaged, 'chunkHashWrong'],
    ['of another model', packageOf(script, NEWER, { model: 1 }), 'wrongModel'],
    ['of an older version', packageOf(script, 0xffff), 'olderVersion'],
    ['of another epoch', packageOf(script, NEWER, { keyEpoch: 2 }), 'wrongKeyEpoch'],
  ])('%s, before anything is sent', async (_, update, reason) => {
    const { simulation, reader } = await start();
    const checked = await reader.firmware.check(update);
    expect(checked).toMatchObject({ status: 'refused', reason, running: { version: '0.1.0' } });
    expect(await reader.firmware.install(update)).toEqual(checked);
    await simulation.close();
  });

  test.each<[string, Uint8Array, string]>([
    ['signed by a stranger', packageOf(script, NEWER, {}, [stranger, stranger]), 'unknownKey'],
    ['signed by nobody', packageOf(script, NEWER, {}, []), 'tooFewSignatures'],
    ['for other hardware', packageOf(script, NEWER, { hardwareMask: 2 }), 'wrongHardware'],
  ])('%s, by the reader', async (_, update, reason) => {
    const { simulation, reader } = await start();
    expect(await reader.firmware.check(update)).toMatchObject({ status: 'installable' });
    expect(await reader.firmware.install(update)).toMatchObject({ status: 'refused', reason });
    expect(await reader.firmware.running()).toMatchObject({ version: '0.1.0', slot: 'A' });
    await simulation.close();
  });

  test('that is no bytes', async () => {
    const { simulation, reader } = await start();
    const wrong = 'comptoir.update' as unknown as Uint8Array;
    for (const call of [reader.firmware.check(wrong), reader.firmware.install(wrong)])
      expect(await rejected(call)).toMatchObject({ code: 'usage/invalid', charged: 'no' });
    await simulation.close();
  });
});

describe('interrupted', () => {
  /** Chunks that went over the link: messages with the tag of `firmwareChunk`. */
  function piecesSent(simulation: Simulation): number {
    return simulation.messages().filter(({ direction, bytes }) => direction === 'toReader' && bytes[0] === 0xf1).length;
  }
  const piecesNeeded = 4 * chunks;

  test('by unplugging, it goes on where it was', async () => {
    const { simulation, reader } = await start();
    let unplugged = 0;
    const result = await reader.firmware.install(newer, {
      onProgress: ({ phase, bytes, totalBytes }) => {
        if (phase !== 'write' || bytes < ((unplugged + 1) * totalBytes) / 5 || unplugged === 4) return;
        unplugged += 1;
        void simulation.restart();
      },
    });
    expect(result).toMatchObject({ status: 'installed' });
    expect(unplugged).toBe(4);
    // No more than the chunk that was on its way is sent twice.
    expect(piecesSent(simulation)).toBeLessThanOrEqual(piecesNeeded + 4 * unplugged);
    await simulation.close();
  });

  test('by the caller, it is cancelled, and goes on when it is started again', async () => {
    const { simulation, reader } = await start();
    const stop = new AbortController();
    const cancelled = reader.firmware.install(newer, {
      signal: stop.signal,
      onProgress: ({ bytes, totalBytes }) => {
        if (bytes > totalBytes / 2) stop.abort();
      },
    });
    expect(await rejected(cancelled)).toMatchObject({ code: 'aborted', charged: 'no' });
    expect(reader.state).toBe('ready');
    expect(await reader.firmware.running()).toMatchObject({ version: '0.1.0' });
    expect(await reader.firmware.install(newer)).toMatchObject({ status: 'installed' });
    expect(piecesSent(simulation)).toBeLessThanOrEqual(piecesNeeded + 4);
    await simulation.close();
  });

  test.each(['write', 'confirm'] as const)(
    'by a reader that is taken away at %s, it ends by its deadline',
    async (at) => {
      const { simulation, reader } = await start();
      const startMs = simulation.clock.now();
      const lost = reader.firmware.install(newer, {
        timeoutMs: 60_000,
        onProgress: ({ phase, bytes }) => {
          if (phase === at && bytes > 10_000) void simulation.close();
        },
      });
      const error = await rejected(lost);
      expect(error).toMatchObject({ code: 'update/interrupted', charged: 'no', recovery: { do: 'update-firmware' } });
      expect(error.cause).toBeInstanceOf(Error);
      expect(simulation.clock.now() - startMs).toBeLessThanOrEqual(60_000);
      expect(reader.state).toBe('gone');
    },
  );

  test('by its own caller, who throws', async () => {
    const { simulation, reader } = await start();
    const thrown = new Error('mine');
    const error = await rejected(
      reader.firmware.install(newer, {
        onProgress() {
          throw thrown;
        },
      }),
    );
    expect(error).toMatchObject({ code: 'usage/invalid', cause: thrown });
    await simulation.close();
  });

  test('by another program that reads a card, it says so, and goes on when it is started again', async () => {
    const { simulation, reader } = await start();
    const other = await connect(simulation, simulation);
    let reading: Promise<unknown> | undefined;
    const stopped = reader.firmware.install(newer, {
      onProgress: ({ bytes }) => {
        if (bytes > 20_000) reading ??= other.read({ accept: ['bank'] }, { timeoutMs: 2000 }).catch(() => {});
      },
    });
    expect(await rejected(stopped)).toMatchObject({ code: 'reader/busy' });
    await reading;
    expect(await reader.firmware.install(newer)).toMatchObject({ status: 'installed' });
    await simulation.close();
  });
});

test('not while a payment is open, or runs', async () => {
  const { simulation, reader } = await start();
  const payment = reader.pay({ amount: { minor: 1250, currency: 'EUR' }, key: newKey('order-1') });
  expect(await rejected(reader.firmware.install(newer))).toMatchObject({ code: 'reader/busy' });
  simulation.tap('visa-debit');
  await payment;

  const undecided = await connect(simulation, {
    ...simulation,
    acquirer: { authorise: () => new Promise(() => {}), status: async () => null },
  });
  await undecided.pay({ amount: { minor: 1250, currency: 'EUR' }, key: newKey('order-2') }, { timeoutMs: 5000 });
  expect(await rejected(undecided.firmware.install(newer))).toMatchObject({
    code: 'reader/busy',
    recovery: { do: 'lookup' },
  });
  expect(await undecided.firmware.check(newer)).toMatchObject({ status: 'installable' });
  await simulation.close();
});

test('over a WebSocket, whose reader goes away and comes back', async () => {
  await using simulation = await simulate({ clock: realClock, record: false });
  const server = await serveReader({
    port: 0,
    token: 'a-token-of-a-test',
    reader: simulation,
    acquirer: simulation.acquirer,
  });
  const reader = await connect(webSocket(server.url), { trust: 'development' });
  expect(await reader.firmware.install(newer)).toMatchObject({ status: 'installed', running: { version: '0.2.0' } });
  await reader.close();
  await server.close();
});
