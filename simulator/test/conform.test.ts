/** `conform` holds for the simulated reader on each engine, and finds a reader that breaks a rule of the wire. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { COMMAND } from '@comptoir/protocol';
import type { Transport } from '@comptoir/sdk';
import { describe, expect, test } from 'vitest';
import { run } from '../src/cli/run.js';
import { createVirtualClock, realClock } from '../src/clock.js';
import { openWire } from '../src/conform/wire.js';
import { WIRE_CASES } from '../src/conform/wireCases.js';
import { seededBytes } from '../src/seed.js';
import { type Simulation, simulate } from '../src/simulate.js';
import { serveReader } from '../src/wires/webSocketServer.js';

/** What doesn't hold, case by case. */
async function failing(transport: Transport, clock = createVirtualClock()): Promise<readonly string[]> {
  const failed: string[] = [];
  for (const { name, run: runCase } of WIRE_CASES) {
    const wire = await openWire(transport, clock);
    const problem = await runCase(wire, seededBytes(`conform/${name}`));
    await wire.close();
    if (problem !== undefined) failed.push(`${name}: ${problem}`);
  }
  return failed;
}

async function started(
  target: 'node' | 'quickjs',
): Promise<{ simulation: Simulation; clock: ReturnType<typeof createVirtualClock> }> {
  const clock = createVirtualClock();
  return { simulation: await simulate({ target, clock }), clock };
}

test.each(['node', 'quickjs'] as const)('the simulated reader conforms [%s]', async (target) => {
  const { simulation, clock } = await started(target);
  expect(await failing(simulation, clock)).toEqual([]);
  await simulation.close();
});

/** A reader whose reports are changed on their way. @returns undefined: it's lost */
function broken(simulation: Simulation, change: (report: Uint8Array) => Uint8Array | undefined): Transport {
  return {
    request: (options) => simulation.request(options),
    open: (device, handlers, options) =>
      simulation.open(
        device,
        {
          report(report) {
            const changed = change(report.slice());
            if (changed !== undefined) handlers.report(changed);
          },
          closed: () => handlers.closed(),
        },
        options,
      ),
  };
}

describe('a reader that breaks a rule is found', () => {
  const frame = (report: Uint8Array): number => (report[4] ?? 0) & 0x7f;
  const isFirst = (report: Uint8Array): boolean => ((report[4] ?? 0) & 0x80) !== 0;

  test.each<[string, (report: Uint8Array) => Uint8Array | undefined, string]>([
    [
      'one that changes what it echoes',
      (report) => {
        if (isFirst(report) && frame(report) === COMMAND.ping && report[6] === 1) report[7] = (report[7] ?? 0) ^ 1;
        return report;
      },
      'PING echoes every length of a frame: a PING of 1 bytes came back changed',
    ],
    [
      'one that says nothing about what it refuses',
      (report) => (isFirst(report) && frame(report) === COMMAND.error ? undefined : report),
      'an unknown command is refused: expected the status unknownCommand, seen none',
    ],
    [
      'one that refuses everything for the same reason',
      (report) => {
        if (isFirst(report) && frame(report) === COMMAND.error) report[7] = 2;
        return report;
      },
      'a report out of order is refused: expected the status invalidSequence, seen malformed',
    ],
    [
      'one that does not answer INIT',
      (report) => (isFirst(report) && frame(report) === COMMAND.init ? undefined : report),
      'INIT gives a channel: INIT was not answered',
    ],
  ])('%s', async (_, change, problem) => {
    const { simulation, clock } = await started('node');
    expect(await failing(broken(simulation, change), clock)).toContain(problem);
    await simulation.close();
  });
});

test('the command: a reader in another process, a report, and no reader', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'conform-'));
  await using simulation = await simulate({ target: 'node', clock: realClock, record: false });
  const server = await serveReader({
    port: 0,
    token: 'a-token-of-the-tests',
    reader: simulation,
    host: simulation.host,
  });
  const out: string[] = [];
  const err: string[] = [];
  const around = {
    out: (text: string) => void out.push(text),
    err: (text: string) => void err.push(text),
    ended: new AbortController().signal,
  };
  const report = join(folder, 'report.xml');
  expect(await run(['conform', '--reader', server.url, '--junit', report, '--json'], around)).toBe(0);
  expect(err).toEqual([`${WIRE_CASES.length} of ${WIRE_CASES.length} hold`]);
  expect(out.map((line) => (JSON.parse(line) as { name: string }).name)).toEqual(WIRE_CASES.map(({ name }) => name));
  expect(readFileSync(report, 'utf8')).toContain(`tests="${WIRE_CASES.length}" failures="0"`);
  await server.close();
  expect(await run(['conform', '--reader', server.url], around)).toBe(2);
  rmSync(folder, { recursive: true });
});
