/** `comptoir tokens` on files: rotation, translation that is stopped anywhere and goes on, numbers for the acquirer alone. */
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { acquirerFileText } from '@comptoir/acquirer';
import { openToken, readTokenServiceFile, tokensOfMerchant } from '@comptoir/acquirer/tokens';
import { NO_BYTES, toHex } from '@comptoir/protocol';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { numberAt } from '../../acquirer/test/tokens/cardNumbers.js';
import type { Output } from '../src/session.js';
import { detokenise, translate } from '../src/tokens/bulk.js';
import { addMerchant, finish, makeKeys, rotate } from '../src/tokens/rotate.js';

const COUNT = 60;
let folder = '';
let keys = '';
let printed: unknown[] = [];
const output: Output = { note: () => undefined, print: (result) => void printed.push(result) };

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tokens-'));
  keys = file('service.json');
  makeKeys(keys, { region: 'EU' }, output);
  addMerchant('SHOP', { keys }, output);
  printed = [];
});
afterEach(() => rmSync(folder, { recursive: true }));

function file(name: string): string {
  return join(folder, name);
}
function linesOf(name: string): readonly string[] {
  return readFileSync(file(name), 'latin1').trimEnd().split('\n');
}
function tokens(version: number): ReturnType<typeof tokensOfMerchant> {
  const read = readTokenServiceFile(readFileSync(keys, 'utf8'));
  if (!read.ok) throw new Error(read.rule);
  return tokensOfMerchant(read.value, 'SHOP', { current: version });
}
function sealed(version: number): readonly string[] {
  const made = tokens(version);
  return Array.from({ length: COUNT }, (_, n) => toHex(made.seal(numberAt(n)) ?? NO_BYTES));
}

test('keys are for their owner alone, and never made over a file that is there', () => {
  expect(statSync(keys).mode & 0o077).toBe(0);
  expect(() => makeKeys(keys, { region: 'EU' }, output)).toThrow('is there already');
  expect(() => makeKeys(file('other'), { region: 'ANTARCTICA' }, output)).toThrow('That is no name');
});

test('the drill: rotate, translate, finish; each says where it stands', () => {
  writeFileSync(file('old'), `${sealed(1).join('\n')}\n`);
  const options = { keys, merchant: 'SHOP' };
  expect(rotate(options, output)).toBe(0);
  expect(() => rotate(options, output)).toThrow('A rotation is under way');
  expect(translate(file('old'), { ...options, out: file('new') }, output)).toBe(0);
  expect(linesOf('new')).toEqual(sealed(2));
  expect(finish(options, output)).toBe(0);
  expect(() => finish(options, output)).toThrow('No rotation is under way');
  expect(translate(file('old'), { ...options, out: file('late') }, output)).toBe(1);
  expect(new Set(linesOf('late'))).toEqual(new Set(['- VERSION_NOT_ACCEPTED']));
  expect(printed).toEqual([
    { merchant: 'SHOP', current: 2, retiring: 1 },
    { out: file('new'), lines: COUNT, earlier: 0, refused: 0 },
    { merchant: 'SHOP', current: 2 },
    { out: file('late'), lines: COUNT, earlier: 0, refused: COUNT },
  ]);
});

test('a line that is no token keeps its place; the last line needs no end, and lines may end as Windows ends them', () => {
  const [first = '', second = ''] = sealed(1);
  writeFileSync(
    file('in'),
    [first, 'x', '', second.replace(/^01/, '02'), `${first}00`, 'A'.repeat(999), second].join('\r\n'),
  );
  rotate({ keys, merchant: 'SHOP' }, output);
  expect(translate(file('in'), { keys, merchant: 'SHOP', out: file('out') }, output)).toBe(1);
  const [newFirst, newSecond] = sealed(2);
  expect(linesOf('out')).toEqual([
    newFirst,
    '- TOKEN_CHARACTER',
    '- VERSION_NOT_ACCEPTED',
    '- TOKEN_WRONG',
    '- TOKEN_LENGTH',
    '- VERSION_NOT_ACCEPTED',
    newSecond,
  ]);
  expect(printed.at(-1)).toMatchObject({ lines: 7, refused: 5 });
});

