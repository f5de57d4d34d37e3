import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { COMMAND, OUTCOME, PROMPT, toHex } from '@comptoir/protocol';
import {
  encodeSelectionRecord,
  KIND_GIFT,
  OUTCOME_TENDERS,
  RULE_MERCHANT_PREFERENCE,
  type SelectionRecord,
} from '@comptoir/protocol/wallet';
import { build } from 'tsup';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { bodyOf, type Loopback, serve } from '../../test/loopback.js';
import { APPROVED, COMPLETE, complete, DECLINED, KEY, PAY, result } from '../../test/sale.js';
import { createScriptedReader, type Step } from '../../test/scriptedReader.js';

const cli = fileURLToPath(new URL('..', import.meta.url));
const open: Loopback[] = [];

beforeAll(async () => {
  await build({
    config: false,
    silent: true,
    entry: { comptoir: `${cli}src/comptoir.ts` },
    outDir: `${cli}test/dist`,
    format: 'esm',
    target: 'es2022',
    noExternal: ['@comptoir/protocol'],
    external: ['ws', 'node-hid', 'usb', 'commander', 'cli-progress', /^@noble/],
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

const RECORD: SelectionRecord = {
  reader: Uint8Array.of(1),
  sequence: 1,
  previous: new Uint8Array(32),
  nonce: new Uint8Array(8),
  date: 20261124,
  region: 'EEA',
  policy: new Uint8Array(32),
  currency: 'EUR',
  outcome: OUTCOME_TENDERS,
  rejection: 0,
  due: 0,
  offered: [],
  excluded: [],
  decision: [
    {
      profile: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8),
      kind: KIND_GIFT,
      amount: 1000,
      rules: [RULE_MERCHANT_PREFERENCE],
    },
  ],
};

interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** @param interruptAt sends SIGINT when this shows */
function run(args: readonly string[], interruptAt?: string): Promise<Ran> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [`${cli}test/dist/comptoir.js`, ...args], {
      env: { PATH: process.env['PATH'] },
    });
    let out = '';
    let err = '';
    const interrupt = (text: string): void => {
      if (interruptAt !== undefined && text.includes(interruptAt)) child.kill('SIGINT');
    };
    child.stdout.on('data', (data: Buffer) => {
      out += data.toString();
      interrupt(out);
    });
    child.stderr.on('data', (data: Buffer) => {
      err += data.toString();
      interrupt(err);
    });
    child.on('close', (code) => resolve({ code, out, err }));
  });
}

async function comptoir(
  steps: readonly Step[],
  args: readonly string[],
  { interruptAt, onRequest = approving }: { readonly interruptAt?: string; readonly onRequest?: RequestListener } = {},
): Promise<Ran> {
  const script = createScriptedReader({ steps });
  const loopback = await serve(script, onRequest);
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
    payment: { taken: { minor: 1250, currency: 'EUR' } },
  });
  expect([code, err]).toEqual([0, `key: ${KEY}\ntap\nhold\n`]);
});

test('comptoir pay: lines for people', async () => {
  const { out } = await comptoir([PAY, COMPLETE], ['pay', '12.50', '--key', KEY]);
  expect(out.split('\n').slice(0, 3)).toEqual([
    'approved 12.50 EUR',
    '  12.50 EUR by bank VISA DEBIT 476173******0119',
    expect.stringContaining('token: ri'),
  ]);
});

test('comptoir pay: not approved is 1', async () => {
  const { code, out } = await comptoir(
    [{ expect: 'pay', act: (say) => say.answer(DECLINED) }],
    ['pay', '12.50', '--key', KEY],
  );
  expect([code, out.split('\n').slice(0, 2)]).toEqual([
    1,
    ['declined 51', '  refused by bank VISA DEBIT 476173******0119'],
  ]);
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
  const { code, out } = await comptoir([waiting, cancel], ['pay', '12.50', '--key', KEY], { interruptAt: 'tap' });
  expect([code, out]).toEqual([1, 'cancelled by clerk\n']);
});

test('comptoir lookup', async () => {
  const { code, out } = await comptoir(
    [{ expect: 'lookup', act: (say) => say.answer(APPROVED) }],
    ['--json', 'lookup', KEY],
  );
  expect([code, JSON.parse(out)]).toMatchObject([0, { status: 'approved' }]);
});

test('comptoir lookup: never seen is an answer, 0', async () => {
  const never: Step = { expect: 'lookup', act: (say) => say.answer({ kind: 'neverSeen', key: KEY }) };
  const unused: RequestListener = (_request, response) => response.writeHead(204).end();
  const { code, out } = await comptoir([never], ['lookup', KEY], { onRequest: unused });
  expect([code, out]).toEqual([0, 'never seen: nothing was charged with this key\n']);
});

