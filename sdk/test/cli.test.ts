import { spawn } from 'node:child_process';
import type { RequestListener } from 'node:http';
import { fileURLToPath } from 'node:url';
import { COMMAND, OUTCOME, PROMPT } from '@comptoir/protocol';
import { build } from 'tsup';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { type Loopback, serve } from './loopback.js';
import { APPROVED, COMPLETE, complete, DECLINED, KEY, PAY, result } from './sale.js';
import { createScriptedReader, type Step } from './scriptedReader.js';

const sdk = fileURLToPath(new URL('..', import.meta.url));
const open: Loopback[] = [];

beforeAll(async () => {
  await build({
    config: false,
    silent: true,
    entry: { comptoir: `${sdk}src/cli/comptoir.ts` },
    outDir: `${sdk}test/dist/cli`,
    format: 'esm',
    target: 'es2022',
    noExternal: ['@comptoir/protocol'],
    external: ['ws', 'commander'],
    esbuildOptions: (options) => {
      options.conditions = ['comptoir-source'];
    },
  });
});
afterEach(async () => {
  for (const loopback of open.splice(0)) await loopback.close();
});

const approving: RequestListener = (request, response) => {
  const key = request.headers['comptoir-key'] as typeof KEY;
  response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(complete('00', key));
};

interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** @param interruptAt sends SIGINT when this shows on standard error */
function run(args: readonly string[], interruptAt?: string): Promise<Ran> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [`${sdk}test/dist/cli/comptoir.js`, ...args], {
      env: { PATH: process.env['PATH'] },
    });
    let out = '';
    let err = '';
    child.stdout.on('data', (data: Buffer) => {
      out += data.toString();
    });
    child.stderr.on('data', (data: Buffer) => {
      err += data.toString();
      if (interruptAt !== undefined && err.includes(interruptAt)) child.kill('SIGINT');
    });
    child.on('close', (code) => resolve({ code, out, err }));
  });
}

async function comptoir(steps: readonly Step[], args: readonly string[], interruptAt?: string): Promise<Ran> {
  const script = createScriptedReader({ steps });
  const loopback = await serve(script, approving);
  open.push(loopback);
  const ran = await run(['--reader', loopback.url, ...args], interruptAt);
  script.assertDrained();
  return ran;
}

test('comptoir info', async () => {
  const { code, out } = await comptoir([], ['--json', 'info']);
  expect([code, JSON.parse(out)]).toMatchObject([0, { serial: 'S-0001', model: 'scripted' }]);
});

test('comptoir pay: prompts on standard error, the result on standard output, 0', async () => {
  const { code, out, err } = await comptoir([PAY, COMPLETE], ['--json', 'pay', '12.50', '--key', KEY]);
  expect(JSON.parse(out)).toMatchObject({
    status: 'approved',
    payment: { approved: { minor: 1250, currency: 'EUR' } },
  });
  expect([code, err]).toEqual([0, `key: ${KEY}\ntap\nhold\n`]);
});

test('comptoir pay: lines for people', async () => {
  const { out } = await comptoir([PAY, COMPLETE], ['pay', '12.50', '--key', KEY]);
  expect(out.split('\n').slice(0, 3)).toEqual([
    'approved 12.50 EUR',
    'VISA DEBIT 476173******0119',
    expect.stringContaining('token: ri'),
  ]);
});

test('comptoir pay: not approved is 1', async () => {
  const { code, out } = await comptoir(
    [{ expect: 'pay', act: (say) => say.answer(DECLINED) }],
    ['pay', '12.50', '--key', KEY],
  );
  expect([code, out.split('\n')[0]]).toEqual([1, 'declined 51']);
});

test('comptoir pay: Ctrl-C cancels at the reader', async () => {
  const waiting: Step = { expect: 'pay', act: (say) => say.prompt(PROMPT.presentCard) };
  const cancel: Step = {
    expect: 'CANCEL',
    act(say) {
      say.answer(result(OUTCOME.cancelled));
      say.frame(COMMAND.cancel, Uint8Array.of(1));
    },
  };
  const { code, out } = await comptoir([waiting, cancel], ['pay', '12.50', '--key', KEY], 'tap');
  expect([code, out]).toEqual([1, 'cancelled by clerk\n']);
});

test('comptoir lookup', async () => {
  const { code, out } = await comptoir(
    [{ expect: 'lookup', act: (say) => say.answer(APPROVED) }],
    ['--json', 'lookup', KEY],
  );
  expect([code, JSON.parse(out)]).toMatchObject([0, { status: 'approved' }]);
});

test('comptoir read', async () => {
  const nobody: Step = { expect: 'read', act: (say) => say.answer({ kind: 'presented', outcome: OUTCOME.noCard }) };
  const { code, err } = await comptoir([nobody], ['read']);
  expect([code, err]).toEqual([1, expect.stringContaining('timeout, charged: no')]);
});

test.each([
  [['pay', '12.50']],
  [['--reader', 'ws://127.0.0.1:9/x', 'pay', 'much']],
  [['--reader', 'ws://127.0.0.1:9/x', 'pay', '1', '--key', '']],
  [['--reader', 'ws://127.0.0.1:9/x', '--timeout', 'soon', 'info']],
  [['--reader', 'http://127.0.0.1:9/x', 'info']],
  [['--reader', 'ws://127.0.0.1:9/x', 'refund']],
])('wrong usage is 2: %j', async (args) => {
  const { code, out, err } = await run(args);
  expect([code, out, err.length > 0]).toEqual([2, '', true]);
});

test('a reader that is not there is 1', async () => {
  const { code, err } = await run(['--reader', 'ws://127.0.0.1:9/x', 'info']);
  expect([code, err]).toEqual([1, expect.stringContaining('link/denied')]);
});
