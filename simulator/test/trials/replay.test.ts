import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { addReplayCommand } from '../../src/cli/replayCommand.js';
import { run } from '../../src/cli/run.js';
import { targetNames } from '../../src/machine/targets/targets.js';
import type { ReplayResult } from '../../src/trials/replay/replayResult.js';

/** Stands for the firmware: answers what the record tells it to. */
const script = `board.serve((kind, json) => {
  const input = JSON.parse(json);
  if (input.hang) for (;;) {}
  if (input.throw) throw new Error(input.throw);
  if (kind === 'unheard') return '{"unsupported":true}';
  if (kind === 'sha1') return JSON.stringify({ actual: { length: board.secure.sha1(new Uint8Array(3)).length } });
  if (kind.startsWith('trace.') && input.answer === undefined) return JSON.stringify({ actual: { rids: input.capks.map((key) => key.rid) } });
  return JSON.stringify({ actual: input.answer });
})`;

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vectors-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

interface Ran {
  readonly code: number;
  readonly lines: readonly ReplayResult[];
  readonly output: string;
}

async function replay(files: { readonly [name: string]: unknown }, ...args: readonly string[]): Promise<Ran> {
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
  }
  const out: string[] = [];
  const err: string[] = [];
  const around = {
    out: (line: string) => out.push(line),
    err: (line: string) => err.push(line),
    ended: AbortSignal.any([]),
  };
  const code = await run(['replay', ...(args.length > 0 ? args : [folder, '--target', 'node'])], around, [
    (program, given) => addReplayCommand(program, given, { script: async () => script, timeLimitMs: 300 }),
  ]);
  return { code, lines: out.map((line) => JSON.parse(line) as ReplayResult), output: [...out, ...err].join('\n') };
}

function record(expected: unknown, answer: unknown, kind = 'tlv.parse', id = 'r-1'): object {
  return { id, kind, source: {}, input: { answer }, expected, validated_by: '' };
}

async function passes(expected: unknown, answer: unknown, kind?: string): Promise<boolean | undefined> {
  return (await replay({ 'a.json': [record(expected, answer, kind)] })).lines[0]?.pass;
}

describe('equality', () => {
  test.each<[string, unknown, unknown, boolean]>([
    ['the same', { ok: true, tree: [{ tag: '82', value: '' }] }, { ok: true, tree: [{ tag: '82', value: '' }] }, true],
    ['more in the answer', { ok: true }, { ok: true, more: 1 }, true],
    ['more in the expectation', { ok: true, more: 1 }, { ok: true }, false],
    ['null asked for, nothing answered', { a: null }, {}, false],
    ['null', { a: null }, { a: null }, true],
    ['hexadecimal in another case', { a: 'ABcd' }, { a: 'abCD' }, true],
    ['other text in another case', { a: 'Visa' }, { a: 'VISA' }, false],
    ['text against number', { a: '1' }, { a: 1 }, false],
    ['a longer list', { a: [1] }, { a: [1, 2] }, false],
    ['another order', { a: [1, 2] }, { a: [2, 1] }, false],
    ['deep inside', { a: [{ b: { c: 'X' } }] }, { a: [{ b: { c: 'Y' } }] }, false],
    ['a list against an object', { a: [] }, { a: {} }, false],
    ['ok', { ok: false }, { ok: true }, false],
    ['the explanation', { ok: false, reason: 'missing length' }, { ok: false, reason: 'TLV_TRUNCATED_TAG' }, true],
    ['no answer', { ok: true }, undefined, false],
    ['no expectation', undefined, { ok: true }, false],
  ])('%s', async (_, expected, answer, pass) => expect(await passes(expected, answer)).toBe(pass));

  test.each<[string, string, unknown, unknown, boolean]>([
    [
      'the reason as a code',
      'read.records',
      { ok: false, reason: 'card error' },
      { ok: false, reason: 'CARD_ERROR' },
      true,
    ],
    [
      'the reason by itself',
      'read.records',
      { ok: false, reason: 'AFL_INVALID' },
      { ok: false, reason: 'AFL_INVALID' },
      true,
    ],
    [
      'another reason',
      'read.records',
      { ok: false, reason: 'AFL_INVALID' },
      { ok: false, reason: 'CARD_ERROR' },
      false,
    ],
    ['the mark', 'read.records', { ok: true, oda: 'record invalid' }, { ok: true, oda: 'failed' }, true],
    ['the mark missing', 'read.records', { ok: true, oda: 'record invalid' }, { ok: true }, false],
    ['the mark where none belongs', 'read.records', { ok: true }, { ok: true, oda: 'failed' }, false],
    ['a refusal with what it would have been', 'oda.sda', { ok: false, dataAuthCode: 'DAC1' }, { ok: false }, true],
    ['a refusal with a field that nobody knows', 'oda.sda', { ok: false, extra: 1 }, { ok: false }, false],
    ['the note', 'transport.61_6c', { lastCommand: '00', note: 'words' }, { lastCommand: '00' }, true],
    [
      'a confirmation that means false',
      'candidate.list.contact',
      { candidates: [{ aid: 'A0', confirmationRequired: false }] },
      { candidates: [{ aid: 'A0' }] },
      true,
    ],
    [
      'a confirmation that nobody expects',
      'candidate.list.contact',
      { candidates: [{ aid: 'A0' }] },
      { candidates: [{ aid: 'A0', confirmationRequired: true }] },
      false,
    ],
    ['what must not appear', 'trace.contact', { tags: {}, mustNotAppearInOutput: [] }, { tags: {} }, true],
  ])('%s [%s]', async (_, kind, expected, answer, pass) => expect(await passes(expected, answer, kind)).toBe(pass));
});

