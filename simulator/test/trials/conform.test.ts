/** `conform` holds for the simulated reader on each engine, and finds a reader that breaks a rule of the wire. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { seededBytes } from '@comptoir/crypto/seed';
import { BROADCAST_CHANNEL, COMMAND, channelOf, encodeFrame } from '@comptoir/protocol';
import type { Clock, Transport } from '@comptoir/sdk';
import { memory } from '@comptoir/sdk/transports/memory';
import { describe, expect, test } from 'vitest';
import { run } from '../../src/cli/run.js';
import { createVirtualClock, realClock } from '../../src/machine/clock.js';
import { serveSimulator } from '../../src/serve/controlServer.js';
import { type Simulation, simulate } from '../../src/simulation/simulate.js';
import { conform } from '../../src/trials/conform/conform.js';
import type { ConformResult } from '../../src/trials/conform/conformReport.js';
import { htmlReport } from '../../src/trials/conform/htmlReport.js';
import { LINK_CASES, type LinkParts } from '../../src/trials/conform/linkCases.js';
import { cardCase, PLAIN_SALE_CASES } from '../../src/trials/conform/saleCases.js';
import { openWire } from '../../src/trials/conform/wire.js';
import { WIRE_CASES } from '../../src/trials/conform/wireCases.js';
import { serveReader } from '../../src/wires/webSocketServer.js';

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

const linkParts = (simulation: Simulation, clock: Clock): Omit<LinkParts, 'random'> => ({
  transport: simulation,
  trust: 'development',
  clock,
});

test.each(['node', 'quickjs'] as const)('its session stands hosts that lie [%s]', async (target) => {
  const { simulation, clock } = await started(target);
  const failed: string[] = [];
  for (const { name, run: runCase } of LINK_CASES) {
    const problem = await runCase({ ...linkParts(simulation, clock), random: seededBytes(name) });
    if (problem !== undefined) failed.push(`${name}: ${problem}`);
  }
  expect(failed).toEqual([]);
  await simulation.close();
});

test('a reader whose answers are made up is found by its session', async () => {
  const { simulation, clock } = await started('node');
  const changed = broken(simulation, (report) => {
    if (report[4] === (COMMAND.message | 0x80)) report[20] = (report[20] ?? 0) ^ 1;
    return report;
  });
  const [opens] = LINK_CASES;
  const parts = { ...linkParts(simulation, clock), transport: changed, random: seededBytes(1) };
  await expect(opens?.run(parts)).rejects.toMatchObject({ code: 'link/tampered' });
  await simulation.close();
});

test('a reader that falls silent while it is measured: what was found is told, and this', async () => {
  const { simulation, clock } = await started('node');
  const cases = [...WIRE_CASES, ...LINK_CASES, ...PLAIN_SALE_CASES];
  let told = 0;
  const transport = broken(simulation, (report) =>
    told >= cases.length && report[4] === (COMMAND.init | 0x80) && channelOf(report) !== BROADCAST_CHANNEL
      ? undefined
      : report,
  );
  const report = await conform(
    {
      transport,
      trust: 'development',
      acquirer: undefined,
      hands: { present: async () => undefined, take: async () => undefined },
      abilities: { cards: [], isSteered: false },
      place: () => Promise.reject(new Error('no scenario is played')),
      close: async () => undefined,
    },
    { seed: 1, times: 1, cards: [], scenarios: [], clock, now: () => clock.now(), told: () => (told += 1) },
  );
  expect(report.reader.serial).toBe(simulation.serial);
  expect(report.results).toHaveLength(cases.length + 1);
  expect(report.results.filter(({ problem }) => problem !== undefined)).toMatchObject([
    { kind: 'link', problem: 'INIT was not answered' },
  ]);
  await simulation.close();
});

test.each([
  [15, true],
  [16, false],
])('of a reader that makes up %i channels besides, the first is remembered: %s', async (others, isRemembered) => {
  const clock = createVirtualClock();
  let say: (report: Uint8Array) => void = () => undefined;
  const device = { id: 'many', serial: '', model: '', firmware: '', transport: 'memory' };
  const wire = await openWire(
    memory({
      device,
      open({ report }) {
        say = report;
        return { send: () => undefined, close: () => undefined };
      },
    }),
    clock,
  );
  const [first, rest] = encodeFrame({ channel: 1, command: COMMAND.ping, payload: new Uint8Array(100) });
  say(first as Uint8Array);
  for (let channel = 2; channel < others + 2; channel += 1)
    say(encodeFrame({ channel, command: COMMAND.ping, payload: new Uint8Array(100) })[0] as Uint8Array);
  say(rest as Uint8Array);
  expect((await wire.next(() => true)) !== undefined).toBe(isRemembered);
  await wire.close();
});

interface Checked {
  readonly code: number;
  readonly out: readonly string[];
  readonly err: readonly string[];
}

/** Runs the command; whoever is asked to do something with a card does it. */
async function checked(args: readonly string[], hands: (what: string) => void = () => {}): Promise<Checked> {
  const out: string[] = [];
  const err: string[] = [];
  const code = await run(['conform', ...args], {
    out: (text) => void out.push(text),
    err(text) {
      err.push(text);
      hands(text);
    },
    ask: async (what) => hands(what),
    ended: new AbortController().signal,
  });
  return { code, out, err };
}