test('stopped at any byte: it goes on, and the file is the same', () => {
  const input = [...sealed(1).slice(0, 4), 'no token', sealed(1)[5]].join('\n');
  writeFileSync(file('in'), `${input}\n`);
  rotate({ keys, merchant: 'SHOP' }, output);
  const options = { keys, merchant: 'SHOP', out: file('out') };
  translate(file('in'), options, output);
  const whole = readFileSync(file('out'));
  for (let cut = 0; cut <= whole.length; cut += 1) {
    rmSync(file('out'));
    writeFileSync(file('out.part'), whole.subarray(0, cut));
    expect(translate(file('in'), options, output)).toBe(1);
    expect(readFileSync(file('out')).equals(whole)).toBe(true);
    expect(existsSync(file('out.part'))).toBe(false);
    const earlier = whole.subarray(0, cut).filter((byte) => byte === 0x0a).length;
    expect(printed.at(-1)).toEqual({ out: options.out, lines: 6, earlier, refused: 1 });
  }
});

test('what another file or other keys left is not gone on with, nor is a result overwritten', () => {
  writeFileSync(file('in'), `${sealed(1).join('\n')}\n`);
  const options = { keys, merchant: 'SHOP', out: file('out') };
  writeFileSync(file('out.part'), `${sealed(1)[1]}\n`);
  expect(() => translate(file('in'), options, output)).toThrow('was made of another file, or by other keys');
  writeFileSync(file('out.part'), `${[...sealed(1), sealed(1)[0]].join('\n')}\n`);
  expect(() => translate(file('in'), options, output)).toThrow('has more lines');
  writeFileSync(file('out'), 'a result');
  expect(() => translate(file('in'), options, output)).toThrow('is there already');
  expect(() => translate(file('none'), { ...options, out: file('x') }, output)).toThrow('can not be read');
});

test('for the acquirer: numbers that only its key opens, none of them in the file', () => {
  const sealing = { version: 3, key: new Uint8Array(64).fill(9) };
  writeFileSync(file('acquirer.json'), acquirerFileText({ baseDerivationKeys: [], sealing }));
  writeFileSync(file('in'), sealed(1).join('\n'));
  const options = { keys, merchant: 'SHOP', acquirer: file('acquirer.json'), out: file('out') };
  expect(detokenise(file('in'), options, output)).toBe(0);
  const lines = linesOf('out');
  lines.forEach((line, n) => {
    const opened = openToken({ ...sealing, merchant: 'SHOP' }, new Uint8Array(Buffer.from(line, 'hex')));
    expect(opened).toMatchObject({ ok: true, number: numberAt(n) });
    expect(line).not.toContain(toHex(numberAt(n).subarray(0, 8)));
  });
  expect(lines).toHaveLength(COUNT);
});

test.each([
  ['no JSON', 'x', 'must be JSON'],
  ['another file', '{"what":"x"}', 'what must be one of'],
  ['a short key', '{"rootKey":"00"}', 'rootKey must be 32 bytes'],
  ['a field that nobody asked for', '{"more":1}', 'is not known here'],
])('a key file that is none: %s', (_, text, sentence) => {
  const base = JSON.parse(readFileSync(keys, 'utf8'));
  writeFileSync(keys, text.startsWith('{') ? JSON.stringify({ ...base, ...JSON.parse(text) }) : text);
  expect(() => addMerchant('SHOP', { keys }, output)).toThrow(sentence);
});

test('a merchant that the keys do not know, or can not have', () => {
  expect(() => rotate({ keys, merchant: 'CAFE' }, output)).toThrow('know no merchant CAFE');
  expect(() => addMerchant('A'.repeat(16), { keys }, output)).toThrow('That is no name');
  addMerchant('SHOP', { keys }, output);
  expect(printed.at(-1)).toEqual({ merchant: 'SHOP', current: 1 });
});
