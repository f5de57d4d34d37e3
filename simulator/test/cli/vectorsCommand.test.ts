/** `vectors`: files are checked, records are explained without a card number, and a new one has the form. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { run } from '../../src/cli/run.js';
import { readVectorFolder } from '../../src/trials/replay/vectorFiles.js';
import { vectorMistakes } from '../../src/trials/replay/vectorRules.js';
import type { Ran } from './commandProcess.js';

const ours = fileURLToPath(new URL('../../../test-vectors', import.meta.url));
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vectors-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function ran(...args: readonly string[]): Promise<Ran> {
  const out: string[] = [];
  const err: string[] = [];
  const code = await run(['vectors', ...args], {
    out: (text) => void out.push(text),
    err: (text) => void err.push(text),
    ended: new AbortController().signal,
  });
  return { code, out: out.join('\n'), err: err.join('\n') };
}

const record = { id: 'a-1', kind: 'tlv.parse', source: 'original', input: { hex: '9C00' }, expected: { ok: true } };

test('ours have no mistakes', () => expect(vectorMistakes(ours)).toEqual([]));

test('what is missing, wrong, there twice or run by nobody is said', async () => {
  const good = { ...record, validated_by: 'by hand' };
  const records = [
    good,
    record,
    { ...good, id: 'a 2' },
    { ...good, id: 'a-3', more: 1 },
    good,
    { ...good, id: 'a-4', kind: 'no.kind' },
  ];
  writeFileSync(join(folder, 'a.json'), JSON.stringify(records));
  writeFileSync(join(folder, 'b.json'), '{');
  const { code, out } = await ran('check', folder);
  expect(code).toBe(1);
  expect(out.split('\n').sort()).toEqual([
    'a-1: the id is there twice, again in a.json',
    'a-1: the id is there twice, again in a.json',
    'a.json[1] a-1: validated_by must be there: a text',
    'a.json[2] a 2: id must be letters, digits, points and dashes',
    'a.json[3] a-3: it must have no other fields than id, kind, title, source, input, expected, validated_by, note',
    'b.json: the file does not parse',
    'nobody runs the kind no.kind',
  ]);
});

test('a folder that is not there or empty, and a kind that nobody runs, are wrong use', async () => {
  for (const args of [
    ['check', join(folder, 'none')],
    ['check', folder],
    ['explain', 'a', '--folder', join(folder, 'none')],
  ])
    expect([args, await ran(...args)]).toEqual([
      args,
      { code: 2, out: '', err: expect.stringMatching(/^The folder ".*" /) },
    ]);
  expect(await ran('new', 'no.kind')).toMatchObject({
    code: 2,
    err: expect.stringContaining('nobody runs the kind no.kind'),
  });
  expect(await ran('new', 'siv.seal')).toMatchObject({ code: 0 });
});

test('a record is explained, and run', async () => {
  const { code, out } = await ran('explain', 'tlv-parse-001', '--folder', ours);
  expect(code).toBe(0);
  expect(out).toContain('tlv-parse-001, tlv.parse, run by the firmware on node');
  expect(out).toContain('knovichikhin/pyemv');
  expect(out.endsWith('It comes out as expected.')).toBe(true);
  writeFileSync(join(folder, 'a.json'), JSON.stringify([{ ...record, expected: { ok: false } }]));
  const wrong = await ran('explain', 'a-1', '--folder', folder);
  expect([wrong.code, wrong.out.includes('It comes out otherwise: {')]).toEqual([1, true]);
  expect(await ran('explain', 'nobody', '--folder', ours)).toMatchObject({ code: 2 });
});

test('no card number is shown', async () => {
  const trace = readVectorFolder(ours).entries.find(({ id }) => id === 'trace-contact-001') ?? { id: '' };
  const secrets = JSON.stringify(trace).match(/\b[0-9]{16}\b/g) ?? [];
  expect(secrets.length).toBeGreaterThan(0);
  const { out } = await ran('explain', trace.id, '--folder', ours);
  expect(out).toContain('expected: ');
  for (const secret of secrets) expect(out).not.toContain(secret);
});

test('a new record lacks only what is to be filled in', async () => {
  const { out } = await ran('new', 'tlv.parse');
  const [made] = JSON.parse(out) as readonly object[];
  writeFileSync(join(folder, 'new.json'), JSON.stringify([{ ...made, title: 'x', validated_by: 'x' }]));
  expect(vectorMistakes(folder)).toEqual([]);
});

test('the page counts every record', () => {
  const page = readFileSync(new URL('../../../docs/reference/vectors.md', import.meta.url), 'utf8');
  expect(page).toContain(`${readVectorFolder(ours).entries.length} records of `);
});