describe('what is a record', () => {
  test('files by name; no folders, no INDEX.json, no capks.json', async () => {
    mkdirSync(join(folder, 'more.json'));
    const { code, lines } = await replay({
      'b.json': [record({}, {}, 'x', 'second')],
      'a.json': [record({}, {}, 'x', 'first')],
      'INDEX.json': '{}',
      'capks.json': [],
      'notes.txt': '?',
    });
    expect([code, lines.map(({ id }) => id)]).toEqual([0, ['first', 'second']]);
  });

  test('scenarios of a selection file are records; the firmware has no such kind yet', async () => {
    const scenarios = [{ id: 's-1', title: 'one', expected: { outcome: 'TENDERS' } }];
    const { code, lines } = await replay({ 'selection.json': { schema: 'dyncard-selection/1', scenarios } });
    expect([code, lines[0]?.id, lines[0]?.kind, lines[0]?.pass]).toEqual([1, 's-1', 'selection', false]);
  });

  test.each<[string, unknown, string]>([
    ['a file that does not parse', '[', 'a.json'],
    ['a file that is no list', { records: [] }, 'a.json'],
    ['a record that is none', [7], 'a.json'],
    ['a record without id', [{ kind: 'x' }], 'a.json'],
    ['a record without kind', [{ id: 'r-9' }], 'r-9'],
  ])('%s fails, and the rest runs', async (_, content, id) => {
    const { code, lines } = await replay({ 'a.json': content, 'b.json': [record({}, {})] });
    expect([code, lines.map((line) => [line.id, line.pass])]).toEqual([
      1,
      [
        [id, false],
        ['r-1', true],
      ],
    ]);
  });

  test('an id seen twice fails the second time', async () => {
    const { code, lines } = await replay({ 'a.json': [record({}, {})], 'b.json': [record({}, {})] });
    expect([code, lines.map(({ pass }) => pass)]).toEqual([1, [true, false]]);
  });
});

