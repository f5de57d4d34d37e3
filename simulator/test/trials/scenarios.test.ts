/** Scenario files: what is read, what fails and how it says so, and that the same scenario is the same bytes. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { run } from '../../src/cli/run.js';
import { unknownOnTheChip } from '../../src/trials/scenarios/onTheChip.js';
import { reachedErrors, reachedResults } from '../../src/trials/scenarios/reach.js';
import { readScenario, scenarioAt } from '../../src/trials/scenarios/readScenario.js';
import { runScenario, warmUp } from '../../src/trials/scenarios/runScenario.js';
import { bundleCommands, type Ran, runProcess } from '../cli/commandProcess.js';

const top = fileURLToPath(new URL('../../..', import.meta.url));
const ours = join(top, 'test-vectors/scenarios');

const SALE = `
title: A sale
story: A card pays.
steps:
  - tap: no-oda
  - pay: { amount: 12.50 EUR }
    expect: { status: approved }
    receipt: [AMOUNT 12.50 EUR]
expect:
  charges: [order-1 12.50 EUR]
  apdus: [SELECT PPSE, GET PROCESSING OPTIONS]
  log: [customer taps no-oda, card GET PROCESSING OPTIONS, sale during-authorisation]
`;

let folder = '';
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'scenarios-'));
  await warmUp('node');
});
afterAll(() => rmSync(folder, { recursive: true }));

function fileOf(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

async function ran(...args: readonly string[]): Promise<Ran> {
  const out: string[] = [];
  const err: string[] = [];
  const code = await run(['run', ...args], {
    out: (text) => void out.push(text),
    err: (text) => void err.push(text),
    ended: new AbortController().signal,
  });
  return { code, out: out.join('\n'), err: err.join('\n') };
}

async function differencesOf(text: string): Promise<readonly string[]> {
  const read = readScenario(text);
  if (!read.ok) throw new Error(read.problem);
  return (await runScenario(read.scenario, { target: 'node' })).differences;
}

describe('what is expected is compared', () => {
  test.each([
    [
      'a result',
      'status: approved',
      'status: declined',
      'step 2 (pay) result.status: expected "declined", and it was "approved"',
    ],
    [
      'a line of the receipt',
      'AMOUNT 12.50',
      'AMOUNT 12.51',
      "step 2 (pay) receipt: expected AMOUNT 12.51 EUR, and it didn't come",
    ],
    [
      'a charge',
      'order-1 12.50',
      'order-1 1.00',
      'charges[0]: expected "order-1 1.00 EUR", and it was "order-1 12.50 EUR"',
    ],
    [
      'a command',
      'GET PROCESSING OPTIONS]\n  log',
      'VERIFY]\n  log',
      "apdus: expected VERIFY after SELECT PPSE, and it didn't come",
    ],
    [
      'an error',
      'expect: { status: approved }',
      'error: card/torn',
      /^step 2 \(pay\): expected an error, and the result was {"status":"approved"/,
    ],
    ['a card', 'tap: no-oda', 'tap: no-card', /^step 1 \(tap\): no card is called "no-card"; there are: visa-debit/],
    ['an amount', '12.50 EUR }', '12.50 XXX }', /^step 2 \(pay\): it failed with usage\/invalid/],
  ])('%s', async (_, from, to, difference) => {
    expect(await differencesOf(SALE)).toEqual([]);
    const [first] = await differencesOf(SALE.replace(from, to));
    if (typeof difference === 'string') expect(first).toBe(difference);
    else expect(first).toMatch(difference);
  });

  test.each([
    [
      'a prompt that never came',
      '{ at: insert, wait: 1 }',
      'wait did not happen, the call was over before it showed insert',
    ],
    [
      'one that came less often',
      '{ at: tap, time: 2, wait: 1 }',
      'wait did not happen, the call was over before it showed tap 2 times',
    ],
    [
      'a time that was not over',
      '{ afterMs: 86400000, lift: true }',
      'lift did not happen, the call was over before 86400000 ms had passed',
    ],
  ])('what was to happen during a call: %s', async (_, one, difference) => {
    const late = SALE.replace('tap: no-oda', 'wait: 1').replace('customer taps no-oda, ', '');
    const happening = (during: string): string =>
      late.replace('approved }', `approved }\n    during: [{ at: tap, tap: no-oda }, ${during}]`);
    expect(await differencesOf(happening('{ at: tap, wait: 1 }'))).toEqual([]);
    expect(await differencesOf(happening(one))).toEqual([`step 2 (pay) during: ${difference}`]);
  });

  test.each(['{ at: tap, tap: no-card }', '{ afterMs: 5, tap: no-card }'])(
    'a card that nobody has: %s',
    async (one) => {
      const nobody = SALE.replace('tap: no-oda', 'wait: 1').replace('approved }', `approved }\n    during: [${one}]`);
      expect((await differencesOf(nobody))[0]).toMatch(/^step 2 \(pay\): no card is called "no-card"/);
    },
  );

  test('an order of lines in the log', async () => {
    // What the acquirer is asked comes after the card.
    expect((await differencesOf(SALE))[0]).toBeUndefined();
    const [first] = await differencesOf(SALE.replace('log: [customer', 'log: [sale after-authorisation, customer'));
    expect(first).toContain('log: expected customer taps no-oda after sale after-authorisation');
  });
});

describe('what can not be a scenario is refused with its place', () => {
  test.each([
    ['', 'it must be an object'],
    ['title: x', 'story must be there: a sentence'],
    ['title: x\nstory: x\nsteps: []', 'steps must be a list of 1 to 1000'],
    ['title: x\nstory: x\nsteps: [{ dance: true }]', 'steps[0] must be an object with one of tap'],
    ['title: x\nstory: x\nsteps: [{ tap: a, lift: true }]', 'steps[0] must be an object with one of tap'],
    [
      'title: x\nstory: x\nsteps: [{ pay: { amount: 12.50 } }]',
      'steps[0].pay.amount must be an amount such as 12.50 EUR',
    ],
    [
      'title: x\nstory: x\nsteps: [{ fault: { kind: tear, at: 1 } }]',
      'steps[0].fault must have no other fields than atApdu',
    ],
    ['title: x\nstory: x\nsteps: [{ abort: true }]', 'steps[0].abort belongs into the during of a call'],
    ['title: x\nstory: x\nsteps: [{ wait: 1, expect: {} }]', 'steps[0].expect belongs to a call'],
    ['title: x\nstory: x\nsteps: [{ tap: a, during: [{ at: tap, lift: true }] }]', 'steps[0].during belongs to a call'],
    [
      'title: x\nstory: x\nsteps: [{ connect: {}, during: [{ afterMs: 1, lift: true }] }]',
      'steps[0].during does not go',
    ],
    [
      'title: x\nstory: x\nsteps: [{ lookup: {}, during: [{ lift: true }] }]',
      'steps[0].during[0] needs at, a prompt, or',
    ],
    [
      'title: x\nstory: x\nsteps: [{ lookup: {}, during: [{ at: tapp, lift: true }] }]',
      'steps[0].during[0].at must be',
    ],
    ['title: x\nstory: x\nsteps: [{ lookup: {}, prompts: [tapp] }]', 'steps[0].prompts[0] must be'],
    ['title: [', 'Flow sequence in block collection'],
    ['a: &a [1]\nb: [*a, *b]', 'Unresolved alias'],
  ])('%s', (text, problem) => {
    const read = readScenario(text);
    expect(read.ok ? 'read' : read.problem).toContain(problem);
  });

  test('a file whose aliases would fill the memory', () => {
    const lines = ['a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1]'];
    for (let at = 1; at < 12; at += 1)
      lines.push(`a${at}: &a${at} [${Array.from({ length: 9 }, () => `*a${at - 1}`).join(', ')}]`);
    expect(readScenario(lines.join('\n'))).toMatchObject({ ok: false });
  });
});

describe('the command', () => {
  test('0: all passed', async () => {
    expect(await ran(fileOf('sale.yaml', SALE), '--target', 'node')).toEqual({
      code: 0,
      out: '',
      err: '1 of 1 scenarios passed on node',
    });
  });

  test('1: what differs, what happened, how to see it again; JUnit and annotations', async () => {
    const file = fileOf('wrong.yaml', SALE.replace('status: approved', 'status: declined'));
    const report = join(folder, 'made/report.xml');
    const { code, out, err } = await ran(file, '--target', 'node', '--seed', '7', '--junit', report);
    expect(code).toBe(1);
    expect(err).toBe('0 of 1 scenarios passed on node');
    expect(out).toContain('card      GET PROCESSING OPTIONS · 9000');
    expect(out.split('\n').at(-1)).toBe(`Again: comptoir-sim run ${file} --seed 7 --target node`);
    const xml = readFileSync(report, 'utf8');
    expect(xml).toContain('<testcase name="A sale" classname="node.scenarios"');
    expect(xml).toContain('expected &quot;declined&quot;');
  });

  test('on GitHub a failure is an annotation of its file', async () => {
    const file = fileOf('told.yaml', SALE.replace('status: approved', 'status: declined'));
    vi.stubEnv('GITHUB_ACTIONS', 'true');
    const { out } = await ran(file, '--target', 'node');
    const told = `::error file=${file},title=A sale::step 2 (pay) result.status: expected "declined", and it was "approved"`;
    expect(out.split('\n').at(-1)).toBe(told);
    // Values stay values.
    const json = await ran(file, '--target', 'node', '--json').finally(() => vi.unstubAllEnvs());
    expect(JSON.parse(json.out)).toMatchObject({ ending: 'failed' });
    expect(json.err).toContain(told);
  });

  test('42: out of simulated time, and no longer in real time', async () => {
    const file = fileOf(
      'late.yaml',
      SALE.replace('steps:', 'withinMs: 5000\nsteps:').replace('tap: no-oda', 'wait: 60000'),
    );
    const { code, out, err } = await ran(file, '--target', 'node');
    expect(code).toBe(42);
    expect(out).toContain('more than 5000 ms of simulated time passed');
    expect(err).toBe('0 of 1 scenarios passed on node, 1 out of simulated time');
  });

  test('2: a file that is not there or wrong, a folder without any', async () => {
    mkdirSync(join(folder, 'empty'));
    expect(await ran(join(folder, 'none.yaml'))).toMatchObject({
      code: 2,
      err: expect.stringContaining('can not be read'),
    });
    expect(await ran(join(folder, 'empty'))).toMatchObject({
      code: 2,
      err: expect.stringContaining('holds no scenario'),
    });
    const wrong = await ran(fileOf('bad.yaml', 'title: x'));
    expect(wrong).toMatchObject({ code: 2, err: expect.stringContaining('bad.yaml: story must be there') });
    expect(await ran(join(folder, 'bad.yaml'), '--jobs', '0')).toMatchObject({ code: 2 });
    // Its size says nothing of its length.
    expect(await ran('/dev/zero')).toMatchObject({ code: 2, err: '/dev/zero is longer than 262144 bytes.' });
  });
});

test('what the emulated chip can not do is refused before it runs, by name and with the reason', async () => {
  const files = ['reader-opened', 'reader-update', 'reader-fault'].map((name) => join(ours, `${name}.yaml`));
  const { code, err } = await ran(...files, '--target', 'pico');
  expect(code).toBe(2);
  expect(err).toContain('there is no fault tamper on the target pico: the board has no line');
  expect(err).toContain('there is no install on the target pico');
  expect(err).toContain('there is no fault reader-fault on the target pico');
});

test('what is expected of an error or a result is what reaches it; what nothing expects is found', () => {
  const one = { name: 'one', scenario: scenarioAt(join(ours, 'link-unplug-during.yaml')) };
  const results = reachedResults([one]).filter(({ by }) => by.length > 0);
  expect(results.map(({ name, faults }) => [name, ...faults])).toEqual([
    ['pay: approved', 'unplug'],
    ['pay: unknown, charged maybe', 'unplug'],
  ]);
  const errors = reachedErrors([{ name: 'two', scenario: scenarioAt(join(ours, 'link-unplug-reading.yaml')) }]);
  expect(errors.filter(({ by }) => by.length > 0).map(({ name }) => name)).toEqual(['link/lost']);
});

test('what is said of scenarios on the chip is said of ours', () => {
  expect(unknownOnTheChip(readdirSync(ours).map((name) => basename(name, '.yaml')))).toEqual([]);
});

test('our scenarios have titles of their own', () => {
  const titles = readdirSync(ours).map((name) => scenarioAt(join(ours, name)).title);
  expect(titles.length).toBeGreaterThanOrEqual(40);
  expect(new Set(titles).size).toBe(titles.length);
});

describe('the same scenario is the same bytes', () => {
  let command = '';
  const files = readdirSync(ours)
    .filter((name) => /^(link-unplug|card-noise|basket-one|day|reader-power)/.test(name))
    .map((name) => join(ours, name));

  beforeAll(async () => {
    command = join(await bundleCommands('scenarios'), 'comptoir-sim.js');
  }, 120_000);

  type Digests = readonly { readonly file: string; readonly digest: string; readonly digestWithoutTimes: string }[];

  async function digestsOf(...args: readonly string[]): Promise<Digests> {
    const { code, out, err } = await runProcess(process.execPath, [command, 'run', ...files, '--json', ...args], top);
    expect(code, err).toBe(0);
    return out
      .trimEnd()
      .split('\n')
      .map((line) => {
        const { file, digest, digestWithoutTimes } = JSON.parse(line) as Digests[number];
        return { file, digest, digestWithoutTimes };
      });
  }

  test('twice, alone and with eight beside it, and on both engines', { timeout: 240_000 }, async () => {
    const alone = await digestsOf('--target', 'node', '--jobs', '1');
    expect(alone.map(({ file }) => file)).toEqual(files);
    expect(await digestsOf('--target', 'node', '--jobs', '8')).toEqual(alone);
    const other = await digestsOf('--target', 'quickjs', '--jobs', '8');
    expect(other.map((one) => one.digestWithoutTimes)).toEqual(alone.map((one) => one.digestWithoutTimes));
    const seeded = await digestsOf('--target', 'node', '--jobs', '2', '--seed', '2');
    for (const [at, { digest }] of seeded.entries()) expect(digest).not.toBe(alone[at]?.digest);
  });
});