test('comptoir lookup: what is not known is 1, with what was behind it', async () => {
  const never: Step = { expect: 'lookup', act: (say) => say.answer({ kind: 'neverSeen', key: KEY }) };
  const broken: RequestListener = (_request, response) => response.writeHead(500).end();
  const { code, out, err } = await comptoir([never], ['lookup', KEY], { onRequest: broken });
  expect([code, out.split('\n')[0], err]).toEqual([
    1,
    `unknown: key ${KEY}, charged: maybe`,
    'the acquirer answered 500\n',
  ]);
});

test.each<readonly [string, readonly string[], object | undefined, string, number]>([
  [
    'all that is left',
    [],
    undefined,
    'refunded 12.50 EUR\n  12.50 EUR to bank CB\n  coupon 2 EUR OFF: still used\nleft: 0.00 EUR\n',
    0,
  ],
  [
    'an amount',
    ['3'],
    undefined,
    'refunded 3.00 EUR\n  3.00 EUR to bank CB\n  coupon 2 EUR OFF: still used\nleft: 9.50 EUR\n',
    0,
  ],
  [
    'too much',
    ['13'],
    undefined,
    'refused MORE_THAN_LEFT, left: 12.50 EUR. Give back no more than is left, with this key.\n',
    1,
  ],
  [
    'an instrument that refuses',
    ['3', '--key', 'back'],
    { kind: 'refused', reason: 'INSTRUMENT_REFUSED' },
    'refused INSTRUMENT_REFUSED, left: 12.50 EUR. The instrument that paid takes nothing back: give the rest back in another way.\n',
    1,
  ],
  [
    'an acquirer that is confused',
    ['3', '--key', 'back'],
    {},
    'unknown: key back\nRefund again with the same key: what went back is not given twice.\n',
    1,
  ],
])('comptoir refund: %s', async (_, args, answer, expected, exit) => {
  const euro = (minor: number) => ({ minor, currency: 'EUR' });
  const refunds: object[] = [];
  const coupon = { kind: 'coupon', label: '2 EUR OFF', amount: euro(200) };
  const desk: RequestListener = async (request, response) => {
    const json = (body: object): unknown =>
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    if (request.url?.includes('/sale?key=order-1') === true)
      return json({ state: 'stands', tenders: [coupon, { kind: 'bank', label: 'CB', amount: euro(1250) }], refunds });
    const order = JSON.parse(Buffer.from(await bodyOf(request)).toString());
    if (order.tender === 0) return json({ kind: 'refused', reason: 'INSTRUMENT_REFUSED' });
    if (answer === undefined) refunds.push(order);
    return json(answer ?? { kind: 'refunded' });
  };
  const { code, out } = await comptoir([], ['refund', 'order-1', ...args], { onRequest: desk });
  expect([code, out]).toEqual([exit, expected]);
});

test('comptoir read', async () => {
  const nobody: Step = { expect: 'read', act: (say) => say.answer({ kind: 'presented', outcome: OUTCOME.noCard }) };
  const { code, err } = await comptoir([nobody], ['read']);
  expect([code, err]).toEqual([1, expect.stringContaining('timeout, charged: no')]);
});

test('comptoir cards', async () => {
  const cards = [
    { cardType: 1, cardIdentifier: Uint8Array.of(8, 1, 2, 3) },
    { cardType: 2, cardIdentifier: Uint8Array.of(1, 2, 3, 4) },
    { cardType: 9, cardIdentifier: Uint8Array.of(8, 1, 2, 3) },
  ];
  const answer = (more: object): Step => ({
    expect: 'read',
    act: (say) => say.answer({ kind: 'presented', outcome: OUTCOME.read, ...more }),
  });
  const { code, out } = await comptoir([answer({ cards })], ['cards']);
  expect([code, out]).toEqual([0, 'type A  08010203  a new one each time\ntype B  01020304\ntype other  08010203\n']);
  const instrument = {
    label: 'CB',
    applicationIdentifier: Uint8Array.of(1, 2, 3, 4, 5),
    maskedNumber: '',
    usedInterface: 2,
    authenticationMethod: 'none',
    authenticationResult: 'none',
  };
  const older = await comptoir([answer({ instruments: [instrument] })], ['cards']);
  expect([older.code, older.err]).toEqual([1, expect.stringContaining('update/required')]);
});

test('comptoir list, watch and wink of a reader behind an address', async () => {
  const listed = await comptoir([], ['--json', 'list']);
  expect([listed.code, JSON.parse(listed.out)]).toMatchObject([0, [{ transport: 'webSocket' }]]);
  const winked = await comptoir([], ['wink']);
  expect([winked.code, winked.out]).toEqual([0, 'S-0001 shows itself\n']);
  const watched = await comptoir([], ['--json', 'watch'], { interruptAt: 'attached' });
  expect([watched.code, JSON.parse(watched.out)]).toMatchObject([
    0,
    { type: 'attached', device: { serial: 'S-0001' } },
  ]);
});