describe.each(targetNames)('a line [%s]', (target) => {
  test('of a record that passed', async () => {
    const { code, lines } = await replay({ 'a.json': [record({ a: 1 }, { a: 1 })] }, folder, '--target', target);
    expect(code).toBe(0);
    expect(lines).toEqual([{ id: 'r-1', kind: 'tlv.parse', pass: true, target, ms: expect.any(Number) }]);
  });

  test('of a record that failed', async () => {
    const { code, lines } = await replay({ 'a.json': [record({ a: 1 }, { a: 2 })] }, folder, '--target', target);
    expect(code).toBe(1);
    expect(lines).toEqual([
      {
        id: 'r-1',
        kind: 'tlv.parse',
        pass: false,
        target,
        expected: { a: 1 },
        actual: { a: 2 },
        ms: expect.any(Number),
      },
    ]);
  });

  test('of a kind that nobody knows', async () => {
    const { code, lines } = await replay({ 'a.json': [record({}, {}, 'unheard')] }, folder, '--target', target);
    expect([code, lines[0]?.pass, lines[0]?.actual]).toEqual([1, false, 'unsupported']);
  });

  test('of a record that throws, and the next one runs', async () => {
    const broken = { id: 'broken', kind: 'x', input: { throw: 'invariant' }, expected: {} };
    const { lines } = await replay({ 'a.json': [broken, record({}, {})] }, folder, '--target', target);
    expect(lines.map(({ pass }) => pass)).toEqual([false, true]);
    expect(lines[0]?.actual).toEqual({ fault: 'invariant' });
  });

  test('of a record that never ends, and the next one runs', async () => {
    const endless = { id: 'endless', kind: 'x', input: { hang: true }, expected: {} };
    const { lines } = await replay({ 'a.json': [endless, record({}, {})] }, folder, '--target', target);
    expect(lines.map(({ pass }) => pass)).toEqual([false, true]);
  });

  test('the hashes of the board are there', async () => {
    expect((await replay({ 'a.json': [record({ length: 20 }, {}, 'sha1')] }, folder, '--target', target)).code).toBe(0);
  });
});

describe('the command line', () => {
  test('all targets give a line each', async () => {
    const { code, lines } = await replay({ 'a.json': [record({}, {})] }, folder, '--target', 'all');
    expect([code, lines.map(({ target }) => target)]).toEqual([0, targetNames]);
  });

  test('the target is quickjs when nothing is said', async () => {
    expect((await replay({ 'a.json': [record({}, {})] }, folder)).lines[0]?.target).toBe('quickjs');
  });

  test.each([
    [['--target', 'abacus'], 'node, quickjs'],
    [['--what'], '--what'],
    [['--junit'], '--junit'],
    [['another'], 'too many'],
    [['--capks', '/nowhere/keys.json'], '/nowhere/keys.json'],
  ])('%j is wrong, in a sentence', async (args, told) => {
    writeFileSync(join(folder, 'capks.json'), '[');
    if (args[0] === '--capks') rmSync(join(folder, 'capks.json'));
    const { code, lines, output } = await replay({ 'a.json': [record({}, {})] }, folder, ...args);
    expect([code, lines]).toEqual([2, []]);
    expect(output).toContain(told);
    expect(output).not.toMatch(/^ +at /m);
  });

  test('a report that nothing can be written to is found before the first record', async () => {
    const taken = join(folder, 'a.json', 'junit.xml');
    for (const junit of [folder, taken]) {
      const { code, lines, output } = await replay({ 'a.json': [record({}, {})] }, folder, '--junit', junit);
      expect([code, lines]).toEqual([2, []]);
      expect(output).toContain(junit === folder ? folder : join(folder, 'a.json'));
      expect(output).not.toMatch(/^ +at /m);
    }
  });

  test('--help is no wrong use', async () => {
    const out: string[] = [];
    const around = { out: (text: string) => out.push(text), err: () => undefined, ended: AbortSignal.any([]) };
    for (const command of ['replay', 'docs']) expect(await run([command, '--help'], around)).toBe(0);
    expect(out.join('\n')).toContain('--junit <file>');
    expect(out.join('\n')).toContain('--check');
  });

  test('no folder is named', async () => {
    expect(await run(['replay'], { out: () => undefined, err: () => undefined, ended: AbortSignal.any([]) })).toBe(2);
  });

  test('no record, no folder', async () => {
    expect((await replay({ 'INDEX.json': '{}' })).code).toBe(2);
    expect((await replay({}, join(folder, 'nowhere'))).code).toBe(2);
  });
});

describe('keys of certification authorities', () => {
  const trace = {
    id: 't',
    kind: 'trace.contact',
    input: { apdus: [{ c: '00a4040007a0000000031010', r: '9000' }] },
    expected: { rids: ['A000000003'] },
  };
  const table = [{ rid: 'A000000003' }, { rid: 'A000000004' }];

  test('come from the folder, those of the trace only', async () => {
    const { lines } = await replay({ 'a.json': [trace], 'capks.json': table });
    expect(lines[0]?.pass).toBe(true);
  });

  test('come from the named file when no table before it has the RID', async () => {
    const other = {
      ...trace,
      input: { apdus: [{ c: '00A4040007D27600012399', r: '9000' }] },
      expected: { rids: ['D276000123'] },
    };
    writeFileSync(join(folder, 'keys.txt'), JSON.stringify([{ rid: 'D276000123' }]));
    const { lines } = await replay(
      { 'a.json': [other] },
      folder,
      '--target',
      'node',
      '--capks',
      join(folder, 'keys.txt'),
    );
    expect(lines[0]?.pass).toBe(true);
  });
});

