/** What the commands of the page docs/how-to/run-in-your-ci.md end with, as processes: a pipeline has nothing else to go by. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundleCommands, runProcess } from './commandProcess.js';

const SALE = `title: A sale
story: One card, and it is approved.
steps:
  - tap: no-oda
  - pay: { amount: 12.50 EUR }
    expect: { status: approved }
`;
const FILES = {
  'well.yaml': SALE,
  'fails.yaml': SALE.replace('approved }', 'declined }'),
  'late.yaml': SALE.replace('steps:', 'withinMs: 5000\nsteps:').replace('tap: no-oda', 'wait: 60000'),
  'wrong.yaml': SALE.replace('steps:', 'stairs:'),
};

let command: string;
let folder: string;
beforeAll(async () => {
  command = join(await bundleCommands('exitCodes'), 'comptoir-sim.js');
  folder = mkdtempSync(join(tmpdir(), 'exit-'));
  for (const [name, text] of Object.entries(FILES)) writeFileSync(join(folder, name), text);
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true }));

const sim = (...args: readonly string[]): ReturnType<typeof runProcess> =>
  runProcess(process.execPath, [command, ...args], folder);

describe('run', { timeout: 120_000 }, () => {
  test.each([
    [0, ['well.yaml'], '1 of 1 scenarios passed on node'],
    [42, ['well.yaml', 'late.yaml'], '1 of 2 scenarios passed on node, 1 out of simulated time'],
    // What failed is worse than what was late.
    [1, ['fails.yaml', 'late.yaml'], '0 of 2 scenarios passed on node, 1 out of simulated time'],
    [2, ['well.yaml', 'wrong.yaml'], 'wrong.yaml: '],
    [2, ['well.yaml', '--junit', 'well.yaml/report.xml'], 'can not be written'],
    [2, ['well.yaml', '--jsno'], "unknown option '--jsno'"],
  ])('%i: %j', async (expected, args, sentence) => {
    const { code, err } = await sim('run', '--target', 'node', '--jobs', '1', ...args);
    expect([code, err]).toEqual([expected, expect.stringContaining(sentence)]);
  });
});

test.each(['SIGINT', 'SIGTERM'] as const)('a run that is told to end ends at once: %s', async (signal) => {
  const pipe = join(folder, signal);
  execFileSync('mkfifo', [pipe]);
  const child = spawn(process.execPath, [command, 'run', pipe], { stdio: 'ignore' });
  const ended = new Promise((resolve) => child.once('exit', (...how) => resolve(how)));
  // It opens when the run has opened it, too.
  const writer = await open(pipe, 'w');
  child.kill(signal);
  const how = await ended;
  await writer.close();
  expect(how).toEqual([null, signal]);
});

describe('conform, with a server', { timeout: 120_000 }, () => {
  let server: ChildProcess;
  let url: string;
  beforeAll(async () => {
    const started = spawn(process.execPath, [command, 'serve'], { stdio: ['ignore', 'pipe', 'inherit'] });
    server = started;
    const [line] = (await started.stdout.take(1).toArray()) as Buffer[];
    url = (JSON.parse(String(line)) as { readonly url: string }).url;
  });
  const ofServer = (...args: readonly string[]): ReturnType<typeof runProcess> =>
    sim('conform', '--reader', url, '--target', 'node', '--times', '0', ...args);

  test('0: all hold', async () => {
    const { code, err } = await ofServer('--scenarios', 'well.yaml');
    expect([code, err]).toEqual([0, expect.stringMatching(/^(\d+) of \1 hold\n$/)]);
  });

  test('1: a reader whose factory is not trusted opens no session', async () => {
    const { code, out } = await ofServer('--trust', '5A'.repeat(64));
    expect([code, out]).toEqual([1, expect.stringContaining('FAILS   a session opens')]);
  });

  test.each([
    [['--scenarios', 'wrong.yaml'], 'wrong.yaml: '],
    [['--trust', 'moon'], '--trust takes `development`'],
  ])('2: %j', async (args, sentence) => {
    const { code, err } = await ofServer(...args);
    expect([code, err]).toEqual([2, expect.stringContaining(sentence)]);
  });

  test('2: nothing is there, or no reader is named; the server ends with 0', async () => {
    const code = new Promise((resolve) => server.once('exit', resolve));
    server.kill('SIGTERM');
    expect(await code).toBe(0);
    for (const reader of [url, 'ws://127.0.0.1:1/none', 'moon'])
      expect([reader, await sim('conform', '--reader', reader)]).toEqual([
        reader,
        { code: 2, out: '', err: expect.stringMatching(/.\n$/) },
      ]);
  });
});