test('comptoir doctor prints the rules, looks at a folder, and ends with 1 when something is to do', async () => {
  const { code, out } = await run(['doctor', '--rules']);
  expect([code, out]).toEqual([0, readFileSync(`${cli}udev/70-comptoir.rules`, 'utf8')]);
  const empty = mkdtempSync(join(tmpdir(), 'comptoir-'));
  const looked = await run(['--json', 'doctor', '--root', empty]);
  rmSync(empty, { recursive: true });
  const { isWell, findings } = JSON.parse(looked.out);
  expect(looked.code).toBe(isWell ? 0 : 1);
  expect(findings[0]).toEqual({ check: 'node', state: 'ok', says: process.versions.node });
});

test.each([
  [['pay', '12.50']],
  [['--reader', 'ws://127.0.0.1:9/x', 'pay', 'much']],
  [['--reader', 'ws://127.0.0.1:9/x', 'pay', '0']],
  [['--reader', 'ws://127.0.0.1:9/x', '--acquirer-url', 'pay.example', 'info']],
  [['--reader', 'nowhere', 'info']],
  [['--reader', 'ws://127.0.0.1:9/x', 'pay', '1', '--key', '']],
  [['--reader', 'ws://127.0.0.1:9/x', '--timeout', 'soon', 'info']],
  [['--reader', 'http://127.0.0.1:9/x', 'info']],
  [['--reader', 'ws://127.0.0.1:9/x', 'refund']],
  [['--reader', 'ws://127.0.0.1:9/x', 'refund', 'a', 'much']],
  [['refund', 'a']],
])('wrong usage is 2: %j', async (args) => {
  const { code, out, err } = await run(args);
  expect([code, out, err.length > 0]).toEqual([2, '', true]);
});

test('a reader that is not there is 1', async () => {
  const { code, err } = await run(['--reader', 'ws://127.0.0.1:9/x', 'info']);
  expect([code, err]).toEqual([1, expect.stringContaining('link/denied')]);
});

test('a wrong address of the reader is told as such, not as the acquirer beside it', async () => {
  const { err } = await run(['--reader', 'http://127.0.0.1:9/x', 'info']);
  expect(err).toContain('A reader address looks like');
});

test('--json: a fault is an object on standard output', async () => {
  const { code, out } = await run(['--reader', 'ws://127.0.0.1:9/x', '--json', 'info']);
  expect([code, JSON.parse(out)]).toEqual([
    1,
    {
      error: {
        code: 'link/denied',
        message: expect.any(String),
        charged: 'no',
        recovery: { do: 'reconnect', message: expect.any(String) },
      },
    },
  ]);
});

test('--json: a wrong call is one, too', async () => {
  const { code, out } = await run(['--reader', 'ws://127.0.0.1:9/x', '--json', 'pay', '0']);
  expect([code, JSON.parse(out)]).toMatchObject([2, { error: { code: 'usage/invalid', charged: 'no' } }]);
});

test('--timeout covers connecting', async () => {
  const loopback = await serve(createScriptedReader({ deafInits: 1000 }), approving);
  open.push(loopback);
  const startMs = performance.now();
  const { code, err } = await run(['--reader', loopback.url, '--timeout', '0.3', 'info']);
  expect([code, err]).toEqual([1, expect.stringContaining('timeout, charged: no')]);
  // Without it, connecting takes its default of 10 s.
  expect(performance.now() - startMs).toBeLessThan(8000);
});

test('explains a selection record, in a file or by itself, and nothing else', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'record-'));
  const file = join(folder, 'record');
  const bytes = encodeSelectionRecord(RECORD);
  for (const content of [bytes, `${toHex(bytes)}\n`]) {
    writeFileSync(file, content);
    const { code, out } = await run(['explain', file]);
    expect([code, out]).toEqual([
      0,
      'Everything is paid.\n10.00 EUR by gift card 01020304: shop default.\nDue: 0.00 EUR.\n',
    ]);
  }
  expect((await run(['explain', toHex(bytes)])).out).toContain('Everything is paid.');
  writeFileSync(file, 'no record');
  expect((await run(['explain', file])).code).toBe(2);
  expect((await run(['explain', join(folder, 'nowhere')])).code).toBe(2);
  rmSync(folder, { recursive: true });
});

test('the command is a file that is there before anything is built, and leads to the bundle', async () => {
  const manifest = JSON.parse(readFileSync(`${cli}package.json`, 'utf8'));
  const file = `${cli}${manifest.bin.comptoir}`;
  expect(readFileSync(file, 'utf8')).toBe("#!/usr/bin/env node\nimport '../dist/comptoir.js';\n");
  expect(statSync(file).mode & 0o111).toBe(0o111);
  expect(manifest.files).toContain('bin');
});