describe('card numbers in the output', () => {
  const number = '4761739001010119';
  const asText = '34373631373339303031303130313139';
  const answer = {
    pan: number,
    tags: {
      '57': `${number}D30122011143878089`,
      '5A': `${number}F`,
      '56': `42${asText}5E`,
      '9F20': '12345678901234567890',
    },
    [`key ${number}`]: [`0${number}1`, `a ${number} b`, Number(number)],
  };
  const failing = record({ ok: true, mustNotAppearInOutput: [number] }, answer, 'trace.contact');

  test('first six and last four are left: lines, messages, JUnit', async () => {
    const junit = join(folder, 'out', 'junit.xml');
    const { lines, output } = await replay({ 'a.json': [failing] }, folder, '--target', 'node', '--junit', junit);
    expect(lines[0]?.actual).toEqual({
      pan: '476173******0119',
      tags: {
        '57': '476173******0119D30122011143878089',
        '5A': '476173******0119F',
        '56': '42343736313733' + '2A2A2A2A2A2A' + '303131395E',
        '9F20': '123456**********7890',
      },
      'key 476173******0119': ['0476173******01191', 'a 476173******0119 b', '476173******0119'],
    });
    for (const text of [output, readFileSync(junit, 'utf8')]) {
      expect(text).not.toContain(number);
      expect(text).not.toContain(asText);
    }
  });

  test('in what a script throws, too', async () => {
    const thrown = { id: 'r', kind: 'pan.mask', input: { pan: number, throw: `bad ${number}` }, expected: {} };
    expect((await replay({ 'a.json': [thrown] })).lines[0]?.actual).toEqual({ fault: 'bad 476173******0119' });
  });

  test('other forbidden texts are starred out, in any case and as hexadecimal text', async () => {
    const hidden = record(
      { ok: true, mustNotAppearInOutput: ['Test/Card', '12'] },
      { a: 'x TEST/card', b: '544553542F43415244', c: '0120' },
      'trace.contact',
    );
    const lowerHex = record(
      { ok: true, mustNotAppearInOutput: ['TEST/CARD'] },
      { b: '544553542f43415244' },
      'trace.contact',
      'r-2',
    );
    const { lines, output } = await replay({ 'a.json': [hidden, lowerHex] });
    expect(lines[0]?.actual).toEqual({ a: 'x *********', b: '544553542F43415244', c: '0**0' });
    expect(lines[1]?.actual).toEqual({ b: '*'.repeat(18) });
    expect(output.toUpperCase()).not.toContain('TEST/CARD');
  });

  test('the search would find it: a record that names no number keeps its text', async () => {
    expect((await replay({ 'a.json': [record({ ok: true }, { text: number })] })).output).toContain(number);
  });
});

test('JUnit: a suite for each kind, a case for each record, a failure where it failed, everything escaped', async () => {
  const junit = join(folder, 'junit.xml');
  const records = [
    record({}, {}, 'one', 'a'),
    record({ a: '<&">\u0001' }, { a: '' }, 'two', 'b "quoted" <id>'),
    record({}, {}, 'one', 'c'),
  ];
  await replay({ 'a.json': records }, folder, '--target', 'node', '--junit', junit);
  const xml = readFileSync(junit, 'utf8').replaceAll(/time="[0-9.]+"/g, 'time=""');
  expect(xml).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<testsuites tests="3" failures="1" time="">
  <testsuite name="one" tests="2" failures="0" time="">
    <testcase name="a" classname="node.one" time=""/>
    <testcase name="c" classname="node.one" time=""/>
  </testsuite>
  <testsuite name="two" tests="1" failures="1" time="">
    <testcase name="b &quot;quoted&quot; &lt;id&gt;" classname="node.two" time="">
      <failure message="not as expected">expected {&quot;a&quot;:&quot;&lt;&amp;\\&quot;&gt;\\u0001&quot;}
actual {&quot;a&quot;:&quot;&quot;}</failure>
    </testcase>
  </testsuite>
</testsuites>
`);
});