test('the command: a reader in another process, cards that a person holds to it, and reports', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'conform-'));
  const simulation = await simulate({ target: 'node', clock: realClock, record: false });
  const { acquirer } = simulation;
  const server = await serveReader({ port: 0, token: 'a-token-of-the-tests', reader: simulation, acquirer });
  const [html, junit] = [join(folder, 'report.html'), join(folder, 'report.xml')];
  const args = [
    '--reader',
    server.url,
    '--cards',
    'no-oda',
    '--times',
    '4',
    '--html',
    html,
    '--junit',
    junit,
    '--json',
  ];
  const { code, out, err } = await checked(args, (what) => {
    if (what.startsWith('Present no-oda')) simulation.tap('no-oda');
    if (what.startsWith('Take no-oda away')) simulation.lift();
  });
  const results = out.slice(0, -1).map((line) => JSON.parse(line) as ConformResult);
  expect(results.filter(({ problem, notRun }) => problem !== undefined || notRun !== undefined)).toEqual([]);
  expect(code).toBe(0);
  expect(err.at(-1)).toBe(`${results.length} of ${results.length} hold`);
  expect(results.map(({ name }) => name)).toEqual(
    [...WIRE_CASES, ...LINK_CASES, ...PLAIN_SALE_CASES, cardCase('no-oda')].map(({ name }) => name),
  );
  expect(JSON.parse(out.at(-1) ?? '')).toMatchObject({
    reader: { serial: simulation.serial, transport: 'webSocket' },
    latencies: expect.arrayContaining([expect.objectContaining({ command: 'INIT', times: 4 })]),
  });
  expect(readFileSync(junit, 'utf8')).toContain(`tests="${results.length}" failures="0"`);
  const page = readFileSync(html, 'utf8');
  expect(page).toContain(`<strong>${results.length}</strong> of ${results.length} hold`);
  // Nothing from elsewhere, and nothing may be fetched.
  expect(page.match(/(?:src|href)=|url\(|@import/g)).toBeNull();
  expect(page).toContain(`content="default-src 'none'; `);
  await server.close();
  await simulation.close();
  expect((await checked(['--reader', server.url])).code).toBe(2);
  rmSync(folder, { recursive: true });
});

test('the command: a simulator server makes a reader for each scenario, with its faults', {
  timeout: 120_000,
}, async () => {
  const server = await serveSimulator({ port: 0, token: 'a-token-of-the-tests' });
  const ours = new URL('../../../test-vectors/scenarios/', import.meta.url);
  const files = [
    'sale-contactless',
    'card-torn-after-byte',
    'link-unplug-reading',
    'till-clock-jumps',
    'sale-nobody-comes',
  ];
  const paths = files.map((name) => fileURLToPath(new URL(`${name}.yaml`, ours)));
  const args = ['--reader', server.url, '--target', 'node', '--times', '0', '--scenarios', ...paths];
  const { code, out } = await checked(args);
  expect(out.filter((line) => line.startsWith('FAILS'))).toEqual([]);
  expect(code).toBe(0);
  const last = out.slice(-files.length).map((line) => line.replace(/ \(\d+ ms\)$/, ''));
  expect(last).toEqual([
    'holds   sale-contactless',
    'holds   card-torn-after-byte',
    'holds   link-unplug-reading',
    '-       till-clock-jumps: not tried, clock-jump happens to the till',
    '-       sale-nobody-comes: not tried, it takes 60 s',
  ]);
  // Its readers are gone again.
  expect(server.readers.all()).toEqual([]);
  await server.close();
});

test('a page says what does not hold, and escapes what a reader says', () => {
  const page = htmlReport({
    reader: { model: '<b>', serial: '1', firmware: '1', transport: 'hid' },
    seed: 1,
    startedMs: 0,
    results: [
      { kind: 'wire', name: 'INIT gives a channel', ms: 2 },
      { kind: 'link', name: 'nobody else is trusted', problem: 'expected <x>', ms: 1 },
      { kind: 'sale', name: 'a sale', notRun: 'there is no acquirer', ms: 0 },
    ],
    latencies: [],
  });
  expect(page).toContain('<title>&lt;b&gt;: 1 of 2 hold</title>');
  expect(page).toContain('What does not hold');
  expect(page).toContain('expected &lt;x&gt;');
  expect(page).toContain('1</strong> of 2 hold, 1 not tried');
});
